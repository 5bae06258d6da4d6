using System.Numerics;

namespace Engine.Tests.SecondBackend;

/// <summary>The three members of the lane algebra that take a float apart, said with exact integer arithmetic.</summary>
internal static class FloatParts
{
    /// <summary>a * 2^n with one rounding, subnormal results included.</summary>
    public static double Scale(double a, double n)
    {
        if (a == 0 || !double.IsFinite(a) || !double.IsFinite(n)) { return double.IsNaN(n) ? n : double.IsFinite(n) ? a : a * Math.Pow(2, n); }
        (BigInteger m, int e) = Split(a);
        double r = Round(m, e + (int)n);
        return double.IsNegative(a) ? -r : r;
    }

    public static float Scale(float a, float n)
    {
        double exact = Scale((double)a, n);      // a single has 24 bits: exact in double for every n that a body may use
        return (float)exact;
    }

    /// <summary>|a| = m 2^e with m in [3/4, 3/2): e, or -inf for zero, +inf for an infinity, NaN for NaN.</summary>
    public static double Exponent(double a)
    {
        if (double.IsNaN(a) || double.IsInfinity(a)) { return Math.Abs(a); }
        return a == 0 ? double.NegativeInfinity : ExponentOf(Math.Abs(a));
    }

    /// <summary>That m; 1 for zero and infinities, NaN below zero.</summary>
    public static double Mantissa(double a)
    {
        if (double.IsNaN(a) || a < 0) { return double.NaN; }
        return a == 0 || double.IsInfinity(a) ? 1 : Scale(a, -ExponentOf(a));
    }

    static int ExponentOf(double a)
    {
        int e = Math.ILogB(a);
        return Scale(a, -e) >= 1.5 ? e + 1 : e;
    }

    static (BigInteger Mantissa, int Exponent) Split(double a)
    {
        long bits = BitConverter.DoubleToInt64Bits(a);
        int e = (int)(bits >> 52) & 0x7FF;
        long m = bits & ((1L << 52) - 1);
        return e == 0 ? (m, -1074) : (m | 1L << 52, e - 1075);
    }

    /// <summary>m * 2^e to the nearest double, ties to even.</summary>
    static double Round(BigInteger m, int e)
    {
        int drop = Math.Max((int)m.GetBitLength() - 53, -1074 - e);
        if (drop <= 0)
        {
            m <<= -drop;
        }
        else
        {
            BigInteger whole = m >> drop, rest = m - (whole << drop), half = BigInteger.One << (drop - 1);
            m = rest > half || rest == half && !whole.IsEven ? whole + 1 : whole;
        }
        e += drop;
        long bits = (long)m;
        if (bits == 1L << 53) { (bits, e) = (bits >> 1, e + 1); }
        if (bits < 1L << 52) { return BitConverter.Int64BitsToDouble(bits); }
        return e + 1075 >= 0x7FF ? double.PositiveInfinity : BitConverter.Int64BitsToDouble((bits & ((1L << 52) - 1)) | (long)(e + 1075) << 52);
    }
}
