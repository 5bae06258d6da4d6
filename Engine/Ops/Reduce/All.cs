using System.Runtime.CompilerServices;
using Engine.Internal.Graph;
using Engine.Internal.Lanes;

namespace Engine.Internal.Operations;

[Op("all", "(a, /, axis=None, keepdims=False, *, stream=None)")]
internal readonly partial struct All : IBoolReduction
{
    /// <summary>Whether all elements over axes are not zero.</summary>
    /// <param name="a">Any shape and dtype.</param>
    /// <param name="axis">The axes that go; all where none is given.</param>
    /// <param name="keepDims">Leave them with length 1.</param>
    /// <returns>The reduced shape, bool.</returns>
    /// <exception cref="AxisException">An axis is out of range.</exception>
    /// <remarks>Over no elements true. NaN counts as true.</remarks>
    public static partial Node Of(Node a, Axes axis = default, bool keepDims = false);

    public static double? Empty => 1;

    public static bool IsDifferentiable => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static State<V> Identity<V, T, L>() where T : unmanaged where L : struct, ILanes<V, T> => new(L.ConstInt(1));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static State<V> Combine<V, T, L>(State<V> a, State<V> b) where T : unmanaged where L : struct, ILanes<V, T> => new(L.And(a.A, b.A));
}
