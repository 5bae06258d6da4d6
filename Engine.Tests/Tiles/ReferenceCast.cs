using System.Globalization;
using System.Numerics;
using Engine.Internal.Lanes;

namespace Engine.Tests.Tiles;

/// <summary>Conversions one element at a time, from the definitions and not from our kernels.</summary>
internal static unsafe class ReferenceCast
{
    public static void Run(DType from, byte* x, DType to, byte* y)
    {
        if (from == to)
        {
            Buffer.MemoryCopy(x, y, LaneSize.Of(to), LaneSize.Of(to));
            return;
        }
        if (from is DType.Complex64 or DType.Complex128)
        {
            double re = from == DType.Complex64 ? *(float*)x : *(double*)x, im = from == DType.Complex64 ? ((float*)x)[1] : ((double*)x)[1];
            if (to == DType.Bool) { *y = re != 0 || im != 0 ? (byte)1 : (byte)0; }
            else if (to == DType.Complex64) { ((float*)y)[0] = (float)re; ((float*)y)[1] = (float)im; }
            else if (to == DType.Complex128) { ((double*)y)[0] = re; ((double*)y)[1] = im; }
            else { FromFloat(re, to, y); }
            return;
        }
        switch (from)
        {
            case DType.Float16: FromFloat((double)*(Half*)x, to, y); break;
            case DType.BFloat16: FromFloat((double)BitConverter.UInt32BitsToSingle((uint)*(ushort*)x << 16), to, y); break;
            case DType.Float32: FromFloat(*(float*)x, to, y); break;
            case DType.Float64: FromFloat(*(double*)x, to, y); break;
            case DType.Int8: FromInteger(*(sbyte*)x, to, y); break;
            case DType.Int16: FromInteger(*(short*)x, to, y); break;
            case DType.Int32: FromInteger(*(int*)x, to, y); break;
            case DType.Int64: FromInteger(*(long*)x, to, y); break;
            case DType.UInt16: FromInteger(*(ushort*)x, to, y); break;
            case DType.UInt32: FromInteger(*(uint*)x, to, y); break;
            case DType.UInt64: FromInteger(*(ulong*)x, to, y); break;
            default: FromInteger(*x, to, y); break;
        }
    }

    static void FromInteger(BigInteger v, DType to, byte* y)
    {
        string text = v.ToString(CultureInfo.InvariantCulture);
        switch (to)
        {
            case DType.Bool: *y = v.IsZero ? (byte)0 : (byte)1; break;
            // the parsers round once
            case DType.Float32: *(float*)y = float.Parse(text, CultureInfo.InvariantCulture); break;
            case DType.Float64: *(double*)y = double.Parse(text, CultureInfo.InvariantCulture); break;
            case DType.Complex64: ((float*)y)[0] = float.Parse(text, CultureInfo.InvariantCulture); ((float*)y)[1] = 0; break;
            case DType.Complex128: ((double*)y)[0] = double.Parse(text, CultureInfo.InvariantCulture); ((double*)y)[1] = 0; break;
            case DType.Float16: *(Half*)y = Half.Parse(text, CultureInfo.InvariantCulture); break;
            case DType.BFloat16: *(ushort*)y = Nearest(v); break;
            default: Wrap(v, to, y); break;
        }
    }

    static void Wrap(BigInteger v, DType to, byte* y)
    {
        ulong low = (ulong)(v & ulong.MaxValue);
        Buffer.MemoryCopy(&low, y, LaneSize.Of(to), LaneSize.Of(to));
    }

    /// <summary>The bf16 nearest to an integer, by exact distances.</summary>
    static ushort Nearest(BigInteger v)
    {
        int start = Upper((float)v);
        int best = -1;
        BigInteger distance = 0;
        for (int b = start - 1; b <= start + 1; b++)
        {
            if ((b & 0x7FFF) > 0x7F7F || b < 0) { continue; }
            // all candidates for 64-bit integers are multiples of 2^-160
            var d = BigInteger.Abs(Scaled(b) - (v << 160));
            if (best < 0 || d < distance || (d == distance && (b & 1) == 0)) { (best, distance) = (b, d); }
        }
        return (ushort)best;
    }

    static BigInteger Scaled(int bits)
    {
        int exponent = bits >> 7 & 0xFF, fraction = bits & 0x7F;
        BigInteger m = exponent == 0 ? fraction : fraction | 0x80;
        m <<= Math.Max(exponent, 1) - 127 - 7 + 160;
        return (bits & 0x8000) != 0 ? -m : m;
    }

    static void FromFloat(double v, DType to, byte* y)
    {
        switch (to)
        {
            case DType.Bool: *y = v != 0 ? (byte)1 : (byte)0; break;
            case DType.Float16: *(Half*)y = (Half)v; break;
            case DType.BFloat16: *(ushort*)y = NearestBFloat(v); break;
            case DType.Float32: *(float*)y = (float)v; break;
            case DType.Float64: *(double*)y = v; break;
            case DType.Complex64: ((float*)y)[0] = (float)v; ((float*)y)[1] = 0; break;
            case DType.Complex128: ((double*)y)[0] = v; ((double*)y)[1] = 0; break;
            default:
                // what does not fit 32 bits (64 for the widest three) is the smallest integer; then the low bits
                bool wide = to is DType.UInt32 or DType.Int64 or DType.UInt64;
                double limit = wide ? 9223372036854775808.0 : 2147483648.0, t = Math.Truncate(v);
                BigInteger i = t >= -limit && t < limit ? new BigInteger(t) : wide ? long.MinValue : int.MinValue;
                if (to == DType.UInt64 && t >= limit && t < 2 * limit) { i = new BigInteger(t); }
                Wrap(i, to, y);
                break;
        }
    }

    static ushort NearestBFloat(double v)
    {
        if (double.IsNaN(v)) { return 0x7FC0; }
        float f = (float)v;
        int start = Upper(f);
        int best = -1;
        double distance = 0;
        for (int b = start - 1; b <= start + 1; b++)
        {
            if (b < 0 || b > 0xFFFF || ((b ^ start) & 0x8000) != 0 || (b & 0x7FFF) > 0x7F80) { continue; }
            // infinity stands where the next number would
            double c = (b & 0x7FFF) == 0x7F80 ? Math.CopySign(Math.Pow(2, 128), v) : BitConverter.UInt32BitsToSingle((uint)b << 16);
            double d = double.IsInfinity(v) ? ((b & 0x7FFF) == 0x7F80 ? 0 : 1) : Math.Abs(v - c);
            if (best < 0 || d < distance || (d == distance && (b & 1) == 0)) { (best, distance) = (b, d); }
        }
        return (ushort)best;
    }

    static int Upper(float f) => (int)(BitConverter.SingleToUInt32Bits(f) >> 16);
}
