using Engine.Internal.Graph;

namespace Engine.Internal.Operations;

[Op("take", "(a, /, indices, axis=None, *, stream=None)")]
internal static partial class Take
{
    /// <summary>Elements along an axis, at the places that an index array names.</summary>
    /// <param name="a">Any shape and dtype.</param>
    /// <param name="indices">Integers, any shape; negative ones count from the end.</param>
    /// <param name="axis">The axis; null takes from the flattened array.</param>
    /// <returns>The shape of <paramref name="a"/> with the axis replaced by the shape of the indices.</returns>
    /// <exception cref="DTypeException">The indices are no integers.</exception>
    /// <exception cref="AxisException">The axis is out of range.</exception>
    /// <exception cref="IndexException">At evaluation: an index is out of range.</exception>
    public static Node Of(Node a, Node indices, int? axis = null)
    {
        a = Operands.Strong(a);
        if (axis is null) { a = Reshape.Quiet(a, [a.Count]); }
        int at = Shapes.Axis(OpName, axis ?? 0, a.Ndim);
        indices = Indices.Checked(OpName, indices);
        Node taken = Gather.Of(OpName, a, [indices], [at], Indices.Sizes(a.Shape, at));
        int ndim = indices.Ndim;
        // B + (sizes with 1 at the axis): drop that 1, then bring B to the axis.
        var shape = new List<long>(taken.Shape);
        shape.RemoveAt(ndim + at);
        taken = Reshape.Quiet(taken, [.. shape]);
        if (at == 0 || ndim == 0) { return taken; }
        var order = new List<int>();
        for (int i = 0; i < at; i++) { order.Add(ndim + i); }
        for (int i = 0; i < ndim; i++) { order.Add(i); }
        for (int i = ndim + at; i < shape.Count; i++) { order.Add(i); }
        return Transpose.Quiet(taken, [.. order]);
    }
}
