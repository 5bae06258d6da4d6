using Engine.Internal.Plans;

namespace Engine.Tests.SecondBackend;

/// <summary>
/// The rule for scans. Nothing behind the axis: groups of 64 bytes scanned by distances 1, 2, 4 ..., a carry from group to group, blocks of 4096 elements scanned
/// from nothing and joined to what came before. Otherwise a plain carry.
/// </summary>
internal static class ScanRule
{
    const int Block = 4096, GroupBytes = 64;

    /// <summary>Memory bits of the result, shaped as the input.</summary>
    public static UInt128[] Apply(ScanAttributes a, long[] shape, UInt128[] elements, DType type, DType result)
    {
        ReducePrograms f = ReducePrograms.Of(a.Body, a.Compute);
        ulong[] x = Expression.ToLanes(Array.ConvertAll(elements, v => Elements.Cast(v, type, f.Lane)), f.Lane);
        long n = shape[a.Axis], inner = Region.Count(shape[(a.Axis + 1)..]), rows = x.Length == 0 ? 0 : x.Length / n;
        var r = new UInt128[x.Length];
        for (long row = 0; row < rows; row++)
        {
            long Place(long i) => (row / inner * n + (a.Reverse ? n - 1 - i : i)) * inner + row % inner;
            States s = f.Map([.. Enumerable.Range(0, (int)n).Select(i => x[Place(i)])], new long[n]);
            UInt128[] scanned = f.Finish(inner == 1 ? Row(f, s, (int)n) : Column(f, s, (int)n), result);
            for (int i = 0; i < n; i++)
            {
                r[Place(i)] = a.Inclusive ? scanned[i] : i > 0 ? scanned[i - 1] : f.OfNothing(result);
            }
        }
        return r;
    }

    static States Column(ReducePrograms f, States s, int n)
    {
        for (int i = 1; i < n; i++) { s.Put([i], f.Combine(s.Pick([i - 1]), s.Pick([i]))); }
        return s;
    }

    static States Row(ReducePrograms f, States s, int n)
    {
        int group = GroupBytes / Elements.SizeOf(f.Lane);
        for (int block = 0; block < n; block += Block)
        {
            int end = Math.Min(n, block + Block);
            for (int start = block; start < end; start += group)
            {
                int stop = Math.Min(end, start + group);
                for (int distance = 1; distance < group; distance *= 2)
                {
                    long[] later = [.. Enumerable.Range(start, stop - start).Where(i => i - distance >= start).Select(i => (long)i)];
                    if (later.Length > 0) { s.Put(later, f.Combine(s.Pick(Array.ConvertAll(later, i => i - distance)), s.Pick(later))); }
                }
                if (start > block) { Join(f, s, start - 1, start, stop); }
            }
            if (block > 0) { Join(f, s, block - 1, block, end); }
        }
        return s;
    }

    /// <summary>What came before, joined to every element of a run.</summary>
    static void Join(ReducePrograms f, States s, long before, int start, int stop)
    {
        long[] run = [.. Enumerable.Range(start, stop - start).Select(i => (long)i)];
        s.Put(run, f.Combine(s.Pick(Array.ConvertAll(run, _ => before)), s.Pick(run)));
    }
}
