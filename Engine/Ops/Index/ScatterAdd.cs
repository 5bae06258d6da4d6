using Engine.Internal.Graph;
using Engine.Internal.Plans;

namespace Engine.Internal.Operations;

[Op("scatter_add", "(a, indices, updates, axis=0, /, *, stream=None)")]
internal static partial class ScatterAdd
{
    /// <summary>An array with updates added at the places along an axis that an index array names; places named twice get both.</summary>
    /// <param name="a">Any shape, real.</param>
    /// <param name="indices">Integers, any shape B; negative ones count from the end.</param>
    /// <param name="updates">The shape of <paramref name="a"/> with the axis replaced by B; broadcast to it.</param>
    /// <param name="axis">The axis.</param>
    /// <returns>The shape and dtype of <paramref name="a"/>.</returns>
    /// <exception cref="IndexException">At evaluation: an index is out of range.</exception>
    public static Node Of(Node a, Node indices, Node updates, int axis = 0)
    {
        Operands.Real(OpName, a.DType);
        int at = Shapes.Axis(OpName, axis, a.Ndim);
        indices = Indices.Checked(OpName, indices);
        int ndim = indices.Ndim;
        long[] given = [.. a.Shape[..at], .. indices.Shape, .. a.Shape[(at + 1)..]];
        Shapes.CheckBroadcastTo(OpName, updates.Shape, given);
        Node parts = BroadcastTo.Quiet(Operands.As(updates, a.DType), given);
        var order = new List<int>();
        for (int i = 0; i < ndim; i++) { order.Add(at + i); }
        for (int i = 0; i < given.Length; i++)
        {
            if (i < at || i >= at + ndim) { order.Add(i); }
        }
        long[] sizes = Indices.Sizes(a.Shape, at);
        parts = Reshape.Quiet(Transpose.Quiet(parts, [.. order]), [.. indices.Shape, .. sizes]);
        return Scatter.Of(OpName, a, parts, [indices], [at], sizes, ScatterMode.Add);
    }
}
