using Engine.Internal.Backends.Cpu;
using Engine.Internal.Lanes;
using Engine.Internal.Plans;
using Engine.Tests.Lanes;
using Xunit;

namespace Engine.Tests.Tiles;

public unsafe class CastTests
{
    public static TheoryData<DType> Types => [.. Enum.GetValues<DType>()];

    [Theory]
    [MemberData(nameof(Types))]
    public void EveryPairOfTypes(DType from)
    {
        const int n = 3000;
        using LaneData x = new(n * 16), want = new(n * 16), got = new(n * 16 + 64);
        LaneData.Fill(x.Data, n, from, new Random(11), 1);
        int size = LaneSize.Of(from);
        if (from is DType.Complex64) { LaneData.Fill(x.Data, 2 * n, DType.Float32, new Random(12), 1); }
        if (from is DType.Complex128) { LaneData.Fill(x.Data, 2 * n, DType.Float64, new Random(12), 1); }
        foreach (DType to in Enum.GetValues<DType>())
        {
            var program = new ExprProgram([from], [], [new Call(null, from, to, 0)], [1]);
            int result = LaneSize.Of(to);
            for (int i = 0; i < n; i++) { ReferenceCast.Run(from, x.Data + i * size, to, want.Data + i * result); }
            foreach (int count in (int[])[n, 1, 17])
            {
                got.Span.Fill(0xEE);
                TileExecutor.Run(program, [count], [TileOperand.Memory(x.Data, from, [size], true)], [TileOperand.Memory(got.Data, to, [result], false)]);
                int at = LaneData.FirstDifference(want.Data, got.Data, count, to);
                Assert.True(at < 0, at < 0 ? "" : $"{from} to {to}, {count}: {Convert.ToHexString(new Span<byte>(x.Data + at * size, size))} gives "
                    + $"{Convert.ToHexString(new Span<byte>(got.Data + at * result, result))}, "
                    + $"not {Convert.ToHexString(new Span<byte>(want.Data + at * result, result))}");
                Assert.Equal(0xEE, got.Data[count * result]);
            }
        }
    }

    [Fact]
    public void EveryHalfAndBFloatSurvivesWidening()
    {
        using LaneData x = new(65536 * 2), y = new(65536 * 4), z = new(65536 * 2);
        for (int i = 0; i < 65536; i++) { ((ushort*)x.Data)[i] = (ushort)i; }
        foreach (DType t in (DType[])[DType.Float16, DType.BFloat16])
        {
            Cast(t, x.Data, DType.Float32, y.Data, 65536);
            Cast(DType.Float32, y.Data, t, z.Data, 65536);
            Assert.Equal(-1, LaneData.FirstDifference(x.Data, z.Data, 65536, t));
        }
        Cast(DType.Float16, x.Data, DType.Float32, y.Data, 65536);
        for (int i = 0; i < 65536; i++) { Assert.Equal((float)BitConverter.UInt16BitsToHalf((ushort)i), ((float*)y.Data)[i]); }
    }

    [Fact]
    public void EveryMidpointBetweenHalvesRoundsToEven()
    {
        const int n = 0x7C00;
        using LaneData x = new(n * 6 * 4), y = new(n * 6 * 2);
        float* p = (float*)x.Data;
        for (int i = 0; i < n; i++)
        {
            // behind the largest number lies what would be next
            float low = (float)BitConverter.UInt16BitsToHalf((ushort)i), high = i == n - 1 ? 65536 : (float)BitConverter.UInt16BitsToHalf((ushort)(i + 1));
            float middle = (low + high) / 2;
            foreach (float v in (float[])[middle, MathF.BitIncrement(middle), MathF.BitDecrement(middle)])
            {
                *p++ = v;
                *p++ = -v;
            }
        }
        Cast(DType.Float32, x.Data, DType.Float16, y.Data, n * 6);
        for (int i = 0; i < n * 6; i++) { Assert.Equal(BitConverter.HalfToUInt16Bits((Half)((float*)x.Data)[i]), ((ushort*)y.Data)[i]); }
    }

    [Fact]
    public void RoundingIsOnceForWideSources()
    {
        // halfway cases that two roundings get wrong
        double[] x = [1 + 1.0 / 2048 + 1e-12, 1 + 1.0 / 256 + 1e-13, 1 + 3.0 / 2048 - 1e-12, 65519.999999999, 5.9604644775390625e-08 * 0.5000000001];
        ushort[] half = new ushort[x.Length], bfloat = new ushort[x.Length];
        fixed (double* p = x)
        fixed (ushort* h = half)
        fixed (ushort* b = bfloat)
        {
            Cast(DType.Float64, (byte*)p, DType.Float16, (byte*)h, x.Length, false);
            Cast(DType.Float64, (byte*)p, DType.BFloat16, (byte*)b, x.Length, false);
        }
        for (int i = 0; i < x.Length; i++) { Assert.Equal((Half)x[i], BitConverter.UInt16BitsToHalf(half[i])); }
        Assert.Equal(0x3F81, bfloat[1]);
    }

    [Fact]
    public void KnownValues()
    {
        Assert.Equal(44, Convert32<byte>(300f, DType.UInt8));
        Assert.Equal(uint.MaxValue, Convert32<uint>(-1f, DType.UInt32));
        Assert.Equal(int.MinValue, Convert32<int>(float.NaN, DType.Int32));
        Assert.Equal(1, Convert32<byte>(float.NaN, DType.Bool));
        Assert.Equal(-1, Convert32<int>(-1.9f, DType.Int32));
    }

    static T Convert32<T>(float x, DType to) where T : unmanaged
    {
        T y;
        Cast(DType.Float32, (byte*)&x, to, (byte*)&y, 1, false);
        return y;
    }

    static void Cast(DType from, byte* x, DType to, byte* y, int n, bool padded = true)
    {
        var program = new ExprProgram([from], [], [new Call(null, from, to, 0)], [1]);
        TileExecutor.Run(program, [n], [TileOperand.Memory(x, from, [LaneSize.Of(from)], padded)], [TileOperand.Memory(y, to, [LaneSize.Of(to)], padded)]);
    }
}
