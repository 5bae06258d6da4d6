using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;

namespace Engine.Testing;

/// <summary>A plain row-major array of bytes with a dtype and a shape: what oracles take and give. It knows nothing of the engine but the enum.</summary>
internal sealed class HostArray(DType type, long[] shape, byte[] bytes)
{
    public DType DType => type;
    public long[] Shape => shape;
    public byte[] Bytes => bytes;
    public long Count => bytes.Length / SizeOf(type);

    public static int SizeOf(DType t) => t switch
    {
        DType.Bool or DType.UInt8 or DType.Int8 => 1,
        DType.UInt16 or DType.Int16 or DType.Float16 or DType.BFloat16 => 2,
        DType.UInt32 or DType.Int32 or DType.Float32 => 4,
        DType.Complex128 => 16,
        _ => 8,
    };

    /// <summary>NumPy's name; ml_dtypes' for bfloat16.</summary>
    public static string Name(DType t) => t switch
    {
        DType.Bool => "bool",
        DType.Complex64 => "complex64",
        DType.Complex128 => "complex128",
        _ => t.ToString().ToLowerInvariant(),
    };

    public static DType Parse(string name)
    {
        foreach (DType t in Enum.GetValues<DType>())
        {
            if (Name(t) == name) { return t; }
        }
        throw new FormatException($"no dtype is called {name}");
    }

    public static bool IsFloat(DType t) => t is DType.Float16 or DType.BFloat16 or DType.Float32 or DType.Float64;
    public static bool IsComplex(DType t) => t is DType.Complex64 or DType.Complex128;

    public static HostArray From<T>(DType type, long[] shape, ReadOnlySpan<T> values) where T : unmanaged =>
        new(type, shape, MemoryMarshal.AsBytes(values).ToArray());

    public static HostArray Doubles(long[] shape, params double[] values) => From<double>(DType.Float64, shape, values);

    public static HostArray Empty(DType type, long[] shape)
    {
        long n = 1;
        foreach (long d in shape) { n *= d; }
        return new HostArray(type, shape, new byte[n * SizeOf(type)]);
    }

    /// <summary>The value as a double; integers beyond 2^53 are rounded, complex gives its real part.</summary>
    public double DoubleAt(long i)
    {
        ReadOnlySpan<byte> p = bytes.AsSpan((int)(i * SizeOf(type)));
        return type switch
        {
            DType.Float16 => (double)BitConverter.ToHalf(p),
            DType.BFloat16 => BitConverter.Int32BitsToSingle(BitConverter.ToUInt16(p) << 16),
            DType.Float32 or DType.Complex64 => BitConverter.ToSingle(p),
            DType.Float64 or DType.Complex128 => BitConverter.ToDouble(p),
            DType.UInt64 => BitConverter.ToUInt64(p),
            _ => IntegerAt(i),
        };
    }

    public Complex ComplexAt(long i) => type switch
    {
        DType.Complex64 => new Complex(BitConverter.ToSingle(bytes, (int)(8 * i)), BitConverter.ToSingle(bytes, (int)(8 * i + 4))),
        DType.Complex128 => new Complex(BitConverter.ToDouble(bytes, (int)(16 * i)), BitConverter.ToDouble(bytes, (int)(16 * i + 8))),
        _ => DoubleAt(i),
    };

    /// <summary>The exact value of an integer or bool element; UInt64 keeps its bits.</summary>
    public long IntegerAt(long i)
    {
        ReadOnlySpan<byte> p = bytes.AsSpan((int)(i * SizeOf(type)));
        return type switch
        {
            DType.Bool or DType.UInt8 => p[0],
            DType.Int8 => (sbyte)p[0],
            DType.UInt16 => BitConverter.ToUInt16(p),
            DType.Int16 => BitConverter.ToInt16(p),
            DType.UInt32 => BitConverter.ToUInt32(p),
            DType.Int32 => BitConverter.ToInt32(p),
            DType.UInt64 => (long)BitConverter.ToUInt64(p),
            DType.Int64 => BitConverter.ToInt64(p),
            _ => throw new InvalidOperationException($"{type} is not an integer type"),
        };
    }

    /// <summary>The element's bits, every NaN turned into one: payloads are promised nowhere.</summary>
    public UInt128 Bits(long i)
    {
        if (IsComplex(type))
        {
            Complex c = ComplexAt(i);
            return new UInt128(Canonical(c.Real), Canonical(c.Imaginary));
        }
        if (IsFloat(type) && double.IsNaN(DoubleAt(i))) { return UInt128.MaxValue; }
        UInt128 r = 0;
        int size = SizeOf(type);
        for (int k = size - 1; k >= 0; k--) { r = (r << 8) | bytes[i * size + k]; }
        return r;
    }

    static ulong Canonical(double d) => double.IsNaN(d) ? ulong.MaxValue : BitConverter.DoubleToUInt64Bits(d);

    /// <summary>Null when dtype, shape and bits (NaN = NaN) agree, else a sentence that says where not.</summary>
    public string? Difference(HostArray other)
    {
        if (type != other.DType) { return $"dtype {type} against {other.DType}"; }
        if (!shape.AsSpan().SequenceEqual(other.Shape)) { return $"shape {ShapeText(shape)} against {ShapeText(other.Shape)}"; }
        for (long i = 0; i < Count; i++)
        {
            if (Bits(i) != other.Bits(i)) { return $"element {i} of {ShapeText(shape)} {type}: {Text(i)} against {other.Text(i)}"; }
        }
        return null;
    }

    public string Text(long i)
    {
        if (IsComplex(type)) { return ComplexAt(i).ToString(CultureInfo.InvariantCulture); }
        if (!IsFloat(type)) { return type == DType.UInt64 ? ((ulong)IntegerAt(i)).ToString(CultureInfo.InvariantCulture) : IntegerAt(i).ToString(CultureInfo.InvariantCulture); }
        return string.Create(CultureInfo.InvariantCulture, $"{DoubleAt(i):R} (0x{Bits(i):x})");
    }

    public static string ShapeText(long[] shape) => $"({string.Join(",", shape)})";

    public override string ToString()
    {
        var s = new StringBuilder($"{Name(type)}{ShapeText(shape)} [");
        for (long i = 0; i < Math.Min(Count, 12); i++) { s.Append(i > 0 ? ", " : "").Append(Text(i)); }
        return s.Append(Count > 12 ? ", ...]" : "]").ToString();
    }
}
