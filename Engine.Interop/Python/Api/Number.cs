using System.Numerics;

namespace Engine.Interop.Python;

/// <summary>Python numbers to C# ones and back.</summary>
internal static unsafe class Number
{
    public static double Double(nint o)
    {
        double d = Py.PyFloat_AsDouble(o);
        return d == -1 && Py.PyErr_Occurred() != 0 ? throw new PythonErrorSet() : d;
    }

    /// <summary>An integer from anything with __index__; bools are integers.</summary>
    public static long Int64(nint o)
    {
        nint i = Ref.Check(Py.PyNumber_Index(o));
        long v = Py.PyLong_AsLongLong(i);
        Py.Py_DecRef(i);
        return v == -1 && Py.PyErr_Occurred() != 0 ? throw new PythonErrorSet() : v;
    }

    public static ulong UInt64(nint o)
    {
        ulong v = Py.PyLong_AsUnsignedLongLong(o);
        return v == ulong.MaxValue && Py.PyErr_Occurred() != 0 ? throw new PythonErrorSet() : v;
    }

    /// <summary>Whether a value is in the range of an integer type of less than 8 bytes; of other types,
    /// always.</summary>
    public static bool Fits(long value, DType type) => type switch
    {
        DType.UInt8 => value is >= 0 and <= byte.MaxValue,
        DType.UInt16 => value is >= 0 and <= ushort.MaxValue,
        DType.UInt32 => value is >= 0 and <= uint.MaxValue,
        DType.Int8 => value is >= sbyte.MinValue and <= sbyte.MaxValue,
        DType.Int16 => value is >= short.MinValue and <= short.MaxValue,
        DType.Int32 => value is >= int.MinValue and <= int.MaxValue,
        _ => true,
    };

    /// <summary>A new Python number of one element in memory.</summary>
    public static nint New(byte* p, DType type) => Ref.Check(type switch
    {
        DType.Bool => Ref.Bool(*p != 0),
        DType.UInt8 => Py.PyLong_FromLongLong(*p),
        DType.UInt16 => Py.PyLong_FromLongLong(*(ushort*)p),
        DType.UInt32 => Py.PyLong_FromLongLong(*(uint*)p),
        DType.UInt64 => Py.PyLong_FromUnsignedLongLong(*(ulong*)p),
        DType.Int8 => Py.PyLong_FromLongLong(*(sbyte*)p),
        DType.Int16 => Py.PyLong_FromLongLong(*(short*)p),
        DType.Int32 => Py.PyLong_FromLongLong(*(int*)p),
        DType.Int64 => Py.PyLong_FromLongLong(*(long*)p),
        DType.Float16 => Py.PyFloat_FromDouble((double)*(Half*)p),
        DType.BFloat16 => Py.PyFloat_FromDouble(BitConverter.Int32BitsToSingle(*(ushort*)p << 16)),
        DType.Float32 => Py.PyFloat_FromDouble(*(float*)p),
        DType.Float64 => Py.PyFloat_FromDouble(*(double*)p),
        DType.Complex64 => Py.PyComplex_FromDoubles(((float*)p)[0], ((float*)p)[1]),
        DType.Complex128 => Py.PyComplex_FromDoubles(((double*)p)[0], ((double*)p)[1]),
        _ => throw new InvalidOperationException($"element type {(int)type} is not known"),
    });
}
