using System.Numerics;
using Engine.Internal.Backends.Cpu;
using Engine.Internal.Plans;
using Xunit;

namespace Engine.Tests.Kernels;

/// <summary>Gather and Scatter groups against loops over coordinates.</summary>
public class GatherScatterTests
{
    sealed record Case(long[] Shape, int[] Axes, long[] Sizes, long[] Batch);

    static readonly Case[] Cases =
    [
        new([10], [0], [1], [4]), new([10], [0], [1], []), new([6, 50], [0], [1, 50], [7]), new([6, 5], [1], [6, 1], [3, 2]), new([4, 5, 6], [0, 2], [1, 5, 1], [8]), new([4, 5, 6], [1], [4, 1, 3], [2, 2]), new([3, 4], [0, 1], [1, 1], [0]), new([3, 20, 30], [0], [1, 20, 30], [5]), new([7, 1, 9], [0], [1, 1, 9], [2]),
    ];

    static void Walk(long[] shape, Action<long[], long> visit)
    {
        var at = new long[shape.Length];
        for (long i = 0; i < Views.Count(shape); i++)
        {
            visit(at, i);
            for (int k = shape.Length - 1; k >= 0 && ++at[k] == shape[k]; k--) { at[k] = 0; }
        }
    }

    static long Flat(long[] at, long[] shape)
    {
        long i = 0;
        for (int k = 0; k < shape.Length; k++) { i = (i * shape[k]) + at[k]; }
        return i;
    }

    static long[] At(Case c, long[][] indices, long[] at, long b)
    {
        var from = at[c.Batch.Length..];
        for (int k = 0; k < c.Axes.Length; k++)
        {
            long i = indices[k][b];
            from[c.Axes[k]] = i < 0 ? i + c.Shape[c.Axes[k]] : i;
        }
        return from;
    }

    static long[][] Draw(Case c, Random random) => Array.ConvertAll(c.Axes, a => Enumerable.Range(0, (int)Views.Count(c.Batch)).Select(_ => random.NextInt64(-c.Shape[a], c.Shape[a])).ToArray());

    static View[] Add(KernelPlan plan, Case c, long[][] indices, TestLayout layout) => Array.ConvertAll(indices, i => plan.Add(Array.ConvertAll(i, v => (int)v), c.Batch, DType.Int32, layout));

    static void Gather<T>(DType dtype, Func<int, T> make) where T : unmanaged
    {
        var random = new Random(1);
        foreach (Case c in Cases)
        {
            foreach (TestLayout layout in KernelPlan.Layouts)
            {
                T[] x = [.. Enumerable.Range(0, (int)Views.Count(c.Shape)).Select(make)];
                long[][] indices = Draw(c, random);
                long[] shape = [.. c.Batch, .. c.Sizes];
                var want = new T[Views.Count(shape)];
                Walk(shape, (at, i) => want[i] = x[Flat(At(c, indices, at, Flat(at[..c.Batch.Length], c.Batch)), c.Shape)]);
                var plan = new KernelPlan();
                View source = plan.Add(x, c.Shape, dtype, layout), to = plan.Space(shape, dtype, layout);
                plan.Run(GroupKind.Gather, [source, .. Add(plan, c, indices, layout)], [to], shape, new GatherAttributes(c.Axes, c.Sizes, "take"));
                Assert.Equal(want.Select(Bits.Raw), plan.Read<T>(to).Select(Bits.Raw));
                Assert.True(plan.IsIntact(to));
            }
        }
    }

    [Fact]
    public void GatherTakesSlices()
    {
        Gather(DType.Float32, i => (float)i);
        Gather(DType.Float64, i => (double)i);
        Gather(DType.Bool, i => (byte)(i & 1));
        Gather(DType.BFloat16, i => (ushort)i);
        Gather(DType.Complex128, i => new UInt128((ulong)i, (ulong)~i));
    }

