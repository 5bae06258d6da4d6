using System.Buffers.Binary;

namespace Engine.Tests.SecondBackend;

/// <summary>Elements of memory as registers (the bits of a lane; complex: see <see cref="Complex"/>), and the casts between dtypes.</summary>
internal static class Elements
{
    public static int SizeOf(DType t) => t switch
    {
        DType.Bool or DType.UInt8 or DType.Int8 => 1,
        DType.UInt16 or DType.Int16 or DType.Float16 or DType.BFloat16 => 2,
        DType.UInt32 or DType.Int32 or DType.Float32 => 4,
        DType.Complex128 => 16,
        _ => 8,
    };

    /// <summary>The dtype of the lanes that hold a value of type t.</summary>
    public static DType Lane(DType t) => t switch
    {
        DType.Bool => DType.UInt8,
        DType.Float16 or DType.BFloat16 => DType.Float32,
        _ => t,
    };

    public static UInt128 Raw(ReadOnlySpan<byte> p, DType t) => SizeOf(t) switch
    {
        1 => p[0],
        2 => BinaryPrimitives.ReadUInt16LittleEndian(p),
        4 => BinaryPrimitives.ReadUInt32LittleEndian(p),
        8 => BinaryPrimitives.ReadUInt64LittleEndian(p),
        _ => BinaryPrimitives.ReadUInt128LittleEndian(p),
    };

    public static void Raw(UInt128 bits, Span<byte> p, DType t)
    {
        switch (SizeOf(t))
        {
            case 1: p[0] = (byte)bits; break;
            case 2: BinaryPrimitives.WriteUInt16LittleEndian(p, (ushort)bits); break;
            case 4: BinaryPrimitives.WriteUInt32LittleEndian(p, (uint)bits); break;
            case 8: BinaryPrimitives.WriteUInt64LittleEndian(p, (ulong)bits); break;
            default: BinaryPrimitives.WriteUInt128LittleEndian(p, bits); break;
        }
    }

    /// <summary>Memory bits to lane bits: halves widen.</summary>
    public static ulong ToLane(UInt128 raw, DType t) => t switch
    {
        DType.Float16 => BitConverter.SingleToUInt32Bits((float)BitConverter.UInt16BitsToHalf((ushort)raw)),
        DType.BFloat16 => (uint)raw << 16,
        _ => (ulong)raw,
    };

    /// <summary>Lane bits to memory bits: halves are rounded to nearest even, a mask becomes 0 or 1.</summary>
    public static UInt128 FromLane(ulong lane, DType t) => t switch
    {
        DType.Bool => lane != 0 ? 1u : 0u,
        DType.Float16 => BitConverter.HalfToUInt16Bits((Half)BitConverter.UInt32BitsToSingle((uint)lane)),
        DType.BFloat16 => ToBrain((uint)lane),
        _ => lane,
    };

    static ushort ToBrain(uint bits)
    {
        if ((bits & 0x7FFFFFFF) > 0x7F800000) { return (ushort)((bits >> 16) | 0x40); }
        return (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }

    static bool IsComplex(DType t) => t is DType.Complex64 or DType.Complex128;
    static bool IsFloat(DType t) => t is DType.Float16 or DType.BFloat16 or DType.Float32 or DType.Float64;

    /// <summary>The value as a double (floats), exactly.</summary>
    static double Double(UInt128 raw, DType t) =>
        t == DType.Float64 ? BitConverter.UInt64BitsToDouble((ulong)raw) : BitConverter.UInt32BitsToSingle((uint)ToLane(raw, t));

    static (double Re, double Im) Complex(UInt128 raw, DType t) => t == DType.Complex64
        ? (BitConverter.UInt32BitsToSingle((uint)raw), BitConverter.UInt32BitsToSingle((uint)(raw >> 32)))
        : (BitConverter.UInt64BitsToDouble((ulong)raw), BitConverter.UInt64BitsToDouble((ulong)(raw >> 64)));

    /// <summary>An integer or bool with its sign.</summary>
    static Int128 Integer(UInt128 raw, DType t) => t switch
    {
        DType.Int8 => (sbyte)raw,
        DType.Int16 => (short)raw,
        DType.Int32 => (int)raw,
        DType.Int64 => (long)raw,
        _ => (Int128)raw,
    };

    /// <summary>The cast of one element, memory bits to memory bits.</summary>
    public static UInt128 Cast(UInt128 raw, DType from, DType to)
    {
        if (from == to) { return raw; }
        if (IsComplex(from))
        {
            (double re, double im) = Complex(raw, from);
            if (to == DType.Bool) { return re != 0 || im != 0 ? 1u : 0u; }
            return IsComplex(to) ? Pack(re, im, to) : FromDouble(re, to);
        }
        if (IsFloat(from))
        {
            double d = Double(raw, from);
            return IsComplex(to) ? Pack(d, 0, to) : FromDouble(d, to);
        }
        Int128 i = Integer(raw, from);
        if (to == DType.Bool) { return i != 0 ? 1u : 0u; }
        if (IsComplex(to)) { return Pack(to == DType.Complex64 ? (float)i : (double)i, 0, to); }
        return to switch
        {
            DType.Float64 => BitConverter.DoubleToUInt64Bits((double)i),
            DType.Float32 => BitConverter.SingleToUInt32Bits((float)i),
            DType.Float16 or DType.BFloat16 => FromLane(BitConverter.SingleToUInt32Bits((float)i), to),      // through the lanes' single
            _ => (UInt128)i & (UInt128.MaxValue >> (128 - 8 * SizeOf(to))),
        };
    }

    static UInt128 Pack(double re, double im, DType to) => to == DType.Complex64
        ? (UInt128)BitConverter.SingleToUInt32Bits((float)im) << 32 | BitConverter.SingleToUInt32Bits((float)re)
        : (UInt128)BitConverter.DoubleToUInt64Bits(im) << 64 | BitConverter.DoubleToUInt64Bits(re);

    static UInt128 FromDouble(double d, DType to) => to switch
    {
        DType.Bool => d != 0 ? 1u : 0u,
        DType.Float64 => BitConverter.DoubleToUInt64Bits(d),
        DType.Float32 => BitConverter.SingleToUInt32Bits((float)d),
        DType.Float16 or DType.BFloat16 => FromLane(BitConverter.SingleToUInt32Bits((float)d), to),
        _ => Truncated(d, to),
    };

    /// <summary>Towards zero; the low bits of what a 64-bit (32-bit and narrower: 32-bit where it fits) conversion gives, INT_MIN for NaN and what does not fit.</summary>
    static UInt128 Truncated(double d, DType to)
    {
        UInt128 mask = UInt128.MaxValue >> (128 - 8 * SizeOf(to));
        if (to == DType.UInt64 && d >= 9223372036854775808.0 && d < 18446744073709551616.0) { return (ulong)d; }
        if (to == DType.Int32) { return d > -2147483649.0 && d < 2147483648.0 ? (uint)(int)d : 0x80000000u; }
        bool fits = d is >= -9223372036854775808.0 and < 9223372036854775808.0;
        return (fits ? (UInt128)(Int128)(long)d : (UInt128)(Int128)long.MinValue) & mask;
    }
}
