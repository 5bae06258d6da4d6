using Engine.Internal.Graph;

namespace Engine.Internal.Operations;

[Op("topk", "(a, /, k, axis=-1, *, stream=None)")]
internal static partial class TopK
{
    /// <summary>The k largest elements of every line along an axis.</summary>
    /// <param name="a">Any shape, real.</param>
    /// <param name="k">How many.</param>
    /// <param name="axis">The axis; null takes the flattened array.</param>
    /// <returns>The shape with the axis of length k (one axis where flattened), same dtype. The smallest of them come first, the others keep their order. NaN is the greatest.</returns>
    /// <exception cref="AxisException">The axis is out of range.</exception>
    /// <exception cref="ShapeException">k is negative or more than the axis has.</exception>
    /// <remarks>The end of a partition. The gradient follows the elements.</remarks>
    public static Node Of(Node a, int k, int? axis = -1)
    {
        a = Operands.Strong(a);
        Operands.Real(OpName, a.DType);
        if (axis is null) { a = Reshape.Quiet(a, [a.Count]); }
        int at = Shapes.Axis(OpName, axis ?? 0, a.Ndim);
        long n = a.Shape[at];
        if (k < 0 || k > n) { throw Errors.Shape(OpName, $"k = {k} elements cannot be taken along axis {at} of {Shapes.Text(a.Shape)}; give a number from 0 to {n}"); }
        Node ordered = k == 0 || k == n ? a : Partition.Of(a, -k, at);
        return StridedSlice.Range(ordered, at, n - k, k);
    }
}
