using System.Runtime.CompilerServices;
using Engine.Internal;
using Engine.Internal.Graph;
using Engine.Internal.Memory;

namespace Engine.Interop.Python;

/// <summary>Numbers and nested lists into arrays. The widest kind of number decides the dtype; lists may hold arrays,
/// which are stacked.</summary>
internal static unsafe class Sequences
{
    private enum Kind
    {
        Empty,
        Bool,
        Int,
        LongInt,
        Float,
        Complex,
        Array,
    }

    /// <summary>An array without axes.</summary>
    public static Node Scalar(nint o, DType? dtype)
    {
        Kind kind = KindOf(o);
        return new Node(Fill(o, [], dtype ?? Default(kind)));
    }

    /// <summary>An array of a list or tuple.</summary>
    public static Node From(nint o, DType? dtype)
    {
        var shape = new List<long>();
        Kind kind = Scan(o, 0, shape);
        if (kind == Kind.Array)
        {
            Node stacked = Stack(o);
            return dtype is DType d && d != stacked.DType ? Core.AsType(stacked, d) : stacked;
        }
        return new Node(Fill(o, [.. shape], dtype ?? Default(kind)));
    }

    private static DType Default(Kind kind) => kind switch
    {
        Kind.Bool => DType.Bool,
        Kind.Int => DType.Int32,
        Kind.LongInt => DType.Int64,
        Kind.Complex => DType.Complex64,
        _ => DType.Float32,
    };

    private static bool IsSequence(nint o) => Ref.Type(o) == Globals.ListType || Ref.Type(o) == Globals.TupleType
        || Ref.Is(o, Globals.ListType) || Ref.Is(o, Globals.TupleType);

    private static long Length(nint o) => Ref.Is(o, Globals.ListType) ? Py.PyList_Size(o) : Py.PyTuple_Size(o);

    private static nint Item(nint o, long i) => Ref.Is(o, Globals.ListType) ? Py.PyList_GetItem(o, (nint)i) : Py.PyTuple_GetItem(o, (nint)i);

    private static Kind KindOf(nint o)
    {
        nint type = Ref.Type(o);
        if (type == Globals.FloatType)
        {
            return Kind.Float;
        }
        if (type == Globals.BoolType)
        {
            return Kind.Bool;
        }
        if (type == Globals.LongType || Ref.Is(o, Globals.LongType))
        {
            int overflow;
            long v = Py.PyLong_AsLongLongAndOverflow(o, &overflow);
            return v is >= int.MinValue and <= int.MaxValue && overflow == 0 ? Kind.Int : Kind.LongInt;
        }
        if (Ref.Is(o, Globals.FloatType))
        {
            return Kind.Float;
        }
        if (Ref.Is(o, Globals.ComplexType))
        {
            return Kind.Complex;
        }
        if (ArrayObject.Is(o))
        {
            return Kind.Array;
        }
        throw PythonException.ValueError($"array(): a list may hold numbers, lists and arrays, an object of type {Text.TypeName(o)} was found");
    }

