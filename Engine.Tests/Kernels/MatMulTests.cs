using System.Numerics;
using System.Runtime.Intrinsics;
using Engine.Internal.Backends.Cpu;
using Engine.Internal.Lanes;
using Engine.Internal.Memory;
using Engine.Internal.Plans;
using Engine.Tests.Harness;
using Xunit;

namespace Engine.Tests.Kernels;

/// <summary>Matrix products against sums in double, every layout of both operands and of the result.</summary>
[Collection(nameof(BackendSwap))]
public unsafe class MatMulTests
{
    static readonly (long[] Batch, long M, long K, long N)[] Cases =
    [
        ([], 1, 1, 1), ([], 2, 3, 4), ([], 5, 0, 7), ([], 0, 3, 2), ([3, 0], 2, 2, 2), ([], 7, 300, 33), ([], 1, 70, 90), ([], 90, 70, 1), ([], 200, 30, 65), ([], 40, 600, 40), ([2, 3], 4, 5, 6), ([4], 30, 20, 10), ([], 30, 260, 1100), ([5], 1, 9, 1),
    ];

    static double[] Naive(double[] a, double[] b, long batch, long m, long k, long n)
    {
        var c = new double[batch * m * n];
        for (long t = 0; t < batch; t++)
        {
            for (long i = 0; i < m; i++)
            {
                for (long j = 0; j < n; j++)
                {
                    double sum = 0;
                    for (long p = 0; p < k; p++) { sum += a[(((t * m) + i) * k) + p] * b[(((t * k) + p) * n) + j]; }
                    c[(((t * m) + i) * n) + j] = sum;
                }
            }
        }
        return c;
    }

    static void Compare<T>(DType dtype, double epsilon, Func<double, T> from, Func<T, double> to) where T : unmanaged
    {
        var random = new Random(6);
        foreach (var (batch, m, k, n) in Cases)
        {
            long count = Views.Count(batch);
            T[] a = [.. Enumerable.Range(0, (int)(count * m * k)).Select(_ => from(random.NextDouble() - 0.5))], b = [.. Enumerable.Range(0, (int)(count * k * n)).Select(_ => from(random.NextDouble() - 0.5))];
            double[] want = Naive(Array.ConvertAll(a, v => to(v)), Array.ConvertAll(b, v => to(v)), count, m, k, n);
            foreach (TestLayout la in KernelPlan.Layouts)
            {
                foreach (TestLayout lb in KernelPlan.Layouts)
                {
                    if (m * k * n > 100_000 && lb != KernelPlan.Layouts[((int)la + 2) % KernelPlan.Layouts.Length]) { continue; }
                    var plan = new KernelPlan();
                    View x = plan.Add(a, [.. batch, m, k], dtype, la), y = plan.Add(b, [.. batch, k, n], dtype, lb), z = plan.Space([.. batch, m, n], dtype, lb);
                    plan.Run(GroupKind.MatMul, [x, y], [z], z.Shape, new MatMulAttributes());
                    T[] got = plan.Read<T>(z);
                    string what = $"{dtype} ({string.Join(",", batch)}) {m} x {k} x {n} {la} {lb}";
                    for (int i = 0; i < want.Length; i++)
                    {
                        double error = Math.Abs(to(got[i]) - want[i]), bound = (epsilon * (Math.Abs(want[i]) + 1e-3)) + (k * Math.Min(epsilon, 1.2e-7) / 4);
                        Assert.True(error <= bound, $"{what} at {i}: {got[i]} for {want[i]}");
                    }
                    Assert.True(plan.IsIntact(z), what);
                }
            }
        }
    }

    [Fact]
    public void Single() => Compare(DType.Float32, 2e-7, v => (float)v, v => v);

    [Fact]
    public void Double() => Compare(DType.Float64, 1e-15, v => v, v => v);

    [Fact]
    public void Halves()
    {
        Compare(DType.Float16, 6e-4, v => (Half)v, v => (double)v);
        Compare(DType.BFloat16, 5e-3, v => (BFloat16)(float)v, v => (double)v);
    }

