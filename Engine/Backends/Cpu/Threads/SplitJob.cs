using Engine.Internal.Plans;

namespace Engine.Internal.Backends.Cpu;

/// <summary>A group cut along one axis into groups of their own.</summary>
/// <param name="group">The group.</param>
/// <param name="memory">Its memory.</param>
/// <param name="cut">Where.</param>
/// <param name="parts">Into how many.</param>
internal sealed class SplitJob(Group group, GroupMemory memory, GroupCut cut, int parts) : Job
{
    protected override void Run(int part)
    {
        long from = Bound(part), count = Bound(part + 1) - from;
        if (count == 0) { return; }
        Group piece = group with
        {
            Space = cut.Axis < 0 ? group.Space : With(group.Space, cut.Axis, count),
            In = Array.ConvertAll(group.In, view => view),
            Out = Array.ConvertAll(group.Out, view => view),
        };
        for (int i = 0; i < piece.In.Length; i++) { piece.In[i] = Piece(piece.In[i], cut.In[i], from, count); }
        for (int i = 0; i < piece.Out.Length; i++) { piece.Out[i] = Piece(piece.Out[i], cut.Out[i], from, count); }
        CpuBackend.RunAlone(piece, new GroupMemory(memory, cut, from, part == parts - 1));
    }

    long Bound(int part) => part == parts ? cut.Length : cut.Length * part / parts / cut.Grain * cut.Grain;

    static View Piece(View view, int axis, long from, long count) =>
        axis < 0 ? view : view with { Shape = With(view.Shape, axis, count), Offset = view.Offset + (from * view.Strides[axis]) };

    static long[] With(long[] shape, int axis, long length)
    {
        var result = (long[])shape.Clone();
        result[axis] = length;
        return result;
    }
}

/// <summary>An axis along which pieces of a group need nothing of each other.</summary>
/// <param name="Length">Its length.</param>
/// <param name="Grain">Pieces start at multiples of this.</param>
/// <param name="Axis">Which axis of the space it is; -1: none.</param>
/// <param name="In">Which axis of each In view; -1: every piece sees all of it.</param>
/// <param name="Out">Which axis of each Out view.</param>
internal sealed record GroupCut(long Length, long Grain, int Axis, int[] In, int[] Out)
{
    /// <summary>The axis along which the group is best cut, or null where there is none.</summary>
    public static GroupCut? Find(Group group) => group.Kind switch
    {
        GroupKind.Reduce => Kept(group, (ReduceAttributes)group.A!),
        GroupKind.Scan => Beside(group, ((ScanAttributes)group.A!).Axis),
        GroupKind.Sort => Beside(group, ((SortAttributes)group.A!).Axis),
        GroupKind.Library => Beside(group, ((LibraryAttributes)group.A!).Axis),
        GroupKind.Gather => Indexed(group),
        GroupKind.MatMul => Batches(group),
        _ => null,
    };

    /// <summary>Vectors of different pieces share no cache line where an axis is long enough for it.</summary>
    static long GrainOf(long[] shape, int axis)
    {
        long behind = Views.Count(shape.AsSpan(axis + 1));
        return behind >= 64 ? 1 : shape[axis] >= 512 ? 64 : 1;
    }

    /// <summary>The outermost axis that is long enough for many pieces, else the longest.</summary>
    static int Best(long[] shape, Func<int, bool> fits)
    {
        int best = -1;
        for (int i = 0; i < shape.Length; i++)
        {
            if (shape[i] < 2 || !fits(i)) { continue; }
            if (shape[i] >= 4L * Workers.Count) { return i; }
            if (best < 0 || shape[i] > shape[best]) { best = i; }
        }
        return best;
    }

    /// <summary>Many small products: each on one thread. A large one shares its own blocks.</summary>
    static GroupCut? Batches(Group group)
    {
        long[] shape = group.Out[0].Shape;
        int axis = Best(shape, i => i < shape.Length - 2);
        return axis < 0 || shape[axis] < 2 * Workers.Count ? null
            : new GroupCut(shape[axis], 1, axis, [.. Enumerable.Repeat(axis, group.In.Length)], [axis]);
    }

    static GroupCut? Beside(Group group, int axis)
    {
        int best = Best(group.Space, i => i != axis);
        if (best < 0) { return null; }
        // What stands behind the first operand (weights) belongs to every piece.
        int[] all = new int[group.In.Length];
        all.AsSpan().Fill(-1);
        all[0] = best;
        // A scan of columns is no scan of rows: pieces keep two columns.
        long grain = Math.Max(GrainOf(group.Space, best), best > axis ? 2 : 1);
        return new GroupCut(group.Space[best], grain, best, all, [best]);
    }

    static GroupCut? Indexed(Group group)
    {
        long[] shape = group.Out[0].Shape;
        int batch = group.In[1].Shape.Length, best = Best(shape, i => i < batch);
        if (best < 0) { return null; }
        int[] ins = new int[group.In.Length];
        Array.Fill(ins, best);
        ins[0] = -1;
        return new GroupCut(shape[best], GrainOf(shape, best), -1, ins, [best]);
    }

    static GroupCut? Kept(Group group, ReduceAttributes a)
    {
        int best = Best(group.Space, i => Array.IndexOf(a.Axes, i) < 0 && KeepsTree(group.Space, a, i));
        if (best < 0) { return null; }
        int place = best;
        foreach (int axis in a.Axes) { place -= axis < best ? 1 : 0; }
        int[] ins = new int[group.In.Length], outs = new int[group.Out.Length];
        for (int i = 0; i < ins.Length; i++) { ins[i] = i < group.Prologue!.Inputs.Length ? best : place; }
        Array.Fill(outs, best);
        outs[0] = place;
        return new GroupCut(group.Space[best], GrainFor(group.Space, a, best), best, ins, outs);
    }

    /// <summary>Behind a reduced axis pieces keep at least 64 outputs side by side: the width of the tree depends on fewer (<see cref="Lanes.ReduceJob"/>). Elsewhere an axis of one
    /// would join reduced axes that it kept apart, which takes one on both sides.</summary>
    static long GrainFor(long[] space, ReduceAttributes a, int axis)
    {
        if (a.Axes[0] > axis) { return GrainOf(space, axis); }
        long behind = KeptBehind(space, a, axis);
        return Math.Max(2, (64 + behind - 1) / behind);
    }

    static bool KeepsTree(long[] space, ReduceAttributes a, int axis) => a.Axes[0] > axis || space[axis] >= 2 * GrainFor(space, a, axis);

    /// <summary>Outputs side by side behind the axis, up to the next reduced axis that is longer than 1.</summary>
    static long KeptBehind(long[] space, ReduceAttributes a, int axis)
    {
        long count = 1;
        for (int i = axis + 1; i < space.Length; i++)
        {
            if (Array.IndexOf(a.Axes, i) < 0) { count *= space[i]; }
        }
        return Math.Max(1, count);
    }
}
