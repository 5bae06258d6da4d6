using Engine.Internal.Lanes;
using Xunit;

namespace Engine.Tests.Lanes;

public unsafe class WidthTests
{
    const int Count = 4096;

    public static TheoryData<string> Bodies => [.. SampleBodies.All.Select(b => b.Name)];

    [Theory]
    [MemberData(nameof(Bodies))]
    public void EveryWidthGivesTheBitsOfOneLane(string name)
    {
        var body = Array.Find(SampleBodies.All, b => b.Name == name)!;
        int cases = 0;
        foreach (DType t in SampleBodies.Types)
        {
            if (!SampleBodies.Takes(body, t)) { continue; }
            cases++;
            using LaneData a = new(Count * 8), b = new(Count * 8), c = new(Count * 8), want = new(Count * 8), got = new(Count * 8);
            var random = new Random(7 + (int)t);
            LaneData.Fill(a.Data, Count, Kind(body, 0, t), random, 1);
            LaneData.Fill(b.Data, Count, Kind(body, 1, t), random, 2);
            LaneData.Fill(c.Data, Count, Kind(body, 2, t), random, 3);
            Run(body.At(t, LaneWidth.One), body, t, LaneWidth.One, a, b, c, want, Count);
            foreach (int bits in (int[])[512, 256, 128, LaneWidth.Vector])
            {
                got.Span.Clear();
                Run(body.At(t, bits), body, t, bits, a, b, c, got, Count);
                AssertSame(body, t, want, got, a, b, $"{bits} bits");
            }
            got.Span.Clear();
            Run(body.Kernel(t), body, t, LaneWidth.Bits, a, b, c, got, Count);
            AssertSame(body, t, want, got, a, b, "kernel");
        }
        Assert.NotEqual(0, cases);
    }

    [Fact]
    public void ASplattedOperandStandsStill()
    {
        using LaneData a = new(Count * 4), b = new(64), want = new(Count * 4), got = new(Count * 4);
        LaneData.Fill(a.Data, Count, DType.Float32, new Random(1), 1);
        new Span<float>(b.Data, 16).Fill(1.25f);
        for (int i = 0; i < Count; i++) { ((float*)want.Data)[i] = ((float*)a.Data)[i] * 1.25f; }
        byte** r = stackalloc byte*[3];
        r[0] = a.Data;
        r[1] = b.Data;
        r[2] = got.Data;
        foreach (int bits in (int[])[512, 256, 128, LaneWidth.Vector, LaneWidth.One])
        {
            var step = new Step { A = 0, B = 1, D = 2, IncA = 4 * LaneWidth.Lanes(bits, 4) };
            SampleBodies.Multiply.At(DType.Float32, bits)(r, &step, Count);
            Assert.Equal(-1, LaneData.FirstDifference(want.Data, got.Data, Count, DType.Float32));
        }
    }

    [Fact]
    public void LargeArgumentsOfSinAreReduced()
    {
        (float X, float Sin)[] f32 = [(1e10f, -0.48750603f), (3e38f, 0.8749049f), (131073f, -0.5044053f)];
        using LaneData a = new(64), d = new(64);
        byte** r = stackalloc byte*[2];
        r[0] = a.Data;
        r[1] = d.Data;
        foreach (int bits in (int[])[512, 256, 128, LaneWidth.Vector, LaneWidth.One])
        {
            foreach (var (x, sin) in f32)
            {
                new Span<float>(a.Data, 16).Fill(x);
                var step = new Step { A = 0, D = 1, IncA = 4 * LaneWidth.Lanes(bits, 4) };
                SampleBodies.Sin.At(DType.Float32, bits)(r, &step, 16);
                Assert.Equal(sin, ((float*)d.Data)[3], 1e-6f);
            }
            new Span<float>(a.Data, 16).Fill(float.PositiveInfinity);
            var s = new Step { A = 0, D = 1, IncA = 4 * LaneWidth.Lanes(bits, 4) };
            SampleBodies.Sin.At(DType.Float32, bits)(r, &s, 16);
            Assert.True(float.IsNaN(((float*)d.Data)[0]));
        }
    }

    [Fact]
    public void TheWidthThatRunsIsTheOneAskedFor()
    {
        string? asked = Environment.GetEnvironmentVariable("ENGINE_LANES");
        if (asked is "512" or "256" or "128" or "vector" or "one") { Assert.Equal(asked, LaneWidth.Name); }
        else { Assert.False(LaneWidth.Forced); }
    }

    static DType Kind(LaneBody body, int i, DType t) => body.Operand(i, t) == DType.Bool || body.Name is "not" or "and" ? DType.Bool : t;

    static void Run(delegate*<byte**, Step*, nint, void> kernel, LaneBody body, DType t, int bits, LaneData a, LaneData b, LaneData c, LaneData d, int n)
    {
        byte** r = stackalloc byte*[4];
        r[0] = a.Data;
        r[1] = b.Data;
        r[2] = c.Data;
        r[3] = d.Data;
        int lanes = LaneWidth.Lanes(bits, LaneSize.Of(t));
        nint Step(int i) => lanes * LaneSize.Of(body.Operand(i, t));
        var step = new Step { A = 0, B = 1, C = 2, D = 3, IncA = Step(0), IncB = Step(1), IncC = Step(2) };
        kernel(r, &step, n);
    }

    static void AssertSame(LaneBody body, DType t, LaneData want, LaneData got, LaneData a, LaneData b, string what)
    {
        DType result = body.Result(t);
        int at = LaneData.FirstDifference(want.Data, got.Data, Count, result);
        int size = LaneSize.Of(t);
        Assert.True(at < 0, at < 0 ? "" : $"{body.Name} {t} {what}: element {at}, {Convert.ToHexString(new Span<byte>(a.Data + at * size, size))}"
            + $" and {Convert.ToHexString(new Span<byte>(b.Data + at * size, size))} give "
            + Convert.ToHexString(new Span<byte>(got.Data + at * LaneSize.Of(result), LaneSize.Of(result))));
    }
}