    [Fact]
    public void BroadcastBatches()
    {
        var random = new Random(1);
        double[] a = [.. Enumerable.Range(0, 3 * 4 * 5).Select(_ => random.NextDouble())], b = [.. Enumerable.Range(0, 5 * 6).Select(_ => random.NextDouble())];
        var plan = new KernelPlan();
        View x = plan.Add(a, [3, 4, 5], DType.Float64), y = plan.Add(b, [5, 6], DType.Float64), z = plan.Space([3, 4, 6], DType.Float64, TestLayout.RowMajor);
        View many = y with { Shape = [3, 5, 6], Strides = [0, y.Strides[0], y.Strides[1]] };
        plan.Run(GroupKind.MatMul, [x, many], [z], z.Shape, new MatMulAttributes());
        double[] want = Naive(a, [.. b, .. b, .. b], 3, 4, 5, 6);
        double[] got = plan.Read<double>(z);
        for (int i = 0; i < want.Length; i++) { Assert.Equal(want[i], got[i], 1e-12); }
    }

    delegate void Product(in Matrix a, in Matrix b, float* c, long pitch);

    static readonly (string Name, Product Run)[] widths =
    [
        ("512", static (in a, in b, c, pitch) => Gemm<Vector512<float>, float, Lanes512F32>.Run(a, b, c, pitch)),
        ("256", static (in a, in b, c, pitch) => Gemm<Vector256<float>, float, Lanes256F32>.Run(a, b, c, pitch)),
        ("128", static (in a, in b, c, pitch) => Gemm<Vector128<float>, float, Lanes128F32>.Run(a, b, c, pitch)),
        ("vector", static (in a, in b, c, pitch) => Gemm<Vector<float>, float, LanesVectorF32>.Run(a, b, c, pitch)),
        ("one", static (in a, in b, c, pitch) => Gemm<float, float, Lanes1<float>>.Run(a, b, c, pitch)),
    ];

    /// <summary>Lengths beside every edge: rows and vectors of a tile, blocks of rows and depth, panels, what is read where it lies.</summary>
    public static TheoryData<int, int, int> Edges()
    {
        var data = new TheoryData<int, int, int>();
        foreach (int m in new[] { 1, 2, 5, 6, 7, 8, 9, 17 })
        {
            foreach (int n in new[] { 1, 2, 15, 16, 17, 33, 48, 49, 97 }) { data.Add(m, 1 + ((m + n) % 9), n); }
        }
        foreach (int k in new[] { 31, 32, 33, 65, 511, 512, 513, 1025 })
        {
            data.Add(1, k, 37);
            data.Add(37, k, 1);
            data.Add(1, k, 1);
            data.Add(9, k, 50);
        }
        data.Add(191, 40, 65);
        data.Add(192, 600, 17);
        data.Add(193, 130, 1009);
        data.Add(401, 520, 520);
        data.Add(16, 600, 1100);
        data.Add(17, 600, 1100);
        data.Add(1, 700, 5000);
        return data;
    }

