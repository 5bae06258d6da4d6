using System.Globalization;
using System.Numerics;
using FsCheck.Xunit;
using Xunit;

namespace Engine.Tests.Basics;

public class NumberTests
{
    [Theory]
    [InlineData(1f, 0x3F80)]
    [InlineData(-0f, 0x8000)]
    [InlineData(1.00390625f, 0x3F80)]
    [InlineData(1.01171875f, 0x3F82)]
    [InlineData(1.0039064f, 0x3F81)]
    [InlineData(float.PositiveInfinity, 0x7F80)]
    [InlineData(float.MaxValue, 0x7F80)]
    [InlineData(3.3895314e38f, 0x7F7F)]
    [InlineData(1e-45f, 0x0000)]
    [InlineData(1e-40f, 0x0001)]
    public void BFloat16_rounds_to_nearest_even(float value, int bits) => Assert.Equal((ushort)bits, ((BFloat16)value).Bits);

    [Fact]
    public void BFloat16_keeps_every_value_through_float_and_text()
    {
        for (int bits = 0; bits <= ushort.MaxValue; bits++)
        {
            BFloat16 x = BFloat16.FromBits((ushort)bits);
            if (BFloat16.IsNaN(x))
            {
                Assert.True(float.IsNaN((float)x));
                Assert.True(BFloat16.IsNaN((BFloat16)(float)x));
                continue;
            }
            Assert.Equal(x.Bits, ((BFloat16)(float)x).Bits);
            Assert.Equal(x.Bits, ((BFloat16)(double)x).Bits);
            string text = x.ToString(null, CultureInfo.InvariantCulture);
            Assert.Equal(x.Bits, BFloat16.Parse(text, CultureInfo.InvariantCulture).Bits);
        }
        Assert.Equal("0.1", ((BFloat16)0.1f).ToString(null, CultureInfo.InvariantCulture));
        Assert.Equal("3.39E+38", BFloat16.MaxValue.ToString(null, CultureInfo.InvariantCulture));
    }

    [Fact]
    public void BFloat16_rounds_doubles_and_longs_once()
    {
        // Just above the tie between 1 and its neighbour: through float it would become the tie and round to even.
        double above = 1.00390625 + 1e-12;
        Assert.Equal(0x3F81, ((BFloat16)above).Bits);
        Assert.Equal(0xBF81, ((BFloat16)(-above)).Bits);
        Assert.Equal(0x3F80, ((BFloat16)(1.00390625 - 1e-12)).Bits);
        long tie = (1L << 62) + (1L << 54);
        Assert.Equal((BFloat16)(float)(1L << 62), (BFloat16)tie);
        Assert.True((BFloat16)(tie + 1) > (BFloat16)tie);
        Assert.Equal((BFloat16)(-9223372036854775808f), (BFloat16)long.MinValue);
        Assert.True(BFloat16.IsPositiveInfinity((BFloat16)1e300));
    }

    [Fact]
    public void BFloat16_tells_its_classes_apart()
    {
        Assert.True(BFloat16.IsSubnormal(BFloat16.Epsilon) && !BFloat16.IsNormal(BFloat16.Epsilon));
        Assert.True(BFloat16.IsNegative(BFloat16.NegativeZero) && BFloat16.NegativeZero == BFloat16.Zero);
        Assert.False(BFloat16.NaN == BFloat16.NaN);
        Assert.True(BFloat16.NaN.Equals(BFloat16.NaN));
        Assert.True(BFloat16.IsFinite(BFloat16.MaxValue) && BFloat16.IsInfinity(BFloat16.NegativeInfinity));
        Assert.Equal(2f, (float)(BFloat16.One + BFloat16.One));
        Assert.Equal(-1, BFloat16.MinValue.CompareTo(BFloat16.MaxValue));
        Assert.Throws<ArgumentException>(() => BFloat16.One.CompareTo(1f));
        Assert.Equal(3.140625f, (float)BFloat16.Pi);
    }

    [Property]
    public bool BFloat16_of_a_float_is_the_nearest(float value)
    {
        if (!float.IsFinite(value)) { return true; }
        BFloat16 x = (BFloat16)value;
        if (BFloat16.IsInfinity(x)) { return Math.Abs(value) >= 3.3961775e38f; }
        double error = Math.Abs((double)x - value);
        double up = Math.Abs((double)BFloat16.FromBits((ushort)(x.Bits + 1)) - value);
        double down = (x.Bits & 0x7FFF) == 0 ? error : Math.Abs((double)BFloat16.FromBits((ushort)(x.Bits - 1)) - value);
        return error <= up && error <= down;
    }

    [Fact]
    public void Complex64_computes_as_Complex()
    {
        Complex64 a = new(1, 2), b = new(3, -4);
        Assert.Equal(new Complex64(11, 2), a * b);
        Assert.Equal(new Complex64(-0.2f, 0.4f), a / b);
        Assert.Equal(5f, b.Magnitude);
        Assert.Equal(new Complex(1, 2), (Complex)a);
        Assert.Equal("<1; 2>", a.ToString(null, CultureInfo.InvariantCulture));
        Assert.Equal(a, Complex64.Parse("<1; 2>", CultureInfo.InvariantCulture));
        Assert.True(Complex64.IsNaN(Complex64.NaN) && Complex64.IsInfinity(new(float.NaN, float.PositiveInfinity)));
        Assert.Equal(new Complex64(1, -2), Complex64.Conjugate(a));
        Assert.False(Complex64.NaN == Complex64.NaN);
        Assert.Equal(Complex64.NaN, Complex64.NaN);
        unsafe { Assert.Equal(8, sizeof(Complex64)); }
    }
}
