using Engine.Internal.Graph;

namespace Engine.Internal.Operations;

[Op("ones", "(shape, dtype=float32, *, stream=None)")]
internal static partial class Ones
{
    /// <summary>An array of ones.</summary>
    /// <param name="shape">The shape.</param>
    /// <param name="dtype">The dtype; float32 where none is given.</param>
    /// <returns>The shape, filled.</returns>
    /// <exception cref="ShapeException">A length is negative.</exception>
    public static Node Of(long[] shape, DType? dtype = null)
    {
        Shapes.Count(OpName, shape);
        return Fill.Of(shape, Build.Constant(dtype ?? DType.Float32, 1L));
    }
}