    /// <summary>Each width, each order of both operands: bits of the promised order of additions, and not a byte read or written beyond the operands.</summary>
    [Theory]
    [MemberData(nameof(Edges))]
    public void PromisedOrder(int m, int k, int n)
    {
        var random = new Random((m * 31) + (k * 7) + n);
        float[] a = [.. Enumerable.Range(0, m * k).Select(_ => (float)random.NextDouble() - 0.5f)], b = [.. Enumerable.Range(0, k * n).Select(_ => (float)random.NextDouble() - 0.5f)];
        float[] chain = Chains(a, b, m, k, n), dots = m == 1 || n == 1 ? Dots(a, b, m, k, n) : chain;
        Storage left = GuardedMemory.Allocate(4L * m * k), right = GuardedMemory.Allocate(4L * k * n), result = GuardedMemory.Allocate(4L * m * n);
        foreach (bool turnA in new[] { false, true })
        {
            foreach (bool turnB in new[] { false, true })
            {
                var x = new Matrix { Data = left.Data, DType = DType.Float32, Rows = m, Columns = k, RowStep = turnA ? 4 : 4 * k, ColumnStep = turnA ? 4 * m : 4 };
                var y = new Matrix { Data = right.Data, DType = DType.Float32, Rows = k, Columns = n, RowStep = turnB ? 4 : 4 * n, ColumnStep = turnB ? 4 * k : 4 };
                for (int i = 0; i < m * k; i++) { *(float*)(left.Data + (i / k * x.RowStep) + (i % k * x.ColumnStep)) = a[i]; }
                for (int i = 0; i < k * n; i++) { *(float*)(right.Data + (i / n * y.RowStep) + (i % n * y.ColumnStep)) = b[i]; }
                // A vector along rows of memory is summed in lanes.
                bool along = n == 1 ? m == 1 || k == 1 || !turnA : m == 1 && (turnB || k == 1) && !(k == 1 && !turnB);
                float[] want = along ? dots : chain;
                foreach (var (name, run) in widths)
                {
                    new Span<float>(result.Data, m * n).Fill(float.NaN);
                    run(x, y, (float*)result.Data, n);
                    for (int i = 0; i < want.Length; i++)
                    {
                        Assert.True(want[i].Equals(((float*)result.Data)[i]), $"{m} x {k} x {n} {turnA} {turnB} {name} at {i}: {((float*)result.Data)[i]} for {want[i]}");
                    }
                }
            }
        }
        GC.KeepAlive((left, right, result));
    }

    static float Fma(float a, float b, float c) => Isa.Fma ? MathF.FusedMultiplyAdd(a, b, c) : (a * b) + c;

    /// <summary>Fused multiply-adds in the order of k; blocks of at most 512, of equal length up to a multiple of 8, added in order.</summary>
    static float[] Chains(float[] a, float[] b, int m, int k, int n)
    {
        int blocks = (k + 511) / 512, depth = (((k + blocks - 1) / blocks) + 7) / 8 * 8;
        var c = new float[m * n];
        for (int i = 0; i < m * n; i++)
        {
            for (int p = 0; p < k; p += depth)
            {
                float sum = 0;
                for (int q = p; q < Math.Min(k, p + depth); q++) { sum = Fma(a[(i / n * k) + q], b[(q * n) + (i % n)], sum); }
                c[i] = p == 0 ? sum : c[i] + sum;
            }
        }
        return c;
    }

    /// <summary>Element k goes to sum k modulo 32; the sums are added in halves.</summary>
    static float[] Dots(float[] a, float[] b, int m, int k, int n)
    {
        var c = new float[m * n];
        for (int i = 0; i < m * n; i++)
        {
            var sums = new float[32];
            for (int q = 0; q < k; q++) { sums[q % 32] = Fma(a[(i / n * k) + q], b[(q * n) + (i % n)], sums[q % 32]); }
            for (int half = 16; half > 0; half /= 2)
            {
                for (int q = 0; q < half; q++) { sums[q] += sums[q + half]; }
            }
            c[i] = sums[0];
        }
        return c;
    }

