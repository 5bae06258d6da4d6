using System.Numerics;
using Engine.Internal.Backends.Cpu;
using Engine.Internal.Lanes;
using Engine.Internal.Plans;
using Xunit;

namespace Engine.Tests.Kernels;

/// <summary>Reduce groups as plans bring them: any axes and layouts, casts, prologues, epilogues, further outputs, no elements.</summary>
public unsafe class ReduceGroupTests
{
    internal static readonly NumberReduceBody<TestSum> Sum = new("sum");
    internal static readonly NumberReduceBody<TestMax> Max = new("max");
    internal static readonly NumberReduceBody<TestArgmax> Argmax = new("argmax");
    internal static readonly FloatReduceBody<TestVariance> Variance = new("variance");

    static readonly (long[] Shape, int[] Axes)[] Cases =
    [
        ([5], [0]), ([1], [0]), ([700], [0]), ([20000], [0]), ([3, 4], [0, 1]), ([40, 30], [1]), ([40, 30], [0]), ([6, 5, 4], [1]), ([6, 5, 4], [0, 2]), ([70, 3, 90], [0, 2]), ([3, 1, 4], [1]),
        ([2, 1, 1], [1, 2]), ([4, 5, 6, 7], [0, 2]), ([4, 5, 6, 7], [1, 3]), ([2, 3, 4, 5, 6], [0, 2, 4]), ([9, 1, 11], [0, 1]), ([300, 7, 5], [0]), ([3, 2, 900], [0, 1]), ([2, 40, 700], [1]), ([17, 33, 3], [0, 1]),
        ([2, 3000, 10], [1]), ([12, 5, 900], [0, 2]), ([1, 9000, 5], [1, 2]), ([100, 2, 300], [0, 2]), ([5, 40, 300], [0]), ([1, 1], [0]),
    ];

    /// <summary>The rule over an array of logical elements: groups innermost first.</summary>
    internal static T[] Rule<T, TOp>(T[] x, long[] shape, int[] axes, bool together) where T : unmanaged, INumber<T> where TOp : struct, IReduction
    {
        var dims = new List<(long Length, bool Reduced)>();
        for (int i = 0; i < shape.Length; i++)
        {
            if (shape[i] != 1) { dims.Add((shape[i], axes.Contains(i))); }
        }
        if (together)
        {
            // Places count over all reduced axes: the same as one group behind the kept ones.
            var order = Enumerable.Range(0, shape.Length).Where(i => !axes.Contains(i)).Concat(axes).ToArray();
            x = Permute(x, shape, order);
            dims = [.. order.Where(i => shape[i] != 1).Select(i => (shape[i], axes.Contains(i)))];
        }
        var merged = new List<(long Length, bool Reduced)>();
        foreach (var d in dims)
        {
            if (merged.Count > 0 && merged[^1].Reduced == d.Reduced) { merged[^1] = (merged[^1].Length * d.Length, d.Reduced); }
            else { merged.Add(d); }
        }
        State<T>[]? states = null;
        for (int g = merged.Count - 1; g >= 0; g--)
        {
            if (!merged[g].Reduced) { continue; }
            long n = merged[g].Length, inner = 1, outer = 1;
            for (int i = g + 1; i < merged.Count; i++) { inner *= merged[i].Length; }
            for (int i = 0; i < g; i++) { outer *= merged[i].Length; }
            var next = new State<T>[outer * inner];
            for (long o = 0; o < outer; o++)
            {
                for (long i = 0; i < inner; i++)
                {
                    long At(long r) => (((o * n) + r) * inner) + i;
                    var from = states;
                    next[(o * inner) + i] = from is null ? ReduceRule<T, TOp>.Group(r => x[At(r)], n, inner) : ReduceRule<T, TOp>.Merge(r => from[At(r)], n, inner);
                }
            }
            states = next;
            merged.RemoveAt(g);
        }
        states ??= Array.ConvertAll(x, v => TOp.Map<T, T, Lanes1<T>>(v, Lanes1<T>.ConstInt(0)));
        return Array.ConvertAll(states, ReduceRule<T, TOp>.Finish);
    }

    internal static T[] Permute<T>(T[] x, long[] shape, int[] order)
    {
        var result = new T[x.Length];
        for (long i = 0; i < x.Length; i++)
        {
            long rest = i;
            var at = new long[shape.Length];
            for (int k = order.Length - 1; k >= 0; k--)
            {
                at[order[k]] = rest % shape[order[k]];
                rest /= shape[order[k]];
            }
            long from = 0;
            for (int k = 0; k < shape.Length; k++) { from = (from * shape[k]) + at[k]; }
            result[i] = x[from];
        }
        return result;
    }

    static long[] Kept(long[] shape, int[] axes) => [.. shape.Where((_, i) => !axes.Contains(i))];

