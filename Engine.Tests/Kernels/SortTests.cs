using Engine.Internal.Backends.Cpu;
using Engine.Internal.Plans;
using Xunit;

namespace Engine.Tests.Kernels;

/// <summary>Sort groups against a stable sort of the BCL.</summary>
public class SortTests
{
    static readonly (long[] Shape, int Axis)[] Cases = [([1], 0), ([40], 0), ([41], 0), ([5000], 0), ([30, 90], 1), ([90, 30], 0), ([4, 60, 5], 1), ([3, 0], 1), ([2, 3, 100], 2)];

    static void Compare<T>(DType dtype, Func<Random, T> draw, Func<T, double> order) where T : unmanaged
    {
        var random = new Random(2);
        foreach (var (shape, axis) in Cases)
        {
            foreach (TestLayout layout in KernelPlan.Layouts)
            {
                long n = shape[axis], inner = 1;
                for (int i = axis + 1; i < shape.Length; i++) { inner *= shape[i]; }
                var x = new T[Views.Count(shape)];
                for (int i = 0; i < x.Length; i++) { x[i] = draw(random); }
                var values = new T[x.Length];
                var places = new uint[x.Length];
                for (long o = 0; n > 0 && o < x.Length / (n * inner); o++)
                {
                    for (long i = 0; i < inner; i++)
                    {
                        long At(long r) => (((o * n) + r) * inner) + i;
                        int[] sorted = [.. Enumerable.Range(0, (int)n).OrderBy(r => double.IsNaN(order(x[At(r)])) ? 1 : 0).ThenBy(r => double.IsNaN(order(x[At(r)])) ? 0 : order(x[At(r)]) + 0.0)];
                        for (int r = 0; r < n; r++)
                        {
                            values[At(r)] = x[At(sorted[r])];
                            places[At(r)] = (uint)sorted[r];
                        }
                    }
                }
                var plan = new KernelPlan();
                View from = plan.Add(x, shape, dtype, layout), to = plan.Space(shape, dtype, layout), indices = plan.Space(shape, DType.UInt32, layout);
                plan.Run(GroupKind.Sort, [from], [to], shape, new SortAttributes(axis, false));
                plan.Run(GroupKind.Sort, [from], [indices], shape, new SortAttributes(axis, true));
                string what = $"{dtype} ({string.Join(",", shape)}) axis {axis} {layout}";
                Assert.True(values.Select(Bits.Raw).SequenceEqual(plan.Read<T>(to).Select(Bits.Raw)), what);
                Assert.True(places.AsSpan().SequenceEqual(plan.Read<uint>(indices)), what);
                Assert.True(plan.IsIntact(to) && plan.IsIntact(indices), what);
                if (n > 0) { About(plan, from, x, values, shape, axis, n * random.Next(11) / 11, order, what); }
            }
        }
    }

    /// <summary>A partition holds the element of the sorted row in its place; before it come the smaller ones and behind it the greater ones, in their order.</summary>
    static void About<T>(KernelPlan plan, View from, T[] x, T[] sorted, long[] shape, int axis, long kth, Func<T, double> order, string what) where T : unmanaged
    {
        View to = plan.Space(shape, from.DType, TestLayout.RowMajor), indices = plan.Space(shape, DType.UInt32, TestLayout.RowMajor);
        plan.Run(GroupKind.Sort, [from], [to], shape, new SortAttributes(axis, false, kth));
        plan.Run(GroupKind.Sort, [from], [indices], shape, new SortAttributes(axis, true, kth));
        T[] got = plan.Read<T>(to);
        uint[] places = plan.Read<uint>(indices);
        long n = shape[axis], inner = Views.Count(shape.AsSpan(axis + 1));
        for (long row = 0; row < x.Length / n; row++)
        {
            long At(long r) => ((((row / inner) * n) + r) * inner) + (row % inner);
            double pivot = order(sorted[At(kth)]);
            int Side(T v) => double.IsNaN(order(v)) ? (double.IsNaN(pivot) ? 0 : 1) : double.IsNaN(pivot) ? -1 : order(v).CompareTo(pivot + 0.0) is var c && order(v) == pivot ? 0 : c;
            uint[] want = [.. Enumerable.Range(0, (int)n).OrderBy(r => Side(x[At(r)])).Select(r => (uint)r)];
            for (int r = 0; r < n; r++)
            {
                Assert.True(places[At(r)] == want[r] && Bits.Raw(got[At(r)]) == Bits.Raw(x[At(want[r])]), $"{what} about {kth}");
            }
        }
        Assert.True(plan.IsIntact(to) && plan.IsIntact(indices), what);
    }

    static double Draw(Random r) => r.Next(12) switch { 0 => double.NaN, 1 => -0.0, 2 => 0.0, 3 => double.PositiveInfinity, 4 => double.NegativeInfinity, < 8 => r.Next(3), _ => (r.NextDouble() - 0.5) * Math.Pow(2, r.Next(-20, 14)) };

    [Fact]
    public void Floats()
    {
        Compare(DType.Float32, r => (float)Draw(r), v => v);
        Compare(DType.Float64, Draw, v => v);
        Compare(DType.Float16, r => (Half)Draw(r), v => (double)v);
        Compare(DType.BFloat16, r => (BFloat16)(float)Draw(r), v => (double)v);
    }

    [Fact]
    public void Integers()
    {
        Compare(DType.Bool, r => (byte)r.Next(2), v => v);
        Compare(DType.UInt8, r => (byte)r.Next(256), v => v);
        Compare(DType.Int8, r => (sbyte)r.Next(256), v => v);
        Compare(DType.UInt16, r => (ushort)r.Next(), v => v);
        Compare(DType.Int16, r => (short)r.Next(), v => v);
        Compare(DType.UInt32, r => (uint)r.NextInt64(), v => v);
        Compare(DType.Int32, r => (int)r.NextInt64(), v => v);
        Compare(DType.UInt64, r => (ulong)r.NextInt64() >> r.Next(64) << 11, v => v);
        Compare(DType.Int64, r => (r.NextInt64(long.MinValue, long.MaxValue) >> r.Next(64)) << 11, v => v);
    }
}
