using Engine.Internal.Graph;
using Engine.Internal.Plans;

namespace Engine.Internal.Operations;

[Op("take_along_axis", "(a, /, indices, axis=-1, *, stream=None)")]
internal static partial class TakeAlongAxis
{
    /// <summary>For every position of an index array the element of that line along an axis.</summary>
    /// <param name="a">Any shape and dtype.</param>
    /// <param name="indices">Integers with as many axes as <paramref name="a"/>; the other axes broadcast. Negative ones count from the end.</param>
    /// <param name="axis">The axis; null flattens both.</param>
    /// <returns>The shape of the indices, broadcast.</returns>
    /// <exception cref="ShapeException">The ranks differ or the shapes do not broadcast.</exception>
    /// <exception cref="IndexException">At evaluation: an index is out of range.</exception>
    public static Node Of(Node a, Node indices, int? axis = -1)
    {
        a = Operands.Strong(a);
        indices = Indices.Checked(OpName, indices);
        if (axis is null) { (a, indices) = (Reshape.Quiet(a, [a.Count]), Reshape.Quiet(indices, [indices.Count])); }
        if (a.Ndim != indices.Ndim) { throw Errors.Shape(OpName, $"the array has {a.Ndim} axes and the indices {indices.Ndim}; give both the same rank, with expand_dims where needed"); }
        int at = Shapes.Axis(OpName, axis ?? 0, a.Ndim);
        var (source, where) = Broadcast(a, indices, at);
        return Reshape.Quiet(Gather.Of(OpName, source, Lines(where, at), Every(source.Ndim), Ones(source.Ndim)), where.Shape);
    }

    /// <summary>Both sides broadcast but along the axis.</summary>
    static (Node Source, Node Where) Broadcast(Node a, Node indices, int axis)
    {
        var one = (long[])a.Shape.Clone();
        var other = (long[])indices.Shape.Clone();
        one[axis] = other[axis] = 1;
        long[] common = Shapes.Broadcast(OpName, one, other);
        var source = (long[])common.Clone();
        var where = (long[])common.Clone();
        source[axis] = a.Shape[axis];
        where[axis] = indices.Shape[axis];
        return (BroadcastTo.Quiet(a, source), BroadcastTo.Quiet(indices, where));
    }

    /// <summary>One index array for each axis: the line's own coordinates, and the given ones along the axis.</summary>
    internal static Node[] Lines(Node where, int axis)
    {
        var lines = new Node[where.Ndim];
        for (int i = 0; i < lines.Length; i++) { lines[i] = i == axis ? where : Iota.Along(where.Shape, i); }
        return lines;
    }

    internal static int[] Every(int ndim)
    {
        var axes = new int[ndim];
        for (int i = 0; i < ndim; i++) { axes[i] = i; }
        return axes;
    }

    internal static long[] Ones(int ndim)
    {
        var sizes = new long[ndim];
        sizes.AsSpan().Fill(1);
        return sizes;
    }

    /// <summary>Zeros of a shape with updates added along an axis: the transpose of taking.</summary>
    internal static Node Put(Node zeros, Node where, Node updates, int axis) =>
        Scatter.Of(OpName, zeros, Reshape.Quiet(updates, [.. where.Shape, .. Ones(where.Ndim)]), Lines(where, axis), Every(zeros.Ndim), Ones(zeros.Ndim), ScatterMode.Add);
}
