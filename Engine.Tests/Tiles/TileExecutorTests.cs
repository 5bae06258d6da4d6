using Engine.Internal.Backends.Cpu;
using Engine.Internal.Lanes;
using Engine.Internal.Plans;
using Engine.Tests.Lanes;
using FsCheck.Xunit;
using Xunit;

namespace Engine.Tests.Tiles;

public unsafe class TileExecutorTests
{
    static long[] Space(Random random) => random.Next(8) switch
    {
        0 => [],
        1 => random.Next(3) == 0 ? [random.Next(1, 70)] : [random.Next(30) == 0 ? random.Next(16384, 20000) : random.Next(1, 3000)],
        2 => [random.Next(1, 60), random.Next(1, 60)],
        3 => [random.Next(1, 700), random.Next(1, 4)],
        4 => [random.Next(1, 5), random.Next(500, 900)],
        5 => [random.Next(1, 6), random.Next(1, 9), random.Next(1, 6), random.Next(1, 9)],
        6 => [.. Enumerable.Range(0, 33).Select(i => i % 5 == 0 ? 2L : 1L)],
        _ => [random.Next(1, 20), random.Next(1, 3), random.Next(1, 40)],
    };

    [Property(MaxTest = 200, StartSize = 1000, EndSize = 1000000000)]
    public void RandomProgramsOverRandomLayouts(int seed)
    {
        var random = new Random(seed);
        Run(random, RandomProgram.Draw(random, random.Next(2) == 0 ? 2 : 12), Space(random), random.Next(4) == 0 ? random.Next(2, 5) : 1, $"seed {seed}");
    }

    [Property(MaxTest = 200, StartSize = 1000, EndSize = 1000000000)]
    public void CopiesOverRandomLayouts(int seed)
    {
        var random = new Random(seed);
        DType t = Enum.GetValues<DType>()[random.Next(15)];
        var program = random.Next(2) == 0
            ? new ExprProgram([t], [], [new Call(null, t, t, 0)], [1])
            : new ExprProgram([t], [], [], [0]);
        Run(random, program, Space(random), 1 + random.Next(3), $"seed {seed}");
    }

    static int joined;

    [Fact]
    public void LoopsHoldMostSteps()
    {
        joined = 0;
        for (int seed = 1; seed < 40; seed++) { RandomProgramsOverRandomLayouts(seed); }
        Assert.True(joined > 10, $"only {joined} loops");
    }

    static void Run(Random random, ExprProgram program, long[] space, int parts, string what)
    {
        bool plain = random.Next(4) == 0;
        var ins = Array.ConvertAll(program.Inputs, t => new TestOperand(random, t, space, false, plain));
        var outs = Array.ConvertAll(program.Outputs, v => new TestOperand(random, program.TypeOf(v), space, true, plain));
        var places = Array.ConvertAll(outs, _ => new HashSet<long>());
        using var naive = new NaiveProgram(program);
        TilePlan plan = TilePlan.Of(program);
        int how = random.Next(4);
        if (how == 0)
        {
            plan = new TilePlanBuilder(program).Build(pairs: true);
            what += $" pairs: {plan.Passes}";
        }
        else if (how < 3)
        {
            int bits = 128 << random.Next(3);
            plan = new TilePlanBuilder(program).BuildLoops(bits) ?? plan;
            what += $" loops of {bits}: {plan.Loops.Length}";
            joined += plan.Loops.Length;
        }
        for (int part = 0; part < parts; part++)
        {
            TileExecutor.Run(plan, program, space, Array.ConvertAll(ins, i => i.Operand), Array.ConvertAll(outs, o => o.Operand), part, parts);
        }
        var at = new long[space.Length];
        byte* got = stackalloc byte[16];
        do
        {
            for (int i = 0; i < ins.Length; i++) { ins[i].Read(at, naive.Value(i)); }
            naive.Run();
            for (int k = 0; k < outs.Length; k++)
            {
                outs[k].Read(at, got);
                DType t = outs[k].DType;
                byte* want = naive.Value(program.Outputs[k]);
                places[k].Add(outs[k].Offset(at));
                if (LaneData.FirstDifference(want, got, 1, t) >= 0)
                {
                    int size = LaneSize.Of(t);
                    string code = string.Join("; ", program.Calls.Select(c => $"{c.Body?.Name ?? "cast"} {c.Compute} {c.DType} {c.A} {c.B} {c.C}"));
                    string has = Convert.ToHexString(new Span<byte>(got, size)), wants = Convert.ToHexString(new Span<byte>(want, size));
                    Assert.Fail($"{what}: output {k} ({t}) at [{string.Join(", ", at)}] of [{string.Join(", ", space)}] is {has}, not {wants}. {code}");
                }
            }
        }
        while (Next(at, space));
        for (int k = 0; k < outs.Length; k++) { outs[k].AssertGaps(places[k]); }
        foreach (var o in ins.Concat(outs)) { o.Dispose(); }
    }

