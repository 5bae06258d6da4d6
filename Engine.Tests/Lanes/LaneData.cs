using System.Runtime.InteropServices;
using Engine.Internal.Lanes;

namespace Engine.Tests.Lanes;

/// <summary>A native block of elements, 64-byte aligned and padded.</summary>
internal sealed unsafe class LaneData(int bytes) : IDisposable
{
    public byte* Data { get; } = (byte*)NativeMemory.AlignedAlloc((nuint)bytes + 128, 64);
    public int Bytes => bytes;
    public Span<byte> Span => new(Data, bytes);

    public void Dispose() => NativeMemory.AlignedFree(Data);

    /// <summary>Random bits, with special values and, for floats, values of ordinary size.</summary>
    public static void Fill(byte* p, int count, DType t, Random random, int phase)
    {
        int size = LaneSize.Of(t);
        random.NextBytes(new Span<byte>(p, count * size));
        ReadOnlySpan<double> special =
        [
            0, -0.0, 1, -1, 2, 0.5, double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.Epsilon, float.Epsilon, -1e-40, 1e-310, 88.73,
            -103.9, 709.8, -745.2, 0.625, 1e5, 1e10, -3e38, 1e300, 127, 128, 255, -128, 32768, 2147483648.0, -2147483649.0, 9.3e18, 1.85e19,
        ];
        for (int i = 0; i < count; i++)
        {
            int pick = random.Next(4);
            double x = pick == 0 ? special[(i + phase * (i / special.Length)) % special.Length]
                : (random.NextDouble() - 0.5) * (pick == 1 ? 20 : 300);
            if (pick == 3) { continue; }
            if (t == DType.Float32) { ((float*)p)[i] = (float)x; }
            if (t == DType.Float64) { ((double*)p)[i] = x; }
            if (t == DType.Float16) { ((Half*)p)[i] = (Half)x; }
            if (t is not (DType.Float32 or DType.Float64 or DType.Float16) && pick == 0 && size < 16)
            {
                long edge = random.Next(6) switch { 0 => 0, 1 => 1, 2 => -1, 3 => long.MinValue >> (64 - 8 * size), 4 => long.MaxValue >> (64 - 8 * size), _ => 3 };
                Buffer.MemoryCopy(&edge, p + i * size, size, size);
            }
        }
        if (t == DType.Bool)
        {
            foreach (ref byte b in new Span<byte>(p, count)) { b &= 1; }
        }
    }

    /// <summary>Equal bits, any NaN equal to any other.</summary>
    public static int FirstDifference(byte* a, byte* b, int count, DType t)
    {
        int size = LaneSize.Of(t);
        for (int i = 0; i < count; i++)
        {
            byte* x = a + i * size, y = b + i * size;
            if (!new Span<byte>(x, size).SequenceEqual(new Span<byte>(y, size)) && !SameNaN(x, y, t)) { return i; }
        }
        return -1;
    }

    static bool SameNaN(byte* x, byte* y, DType t) => t switch
    {
        DType.Float32 => float.IsNaN(*(float*)x) && float.IsNaN(*(float*)y),
        DType.Float64 => double.IsNaN(*(double*)x) && double.IsNaN(*(double*)y),
        DType.Float16 => Half.IsNaN(*(Half*)x) && Half.IsNaN(*(Half*)y),
        DType.BFloat16 => BFloat16.IsNaN(*(BFloat16*)x) && BFloat16.IsNaN(*(BFloat16*)y),
        DType.Complex64 => Same(*(float*)x, *(float*)y) && Same(((float*)x)[1], ((float*)y)[1]),
        DType.Complex128 => Same(*(double*)x, *(double*)y) && Same(((double*)x)[1], ((double*)y)[1]),
        _ => false,
    };

    static bool Same(double x, double y) => BitConverter.DoubleToInt64Bits(x) == BitConverter.DoubleToInt64Bits(y) || (double.IsNaN(x) && double.IsNaN(y));
}
