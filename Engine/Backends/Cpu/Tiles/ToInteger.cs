using Engine.Internal.Lanes;

namespace Engine.Internal.Backends.Cpu;

/// <summary>Conversions that have no vector instruction everywhere, with one result on every machine.</summary>
/// <remarks>
/// A float becomes an integer by truncation. What does not fit Int32 (Int64 for the three widest targets), and NaN, becomes the smallest integer,
/// as x86 has it; narrower targets and UInt32 take the low bits of that (300.0 is 44 in a byte, -1.0 is 4294967295).
/// </remarks>
internal readonly struct ToInteger :
    IConvert<float, uint>, IConvert<float, long>, IConvert<float, ulong>,
    IConvert<double, int>, IConvert<double, uint>, IConvert<double, long>, IConvert<double, ulong>
{
    public static int Int32(float x) => x is >= -2147483648f and < 2147483648f ? (int)x : int.MinValue;
    public static int Int32(double x) => x is > -2147483649.0 and < 2147483648.0 ? (int)x : int.MinValue;
    public static long Int64(double x) => x is >= -9223372036854775808.0 and < 9223372036854775808.0 ? (long)x : long.MinValue;

    public static ulong UInt64(double x) => x < 9223372036854775808.0 ? (ulong)Int64(x)
        : x < 18446744073709551616.0 ? (ulong)(long)(x - 9223372036854775808.0) ^ 0x8000000000000000 : 0x8000000000000000;

    static uint IConvert<float, uint>.Convert(float x) => (uint)Int64(x);
    static long IConvert<float, long>.Convert(float x) => Int64(x);
    static ulong IConvert<float, ulong>.Convert(float x) => UInt64(x);
    static int IConvert<double, int>.Convert(double x) => Int32(x);
    static uint IConvert<double, uint>.Convert(double x) => (uint)Int64(x);
    static long IConvert<double, long>.Convert(double x) => Int64(x);
    static ulong IConvert<double, ulong>.Convert(double x) => UInt64(x);
}

/// <summary>Integers to the nearest float, ties to even: one rounding, whatever the machine's own conversions do.</summary>
internal readonly struct ToFloat : IConvert<uint, float>, IConvert<long, float>, IConvert<ulong, float>, IConvert<ulong, double>
{
    static float IConvert<uint, float>.Convert(uint x) => (float)(double)x;
    static float IConvert<long, float>.Convert(long x) => x;

    // Halved with a sticky bit, an integer of 64 bits fits the signed conversion and rounds the same way.
    static float IConvert<ulong, float>.Convert(ulong x) => (long)x >= 0 ? (float)(long)x : 2 * (float)(long)(x >> 1 | x & 1);
    static double IConvert<ulong, double>.Convert(ulong x) => (long)x >= 0 ? (double)(long)x : 2 * (double)(long)(x >> 1 | x & 1);
}

/// <summary>To a float rounded to odd: rounded again to f16 or bf16, it gives what one rounding would.</summary>
internal readonly struct ToOdd :
    IConvert<double, float>, IConvert<int, float>, IConvert<uint, float>, IConvert<long, float>, IConvert<ulong, float>
{
    public static float Odd(double x)
    {
        float f = (float)x;
        if (f == x || double.IsNaN(x))
        {
            return f;
        }
        uint bits = BitConverter.SingleToUInt32Bits(f);
        return BitConverter.UInt32BitsToSingle((Math.Abs((double)f) > Math.Abs(x) ? bits - 1 : bits) | 1);
    }

    static float IConvert<double, float>.Convert(double x) => Odd(x);
    static float IConvert<int, float>.Convert(int x) => Odd(x);
    static float IConvert<uint, float>.Convert(uint x) => Odd(x);

    // The low 16 bits become one sticky bit: what is left is exact in a double.
    static float IConvert<long, float>.Convert(long x) => Math.Abs((double)x) < 1L << 53
        ? Odd(x)
        : Odd(65536.0 * (x >> 16 | (x & 0xFFFF) + 0xFFFF >> 16));

    static float IConvert<ulong, float>.Convert(ulong x) => x < 1UL << 53
        ? Odd((long)x)
        : Odd(65536.0 * (long)(x >> 16 | (x & 0xFFFF) + 0xFFFF >> 16));
}
