namespace Engine.Interop.Python;

/// <summary>engine.core.DType: one object for each dtype.</summary>
internal static unsafe class DTypes
{
    private const int First = (int)DType.Bool;
    private const int Last = (int)DType.Complex128;

    private static readonly nint[] s_objects = new nint[Last + 1];

    public static nint Type { get; private set; }

    /// <summary>The name as Python has it: "float32".</summary>
    public static string Name(DType type) => type switch
    {
        DType.BFloat16 => "bfloat16",
        DType.UInt8 => "uint8",
        DType.UInt16 => "uint16",
        DType.UInt32 => "uint32",
        DType.UInt64 => "uint64",
        DType.Int8 => "int8",
        DType.Int16 => "int16",
        DType.Int32 => "int32",
        DType.Int64 => "int64",
        DType.Float16 => "float16",
        DType.Float32 => "float32",
        DType.Float64 => "float64",
        DType.Complex64 => "complex64",
        DType.Complex128 => "complex128",
        _ => "bool",
    };

    /// <summary>Makes the type and its objects, and adds them to the module.</summary>
    public static void Add(nint module)
    {
        if (Type == 0)
        {
            Type = SmallType.Create(
                module,
                "Dtype",
                0,
                "The type of an array's elements.",
                [
                    SmallType.Property("size", 0, "Bytes of an element."),
                    SmallType.Property("dtype", 1, "The NumPy dtype: numpy.dtype(x) finds it here."),
                    SmallType.Property("__numpy_dtype__", 1, "The NumPy dtype."),
                ],
                []);
            for (int d = First; d <= Last; d++)
            {
                s_objects[d] = SmallType.New(Type, new DTypeValue((DType)d));
            }
        }
        Definitions.Add(module, "Dtype", Type);
        for (int d = First; d <= Last; d++)
        {
            Definitions.Add(module, d == (int)DType.Bool ? "bool_" : Name((DType)d), s_objects[d]);
        }
    }

    public static void Forget()
    {
        Type = 0;
        Array.Clear(s_objects);
    }

    /// <summary>A new reference to a dtype's object.</summary>
    public static nint Object(DType type) => Ref.New(s_objects[(int)type]);

    public static bool Is(nint o) => Ref.Type(o) == Type;

    /// <summary>The dtype that an argument names.</summary>
    public static DType Of(nint o, string function, string parameter) => Is(o)
        ? SmallType.Of<DTypeValue>(o).Value
        : throw PythonException.TypeError($"{function}(): '{parameter}' must be a dtype such as engine.core.float32, an object of type {Text.TypeName(o)} was given");

    private sealed class DTypeValue(DType value) : SmallObject
    {
        public DType Value => value;

        public override string Repr => "engine.core." + Name(value);

        public override nint Hash => (nint)value;

        public override nint Property(nint number) => number == 0 ? Ref.Check(Py.PyLong_FromLongLong(ElementFormat.Size(value))) : NumPy.DType(value);
    }
}
