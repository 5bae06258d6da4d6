using System.Runtime.CompilerServices;

namespace Engine.Internal.Lanes;

/// <summary>Scalar sin, cos, tan for lanes whose |x| is above the bound of the body: Payne and Hanek's reduction with 192 bits of 2/pi, then the
/// polynomials of the bodies with a low part. Any finite x, within 1 ulp (tan 1.5); inf and NaN give NaN.</summary>
internal static class Trig
{
    /// <summary>The bodies are good up to here: the error of x 2/pi in f32 must not push |r| past pi/4, and n times each part
    /// of pi is exact without FMA.</summary>
    public static double Bound32
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Isa.Fma ? 1 << 17 : 1 << 13;
    }

    /// <summary>The same for f64.</summary>
    public static double Bound64
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Isa.Fma ? 1L << 36 : 1 << 22;
    }

    public static double PatchSin(double x) => Run(x, 0);
    public static double PatchCos(double x) => Run(x, 1);
    public static double PatchTan(double x) => Run(x, 2);

    /// <summary>The bound for a dtype.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Bound(DType t) => t == DType.Float32 ? Bound32 : Bound64;

    static double Run(double x, int what)
    {
        if (!double.IsFinite(x))
        {
            return double.NaN;
        }
        // |x| = q pi/2 + r + e
        int q = Reduce(Math.Abs(x), out double r, out double e);
        double z = r * r;
        if (what == 2)
        {
            double p = 2.085969875534831e-05;
            foreach (double c in TanC)
            {
                p = p * z + c;
            }
            double t = r + (r * (z * p) + e * (1 + z));
            if ((q & 1) != 0)
            {
                t = -1 / t;
            }
            return x < 0 ? -t : t;
        }
        if (what == 1)
        {
            q++;
        }
        double v;
        if ((q & 1) == 0)
        {
            double p = 1.5895943637451336e-10;
            foreach (double c in SinC)
            {
                p = p * z + c;
            }
            v = r + (r * (z * p) + e);
        }
        else
        {
            double p = -1.1358748095206086e-11, h = 0.5 * z, w = 1 - h;
            foreach (double c in CosC)
            {
                p = p * z + c;
            }
            v = w + ((1 - w - h) + (z * z * p - r * e));
        }
        return ((q & 2) != 0) != (x < 0 && what == 0) ? -v : v;
    }

    static ReadOnlySpan<double> SinC =>
        [-2.5050742320642017e-08, 2.755731358226442e-06, -0.0001984126982945851, 0.008333333333321919, -0.1666666666666663];

    static ReadOnlySpan<double> CosC =>
        [2.087570540410226e-09, -2.7557314217299276e-07, 2.480158728900347e-05, -0.0013888888888873344, 0.041666666666666595];

    static ReadOnlySpan<double> TanC =>
        [-4.486235179919932e-05, 8.942724378094111e-05, -2.636034126489557e-05, 0.00013650837722395463, 0.00022238752781426,
        0.0005950623584991046, 0.0014547584654549088, 0.0035922890124195674, 0.008863219169099433, 0.021869489608920267,
        0.053968253926654434, 0.1333333333341471, 0.33333333333332776];

    /// <summary>x >= 2^-10: quadrant and remainder in two parts. 2 bits of the product are the quadrant, the other 190 the fraction.</summary>
    static int Reduce(double x, out double r, out double e)
    {
        long bits = BitConverter.DoubleToInt64Bits(x);
        ulong m = (ulong)bits & 0xFFFFFFFFFFFFF | 1UL << 52;
        // the first bit that counts modulo 4; the table has 64 leading zeros
        int at = (int)(bits >> 52) - 1075 + 62, word = at >> 6, s = at & 63;
        ulong Word(int i) => s == 0 ? TwoOverPi[word + i] : TwoOverPi[word + i] << s | TwoOverPi[word + i + 1] >> 64 - s;
        ulong w0 = Word(0), w1 = Word(1), w2 = Word(2);
        UInt128 t = (UInt128)m * w2;
        ulong p2 = (ulong)t;
        t = (UInt128)m * w1 + (ulong)(t >> 64);
        ulong p1 = (ulong)t;
        ulong p0 = m * w0 + (ulong)(t >> 64);
        int q = (int)(p0 >> 62);
        p0 = p0 << 2 | p1 >> 62;
        p1 = p1 << 2 | p2 >> 62;
        p2 <<= 2;
        bool neg = (long)p0 < 0;
        if (neg)
        {
            q++;
            p2 = ~p2 + 1;
            p1 = ~p1 + (p2 == 0 ? 1UL : 0);
            p0 = ~p0 + (p2 == 0 && p1 == 0 ? 1UL : 0);
        }
        int shift = 0;
        if (p0 == 0)
        {
            p0 = p1;
            p1 = p2;
            p2 = 0;
            shift = 64;
        }
        int z = System.Numerics.BitOperations.LeadingZeroCount(p0);
        if (z > 0)
        {
            p0 = p0 << z | p1 >> 64 - z;
            p1 = p1 << z | p2 >> 64 - z;
        }
        double scale = BitConverter.Int64BitsToDouble((long)(1023 - 53 - shift - z) << 52);
        double hi = (p0 >> 11) * scale, lo = ((p0 & 0x7FF) << 42 | p1 >> 22) * (scale * 1.1102230246251565e-16);
        if (neg)
        {
            hi = -hi;
            lo = -lo;
        }
        const double H = 1.5707963267948966, L = 6.123233995736766e-17;
        double a = hi * H, b = Math.FusedMultiplyAdd(hi, H, -a) + (hi * L + lo * H);
        r = a + b;
        e = a - r + b;
        return q;
    }

    static ReadOnlySpan<ulong> TwoOverPi =>
        [0x0000000000000000, 0xA2F9836E4E441529, 0xFC2757D1F534DDC0, 0xDB6295993C439041, 0xFE5163ABDEBBC561, 0xB7246E3A424DD2E0,
        0x06492EEA09D1921C, 0xFE1DEB1CB129A73E, 0xE88235F52EBB4484, 0xE99C7026B45F7E41, 0x3991D639835339F4, 0x9C845F8BBDF9283B,
        0x1FF897FFDE05980F, 0xEF2F118B5A0A6D1F, 0x6D367ECF27CB09B7, 0x4F463F669E5FEA2D, 0x7527BAC7EBE5F17B, 0x3D0739F78A5292EA,
        0x6BFB5FB11F8D5D08, 0x56033046FC7B6BAB, 0xF0CFBC209AF4361D];
}
