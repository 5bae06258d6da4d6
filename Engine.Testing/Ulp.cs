namespace Engine.Testing;

/// <summary>A binary floating-point format: significant bits and the exponents of its smallest and largest ulp.</summary>
internal readonly record struct FloatFormat(int Precision, int SmallestUlp, int LargestUlp)
{
    public static FloatFormat Of(DType t) => t switch
    {
        DType.Float16 => new(11, -24, 5),
        DType.BFloat16 => new(8, -133, 120),
        DType.Float32 or DType.Complex64 => new(24, -149, 104),
        DType.Float64 or DType.Complex128 => new(53, -1074, 971),
        _ => throw new ArgumentException($"{t} is not a floating type", nameof(t)),
    };

    /// <summary>One ulp at the magnitude of <paramref name="value"/>; the largest ulp where that is beyond the range.</summary>
    public double UlpAt(double value)
    {
        if (double.IsInfinity(value)) { return Math.ScaleB(1, LargestUlp); }
        int e = value == 0 || !double.IsFinite(value) ? SmallestUlp : Math.ILogB(value) + 1 - Precision;
        return Math.ScaleB(1, Math.Clamp(e, SmallestUlp, LargestUlp));
    }
}

/// <summary>Distances between floating-point numbers.</summary>
internal static class Ulp
{
    /// <summary>Number of representable singles between the two; 0 for NaN against NaN and -0 against +0, long.MaxValue for NaN against a number.</summary>
    public static long Between(float a, float b) =>
        float.IsNaN(a) || float.IsNaN(b) ? (float.IsNaN(a) && float.IsNaN(b) ? 0 : long.MaxValue)
        : Math.Abs(Ordered(BitConverter.SingleToInt32Bits(a), int.MinValue) - Ordered(BitConverter.SingleToInt32Bits(b), int.MinValue));

    /// <summary>The same for doubles; saturates at long.MaxValue.</summary>
    public static long Between(double a, double b)
    {
        if (double.IsNaN(a) || double.IsNaN(b)) { return double.IsNaN(a) && double.IsNaN(b) ? 0 : long.MaxValue; }
        Int128 x = Ordered(BitConverter.DoubleToInt64Bits(a)), y = Ordered(BitConverter.DoubleToInt64Bits(b));
        Int128 d = Int128.Abs(x - y);
        return d > long.MaxValue ? long.MaxValue : (long)d;
    }

    static long Ordered(int bits, int zero) => bits >= 0 ? bits : (long)zero - bits;
    static Int128 Ordered(long bits) => bits >= 0 ? bits : (Int128)long.MinValue - bits;

    /// <summary>
    /// Error of <paramref name="got"/> against a reference in double, in ulp of the reference for the format of <paramref name="t"/>.
    /// Infinity for a wrong special value or a wrong sign of zero.
    /// </summary>
    public static double Error(double got, double want, DType t)
    {
        if (double.IsNaN(want) || double.IsNaN(got)) { return double.IsNaN(want) && double.IsNaN(got) ? 0 : double.PositiveInfinity; }
        FloatFormat f = FloatFormat.Of(t);
        double limit = Math.ScaleB(2 - Math.ScaleB(1, 1 - f.Precision), f.LargestUlp + f.Precision - 1);
        if (double.IsInfinity(got))
        {
            if (double.IsInfinity(want)) { return got == want ? 0 : double.PositiveInfinity; }
            return double.IsNegative(got) == double.IsNegative(want) ? Math.Max(0, (limit - Math.Abs(want)) / f.UlpAt(limit) + 1) : double.PositiveInfinity;
        }
        if (double.IsInfinity(want)) { return double.PositiveInfinity; }
        if (got == want) { return want != 0 || double.IsNegative(got) == double.IsNegative(want) ? 0 : double.PositiveInfinity; }
        return Math.Abs(got - want) / f.UlpAt(want);
    }
}
