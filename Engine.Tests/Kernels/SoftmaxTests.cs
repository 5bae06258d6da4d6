using System.Numerics;
using Engine.Internal.Backends.Cpu;
using Engine.Internal.Plans;
using Xunit;

namespace Engine.Tests.Kernels;

/// <summary>The claimed softmax against double, on any axis and layout.</summary>
public class SoftmaxTests
{
    static readonly (long[] Shape, int Axis)[] Cases = [([1], 0), ([10], 0), ([9000], 0), ([40, 30], 1), ([40, 30], 0), ([4, 5, 6], 1), ([100, 3], 1), ([3, 600], 1), ([0, 3], 1), ([2, 5, 1], 2)];

    static void Compare<T>(DType dtype, double tolerance, Func<double, T> from, Func<T, double> to) where T : unmanaged
    {
        double smallest = dtype == DType.Float16 ? 6e-8 : 1e-40;
        var random = new Random(5);
        foreach (var (shape, axis) in Cases)
        {
            long n = shape[axis], inner = 1;
            for (int i = axis + 1; i < shape.Length; i++) { inner *= shape[i]; }
            T[] x = [.. Enumerable.Range(0, (int)Views.Count(shape)).Select(_ => from((random.NextDouble() - 0.5) * 40))];
            var want = new double[x.Length];
            for (long o = 0; o < x.Length / (n * inner); o++)
            {
                for (long i = 0; i < inner; i++)
                {
                    double max = double.NegativeInfinity, sum = 0;
                    for (long r = 0; r < n; r++) { max = Math.Max(max, to(x[(((o * n) + r) * inner) + i])); }
                    for (long r = 0; r < n; r++) { sum += Math.Exp(to(x[(((o * n) + r) * inner) + i]) - max); }
                    for (long r = 0; r < n; r++) { want[(((o * n) + r) * inner) + i] = Math.Exp(to(x[(((o * n) + r) * inner) + i]) - max) / sum; }
                }
            }
            foreach (TestLayout layout in KernelPlan.Layouts)
            {
                var plan = new KernelPlan();
                View a = plan.Add(x, shape, dtype, layout), b = plan.Space(shape, dtype, layout);
                plan.Run(GroupKind.Library, [a], [b], shape, new LibraryAttributes(LibraryKernel.Softmax, axis));
                T[] got = plan.Read<T>(b);
                for (int i = 0; i < want.Length; i++)
                {
                    Assert.True(Math.Abs(to(got[i]) - want[i]) <= (tolerance * want[i]) + smallest, $"{dtype} ({string.Join(",", shape)}) axis {axis} {layout} at {i}: {got[i]} for {want[i]}");
                }
                Assert.True(plan.IsIntact(b));
                // In place, to the same bits.
                plan.Run(GroupKind.Library, [a], [a], shape, new LibraryAttributes(LibraryKernel.Softmax, axis));
                Assert.Equal(got, plan.Read<T>(a));
            }
        }
    }

    [Fact]
    public void Floats()
    {
        Compare(DType.Float32, 4e-6, v => (float)v, v => v);
        Compare(DType.Float64, 1e-14, v => v, v => v);
    }

    [Fact]
    public void Halves()
    {
        Compare(DType.BFloat16, 4e-3, v => (BFloat16)(float)v, v => (double)v);
        Compare(DType.Float16, 6e-4, v => (Half)v, v => (double)v);
    }

    [Fact]
    public void SpecialValues()
    {
        var plan = new KernelPlan();
        float inf = float.PositiveInfinity;
        View a = plan.Add(new[] { 0, -inf, 0, float.NaN, 1, 1, -inf, -inf, -inf, 1000, 0, 0 }, [4, 3], DType.Float32), b = plan.Space([4, 3], DType.Float32, TestLayout.RowMajor);
        plan.Run(GroupKind.Library, [a], [b], [4, 3], new LibraryAttributes(LibraryKernel.Softmax, 1));
        Assert.Equal([0.5f, 0, 0.5f, float.NaN, float.NaN, float.NaN, float.NaN, float.NaN, float.NaN, 1, 0, 0], plan.Read<float>(b));
    }
}
