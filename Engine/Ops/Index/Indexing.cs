using Engine.Internal.Graph;
using Engine.Internal.Plans;

namespace Engine.Internal.Operations;

/// <summary>What one position of an index is.</summary>
internal enum IndexKind : byte { Int, Slice, NewAxis, Ellipsis, Array, Mask }

/// <summary>One position of an index: x[3, 1:8:2, None, ..., idx].</summary>
internal readonly record struct IndexItem(IndexKind Kind, long Int = 0, long? Start = null, long? Stop = null, long? Step = null, Node? Array = null);

/// <summary>Reading and writing by index, after NumPy: integers, slices, new axes, an ellipsis and integer arrays.</summary>
internal static class Indexing
{
    const string Name = "index";

    // The array after its integers and slices: a view. Index arrays wait with the axis of that view that they index.
    readonly record struct Basic(long[] Start, long[] Step, long[] Block, long[] Shape, List<(int Axis, Node Array)> Arrays, bool Together);

    /// <summary>a[items].</summary>
    /// <exception cref="IndexException">An integer is out of range; for arrays, at evaluation.</exception>
    public static Node Get(Node a, ReadOnlySpan<IndexItem> items)
    {
        if (items.Length == 1 && items[0] is { Kind: IndexKind.Mask, Array: not null })
        {
            throw Errors.Option(Name, "reading by a bool array gives a shape that only values can tell; use where, or take with integer positions");
        }
        Basic basic = Resolve(a, items);
        Node view = Reshape.Quiet(StridedSlice.Of(a, basic.Start, basic.Step, basic.Block), basic.Shape);
        if (basic.Arrays.Count == 0) { return view; }
        var (axes, indices, ndim) = Arrays(basic);
        Node rows = Gather.Of(Name, view, indices, axes, Indices.Sizes(view.Shape, axes));
        var shape = new List<long>(rows.Shape);
        for (int i = axes.Length - 1; i >= 0; i--) { shape.RemoveAt(ndim + axes[i]); }
        rows = Reshape.Quiet(rows, [.. shape]);
        return basic.Together ? Transpose.Quiet(rows, Place(shape.Count, ndim, axes[0])) : rows;
    }

    /// <summary>a with a[items] = value: a new array of a's dtype.</summary>
    public static Node Set(Node a, ReadOnlySpan<IndexItem> items, Node value)
    {
        a = Operands.Strong(a);
        value = Operands.As(value, a.DType);
        if (items.Length == 1 && items[0] is { Kind: IndexKind.Mask, Array: { } mask }) { return Masked(a, mask, value); }
        Basic basic = Resolve(a, items);
        if (basic.Arrays.Count == 0)
        {
            Node block = Reshape.Quiet(BroadcastTo.Quiet(Fitted(value, basic.Shape), basic.Shape), basic.Block);
            bool whole = basic.Block.AsSpan().SequenceEqual(a.Shape) && Array.TrueForAll(basic.Step, s => s == 1);
            return whole && a.Count > 0 ? Fill.Of(a.Shape, block) : Build.Make(new StridedUpdate(basic.Start, basic.Step), a, block);
        }
        var (axes, indices, ndim) = Arrays(basic);
        long[] sizes = Indices.Sizes(basic.Shape, axes);
        var result = new List<long>(indices[0].Shape);
        for (int i = 0; i < basic.Shape.Length; i++)
        {
            if (Array.IndexOf(axes, i) < 0) { result.Add(basic.Shape[i]); }
        }
        long[] front = [.. result];
        int[]? order = basic.Together ? Place(front.Length, ndim, axes[0]) : null;
        long[] given = order is null ? front : Array.ConvertAll(order, i => front[i]);
        Node updates = BroadcastTo.Quiet(Fitted(value, given), given);
        if (order is not null) { updates = Transpose.Quiet(updates, Inverse(order)); }
        updates = Reshape.Quiet(updates, [.. indices[0].Shape, .. sizes]);
        Node view = Reshape.Quiet(StridedSlice.Of(a, basic.Start, basic.Step, basic.Block), basic.Shape);
        Node written = Scatter.Of(Name, view, updates, indices, axes, sizes, ScatterMode.Set);
        bool all = basic.Shape.AsSpan().SequenceEqual(a.Shape) && Array.TrueForAll(basic.Step, s => s == 1);
        return all ? written : Build.Make(new StridedUpdate(basic.Start, basic.Step), a, Reshape.Quiet(written, basic.Block));
    }

    // Leading axes of length 1 that the place has not are dropped, as NumPy does.
    static Node Fitted(Node value, long[] shape)
    {
        int lead = 0;
        while (value.Ndim - lead > shape.Length && value.Shape[lead] == 1) { lead++; }
        if (lead > 0) { value = Reshape.Quiet(value, value.Shape[lead..]); }
        Shapes.CheckBroadcastTo(Name, value.Shape, shape);
        return value;
    }

    static Node Masked(Node a, Node mask, Node value)
    {
        if (mask.Ndim > a.Ndim || !a.Shape.AsSpan(0, mask.Ndim).SequenceEqual(mask.Shape))
        {
            throw Errors.Shape(Name, $"a bool index of shape {Shapes.Text(mask.Shape)} does not match the leading axes of {Shapes.Text(a.Shape)}; give one of the same lengths");
        }
        long[] aligned = [.. mask.Shape, .. TakeAlongAxis.Ones(a.Ndim - mask.Ndim)];
        Node where = BroadcastTo.Quiet(Reshape.Quiet(mask, aligned), a.Shape);
        if (value.Count == 1 || value.Ndim <= a.Ndim - mask.Ndim) { return Where.Of(where, BroadcastTo.Of(value, a.Shape), a); }
        // One value for each true element, in order.
        Node number = Cumsum.Of(Reshape.Quiet(where, [a.Count]), 0, dtype: DType.Int64) - Build.Constant(DType.Int64, 1L);
        Node taken = Take.Of(Reshape.Quiet(value, [value.Count]), Maximum.Of(number, Build.Constant(DType.Int64, 0L)), 0);
        return Where.Of(where, Reshape.Quiet(taken, a.Shape), a);
    }

