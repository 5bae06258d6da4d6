using Engine.Internal.Graph;

namespace Engine.Internal.Operations;

/// <summary>The part of a gradient that x gets from max(x, y): all where it is larger, half at a tie.</summary>
internal static class MaximumShare
{
    public static Node Of(Node x, Node y)
    {
        DType t = Promotion.AtLeastFloat(x.DType);
        return Where.Of(x > y, Build.Constant(t, 1L), Where.Of(Equal.Of(x, y), Build.Constant(t, 0.5), Build.Constant(t, 0L)));
    }
}