    static void Compare<T, TOp>(ReduceBody body, DType dtype, TestLayout layout, int seed) where T : unmanaged, INumber<T> where TOp : struct, IReduction
    {
        var random = new Random(seed);
        foreach (var (shape, axes) in Cases)
        {
            var x = new T[Views.Count(shape)];
            for (int i = 0; i < x.Length; i++) { x[i] = T.CreateTruncating(random.NextDouble() < 0.1 ? random.Next(3) : (random.NextDouble() - 0.4) * 100); }
            var plan = new KernelPlan();
            View from = plan.Add(x, shape, dtype, layout), to = plan.Space(Kept(shape, axes), body.Result(dtype), layout == TestLayout.Foreign ? TestLayout.RowMajor : layout);
            plan.Run(GroupKind.Reduce, [from], [to], shape, new ReduceAttributes(body, LaneBody.LaneType(dtype), axes), KernelPlan.Identity(dtype));
            string what = $"{body.Name} {dtype} ({string.Join(",", shape)}) over {string.Join(",", axes)} {layout}";
            T[] want = Rule<T, TOp>(x, shape, axes, body.UsesIndex);
            if (body.UsesIndex)
            {
                Assert.True(want.Select(v => (uint)Bits.Raw(v)).SequenceEqual(plan.Read<uint>(to)), what);
            }
            else { Assert.True(want.Select(Bits.Of).SequenceEqual(plan.Read<T>(to).Select(Bits.Of)), what); }
            Assert.True(plan.IsIntact(to), what);
        }
    }

    [Theory]
    [InlineData(TestLayout.RowMajor)]
    [InlineData(TestLayout.Reversed)]
    [InlineData(TestLayout.Transposed)]
    [InlineData(TestLayout.Sliced)]
    [InlineData(TestLayout.Stepped)]
    [InlineData(TestLayout.Foreign)]
    public void AxesAndLayouts(TestLayout layout)
    {
        Compare<float, TestSum>(Sum, DType.Float32, layout, 1);
        Compare<double, TestSum>(Sum, DType.Float64, layout, 2);
        Compare<int, TestSum>(Sum, DType.Int32, layout, 3);
        Compare<ulong, TestMax>(Max, DType.UInt64, layout, 4);
        Compare<sbyte, TestMax>(Max, DType.Int8, layout, 5);
        Compare<float, TestVariance>(Variance, DType.Float32, layout, 6);
        Compare<float, TestArgmax>(Argmax, DType.Float32, layout, 7);
        Compare<long, TestArgmax>(Argmax, DType.Int64, layout, 8);
    }

    [Fact]
    public void HalvesAreFoldedInSinglePrecisionAndRoundedOnce()
    {
        var random = new Random(3);
        long[] shape = [30, 50];
        var x = new Half[1500];
        for (int i = 0; i < x.Length; i++) { x[i] = (Half)random.NextDouble(); }
        foreach (int axis in new[] { 0, 1 })
        {
            var plan = new KernelPlan();
            View from = plan.Add(x, shape, DType.Float16), to = plan.Space(Kept(shape, [axis]), DType.Float16, TestLayout.RowMajor);
            plan.Run(GroupKind.Reduce, [from], [to], shape, new ReduceAttributes(Sum, DType.Float32, [axis]), KernelPlan.Identity(DType.Float16));
            float[] want = Rule<float, TestSum>(Array.ConvertAll(x, h => (float)h), shape, [axis], false);
            Assert.Equal(Array.ConvertAll(want, v => (Half)v), plan.Read<Half>(to));
        }
    }

    [Fact]
    public void BytesAreWidenedToTheComputeType()
    {
        long[] shape = [7, 1000];
        var x = Enumerable.Range(0, 7000).Select(i => (sbyte)(i * 37)).ToArray();
        var plan = new KernelPlan();
        View from = plan.Add(x, shape, DType.Int8), to = plan.Space([7], DType.Int32, TestLayout.RowMajor);
        plan.Run(GroupKind.Reduce, [from], [to], shape, new ReduceAttributes(Sum, DType.Int32, [1]), KernelPlan.Identity(DType.Int8));
        Assert.Equal(Enumerable.Range(0, 7).Select(r => x.Skip(r * 1000).Take(1000).Sum(v => v)), plan.Read<int>(to));
    }

    [Fact]
    public void BoolsAnyAndAll()
    {
        long[] shape = [4, 300];
        var x = new byte[1200];
        x[310] = 1;
        Array.Fill(x, (byte)1, 600, 300);
        Array.Fill(x, (byte)1, 900, 299);
        foreach (bool all in new[] { false, true })
        {
            ReduceBody body = all ? new BoolReduceBody<TestAll>("all") : new BoolReduceBody<TestAny>("any");
            var plan = new KernelPlan();
            View from = plan.Add(x, shape, DType.Bool), to = plan.Space([4], DType.Bool, TestLayout.RowMajor);
            plan.Run(GroupKind.Reduce, [from], [to], shape, new ReduceAttributes(body, DType.UInt8, [1]), KernelPlan.Identity(DType.Bool));
            Assert.Equal(all ? [0, 0, 1, 0] : new byte[] { 0, 1, 1, 1 }, plan.Read<byte>(to));
        }
    }