    static bool Next(long[] at, long[] space)
    {
        for (int i = at.Length - 1; i >= 0; i--)
        {
            if (++at[i] < space[i]) { return true; }
            at[i] = 0;
        }
        return false;
    }

    public static TheoryData<DType> Sizes => [DType.UInt8, DType.Int16, DType.Float32, DType.Float64, DType.Complex128];

    [Theory]
    [MemberData(nameof(Sizes))]
    public void TransposedOperands(DType t)
    {
        const int rows = 37, columns = 2101;
        int size = LaneSize.Of(t);
        using LaneData x = new(rows * columns * size), y = new(rows * columns * size), got = new(rows * columns * size + 64);
        LaneData.Fill(x.Data, rows * columns * size / 8, DType.Int64, new Random(1), 1);
        LaneData.Fill(y.Data, rows * columns * size / 8, DType.Int64, new Random(2), 1);
        got.Span.Fill(0xEE);
        long[] space = [rows, columns], across = [size, rows * size], along = [columns * size, size];
        var copy = new ExprProgram([t], [], [], [0]);
        TileOperand to = TileOperand.Memory(got.Data, t, along, false), from = TileOperand.Memory(x.Data, t, across, false);
        for (int part = 0; part < 3; part++) { TileExecutor.Run(TilePlan.Of(copy), copy, space, [from], [to], part, 3); }
        for (int i = 0; i < rows * columns; i++)
        {
            byte* want = x.Data + (i % columns * rows + i / columns) * size;
            Assert.True(new Span<byte>(want, size).SequenceEqual(new Span<byte>(got.Data + i * size, size)));
        }
        Assert.Equal(0xEE, got.Data[rows * columns * size]);
        if (t == DType.Complex128) { return; }
        var program = new ExprProgram([t, t], [], [new Call(SampleBodies.Multiply, t, t, 0, 1), new Call(SampleBodies.Add, t, t, 2, 0)], [3]);
        using LaneData dense = new(rows * columns * size), again = new(rows * columns * size);
        TileExecutor.Run(copy, space, [from], [TileOperand.Memory(dense.Data, t, along, true)]);
        TileExecutor.Run(program, space, [from, TileOperand.Memory(y.Data, t, along, true)], [to]);
        TileExecutor.Run(program, space, [TileOperand.Memory(dense.Data, t, along, true), TileOperand.Memory(y.Data, t, along, true)],
            [TileOperand.Memory(again.Data, t, along, true)]);
        Assert.Equal(-1, LaneData.FirstDifference(again.Data, got.Data, rows * columns, t));
    }

    [Fact]
    public void NothingHappensOverAnEmptySpace()
    {
        long before = ExecutorCounters.MapGroups;
        var program = new ExprProgram([DType.Float32], [], [new Call(SampleBodies.Exp, DType.Float32, DType.Float32, 0)], [1]);
        TileExecutor.Run(program, [3, 0], [TileOperand.Memory(null, DType.Float32, [0, 4], false)], [TileOperand.Memory(null, DType.Float32, [0, 4], false)]);
        Assert.Equal(before, ExecutorCounters.MapGroups);
    }

    [Theory]
    [InlineData(DType.Float16, 512)]
    [InlineData(DType.Float16, 256)]
    [InlineData(DType.Float16, 128)]
    [InlineData(DType.BFloat16, 512)]
    [InlineData(DType.BFloat16, 256)]
    [InlineData(DType.BFloat16, 128)]
    public void LoopsRoundEverySixteenBitFloatAsTilesDo(DType t, int bits)
    {
        // x y + x and e^x, rounded after each step: subnormal, infinite and exact ties among the results
        const int n = 65536;
        using LaneData x = new(2 * n), y = new(2 * n), tiles = new(2 * n), loops = new(2 * n), tilesOfExp = new(2 * n), loopsOfExp = new(2 * n);
        for (int i = 0; i < n; i++) { (((ushort*)x.Data)[i], ((ushort*)y.Data)[i]) = ((ushort)i, (ushort)(40503 * i)); }
        const DType f = DType.Float32;
        var program = new ExprProgram([t, t], [],
            [new Call(SampleBodies.Multiply, f, t, 0, 1), new Call(SampleBodies.Add, f, t, 2, 0), new Call(SampleBodies.Exp, f, t, 0)], [3, 4]);
        TileOperand Of(LaneData d) => TileOperand.Memory(d.Data, t, [2], true);
        TilePlan plan = new TilePlanBuilder(program).BuildLoops(bits)!;
        Assert.NotEmpty(plan.Loops);
        TileExecutor.Run(plan, program, [n], [Of(x), Of(y)], [Of(loops), Of(loopsOfExp)], 0, 1);
        TileExecutor.Run(new TilePlanBuilder(program).Build(pairs: false), program, [n], [Of(x), Of(y)], [Of(tiles), Of(tilesOfExp)], 0, 1);
        Assert.Equal(-1, LaneData.FirstDifference(tiles.Data, loops.Data, n, t));
        Assert.Equal(-1, LaneData.FirstDifference(tilesOfExp.Data, loopsOfExp.Data, n, t));
    }

