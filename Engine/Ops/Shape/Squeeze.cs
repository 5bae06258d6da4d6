using Engine.Internal.Graph;

namespace Engine.Internal.Operations;

[Op("squeeze", "(a, /, axis=None, *, stream=None)")]
internal static partial class Squeeze
{
    /// <summary>Without axes of length 1.</summary>
    /// <param name="a">Any shape and dtype.</param>
    /// <param name="axis">The axes to drop; every one of length 1 where none is given.</param>
    /// <returns>A view of lower rank.</returns>
    /// <exception cref="AxisException">An axis is out of range.</exception>
    /// <exception cref="ShapeException">A named axis has another length than 1.</exception>
    public static Node Of(Node a, Axes axis = default)
    {
        int[] axes = axis.IsAll ? [] : axis.Normalize(OpName, a.Ndim);
        var shape = new List<long>();
        for (int i = 0; i < a.Ndim; i++)
        {
            bool drop = axis.IsAll ? a.Shape[i] == 1 : Array.IndexOf(axes, i) >= 0;
            if (drop && a.Shape[i] != 1) { throw Errors.SqueezeLength(OpName, i, a.Shape[i], a.Shape); }
            if (!drop) { shape.Add(a.Shape[i]); }
        }
        return Reshape.Quiet(a, [.. shape]);
    }
}
