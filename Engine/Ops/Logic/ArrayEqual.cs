using Engine.Internal.Graph;

namespace Engine.Internal.Operations;

[Op("array_equal", "(a, b, /, equal_nan=False, stream=None)")]
internal static partial class ArrayEqual
{
    /// <summary>Whether two arrays have one shape and equal elements.</summary>
    /// <param name="a">Any shape and dtype.</param>
    /// <param name="b">Any shape and dtype.</param>
    /// <param name="equalNan">Take two NaN as equal.</param>
    /// <returns>A bool without axes.</returns>
    public static Node Of(Node a, Node b, bool equalNan = false)
    {
        a = Operands.Strong(a);
        b = Operands.Strong(b);
        if (!a.Shape.AsSpan().SequenceEqual(b.Shape)) { return Build.Constant(DType.Bool, 0L); }
        Node equal = Equal.Of(a, b);
        if (equalNan && a.DType.IsFloat && b.DType.IsFloat) { equal = LogicalOr.Of(equal, LogicalAnd.Of(IsNaN.Of(a), IsNaN.Of(b))); }
        return All.Of(equal);
    }
}
