using System.Runtime.CompilerServices;
using Engine.Internal.Graph;
using Engine.Internal.Lanes;

namespace Engine.Internal.Operations;

[Op("sum", "(a, /, axis=None, keepdims=False, *, stream=None)")]
internal readonly partial struct Sum : INumberReduction
{
    /// <summary>Sum over axes.</summary>
    /// <param name="a">Any shape, real.</param>
    /// <param name="axis">The axes that go; all where none is given.</param>
    /// <param name="keepDims">Leave them with length 1.</param>
    /// <returns>The reduced shape; bool and integers below 32 bits sum in int32 or uint32.</returns>
    /// <exception cref="AxisException">An axis is out of range.</exception>
    /// <remarks>An empty sum is 0. Pairwise in a fixed tree: the error is at most (log2 n + 8) u times the sum of magnitudes, and the bits do not depend on threads, width or layout. Derivative 1.</remarks>
    public static partial Node Of(Node a, Axes axis = default, bool keepDims = false);

    public static double? Empty => 0;

    public static DType Accumulate(DType dtype) => Promotion.SumType(dtype);

    // -0 + x is x for every x; +0 is not such.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static State<V> Identity<V, T, L>() where T : unmanaged where L : struct, ILanes<V, T> => new(L.Const(-0.0));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static State<V> Combine<V, T, L>(State<V> a, State<V> b) where T : unmanaged where L : struct, ILanes<V, T> => new(L.Add(a.A, b.A));
}