    static (int[] Axes, Node[] Indices, int Ndim) Arrays(in Basic basic)
    {
        var axes = new int[basic.Arrays.Count];
        var indices = new Node[axes.Length];
        long[] shape = [];
        for (int i = 0; i < axes.Length; i++)
        {
            (axes[i], indices[i]) = basic.Arrays[i];
            shape = Shapes.Broadcast(Name, shape, indices[i].Shape);
        }
        for (int i = 0; i < axes.Length; i++) { indices[i] = BroadcastTo.Quiet(indices[i], shape); }
        return (axes, indices, shape.Length);
    }

    // Axes (B, rest) in the order in which B stands at axis `at` of the rest.
    static int[] Place(int count, int ndim, int at)
    {
        var order = new List<int>();
        for (int i = 0; i < at; i++) { order.Add(ndim + i); }
        for (int i = 0; i < ndim; i++) { order.Add(i); }
        for (int i = ndim + at; i < count; i++) { order.Add(i); }
        return [.. order];
    }

    static int[] Inverse(int[] order)
    {
        var inverse = new int[order.Length];
        for (int i = 0; i < order.Length; i++) { inverse[order[i]] = i; }
        return inverse;
    }

    static Basic Resolve(Node a, ReadOnlySpan<IndexItem> items)
    {
        int used = 0, ellipses = 0;
        bool arrays = false;
        foreach (IndexItem item in items)
        {
            ellipses += item.Kind == IndexKind.Ellipsis ? 1 : 0;
            used += item.Kind is IndexKind.Int or IndexKind.Slice or IndexKind.Array ? 1 : 0;
            arrays |= item.Kind == IndexKind.Array;
            if (item.Kind == IndexKind.Mask) { throw Errors.Option(Name, "a bool array stands alone in an index; combine conditions with where"); }
        }
        if (ellipses > 1) { throw Errors.Option(Name, "an index has one ellipsis at most"); }
        if (used > a.Ndim) { throw Errors.TooManyIndices(Name, used, a.Ndim); }
        var start = new long[a.Ndim];
        var step = new long[a.Ndim];
        var block = new long[a.Ndim];
        var shape = new List<long>();
        var found = new List<(int, Node)>();
        int axis = 0, lastArray = -1;
        bool together = true;
        for (int i = 0; i < items.Length; i++)
        {
            IndexItem item = items[i];
            switch (item.Kind)
            {
                case IndexKind.NewAxis:
                    shape.Add(1);
                    break;
                case IndexKind.Ellipsis:
                    for (int k = a.Ndim - used; k > 0; k--) { Whole(a, axis++, start, step, block, shape); }
                    break;
                case IndexKind.Int when !arrays:
                    (start[axis], step[axis], block[axis]) = (Shapes.Index(Name, item.Int, axis, a.Shape[axis]), 1, 1);
                    axis++;
                    break;
                case IndexKind.Int:
                case IndexKind.Array:
                    // Beside arrays an integer is an index array without axes.
                    if (item.Kind == IndexKind.Int) { Shapes.Index(Name, item.Int, axis, a.Shape[axis]); }
                    together &= lastArray < 0 || lastArray == i - 1;
                    lastArray = i;
                    found.Add((shape.Count, item.Kind == IndexKind.Int ? Build.Constant(DType.Int64, item.Int) : Indices.Checked(Name, item.Array!.Value)));
                    Whole(a, axis++, start, step, block, shape);
                    break;
                default:
                    (start[axis], step[axis], block[axis]) = Bounds(item, a.Shape[axis]);
                    shape.Add(block[axis]);
                    axis++;
                    break;
            }
        }
        while (axis < a.Ndim) { Whole(a, axis++, start, step, block, shape); }
        return new Basic(start, step, block, [.. shape], found, together);
    }

    static void Whole(Node a, int axis, long[] start, long[] step, long[] block, List<long> shape)
    {
        (start[axis], step[axis], block[axis]) = (0, 1, a.Shape[axis]);
        shape.Add(a.Shape[axis]);
    }

    // Python's slice rules: bounds clamp, negative ones count from the end.
    static (long Start, long Step, long Length) Bounds(IndexItem item, long length)
    {
        long step = item.Step ?? 1;
        if (step == 0) { throw Errors.Option(Name, "a slice's step is 0; give a positive or negative one"); }
        long low = step > 0 ? 0 : -1, high = step > 0 ? length : length - 1;
        long Clamp(long? given, long otherwise)
        {
            if (given is not { } v) { return otherwise; }
            if (v < 0) { v = v < -length ? low : v + length; }
            return Math.Clamp(v, low, high);
        }
        long start = Clamp(item.Start, step > 0 ? low : high), stop = Clamp(item.Stop, step > 0 ? high : low);
        long span = step > 0 ? stop - start : start - stop;
        if (span <= 0) { return (0, 1, 0); }
        ulong size = step > 0 ? (ulong)step : (ulong)-(step + 1) + 1;
        return (start, step, (long)((ulong)(span - 1) / size) + 1);
    }
}
