using System.Runtime.CompilerServices;
using Engine.Internal.Graph;
using Engine.Internal.Lanes;

namespace Engine.Internal.Operations;

[Op("floor", "(a, /, *, stream=None)")]
internal readonly partial struct Floor : INumberUnary
{
    /// <summary>The largest integral value not above each element.</summary>
    /// <param name="a">Any shape, any real dtype.</param>
    /// <returns>Same shape and dtype.</returns>
    /// <remarks>Exact. Derivative 0.</remarks>
    public static partial Node Of(Node a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Apply<V, T, L>(V x) where T : unmanaged where L : struct, ILanes<V, T> =>
        L.Floor(x);

    public static Node? Chain(Node g, Node x, Node y) => null;
}
