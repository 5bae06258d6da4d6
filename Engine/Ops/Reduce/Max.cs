using System.Runtime.CompilerServices;
using Engine.Internal.Graph;
using Engine.Internal.Lanes;

namespace Engine.Internal.Operations;

[Op("max", "(a, /, axis=None, keepdims=False, *, stream=None)")]
internal readonly partial struct Max : INumberReduction
{
    /// <summary>Largest element over axes.</summary>
    /// <param name="a">Any shape, real.</param>
    /// <param name="axis">The axes that go; all where none is given.</param>
    /// <param name="keepDims">Leave them with length 1.</param>
    /// <returns>The reduced shape, same dtype.</returns>
    /// <exception cref="AxisException">An axis is out of range.</exception>
    /// <remarks>A NaN wins. Over no elements: ShapeException. The gradient is shared by ties.</remarks>
    public static partial Node Of(Node a, Axes axis = default, bool keepDims = false);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static State<V> Identity<V, T, L>() where T : unmanaged where L : struct, ILanes<V, T> => new(LaneBounds.Lowest<V, T, L>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static State<V> Combine<V, T, L>(State<V> a, State<V> b) where T : unmanaged where L : struct, ILanes<V, T> => new(L.Max(a.A, b.A));

    /// <summary>Where the extreme stands; ties share it.</summary>
    public static Node? Weight(Node x, Node y, int[] axes)
    {
        Node mask = Cast.To(Equal.Of(x, y), Promotion.AtLeastFloat(x.DType));
        return mask / Sum.Of(mask, axes, keepDims: true);
    }
}
