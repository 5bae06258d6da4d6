namespace Engine.Interop.Python;

/// <summary>What is asked of NumPy, which is imported only when needed.</summary>
internal static unsafe class NumPy
{
    /// <summary>A new reference to NumPy's dtype; for bfloat16 to that of ml_dtypes, where it is installed.</summary>
    public static nint DType(DType type)
    {
        if (type == Engine.DType.BFloat16)
        {
            nint ml = Py.PyImport_ImportModule(Text.Z("ml_dtypes"u8));
            if (ml == 0)
            {
                Py.PyErr_Clear();
                throw PythonException.TypeError("NumPy has no bfloat16: install ml_dtypes, or convert with a.astype(engine.core.float32)");
            }
            nint scalar = Ref.Check(Py.PyObject_GetAttrString(ml, Text.Z("bfloat16"u8)));
            Py.Py_DecRef(ml);
            return CallWith("dtype"u8, scalar);
        }
        return CallWith("dtype"u8, Text.New(DTypes.Name(type)));
    }

    /// <summary>numpy.NAME(argument); the argument's reference is taken over.</summary>
    public static nint CallWith(ReadOnlySpan<byte> name, nint stolen)
    {
        nint args = Ref.Tuple(stolen);
        try
        {
            return Call(name, args, 0);
        }
        finally
        {
            Py.Py_DecRef(args);
        }
    }

    /// <summary>numpy.NAME(*args, **keywords).</summary>
    public static nint Call(ReadOnlySpan<byte> name, nint args, nint keywords)
    {
        nint numpy = Ref.Check(Py.PyImport_ImportModule(Text.Z("numpy"u8)));
        nint f = Py.PyObject_GetAttrString(numpy, Text.Z(name));
        Py.Py_DecRef(numpy);
        Ref.Check(f);
        nint result = Py.PyObject_Call(f, args, keywords);
        Py.Py_DecRef(f);
        return Ref.Check(result);
    }
}