    /// <summary>Rounding between steps is the conversion of .NET: around every f16 and bf16 and their ties.</summary>
    [Theory]
    [InlineData(DType.Float16)]
    [InlineData(DType.BFloat16)]
    public void RoundingIsNetsConversion(DType t)
    {
        const int n = 1 << 17;
        using LaneData x = new(4 * n), got = new(4 * n);
        byte** registers = stackalloc byte*[2];
        registers[0] = x.Data;
        registers[1] = got.Data;
        var step = new Step { A = 0, D = 1, IncA = LaneWidth.Lanes(4) * 4 };
        uint tie = t == DType.Float16 ? 0x1000u : 0x8000u;
        foreach (uint low in (ReadOnlySpan<uint>)[0, 1, tie - 1, tie, tie + 1, 2 * tie - 1, 3 * tie, 5 * tie, 7 * tie])
        {
            // sign, exponent and the upper bits of the fraction, with each of these below
            for (uint i = 0; i < n; i++) { ((uint*)x.Data)[i] = (i << 15) + low; }
            HalfKernels.Round(t)(registers, &step, n);
            for (int i = 0; i < n; i++)
            {
                float v = ((float*)x.Data)[i], r = ((float*)got.Data)[i], want = t == DType.Float16 ? (float)(Half)v : (float)(BFloat16)v;
                bool same = float.IsNaN(want) ? float.IsNaN(r) : BitConverter.SingleToInt32Bits(want) == BitConverter.SingleToInt32Bits(r);
                if (!same) { Assert.Fail($"{v:R} is rounded to {r:R}, not {want:R}"); }
            }
        }
    }

    [Fact]
    public void AnOutputMayLieOnAnInput()
    {
        // t0 = exp a goes to a's own memory, while a is read again afterwards
        const int n = 1500;
        using LaneData a = new(n * 4), second = new(n * 4);
        for (int i = 0; i < n; i++) { ((float*)a.Data)[i] = i * 0.001f; }
        var program = new ExprProgram([DType.Float32], [],
            [new Call(SampleBodies.Exp, DType.Float32, DType.Float32, 0), new Call(SampleBodies.Add, DType.Float32, DType.Float32, 0, 1)], [1, 2]);
        TileExecutor.Run(program, [n], [TileOperand.Memory(a.Data, DType.Float32, [4], true)],
            [TileOperand.Memory(a.Data, DType.Float32, [4], true), TileOperand.Memory(second.Data, DType.Float32, [4], true)]);
        for (int i = 0; i < n; i++)
        {
            float x = i * 0.001f, e = ((float*)a.Data)[i];
            Assert.Equal(MathF.Exp(x), e, 1e-5f);
            Assert.Equal(x + e, ((float*)second.Data)[i]);
        }
    }

    [Fact]
    public void BytesAreCountedOnce()
    {
        const int rows = 100, columns = 30;
        using LaneData x = new(rows * columns * 4), row = new(columns * 4), y = new(rows * columns);
        var program = new ExprProgram([DType.Float32, DType.Float32], [], [new Call(SampleBodies.Less, DType.Float32, DType.Bool, 0, 1)], [2]);
        long loaded = ExecutorCounters.BytesLoaded, stored = ExecutorCounters.BytesStored;
        TileExecutor.Run(program, [rows, columns],
            [TileOperand.Memory(x.Data, DType.Float32, [columns * 4, 4], true), TileOperand.Memory(row.Data, DType.Float32, [0, 4], true)],
            [TileOperand.Memory(y.Data, DType.Bool, [columns, 1], true)]);
        // other tests run beside this one: at least these bytes
        Assert.True(ExecutorCounters.BytesLoaded - loaded >= (rows * columns + columns) * 4);
        Assert.True(ExecutorCounters.BytesStored - stored >= rows * columns);
    }

    [Fact]
    public void AProgramWithTheWrongTypesIsRefused()
    {
        using LaneData x = new(64);
        var program = new ExprProgram([DType.Float64], [], [new Call(SampleBodies.Exp, DType.Float32, DType.Float32, 0)], [1]);
        var operand = TileOperand.Memory(x.Data, DType.Float64, [8], true);
        Assert.Throws<InvalidOperationException>(() => TileExecutor.Run(program, [1], [operand], [operand]));
    }
}
