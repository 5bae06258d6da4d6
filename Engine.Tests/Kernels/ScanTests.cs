using System.Numerics;
using Engine.Internal.Backends.Cpu;
using Engine.Internal.Lanes;
using Engine.Internal.Plans;
using Xunit;

namespace Engine.Tests.Kernels;

/// <summary>Scans against their rule: rows, columns, both directions, with and without the element itself, any layout.</summary>
public unsafe class ScanTests
{
    static readonly (long[] Shape, int Axis)[] Cases =
    [
        ([1], 0), ([15], 0), ([4096], 0), ([4097], 0), ([9001], 0), ([3, 1000], 1), ([70, 33], 0), ([33, 70], 1), ([6, 5, 4], 1), ([300, 700], 0), ([2, 5000, 3], 1), ([4, 1, 9], 1), ([3, 4, 5, 6], 2), ([7, 5, 1], 1), ([40, 3, 1500], 1),
    ];

    static T[] Rule<T, TOp>(T[] x, long[] shape, int axis, bool reverse, bool inclusive, T empty) where T : unmanaged, INumber<T> where TOp : struct, IReduction
    {
        long n = shape[axis], inner = 1;
        for (int i = axis + 1; i < shape.Length; i++) { inner *= shape[i]; }
        var y = new T[x.Length];
        for (long o = 0; o < x.Length / (n * inner); o++)
        {
            for (long i = 0; i < inner; i++)
            {
                long At(long r) => (((o * n) + (reverse ? n - 1 - r : r)) * inner) + i;
                var row = new T[n];
                for (long r = 0; r < n; r++) { row[r] = x[At(r)]; }
                row = inner == 1 ? ReduceRule<T, TOp>.ScanRow(row) : ReduceRule<T, TOp>.ScanColumn(row);
                for (long r = 0; r < n; r++) { y[At(r)] = inclusive ? row[r] : r == 0 ? empty : row[r - 1]; }
            }
        }
        return y;
    }

    static void Compare<T, TOp>(ReduceBody body, DType dtype, TestLayout layout, T empty) where T : unmanaged, INumber<T> where TOp : struct, IReduction
    {
        var random = new Random(4);
        foreach (var (shape, axis) in Cases)
        {
            var x = new T[Views.Count(shape)];
            for (int i = 0; i < x.Length; i++) { x[i] = T.CreateTruncating((random.NextDouble() - 0.3) * 100); }
            for (int mode = 0; mode < 4; mode++)
            {
                bool reverse = (mode & 1) != 0, inclusive = (mode & 2) == 0;
                var plan = new KernelPlan();
                View from = plan.Add(x, shape, dtype, layout), to = plan.Space(shape, dtype, layout);
                plan.Run(GroupKind.Scan, [from], [to], shape, new ScanAttributes(body, dtype, axis, reverse, inclusive));
                string what = $"{body.Name} {dtype} ({string.Join(",", shape)}) axis {axis} {layout} reverse {reverse} inclusive {inclusive}";
                Assert.True(Rule<T, TOp>(x, shape, axis, reverse, inclusive, empty).Select(Bits.Of).SequenceEqual(plan.Read<T>(to).Select(Bits.Of)), what);
                Assert.True(plan.IsIntact(to), what);
            }
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
        Compare<float, TestSum>(ReduceGroupTests.Sum, DType.Float32, layout, 0);
        Compare<double, TestSum>(ReduceGroupTests.Sum, DType.Float64, layout, 0);
        Compare<long, TestSum>(ReduceGroupTests.Sum, DType.Int64, layout, 0);
        Compare<uint, TestProduct>(new NumberReduceBody<TestProduct>("prod"), DType.UInt32, layout, 1);
    }

    [Fact]
    public void SmallIntegersWrap()
    {
        var x = Enumerable.Range(0, 5000).Select(i => (sbyte)(i * 7)).ToArray();
        var plan = new KernelPlan();
        View from = plan.Add(x, [5000], DType.Int8), to = plan.Space([5000], DType.Int8, TestLayout.RowMajor);
        plan.Run(GroupKind.Scan, [from], [to], [5000], new ScanAttributes(ReduceGroupTests.Sum, DType.Int8, 0, false, true));
        sbyte sum = 0;
        Assert.Equal(Array.ConvertAll(x, v => sum = unchecked((sbyte)(sum + v))), plan.Read<sbyte>(to));
    }

    [Theory]
    [InlineData(512)]
    [InlineData(256)]
    [InlineData(128)]
    [InlineData(0)]
    [InlineData(1)]
    public void WidthsAgree(int bits)
    {
        var random = new Random(8);
        foreach (int n in new[] { 1, 16, 17, 1000, 4096 })
        {
            float[] x = [.. Enumerable.Range(0, n).Select(_ => (float)random.NextDouble() - 0.2f)], want = ReduceRule<float, TestSum>.ScanRow(x);
            double[] d = Array.ConvertAll(x, v => (double)v), wantD = ReduceRule<double, TestSum>.ScanRow(d);
            float last = 0;
            double lastD = 0;
            fixed (float* p = x)
            {
                fixed (double* q = d)
                {
                    ReduceGroupTests.Sum.At(DType.Float32, bits).ScanBlock((byte*)p, (byte*)p, n, (byte*)&last, true);
                    ReduceGroupTests.Sum.At(DType.Float64, bits).ScanBlock((byte*)q, (byte*)q, n, (byte*)&lastD, true);
                }
            }
            Assert.Equal(want, x);
            Assert.Equal(wantD, d);
            Assert.Equal(want[^1], last);
            Assert.Equal(wantD[^1], lastD);
        }
    }

    [Fact]
    public void MoreThanOneValueIsRefused()
    {
        var plan = new KernelPlan();
        View from = plan.Add(new float[3], [3], DType.Float32), to = plan.Space([3], DType.Float32, TestLayout.RowMajor);
        Assert.Throws<DTypeException>(() => plan.Run(GroupKind.Scan, [from], [to], [3], new ScanAttributes(ReduceGroupTests.Variance, DType.Float32, 0, false, true)));
    }
}
