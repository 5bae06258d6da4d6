using System.Buffers.Binary;

namespace Engine.Testing;

/// <summary>Elements of every dtype from a seeded generator, special ones included.</summary>
internal static class ValueGen
{
    static readonly double[] SpecialFloats = [double.NaN, double.PositiveInfinity, double.NegativeInfinity, -0.0, 0, 1, -1, 0.5, 2];

    public static HostArray Draw(DType type, long[] shape, Random random, ArraySpec spec)
    {
        HostArray r = HostArray.Empty(type, shape);
        int size = HostArray.SizeOf(type);
        for (long i = 0; i < r.Count; i++) { Write(r.Bytes.AsSpan((int)(i * size), size), type, random, spec); }
        return r;
    }

    /// <summary>Fills gaps with what would be noticed: NaN for floats, the largest value for integers, true.</summary>
    public static void Garbage(Span<byte> memory, DType type)
    {
        if (type == DType.Bool) { memory.Fill(1); }
        else { memory.Fill(type is DType.UInt8 or DType.UInt16 or DType.UInt32 or DType.UInt64 || HostArray.IsFloat(type) || HostArray.IsComplex(type) ? (byte)0xFF : (byte)0x7F); }
    }

    static void Write(Span<byte> p, DType type, Random random, ArraySpec spec)
    {
        bool special = spec.SpecialValues && random.Next(8) == 0;
        if (type == DType.Bool) { p[0] = (byte)random.Next(2); }
        else if (HostArray.IsComplex(type))
        {
            DType part = type == DType.Complex64 ? DType.Float32 : DType.Float64;
            Write(p[..(p.Length / 2)], part, random, spec);
            Write(p[(p.Length / 2)..], part, random, spec);
        }
        else if (HostArray.IsFloat(type)) { Float(p, type, special ? SpecialFloat(type, random) : Ordinary(random, spec.Scale)); }
        else { Integer(p, special ? SpecialInteger(p.Length, random) : OrdinaryInteger(type, random, spec.Scale)); }
    }

    static double Ordinary(Random random, double scale) => (2 * random.NextDouble() - 1) * scale * (random.Next(4) == 0 ? Math.ScaleB(1, -random.Next(12)) : 1);

    static double SpecialFloat(DType type, Random random)
    {
        FloatFormat f = FloatFormat.Of(type);
        double sign = random.Next(2) == 0 ? 1 : -1;
        return random.Next(4) switch
        {
            0 => sign * Math.ScaleB(random.Next(1, 1 << Math.Min(f.Precision - 1, 20)), f.SmallestUlp),      // subnormal
            1 => sign * Math.ScaleB(2 - Math.ScaleB(1, 1 - f.Precision), f.LargestUlp + f.Precision - 1),     // the largest
            _ => SpecialFloats[random.Next(SpecialFloats.Length)],
        };
    }

    public static void Float(Span<byte> p, DType type, double value)
    {
        switch (type)
        {
            case DType.Float16: BinaryPrimitives.WriteHalfLittleEndian(p, (Half)value); break;
            case DType.BFloat16: BinaryPrimitives.WriteUInt16LittleEndian(p, Brain(value)); break;
            case DType.Float32: BinaryPrimitives.WriteSingleLittleEndian(p, (float)value); break;
            default: BinaryPrimitives.WriteDoubleLittleEndian(p, value); break;
        }
    }

    static ushort Brain(double value)
    {
        uint bits = BitConverter.SingleToUInt32Bits((float)value);
        return double.IsNaN(value) ? (ushort)0x7FC0 : (ushort)((bits + 0x7FFF + (bits >> 16 & 1)) >> 16);
    }

    static void Integer(Span<byte> p, long value)
    {
        for (int k = 0; k < p.Length; k++) { p[k] = (byte)(value >> (8 * k)); }
    }

    static long SpecialInteger(int size, Random random) => random.Next(5) switch
    {
        0 => 0,
        1 => -1,
        2 => 1L << (8 * size - 1),
        3 => (1L << (8 * size - 1)) - 1,
        _ => 1,
    };

    static long OrdinaryInteger(DType type, Random random, double scale)
    {
        long limit = Math.Max(1, (long)scale);
        return type is DType.UInt8 or DType.UInt16 or DType.UInt32 or DType.UInt64 ? random.NextInt64(limit + 1) : random.NextInt64(-limit, limit + 1);
    }
}
