using Engine.Internal.Graph;

namespace Engine.Internal.Operations;

[Op("expand_dims", "(a, /, axis, *, stream=None)")]
internal static partial class ExpandDims
{
    /// <summary>With new axes of length 1.</summary>
    /// <param name="a">Any shape and dtype.</param>
    /// <param name="axis">Where they stand in the result.</param>
    /// <returns>A view of higher rank.</returns>
    /// <exception cref="AxisException">An axis is out of range.</exception>
    /// <exception cref="ShapeException">An axis is named twice.</exception>
    public static Node Of(Node a, Axes axis)
    {
        int ndim = a.Ndim + axis.Given.Length;
        int[] axes = axis.IsAll ? [] : axis.Normalize(OpName, ndim);
        var shape = new long[ndim];
        for (int i = 0, from = 0; i < ndim; i++) { shape[i] = Array.IndexOf(axes, i) >= 0 ? 1 : a.Shape[from++]; }
        return Reshape.Quiet(a, shape);
    }
}
