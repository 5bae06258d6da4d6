using Engine.Internal.Lanes;
using Xunit;

namespace Engine.Tests.SecondBackend;

/// <summary>The second back end's own arithmetic against published values and the runtime's.</summary>
public class SecondBackendTests
{
    [Theory]
    [InlineData(0u, 0u, 0u, 0u, 0x6b200159u, 0x99ba4efeu)]
    [InlineData(0xffffffffu, 0xffffffffu, 0xffffffffu, 0xffffffffu, 0x1cb996fcu, 0xbb002be7u)]
    [InlineData(0x13198a2eu, 0x03707344u, 0x243f6a88u, 0x85a308d3u, 0xc4923a9cu, 0x483df7a0u)]
    public void ThreefryHasItsPublishedAnswers(uint key0, uint key1, uint x, uint y, uint first, uint second) =>
        Assert.Equal((first, second), Threefry.Hash(key0, key1, x, y));

    [Fact]
    public void ScaleRoundsOnce()
    {
        var random = new Random(5);
        for (int i = 0; i < 20000; i++)
        {
            double a = (random.NextDouble() + 0.5) * (random.Next(2) * 2 - 1);
            int n = random.Next(-1100, 1030);
            // The exact product in two parts that cannot round before the last step.
            decimal significand = n < -1022 ? 0 : 1;
            Assert.Equal(significand == 1 ? Math.ScaleB(a, n) : BitConverter.Int64BitsToDouble(Subnormal(a, n)), FloatParts.Scale(a, n));
            Assert.Equal((float)Math.ScaleB((double)(float)a, n % 200), FloatParts.Scale((float)a, n % 200));
        }
    }

    /// <summary>Bits of a * 2^n below the normal range: the multiple of 2^-1074 nearest to it, in 128-bit integers.</summary>
    static long Subnormal(double a, int n)
    {
        Int128 m = (Int128)(long)Math.ScaleB(Math.Abs(a), 53);
        int shift = -(n + 1074 - 53);
        if (shift > 120) { return a < 0 ? long.MinValue : 0; }
        Int128 whole = shift > 0 ? m >> shift : m << -shift;
        if (shift > 0)
        {
            Int128 rest = m - (whole << shift), half = Int128.One << (shift - 1);
            if (rest > half || rest == half && (whole & 1) == 1) { whole++; }
        }
        return (long)whole | (a < 0 ? long.MinValue : 0);
    }

    [Fact]
    public void ExponentAndMantissaMultiplyBack()
    {
        var random = new Random(6);
        for (int i = 0; i < 20000; i++)
        {
            double a = BitConverter.Int64BitsToDouble(random.NextInt64() & long.MaxValue);
            if (!double.IsFinite(a) || a == 0) { continue; }
            double e = FloatParts.Exponent(a), m = FloatParts.Mantissa(a);
            Assert.InRange(m, 0.75, Math.BitDecrement(1.5));
            Assert.Equal(a, FloatParts.Scale(m, e));
        }
        Assert.Equal(double.NegativeInfinity, FloatParts.Exponent(0));
        Assert.Equal(double.PositiveInfinity, FloatParts.Exponent(double.NegativeInfinity));
        Assert.True(double.IsNaN(FloatParts.Mantissa(-1)));
    }

    [Fact]
    public void IntegersNeverTrap()
    {
        Assert.Equal(0UL, Programs.Binary(LaneOp.DivInt, DType.Int32, 7, 0));
        Assert.Equal(0x80000000UL, Programs.Binary(LaneOp.DivInt, DType.Int32, 0x80000000, 0xFFFFFFFF));
        Assert.Equal(0x80UL, Programs.Binary(LaneOp.Add, DType.Int8, 0x7F, 1));
        Assert.Equal(unchecked((uint)-2), Programs.Binary(LaneOp.DivInt, DType.Int32, unchecked((uint)-7), 3));
    }

    [Fact]
    public void MinimumAndMaximumAreThoseOfTheStandard()
    {
        ulong Bits(double d) => BitConverter.DoubleToUInt64Bits(d);
        double Run(LaneOp op, double a, double b) => BitConverter.UInt64BitsToDouble(Programs.Binary(op, DType.Float64, Bits(a), Bits(b)));
        foreach (double a in (double[])[double.NaN, -0.0, 0.0, 1, double.NegativeInfinity])
        {
            foreach (double b in (double[])[double.NaN, -0.0, 0.0, 2, double.PositiveInfinity])
            {
                Assert.Equal(Bits(Math.Min(a, b)), Bits(Run(LaneOp.Min, a, b)));
                Assert.Equal(Bits(Math.Max(a, b)), Bits(Run(LaneOp.Max, a, b)));
            }
        }
    }

    [Theory]
    [InlineData(300.0, DType.UInt8, 44UL)]
    [InlineData(-1.0, DType.UInt8, 255UL)]
    [InlineData(double.NaN, DType.Int32, 0x80000000UL)]
    [InlineData(double.PositiveInfinity, DType.Int32, 0x80000000UL)]
    [InlineData(-2.9, DType.Int64, 0xFFFFFFFFFFFFFFFEUL)]
    [InlineData(double.NaN, DType.Bool, 1UL)]
    [InlineData(0.1, DType.Bool, 1UL)]
    public void CastsOfFloats(double value, DType to, ulong want) =>
        Assert.Equal(want, (ulong)Elements.Cast(BitConverter.DoubleToUInt64Bits(value), DType.Float64, to));
}
