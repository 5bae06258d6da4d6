using Engine.Internal.Lanes;

namespace Engine.Tests.SecondBackend;

/// <summary>States of many folds side by side: Values arrays of lanes.</summary>
internal sealed record States(ulong[][] Values)
{
    public States Pick(long[] at) => new([.. Values.Select(v => Array.ConvertAll(at, i => v[i]))]);

    public void Put(long[] at, States from)
    {
        for (int v = 0; v < Values.Length; v++)
        {
            for (int i = 0; i < at.Length; i++) { Values[v][at[i]] = from.Values[v][i]; }
        }
    }

    public static States New(int values, long count) => new([.. Enumerable.Range(0, values).Select(_ => new ulong[count])]);
}

/// <summary>
/// The rule for reductions: lanes, leaves of eight elements, a power-of-two tree over leaves, halving over lanes. By logical shape and axes alone; everything a
/// kernel does otherwise must give the same bits.
/// </summary>
internal static class ReduceRule
{
    const int Leaf = 8;

    /// <summary>The result's memory bits, shaped as the space without the axes.</summary>
    public static UInt128[] Apply(ReduceBody body, DType compute, int[] axes, long[] space, UInt128[] elements, DType type, DType result)
    {
        ReducePrograms f = ReducePrograms.Of(body, compute);
        ulong[] x = Expression.ToLanes(Array.ConvertAll(elements, v => Elements.Cast(v, type, f.Lane)), f.Lane);
        var groups = Merge(space, axes);
        long kept = groups.Where(g => !g.Reduced).Aggregate(1L, (n, g) => n * g.Length);
        long total = Region.Count(space);
        if (kept > 0 && total == 0) { return Enumerable.Repeat(f.OfNothing(result), (int)kept).ToArray(); }
        if (kept == 0) { return []; }
        States? states = null;
        long inner = 1, below = 1, width = total;
        for (int g = groups.Count - 1; g >= 0; g--)
        {
            if (!groups[g].Reduced)
            {
                inner *= groups[g].Length;
                continue;
            }
            long n = groups[g].Length, outer = width / (n * inner);
            states = states == null ? Fold(f, x, null, outer, n, inner, below) : Fold(f, null, states, outer, n, inner, below);
            (width, below) = (outer * inner, below * n);
        }
        if (states == null)
        {
            states = f.Map(x, new long[total]);     // only axes of length 1 go
        }
        return f.Finish(states, result);
    }

    /// <summary>Axes of length 1 dropped, neighbours of one class merged.</summary>
    static List<(bool Reduced, long Length)> Merge(long[] space, int[] axes)
    {
        var groups = new List<(bool Reduced, long Length)>();
        for (int d = 0; d < space.Length; d++)
        {
            if (space[d] == 1) { continue; }
            bool reduced = axes.Contains(d);
            if (groups.Count > 0 && groups[^1].Reduced == reduced) { groups[^1] = (reduced, groups[^1].Length * space[d]); }
            else { groups.Add((reduced, space[d])); }
        }
        return groups;
    }

    /// <summary>(Outer, N, Inner) elements, or states of an inner group, to Outer x Inner states.</summary>
    static States Fold(ReducePrograms f, ulong[]? x, States? states, long outer, long n, long inner, long below)
    {
        long a = 1;
        while (2 * a * inner <= 64) { a *= 2; }
        long leaves = (n + Leaf * a - 1) / (Leaf * a), outputs = outer * inner;
        long Element(long output, long r) => (output / inner * n + r) * inner + output % inner;
        var slots = new List<(long Slot, long Output, long First)>();      // slot = (leaf * a + lane) * outputs + output
        for (long leaf = 0; leaf < leaves; leaf++)
        {
            for (long lane = 0; lane < a; lane++)
            {
                for (long o = 0; o < outputs; o++)
                {
                    if (leaf * Leaf * a + lane < n) { slots.Add(((leaf * a + lane) * outputs + o, o, leaf * Leaf * a + lane)); }
                }
            }
        }
        var all = States.New(f.Values, leaves * a * outputs);
        bool Whole(long first) => x != null && f.HasLeaf && (first / (Leaf * a) + 1) * Leaf * a <= n;
        var whole = slots.Where(s => Whole(s.First)).ToArray();
        if (whole.Length > 0)
        {
            ulong[][] column = [.. Enumerable.Range(0, Leaf).Select(k => Array.ConvertAll(whole, s => x![Element(s.Output, s.First + k * a)]))];
            all.Put(Array.ConvertAll(whole, s => s.Slot), f.Leaf(column));
        }
        for (long k = 0; k < Leaf; k++)
        {
            var some = slots.Where(s => !Whole(s.First) && s.First + k * a < n).ToArray();
            if (some.Length == 0) { continue; }
            long[] at = Array.ConvertAll(some, s => s.Slot), place = Array.ConvertAll(some, s => Element(s.Output, s.First + k * a));
            long[] index = Array.ConvertAll(some, s => (s.First + k * a) * below);
            States next = x == null
                ? k == 0 ? states!.Pick(place) : f.Combine(all.Pick(at), states!.Pick(place))
                : k == 0 ? f.Map(Array.ConvertAll(place, i => x[i]), index) : f.Step(all.Pick(at), Array.ConvertAll(place, i => x[i]), index);
            all.Put(at, next);
        }
        bool Present(long slot) => slot / outputs / a * Leaf * a + slot / outputs % a < n;
        void Join(IEnumerable<(long Left, long Right)> pairs)
        {
            var both = pairs.Where(p => Present(p.Right)).ToArray();
            if (both.Length == 0) { return; }
            long[] left = Array.ConvertAll(both, p => p.Left);
            all.Put(left, f.Combine(all.Pick(left), all.Pick(Array.ConvertAll(both, p => p.Right))));
        }
        // Joining neighbours 1, 2, 4 ... leaves apart is the tree that splits at the largest power of two below the count.
        for (long step = 1; step < leaves; step *= 2)
        {
            long apart = step * a * outputs;
            Join(Range(leaves, 2 * step).Where(t => t + step < leaves).SelectMany(t => Range(a * outputs, 1).Select(i => (t * a * outputs + i, t * a * outputs + i + apart))));
        }
        for (long h = a / 2; h > 0; h /= 2)
        {
            Join(Range(h * outputs, 1).Select(i => (i, i + h * outputs)));
        }
        return all.Pick([.. Range(outputs, 1)]);
    }

    static IEnumerable<long> Range(long end, long step)
    {
        for (long i = 0; i < end; i += step) { yield return i; }
    }
}
