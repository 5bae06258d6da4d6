using Engine.Internal.Lanes;
using Engine.Internal.Plans;

namespace Engine.Tests.SecondBackend;

/// <summary>The groups that are not elementwise: products, indexing and order.</summary>
internal static class Movement
{
    /// <summary>Products and sums in double (long for integers), rounded once.</summary>
    public static void MatMul(Plan plan, Group g)
    {
        (View a, View b, View c) = (g.In[0], g.In[1], g.Out[0]);
        UInt128[] x = Region.Load(plan, a), y = Region.Load(plan, b), r = new UInt128[Region.Count(c.Shape)];
        int nd = a.Shape.Length;
        long m = a.Shape[nd - 2], k = a.Shape[nd - 1], n = b.Shape[nd - 1], batches = r.Length == 0 ? 0 : r.Length / (m * n);
        for (long t = 0; t < batches; t++)
        {
            for (long i = 0; i < m; i++)
            {
                for (long j = 0; j < n; j++)
                {
                    double sum = 0;
                    for (long q = 0; q < k; q++) { sum += Number(x[(t * m + i) * k + q], a.DType) * Number(y[(t * k + q) * n + j], b.DType); }
                    r[(t * m + i) * n + j] = Elements.Cast(BitConverter.DoubleToUInt64Bits(sum), DType.Float64, g.Epilogue?.Inputs[0] ?? c.DType);
                }
            }
        }
        if (g.Epilogue != null) { r = Expression.Evaluate(g.Epilogue, [r, .. g.In[2..].Select(v => Region.Load(plan, v))], r.Length)[0]; }
        Region.Store(plan, c, r);
    }

    /// <summary>Products and sums in double, element by element of the output and the kernel. Padding is multiplied like any zero.</summary>
    public static void Conv(Plan plan, Group g, ConvAttributes a)
    {
        (View x, View w, View y) = (g.In[0], g.In[1], g.Out[0]);
        UInt128[] input = Region.Load(plan, x), weight = Region.Load(plan, w), r = new UInt128[Region.Count(y.Shape)];
        int n = a.Stride.Length;
        long c = w.Shape[^1], m = w.Shape[0] / a.Groups;
        for (long i = 0; i < r.Length; i++)
        {
            long[] o = Region.Coordinates(i, y.Shape);
            double sum = 0;
            for (long t = 0; t < Region.Count(w.Shape[1..^1]); t++)
            {
                long[] k = Region.Coordinates(t, w.Shape[1..^1]), place = new long[n + 2], tap = new long[n + 2];
                bool met = true, inside = true;
                for (int d = 0; d < n; d++)
                {
                    long p = o[d + 1] * a.Stride[d] - a.Low[d] + k[d] * a.KernelDilation[d];
                    met &= p % a.InputDilation[d] == 0;
                    place[d + 1] = p / a.InputDilation[d];
                    inside &= p >= 0 && place[d + 1] < x.Shape[d + 1];
                    tap[d + 1] = a.Flip ? w.Shape[d + 1] - 1 - k[d] : k[d];
                }
                if (!met) { continue; }
                (place[0], tap[0]) = (o[0], o[^1]);
                for (long q = 0; q < c; q++)
                {
                    (place[^1], tap[^1]) = (o[^1] / m * c + q, q);
                    sum += (inside ? Number(input[Region.Flat(place, x.Shape)], x.DType) : 0) * Number(weight[Region.Flat(tap, w.Shape)], w.DType);
                }
            }
            r[i] = Elements.Cast(BitConverter.DoubleToUInt64Bits(sum), DType.Float64, y.DType);
        }
        Region.Store(plan, y, r);
    }

    static double Number(UInt128 raw, DType t) => BitConverter.UInt64BitsToDouble((ulong)Elements.Cast(raw, t, DType.Float64));

    static long Integer(UInt128 raw, DType t) => (long)(ulong)Elements.Cast(raw, t, DType.Int64);