    /// <summary>Finds the shape and the widest kind; every list of one depth must have one length.</summary>
    private static Kind Scan(nint o, int depth, List<long> shape)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (depth == Extent.MaxAxes)
        {
            throw PythonException.ValueError($"array(): lists are nested more than {Extent.MaxAxes} deep");
        }
        long n = Length(o);
        if (shape.Count == depth)
        {
            shape.Add(n);
        }
        else if (shape[depth] != n)
        {
            throw Ragged();
        }
        Kind kind = Kind.Empty;
        bool lists = false, leaves = false;
        for (long i = 0; i < n; i++)
        {
            nint item = Item(o, i);
            Kind k;
            if (IsSequence(item))
            {
                lists = true;
                k = Scan(item, depth + 1, shape);
            }
            else
            {
                leaves = true;
                k = KindOf(item);
            }
            kind = k > kind ? k : kind;
        }
        if (kind != Kind.Array && ((lists && leaves) || (leaves && shape.Count > depth + 1)))
        {
            throw Ragged();
        }
        return kind;
    }

    private static PythonException Ragged() => PythonException.ValueError("array(): the nested lists do not all have the same length");

    private static Node Stack(nint o)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        var parts = new Node[Length(o)];
        for (int i = 0; i < parts.Length; i++)
        {
            nint item = Item(o, i);
            parts[i] = ArrayObject.Is(item) ? new Node(ArrayObject.Of(item)) : IsSequence(item) ? From(item, null) : Scalar(item, null);
            if (!parts[i].Shape.AsSpan().SequenceEqual(parts[0].Shape))
            {
                throw Ragged();
            }
        }
        return Core.Stack(parts);
    }

    private static NDArray Fill(nint o, long[] shape, DType dtype)
    {
        int size = ElementFormat.Size(dtype);
        if (shape.Length == 0)
        {
            UInt128 bits = 0;
            Write(o, (byte*)&bits, dtype);
            return Build.ScalarValue(dtype, bits);
        }
        Layout layout = Layout.RowMajor(shape, size);
        Storage storage = Storage.Allocate(layout.Count * size);
        try
        {
            fixed (byte* small = storage.Small)
            {
                byte* p = small is null ? storage.Data : small;
                Rows(o, 0, shape, ref p, dtype, size);
            }
        }
        catch
        {
            storage.Drop();
            throw;
        }
        return Build.Value(storage, dtype, layout);
    }

    // The lists were scanned before, but writing runs Python code (__bool__ of a subclass) that may change them:
    // lengths are checked again.
    private static void Rows(nint o, int depth, long[] shape, ref byte* p, DType dtype, int size)
    {
        for (long i = 0; i < shape[depth]; i++)
        {
            if (!IsSequence(o) || Length(o) != shape[depth])
            {
                throw PythonException.RuntimeError("array(): a list changed while it was read");
            }
            // Held: the list may let it go meanwhile.
            nint item = Ref.New(Item(o, i));
            try
            {
                if (depth + 1 < shape.Length)
                {
                    Rows(item, depth + 1, shape, ref p, dtype, size);
                }
                else
                {
                    Write(item, p, dtype);
                    p += size;
                }
            }
            finally
            {
                Py.Py_DecRef(item);
            }
        }
    }

    private static void Write(nint o, byte* p, DType dtype)
    {
        switch (dtype)
        {
            case DType.Bool:
                *p = Ref.Check(Py.PyObject_IsTrue(o)) != 0 ? (byte)1 : (byte)0;
                break;
            case DType.UInt8 or DType.Int8:
                *p = (byte)Integer(o);
                break;
            case DType.UInt16 or DType.Int16:
                *(ushort*)p = (ushort)Integer(o);
                break;
            case DType.UInt32 or DType.Int32:
                *(uint*)p = (uint)Integer(o);
                break;
            case DType.UInt64 or DType.Int64:
                *(long*)p = Integer(o);
                break;
            case DType.Float16:
                *(Half*)p = (Half)Real(o);
                break;
            case DType.BFloat16:
                *(ushort*)p = RoundToBFloat16((float)Real(o));
                break;
            case DType.Float32:
                *(float*)p = (float)Real(o);
                break;
            case DType.Float64:
                *(double*)p = Real(o);
                break;
            case DType.Complex64:
                (double re, double im) = Complex(o);
                ((float*)p)[0] = (float)re;
                ((float*)p)[1] = (float)im;
                break;
            default:
                (((double*)p)[0], ((double*)p)[1]) = Complex(o);
                break;
        }
    }

    // Integers wrap into the type that was asked for; floats are cut.
    private static long Integer(nint o)
    {
        if (Ref.Is(o, Globals.LongType))
        {
            int overflow;
            long v = Py.PyLong_AsLongLongAndOverflow(o, &overflow);
            if (overflow == 0)
            {
                return v;
            }
            if (overflow < 0)
            {
                throw Beyond();
            }
            ulong u = Py.PyLong_AsUnsignedLongLong(o);
            if (u == ulong.MaxValue && Py.PyErr_Occurred() != 0)
            {
                Py.PyErr_Clear();
                throw Beyond();
            }
            return (long)u;
        }
        double d = Real(o);
        return double.IsNaN(d) ? long.MinValue : d >= 9.2233720368547758e18 ? (long)Math.Min((ulong)d, ulong.MaxValue) : (long)d;
    }

    private static PythonException Beyond() => PythonException.RuntimeError("array(): an int does not fit 64 bits");

    private static double Real(nint o)
    {
        if (Ref.Is(o, Globals.ComplexType))
        {
            return Py.PyComplex_RealAsDouble(o);
        }
        double d = Py.PyFloat_AsDouble(o);
        return d == -1 && Py.PyErr_Occurred() != 0 ? throw new PythonErrorSet() : d;
    }

    private static (double Re, double Im) Complex(nint o) =>
        Ref.Is(o, Globals.ComplexType) ? (Py.PyComplex_RealAsDouble(o), Py.PyComplex_ImagAsDouble(o)) : (Real(o), 0);

    // To the nearest, ties to even; NaN stays NaN.
    private static ushort RoundToBFloat16(float f)
    {
        uint bits = BitConverter.SingleToUInt32Bits(f);
        return float.IsNaN(f) ? (ushort)((bits >> 16) | 0x40) : (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }
}