    /// <summary>Ops over a product give the bits that they give as a pass of their own, whatever block they saw.</summary>
    [Theory]
    [InlineData(DType.Float32)]
    [InlineData(DType.Float64)]
    [InlineData(DType.Float16)]
    [InlineData(DType.BFloat16)]
    public void Epilogues(DType type)
    {
        var random = new Random(9);
        foreach (var (batch, m, k, n, shared) in new[] { ((long[])[], 5L, 7L, 9L, false), ([], 400, 30, 50, false), ([], 30, 700, 1100, false), ([3], 8, 20, 17, true), ([3], 8, 20, 17, false), ([], 1, 40, 60, false), ([], 60, 40, 1, false), ([], 4, 0, 3, false) })
        {
            foreach (TestLayout layout in KernelPlan.Layouts)
            {
                if (m * k * n > 1_000_000 && layout is not (TestLayout.RowMajor or TestLayout.Foreign)) { continue; }
                var plan = new KernelPlan();
                View x = Add(plan, random, [.. batch, m, k], type, layout), y = Add(plan, random, [.. shared ? [] : batch, k, n], type, layout);
                if (shared) { y = y with { Shape = [.. batch, k, n], Strides = [.. batch.Select(_ => 0L), .. y.Strides] }; }
                // A row that all rows add, and one element a batch.
                View bias = Add(plan, random, [n], type, TestLayout.RowMajor), scale = Add(plan, random, [.. batch, 1, 1], type, TestLayout.RowMajor);
                bias = bias with { Shape = [.. batch, m, n], Strides = [.. batch.Select(_ => 0L), 0, bias.Strides[0]] };
                scale = scale with { Shape = [.. batch, m, n], Strides = [.. scale.Strides[..^2], 0, 0] };
                View raw = plan.Space([.. batch, m, n], type, TestLayout.RowMajor), want = plan.Space([.. batch, m, n], type, TestLayout.RowMajor), got = plan.Space([.. batch, m, n], type, layout);
                LaneBody multiply = ElementwiseBody("multiply", type), add = ElementwiseBody("add", type), tanh = ElementwiseBody("tanh", type);
                DType lane = LaneBody.LaneType(type);
                var program = new ExprProgram([type, type, type], [], [new Call(multiply, lane, type, 0, 2), new Call(add, lane, type, 3, 1), new Call(tanh, lane, type, 4)], [5]);
                plan.Run(GroupKind.MatMul, [x, y], [raw], raw.Shape, new MatMulAttributes());
                plan.Run(GroupKind.Map, [raw, bias, scale], [want], raw.Shape, null, program);
                plan.Run(GroupKind.MatMul, [x, y, bias, scale], [got], raw.Shape, new MatMulAttributes(), null, program with { Compiled = null });
                Assert.Equal(Bits(plan, want), Bits(plan, got));
                Assert.True(plan.IsIntact(got));
            }
        }
    }

    static LaneBody ElementwiseBody(string name, DType type) => name switch
    {
        "multiply" => ((Internal.Graph.ElementwiseOp)(Ops.Zeros([1], type) * Ops.Zeros([1], type)).Op).Body(type)!,
        "add" => ((Internal.Graph.ElementwiseOp)(Ops.Zeros([1], type) + Ops.Zeros([1], type)).Op).Body(type)!,
        _ => ((Internal.Graph.ElementwiseOp)Ops.Tanh(Ops.Zeros([1], type)).Op).Body(type)!,
    };

    static View Add(KernelPlan plan, Random random, long[] shape, DType type, TestLayout layout)
    {
        double[] values = [.. Enumerable.Range(0, (int)Views.Count(shape)).Select(_ => random.NextDouble() - 0.5)];
        return type switch
        {
            DType.Float16 => plan.Add(Array.ConvertAll(values, v => (Half)v), shape, type, layout),
            DType.BFloat16 => plan.Add(Array.ConvertAll(values, v => (BFloat16)(float)v), shape, type, layout),
            DType.Float32 => plan.Add(Array.ConvertAll(values, v => (float)v), shape, type, layout),
            _ => plan.Add(values, shape, type, layout),
        };
    }

    static long[] Bits(KernelPlan plan, View view) => view.DType.Size switch
    {
        2 => Array.ConvertAll(plan.Read<short>(view), v => (long)v),
        4 => Array.ConvertAll(plan.Read<int>(view), v => (long)v),
        _ => plan.Read<long>(view),
    };