    /// <summary>Coordinates in the operand of every element of a gather's result (or of a scatter's updates), in order.</summary>
    static IEnumerable<long> Addressed(Plan plan, View operand, View[] indices, int[] axes, long[] sliceSizes, string op)
    {
        long[] batch = indices.Length > 0 ? indices[0].Shape : [];
        UInt128[][] loaded = [.. indices.Select(v => Region.Load(plan, v))];
        long slices = Region.Count(sliceSizes);
        for (long b = 0; b < Region.Count(batch); b++)
        {
            var start = new long[operand.Shape.Length];
            for (int i = 0; i < axes.Length; i++)
            {
                long length = operand.Shape[axes[i]], index = Integer(loaded[i][b], indices[i].DType);
                if (indices[i].DType == DType.UInt64 && index < 0 || index < -length || index >= length)
                {
                    throw new IndexException(op, $"index {index} is outside axis {axes[i]} of length {length}");
                }
                start[axes[i]] = index < 0 ? index + length : index;
            }
            for (long s = 0; s < slices; s++)
            {
                long[] c = Region.Coordinates(s, sliceSizes);
                for (int d = 0; d < c.Length; d++) { c[d] += start[d]; }
                yield return Region.Flat(c, operand.Shape);
            }
        }
    }

    public static void Gather(Plan plan, Group g, GatherAttributes a)
    {
        UInt128[] x = Region.Load(plan, g.In[0]);
        Region.Store(plan, g.Out[0], [.. Addressed(plan, g.In[0], g.In[1..], a.Axes, a.SliceSizes, a.Op).Select(i => x[i])]);
    }

    public static void Scatter(Plan plan, Group g, ScatterAttributes a)
    {
        UInt128[] r = Region.Load(plan, g.In[0]), updates = Region.Load(plan, g.In[1]);
        DType t = g.Out[0].DType;
        long at = 0;
        foreach (long i in Addressed(plan, g.In[0], g.In[2..], a.Axes, a.SliceSizes, a.Op))
        {
            r[i] = Meet(a.Mode, r[i], updates[at++], t);
        }
        Region.Store(plan, g.Out[0], r);
    }

    /// <summary>One element of a scatter, as a program of one lane instruction: bool adds as or, multiplies as and.</summary>
    static UInt128 Meet(ScatterMode mode, UInt128 old, UInt128 update, DType t)
    {
        if (mode == ScatterMode.Set) { return update; }
        if (t == DType.Bool) { return mode is ScatterMode.Add or ScatterMode.Max ? old | update : old & update; }
        LaneOp op = mode switch { ScatterMode.Add => LaneOp.Add, ScatterMode.Multiply => LaneOp.Mul, ScatterMode.Max => LaneOp.Max, _ => LaneOp.Min };
        return Elements.FromLane(Programs.Binary(op, Elements.Lane(t), Elements.ToLane(old, t), Elements.ToLane(update, t)), t);
    }

    /// <summary>Stable insertion by comparison, NaN last.</summary>
    public static void Sort(Plan plan, Group g, SortAttributes a)
    {
        View v = g.In[0];
        UInt128[] x = Region.Load(plan, v), r = new UInt128[x.Length];
        long n = v.Shape[a.Axis], inner = Region.Count(v.Shape[(a.Axis + 1)..]), outer = x.Length == 0 ? 0 : x.Length / (n * inner);
        for (long row = 0; row < outer * inner; row++)
        {
            long first = row / inner * n * inner + row % inner;
            long[] order = [.. Enumerable.Range(0, (int)n).Select(i => (long)i).OrderBy(i => x[first + i * inner], Comparer<UInt128>.Create((p, q) => Compare(p, q, v.DType)))];
            if (a.Kth is { } kth) { order = About(order, i => Compare(x[first + i * inner], x[first + order[kth] * inner], v.DType)); }
            for (long i = 0; i < n; i++) { r[first + i * inner] = a.Indices ? (uint)order[i] : x[first + order[i] * inner]; }
        }
        Region.Store(plan, g.Out[0], r);
    }

    /// <summary>Places in ascending order of what the comparison with one element says, else in their own.</summary>
    static long[] About(long[] places, Func<long, int> compare) => [.. places.Order().OrderBy(i => Math.Sign(compare(i)))];

    static int Compare(UInt128 p, UInt128 q, DType t)
    {
        if (t is DType.UInt64 or DType.Int64) { return t == DType.UInt64 ? ((ulong)p).CompareTo((ulong)q) : ((long)p).CompareTo((long)q); }
        double x = Number(p, t), y = Number(q, t);
        if (double.IsNaN(x) || double.IsNaN(y)) { return double.IsNaN(x).CompareTo(double.IsNaN(y)); }
        return x < y ? -1 : x > y ? 1 : 0;
    }
}