    [Theory]
    [InlineData(new long[] { 0 }, new[] { 0 })]
    [InlineData(new long[] { 0, 3 }, new[] { 0 })]
    [InlineData(new long[] { 3, 0, 2 }, new[] { 1 })]
    [InlineData(new long[] { 0, 3 }, new[] { 1 })]
    public void NoElements(long[] shape, int[] axes)
    {
        var plan = new KernelPlan();
        View from = plan.Space(shape, DType.Float32, TestLayout.RowMajor), to = plan.Space(Kept(shape, axes), DType.Float32, TestLayout.RowMajor);
        plan.Run(GroupKind.Reduce, [from], [to], shape, new ReduceAttributes(new NumberReduceBody<TestProduct>("prod"), DType.Float32, axes), KernelPlan.Identity(DType.Float32));
        Assert.All(plan.Read<float>(to), v => Assert.Equal(1f, v));
        Assert.True(plan.IsIntact(to));
    }

    readonly struct Multiply : IBinaryBody
    {
        public static V Apply<V, T, L>(V x, V y) where T : unmanaged where L : struct, ILanes<V, T> => L.Mul(x, y);
    }

    [Theory]
    [InlineData(TestLayout.RowMajor)]
    [InlineData(TestLayout.Transposed)]
    [InlineData(TestLayout.Foreign)]
    public void PrologueEpilogueAndFurtherOutputs(TestLayout layout)
    {
        // square = x * x is kept; result = sum(square) * scale + ... as f64.
        var multiply = new NumberBinaryBody<Multiply>("multiply");
        var random = new Random(9);
        foreach (var (shape, axes) in Cases)
        {
            var x = new float[Views.Count(shape)];
            for (int i = 0; i < x.Length; i++) { x[i] = (float)random.NextDouble() - 0.5f; }
            long[] kept = Kept(shape, axes);
            var scale = new float[Views.Count(kept)];
            for (int i = 0; i < scale.Length; i++) { scale[i] = i + 1; }
            var prologue = new ExprProgram([DType.Float32], [], [new Call(multiply, DType.Float32, DType.Float32, 0, 0)], [1, 1]);
            var epilogue = new ExprProgram([DType.Float32, DType.Float32], [], [new Call(multiply, DType.Float32, DType.Float32, 0, 1), new Call(null, DType.Float32, DType.Float64, 2)], [3]);
            var plan = new KernelPlan();
            View from = plan.Add(x, shape, DType.Float32, layout), by = plan.Add(scale, kept, DType.Float32, layout);
            View to = plan.Space(kept, DType.Float64, layout), square = plan.Space(shape, DType.Float32, layout);
            plan.Run(GroupKind.Reduce, [from, by], [to, square], shape, new ReduceAttributes(Sum, DType.Float32, axes), prologue, epilogue);
            float[] squares = Array.ConvertAll(x, v => v * v), sums = Rule<float, TestSum>(squares, shape, axes, false);
            string what = $"({string.Join(",", shape)}) over {string.Join(",", axes)} {layout}";
            Assert.True(squares.AsSpan().SequenceEqual(plan.Read<float>(square)), what);
            Assert.True(sums.Select((v, i) => (double)(v * scale[i])).SequenceEqual(plan.Read<double>(to)), what);
            Assert.True(plan.IsIntact(to) && plan.IsIntact(square), what);
        }
    }

    [Fact]
    public void AnIndexIsReducedWithoutMemory()
    {
        long[] shape = [90, 7, 400];
        var index = new View(View.Index, DType.Int64, 5, shape, [3, -1, 2]);
        var plan = new KernelPlan();
        View to = plan.Space([7], DType.Int64, TestLayout.RowMajor);
        plan.Run(GroupKind.Reduce, [index], [to], shape, new ReduceAttributes(Sum, DType.Int64, [0, 2]), KernelPlan.Identity(DType.Int64));
        var want = new long[7];
        for (long i = 0; i < 90; i++)
        {
            for (long j = 0; j < 7; j++)
            {
                for (long k = 0; k < 400; k++) { want[j] += 5 + (3 * i) - j + (2 * k); }
            }
        }
        Assert.Equal(want, plan.Read<long>(to));
    }

    [Fact]
    public void RecordedPiecesGiveTheSameStates()
    {
        ReduceProgram p = Argmax.Record(DType.Float32);
        Assert.Equal(2, p.Combine.Length);
        Assert.Equal([LaneKind.Value, LaneKind.Int], p.Map.Select(m => m.Code[m.Result].Kind));
        Assert.Equal([LaneKind.Value, LaneKind.Int], p.Combine.Select(m => m.Code[m.Result].Kind));
        Assert.Equal(8, Variance.Record(DType.Float64).Leaf[2].Inputs);
        Assert.Empty(Sum.Record(DType.Int32).Leaf);
    }
}
