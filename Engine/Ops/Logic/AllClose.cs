using Engine.Internal.Graph;

namespace Engine.Internal.Operations;

[Op("allclose", "(a, b, /, rtol=1e-05, atol=1e-08, *, equal_nan=False, stream=None)")]
internal static partial class AllClose
{
    /// <summary>Whether |a - b| is at most atol + rtol |b| everywhere.</summary>
    /// <param name="a">Any shape, real.</param>
    /// <param name="b">A shape that broadcasts with it.</param>
    /// <param name="rtol">Relative tolerance.</param>
    /// <param name="atol">Absolute tolerance.</param>
    /// <param name="equalNan">Take two NaN as equal.</param>
    /// <returns>A bool without axes. Infinities are close to equal infinities only.</returns>
    public static Node Of(Node a, Node b, double rtol = 1e-05, double atol = 1e-08, bool equalNan = false)
    {
        DType t = Promotion.AtLeastFloat(Operands.Real(OpName, Operands.Common(OpName, a, b)));
        a = Operands.As(a, t);
        b = Operands.As(b, t);
        Node bound = Build.Constant(t, atol) + Abs.Of(b) * Build.Constant(t, rtol);
        // An infinite bound would take everything: infinities are compared by equality alone.
        Node finite = Less.Of(Abs.Of(b), Build.Constant(t, double.PositiveInfinity));
        Node close = LogicalOr.Of(LogicalAnd.Of(LessEqual.Of(Abs.Of(a - b), bound), finite), Equal.Of(a, b));
        if (equalNan) { close = LogicalOr.Of(close, LogicalAnd.Of(IsNaN.Of(a), IsNaN.Of(b))); }
        return All.Of(close);
    }
}
