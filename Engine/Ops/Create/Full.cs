using Engine.Internal.Graph;

namespace Engine.Internal.Operations;

[Op("full", "(shape, vals, dtype=None, *, stream=None)")]
internal static partial class Full
{
    /// <summary>An array of one value.</summary>
    /// <param name="shape">The shape.</param>
    /// <param name="vals">The value, or an array that broadcasts to the shape.</param>
    /// <param name="dtype">The dtype; the value's own where none is given.</param>
    /// <returns>The shape, filled.</returns>
    /// <exception cref="ShapeException">A length is negative, or the values do not broadcast to the shape.</exception>
    public static Node Of(long[] shape, Node vals, DType? dtype = null)
    {
        Shapes.Count(OpName, shape);
        return Fill.Of(shape, dtype is { } t ? Operands.As(vals, t) : Operands.Strong(vals));
    }
}