    /// <summary>Any number of threads, and products cut as finely as they can be, give the bits of one thread.</summary>
    [Fact]
    public void ThreadsGiveTheSameBits()
    {
        int before = EngineThreads.Count;
        bool eager = Workers.Eager;
        try
        {
            foreach (var (batch, m, k, n) in new[] { ((long[])[], 100L, 30L, 70L), ([], 300, 600, 130), ([], 7, 520, 500), ([], 1, 300, 5000), ([], 900, 300, 1), ([8], 20, 30, 17), ([2], 200, 40, 61) })
            {
                foreach (DType type in new[] { DType.Float32, DType.BFloat16 })
                {
                    long[]? first = null;
                    foreach (int threads in new[] { 1, 2, 5 })
                    {
                        EngineThreads.Count = threads;
                        Workers.Eager = threads > 1;
                        var plan = new KernelPlan();
                        var random = new Random(4);
                        View x = Add(plan, random, [.. batch, m, k], type, TestLayout.RowMajor), y = Add(plan, random, [.. batch, k, n], type, TestLayout.Transposed), z = plan.Space([.. batch, m, n], type, TestLayout.RowMajor);
                        View u = Add(plan, random, [.. batch, k, n], type, TestLayout.RowMajor), w = plan.Space([.. batch, m, n], type, TestLayout.RowMajor);
                        plan.Run(GroupKind.MatMul, [x, y], [z], z.Shape, new MatMulAttributes());
                        var tanh = new ExprProgram([type], [], [new Call(ElementwiseBody("tanh", type), LaneBody.LaneType(type), type, 0)], [1]);
                        plan.Run(GroupKind.MatMul, [x, u], [w], w.Shape, new MatMulAttributes(), null, tanh);
                        long[] got = [.. Bits(plan, z), .. Bits(plan, w)];
                        Assert.Equal(first ??= got, got);
                        Assert.True(plan.IsIntact(z) && plan.IsIntact(w));
                    }
                }
            }
        }
        finally
        {
            EngineThreads.Count = before;
            Workers.Eager = eager;
        }
    }

    /// <summary>What follows a product runs with it, when nobody else wants the product.</summary>
    [Fact]
    public void AddMMIsOneGroup()
    {
        NDArray a = Ops.Ones([20, 30]), b = Ops.Ones([30, 40]), c = Ops.Ones([20, 40]);
        Ops.Eval(a, b, c);
        NDArray y = Ops.AddMM(c, a, b, alpha: 0.5, beta: 2);
        string plan = Ops.Explain(y);
        Assert.StartsWith("0: MatMul over (20, 40)", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("1:", plan, StringComparison.Ordinal);
        Assert.Equal(17f, y[3, 7].Item<float>());
    }

    /// <summary>What is not a number, or too large, stays in its row and column, next to edges where vectors are filled up.</summary>
    [Fact]
    public void Specials()
    {
        foreach (var (m, k, n) in new[] { (7, 5, 19), (9, 40, 49), (3, 33, 1), (1, 33, 3) })
        {
            var a = new float[m * k];
            var b = new float[k * n];
            Array.Fill(a, 1);
            Array.Fill(b, 2);
            a[((m - 1) * k) + k - 1] = float.NaN;
            b[n - 1] = float.PositiveInfinity;
            a[0] = m > 1 ? 0 : 1;
            foreach (TestLayout layout in KernelPlan.Layouts)
            {
                var plan = new KernelPlan();
                View x = plan.Add(a, [m, k], DType.Float32, layout), y = plan.Add(b, [k, n], DType.Float32, layout), z = plan.Space([m, n], DType.Float32, TestLayout.Foreign);
                plan.Run(GroupKind.MatMul, [x, y], [z], z.Shape, new MatMulAttributes());
                float[] got = plan.Read<float>(z);
                for (int i = 0; i < m; i++)
                {
                    for (int j = 0; j < n; j++)
                    {
                        float want = i == m - 1 || (i == 0 && j == n - 1) ? float.NaN : j == n - 1 ? float.PositiveInfinity : (2 * k) - (i == 0 ? 2 : 0);
                        Assert.Equal(want, got[(i * n) + j]);
                    }
                }
            }
        }
    }
}
