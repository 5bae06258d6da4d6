namespace Engine.Internal.Backends.Cpu;

/// <summary>A space without axes of length 1, each axis kept or reduced, and how operands walk it.</summary>
internal sealed class ReduceSpace
{
    /// <summary>Lengths, outermost first.</summary>
    public readonly long[] Lengths;

    /// <summary>Whether an axis is reduced.</summary>
    public readonly bool[] Reduced;

    /// <summary>Which axis of the group's space each is; of several that are one, the innermost.</summary>
    public readonly int[] From;

    /// <summary>The reduction's groups, innermost first: axes [Start, End), neighbours of one class.</summary>
    public readonly List<(int Start, int End)> Groups = [];

    /// <param name="space">The group's space.</param>
    /// <param name="axes">Its reduced axes, ascending.</param>
    /// <param name="operands">What walks the space: neighbouring axes of one class become one where every operand walks them as one.</param>
    /// <param name="together">Kept axes first, so that the reduced ones are one group: for an index, whose place counts over all of them.</param>
    public ReduceSpace(long[] space, int[] axes, ReadOnlySpan<TileOperand> operands, bool together)
    {
        var order = new List<int>();
        for (int pass = 0; pass < (together ? 2 : 1); pass++)
        {
            for (int i = 0; i < space.Length; i++)
            {
                bool reduced = Array.IndexOf(axes, i) >= 0;
                if (space[i] != 1 && (!together || reduced == (pass == 1))) { order.Add(i); }
            }
        }
        var lengths = new List<long>();
        for (int i = 0; i < order.Count; i++)
        {
            long length = space[order[i]];
            if (i > 0 && (Array.IndexOf(axes, order[i - 1]) >= 0) == (Array.IndexOf(axes, order[i]) >= 0) && AreOne(operands, order[i - 1], order[i], length))
            {
                lengths[^1] *= length;
                order.RemoveAt(--i);
                continue;
            }
            lengths.Add(length);
        }
        From = [.. order];
        Lengths = [.. lengths];
        Reduced = Array.ConvertAll(From, i => Array.IndexOf(axes, i) >= 0);
        for (int end = Reduced.Length; end > 0;)
        {
            int start = end - 1;
            while (start > 0 && Reduced[start - 1] == Reduced[end - 1]) { start--; }
            if (Reduced[start]) { Groups.Add((start, end)); }
            end = start;
        }
        // Elements of one output that is its only element.
        if (Groups.Count == 0) { Groups.Add((Lengths.Length, Lengths.Length)); }
    }

    static bool AreOne(ReadOnlySpan<TileOperand> operands, int outer, int inner, long length)
    {
        foreach (ref readonly TileOperand operand in operands)
        {
            if (operand.Strides[outer] != operand.Strides[inner] * length) { return false; }
        }
        return true;
    }

    public long[] Strides(long[] strides) => Array.ConvertAll(From, i => strides[i]);

    /// <summary>Product of the lengths of axes [start, end).</summary>
    public long Count(int start, int end)
    {
        long count = 1;
        for (int i = start; i < end; i++) { count *= Lengths[i]; }
        return count;
    }

    /// <summary>The same over kept axes alone: what is left when the reduced ones among them are gone.</summary>
    public long Kept(int start, int end)
    {
        long count = 1;
        for (int i = start; i < end; i++) { count *= Reduced[i] ? 1 : Lengths[i]; }
        return count;
    }

    /// <summary>Whether axes [start, end) of an operand are one walk; its step.</summary>
    public bool Collapses(long[] strides, int start, int end, out long stride)
    {
        stride = start == end ? 0 : strides[end - 1];
        for (int i = end - 1; i > start; i--)
        {
            if (strides[i - 1] != strides[i] * Lengths[i]) { return false; }
        }
        return true;
    }
}

/// <summary>Walks boxes of axes [start, end) of a space in logical order: leading axes fixed, one in ranges, the axes behind it whole.</summary>
internal struct BoxWalk
{
    readonly long[] lengths;
    readonly int start, end;
    readonly int split;
    readonly long range;

    /// <summary>Elements of the axes behind the divided one.</summary>
    readonly long behind;

    /// <param name="lengths">Lengths of the whole space.</param>
    /// <param name="start">First axis of the walk.</param>
    /// <param name="end">Axis behind the last.</param>
    /// <param name="most">Elements of a box at most (at least 1).</param>
    public BoxWalk(long[] lengths, int start, int end, long most)
    {
        (this.lengths, this.start, this.end) = (lengths, start, end);
        behind = 1;
        split = end - 1;
        while (split > start && behind * lengths[split] <= most) { behind *= lengths[split--]; }
        range = split < start ? 1 : Math.Max(1, most / behind);
    }

    /// <summary>Sets the box to the first one: fills extents and positions of the walked axes. Gives its elements.</summary>
    public readonly long First(Span<long> extents, Span<long> at)
    {
        for (int i = start; i < end; i++)
        {
            at[i] = 0;
            extents[i] = i < split ? 1 : i > split ? lengths[i] : Math.Min(range, lengths[i]);
        }
        return start == end ? 1 : extents[split] * behind;
    }

    /// <summary>The next box, 0 behind the last.</summary>
    public readonly long Next(Span<long> extents, Span<long> at)
    {
        if (start == end) { return 0; }
        at[split] += extents[split];
        if (at[split] >= lengths[split])
        {
            at[split] = 0;
            int i = split - 1;
            while (i >= start && ++at[i] == lengths[i]) { at[i--] = 0; }
            if (i < start) { return 0; }
        }
        extents[split] = Math.Min(range, lengths[split] - at[split]);
        return extents[split] * behind;
    }
}