    static void Scatter<T>(DType dtype, ScatterMode mode, Func<T, T, T> meet) where T : unmanaged, INumber<T>
    {
        var random = new Random(1);
        foreach (Case c in Cases)
        {
            foreach (TestLayout layout in KernelPlan.Layouts)
            {
                T Next() => T.CreateTruncating(random.Next(1, 100));
                T[] x = [.. Enumerable.Range(0, (int)Views.Count(c.Shape)).Select(_ => Next())], want = (T[])x.Clone();
                long[][] indices = Draw(c, random);
                long[] shape = [.. c.Batch, .. c.Sizes];
                T[] updates = [.. Enumerable.Range(0, (int)Views.Count(shape)).Select(_ => Next())];
                Walk(shape, (at, i) =>
                {
                    long to = Flat(At(c, indices, at, Flat(at[..c.Batch.Length], c.Batch)), c.Shape);
                    want[to] = meet(want[to], updates[i]);
                });
                var plan = new KernelPlan();
                View operand = plan.Add(x, c.Shape, dtype, layout), update = plan.Add(updates, shape, dtype, layout), result = plan.Space(c.Shape, dtype, layout);
                View[] ins = [operand, update, .. Add(plan, c, indices, layout)];
                plan.Run(GroupKind.Scatter, ins, [result], c.Shape, new ScatterAttributes(c.Axes, c.Sizes, mode, "scatter"));
                Assert.Equal(want, plan.Read<T>(result));
                Assert.Equal(x, plan.Read<T>(operand));
                // In the operand's own memory.
                plan.Run(GroupKind.Scatter, ins, [operand], c.Shape, new ScatterAttributes(c.Axes, c.Sizes, mode, "scatter"));
                Assert.Equal(want, plan.Read<T>(operand));
                Assert.True(plan.IsIntact(result) && plan.IsIntact(operand));
            }
        }
    }

    [Fact]
    public void ScatterMeets()
    {
        Scatter<float>(DType.Float32, ScatterMode.Set, (_, b) => b);
        Scatter<float>(DType.Float32, ScatterMode.Add, (a, b) => a + b);
        Scatter<int>(DType.Int32, ScatterMode.Multiply, (a, b) => unchecked(a * b));
        Scatter<double>(DType.Float64, ScatterMode.Max, Math.Max);
        Scatter<sbyte>(DType.Int8, ScatterMode.Min, Math.Min);
        Scatter<Half>(DType.Float16, ScatterMode.Add, (a, b) => a + b);
        Scatter<ulong>(DType.UInt64, ScatterMode.Add, (a, b) => unchecked(a + b));
    }

    [Fact]
    public void BFloat16IsRoundedAfterEachUpdate()
    {
        var plan = new KernelPlan();
        View operand = plan.Add(new[] { (BFloat16)256f, (BFloat16)1f }, [2], DType.BFloat16), updates = plan.Add(new[] { (BFloat16)1f, (BFloat16)1f, (BFloat16)2f }, [3, 1], DType.BFloat16);
        View index = plan.Add(new long[] { 0, 0, 1 }, [3], DType.Int64), to = plan.Space([2], DType.BFloat16, TestLayout.RowMajor);
        plan.Run(GroupKind.Scatter, [operand, updates, index], [to], [2], new ScatterAttributes([0], [1], ScatterMode.Add, "scatter"));
        Assert.Equal([256f, 3f], plan.Read<BFloat16>(to).Select(v => (float)v));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(-11)]
    [InlineData(100_000_000)]
    [InlineData(int.MinValue)]
    public void AnIndexOutOfRangeIsNamedAndNothingIsWritten(int bad)
    {
        var plan = new KernelPlan();
        View source = plan.Add(new float[10], [10], DType.Float32), index = plan.Add(new[] { 3, bad }, [2], DType.Int32), to = plan.Space([2, 1], DType.Float32, TestLayout.RowMajor);
        var e = Assert.Throws<IndexException>(() => plan.Run(GroupKind.Gather, [source, index], [to], [2, 1], new GatherAttributes([0], [1], "take")));
        Assert.Equal("take", e.Op);
        Assert.Contains(bad.ToString(System.Globalization.CultureInfo.InvariantCulture), e.Message, StringComparison.Ordinal);
        Assert.Contains("10", e.Message, StringComparison.Ordinal);
        View updates = plan.Add(new float[] { 1, 1 }, [2, 1], DType.Float32), result = plan.Space([10], DType.Float32, TestLayout.RowMajor);
        byte[] before = plan.Read<byte>(result with { DType = DType.UInt8, Shape = [40], Strides = [1] });
        Assert.Throws<IndexException>(() => plan.Run(GroupKind.Scatter, [source, updates, index], [result], [10], new ScatterAttributes([0], [1], ScatterMode.Set, "put")));
        Assert.Equal(before, plan.Read<byte>(result with { DType = DType.UInt8, Shape = [40], Strides = [1] }));
    }

    [Fact]
    public void AHugeUnsignedIndexDoesNotWrap()
    {
        var plan = new KernelPlan();
        View source = plan.Add(new float[10], [10], DType.Float32), index = plan.Add(new[] { ulong.MaxValue }, [1], DType.UInt64), to = plan.Space([1, 1], DType.Float32, TestLayout.RowMajor);
        Assert.Throws<IndexException>(() => plan.Run(GroupKind.Gather, [source, index], [to], [1, 1], new GatherAttributes([0], [1], "take")));
    }
}
