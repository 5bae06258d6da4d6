using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Engine.Interop.Python;

/// <summary>The interpreter's data symbols. C# has no import of data: they are looked up once an interpreter is
/// there.</summary>
internal static unsafe class Globals
{
    private static nint s_main;

    public static nint None;
    public static nint True;
    public static nint False;
    public static nint NotImplemented;
    public static nint Ellipsis;

    public static nint ValueError;
    public static nint TypeError;
    public static nint IndexError;
    public static nint KeyError;
    public static nint AttributeError;
    public static nint RuntimeError;
    public static nint MemoryError;
    public static nint BufferError;
    public static nint OverflowError;
    public static nint RecursionError;
    public static nint NotImplementedError;
    public static nint ZeroDivisionError;
    public static nint ImportError;
    public static nint OSError;
    public static nint StopIteration;

    public static nint FloatType;
    public static nint LongType;
    public static nint ComplexType;
    public static nint BoolType;
    public static nint SliceType;
    public static nint UnicodeType;
    public static nint BytesType;
    public static nint TupleType;
    public static nint ListType;
    public static nint DictType;
    public static nint CapsuleType;

    /// <summary>Py_Version: 0x030B00F0 is 3.11.0.</summary>
    public static uint Version;

    /// <summary>Raised when the interpreter is finalised: every object that was kept is stale then.</summary>
    public static int Generation;

    public static void Load()
    {
        if (s_main != 0)
        {
            return;
        }
        // The executable, what it depends on (libpython where there is one), and what was loaded for all.
        nint main = NativeLibrary.GetMainProgramHandle();
        None = Symbol(main, "_Py_NoneStruct");
        True = Symbol(main, "_Py_TrueStruct");
        False = Symbol(main, "_Py_FalseStruct");
        NotImplemented = Symbol(main, "_Py_NotImplementedStruct");
        Ellipsis = Symbol(main, "_Py_EllipsisObject");
        ValueError = Exception(main, "ValueError");
        TypeError = Exception(main, "TypeError");
        IndexError = Exception(main, "IndexError");
        KeyError = Exception(main, "KeyError");
        AttributeError = Exception(main, "AttributeError");
        RuntimeError = Exception(main, "RuntimeError");
        MemoryError = Exception(main, "MemoryError");
        BufferError = Exception(main, "BufferError");
        OverflowError = Exception(main, "OverflowError");
        RecursionError = Exception(main, "RecursionError");
        NotImplementedError = Exception(main, "NotImplementedError");
        ZeroDivisionError = Exception(main, "ZeroDivisionError");
        ImportError = Exception(main, "ImportError");
        OSError = Exception(main, "OSError");
        StopIteration = Exception(main, "StopIteration");
        FloatType = Symbol(main, "PyFloat_Type");
        LongType = Symbol(main, "PyLong_Type");
        ComplexType = Symbol(main, "PyComplex_Type");
        BoolType = Symbol(main, "PyBool_Type");
        SliceType = Symbol(main, "PySlice_Type");
        UnicodeType = Symbol(main, "PyUnicode_Type");
        BytesType = Symbol(main, "PyBytes_Type");
        TupleType = Symbol(main, "PyTuple_Type");
        ListType = Symbol(main, "PyList_Type");
        DictType = Symbol(main, "PyDict_Type");
        CapsuleType = Symbol(main, "PyCapsule_Type");
        Version = *(uint*)Symbol(main, "Py_Version");
        s_main = main;
    }

    private static nint Symbol(nint main, string name) => NativeLibrary.GetExport(main, name);

    private static nint Exception(nint main, string name) => *(nint*)NativeLibrary.GetExport(main, "PyExc_" + name);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static void OnFinalize()
    {
        Generation++;
        Module.Forget();
    }
}
