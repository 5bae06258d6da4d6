using Engine.Internal.Graph;

namespace Engine.Internal.Operations;

[Op("ones_like", "(a, /, dtype=None, *, stream=None)")]
internal static partial class OnesLike
{
    /// <summary>An array of ones with the shape of another.</summary>
    /// <param name="a">Whose shape is taken; its values are not looked at.</param>
    /// <param name="dtype">The dtype; that of <paramref name="a"/> where none is given.</param>
    /// <returns>The shape, filled.</returns>
    public static Node Of(Node a, DType? dtype = null) => Fill.Of(a.Shape, Build.Constant(dtype ?? a.DType, 1L));
}
