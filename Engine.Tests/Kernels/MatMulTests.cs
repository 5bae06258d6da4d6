using System.Numerics;
using System.Runtime.Intrinsics;
using Engine.Internal.Backends.Cpu;
using Engine.Internal.Lanes;
using Engine.Internal.Plans;
using Xunit;

namespace Engine.Tests.Kernels;

/// <summary>Matrix products against sums in double, every layout of both operands and of the result.</summary>
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

    /// <summary>Every width's kernel, whatever the machine has.</summary>
    [Fact]
    public void Widths()
    {
        Width<Vector512<float>, Lanes512F32>();
        Width<Vector256<float>, Lanes256F32>();
        Width<Vector128<float>, Lanes128F32>();
        Width<Vector<float>, LanesVectorF32>();
        Width<float, Lanes1<float>>();
    }

    static void Width<V, L>() where V : unmanaged where L : struct, IMemoryLanes<V, float>
    {
        var random = new Random(3);
        foreach (var (m, k, n) in new[] { (1, 40, 33), (33, 40, 1), (7, 300, 70), (50, 20, 130) })
        {
            double[] a = [.. Enumerable.Range(0, m * k).Select(_ => (double)(float)random.NextDouble())], b = [.. Enumerable.Range(0, k * n).Select(_ => (double)(float)random.NextDouble())];
            float[] x = Array.ConvertAll(a, v => (float)v), y = Array.ConvertAll(b, v => (float)v), z = new float[m * n];
            fixed (float* p = x, q = y, r = z)
            {
                var left = new Matrix { Data = (byte*)p, DType = DType.Float32, Rows = m, Columns = k, RowStep = 4 * k, ColumnStep = 4 };
                var right = new Matrix { Data = (byte*)q, DType = DType.Float32, Rows = k, Columns = n, RowStep = 4 * n, ColumnStep = 4 };
                Gemm<V, float, L>.Run(left, right, r, n);
            }
            double[] want = Naive(a, b, 1, m, k, n);
            for (int i = 0; i < want.Length; i++) { Assert.True(Math.Abs(z[i] - want[i]) < 1e-5 * (1 + want[i]), $"{typeof(L).Name} {m} x {k} x {n} at {i}: {z[i]} for {want[i]}"); }
        }
    }
}
