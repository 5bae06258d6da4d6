using Engine.Internal.Graph;
using Engine.Internal.Plans;

namespace Engine.Internal.Operations;

[Op("slice_update", "(a, update, start_indices, axes, *, stream=None)")]
internal static partial class SliceUpdate
{
    /// <summary>An array with a block replaced whose start is data.</summary>
    /// <param name="a">Any shape and dtype.</param>
    /// <param name="update">The block, with as many axes as <paramref name="a"/>.</param>
    /// <param name="startIndices">One integer for each of the axes, one axis.</param>
    /// <param name="axes">The axes along which the block starts elsewhere than at 0.</param>
    /// <returns>The shape and dtype of <paramref name="a"/>.</returns>
    /// <exception cref="ShapeException">The ranks differ, or the block is longer than an axis.</exception>
    /// <exception cref="IndexException">At evaluation: the block reaches out of the array.</exception>
    public static Node Of(Node a, Node update, Node startIndices, int[] axes)
    {
        a = Operands.Strong(a);
        int[] at = Starts.Check(OpName, a, startIndices, axes, update.Shape);
        if (a.Ndim == 0) { return Operands.As(update, a.DType); }
        var indices = new Node[a.Ndim];
        for (int i = 0; i < a.Ndim; i++)
        {
            int k = Array.IndexOf(at, i);
            Node along = k < 0 ? Iota.Along([update.Shape[i]], 0) : Starts.Along(OpName, startIndices, k, update.Shape[i]);
            var shape = new long[a.Ndim];
            shape.AsSpan().Fill(1);
            shape[i] = update.Shape[i];
            indices[i] = Reshape.Quiet(along, shape);
        }
        Node parts = Reshape.Quiet(Operands.As(update, a.DType), [.. update.Shape, .. TakeAlongAxis.Ones(a.Ndim)]);
        return Scatter.Of(OpName, a, parts, indices, TakeAlongAxis.Every(a.Ndim), TakeAlongAxis.Ones(a.Ndim), ScatterMode.Set);
    }
}
