using System.Runtime.CompilerServices;
using Engine.Internal.Graph;
using Engine.Internal.Lanes;

namespace Engine.Internal.Operations;

[Op("sign", "(a, /, *, stream=None)")]
internal readonly partial struct Sign : INumberUnary
{
    /// <summary>-1, 0 or 1 by the sign of each element.</summary>
    /// <param name="a">Any shape, any real dtype.</param>
    /// <returns>Same shape and dtype.</returns>
    /// <remarks>NaN stays NaN; -0 gives 0. Derivative 0.</remarks>
    public static partial Node Of(Node a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Apply<V, T, L>(V x) where T : unmanaged where L : struct, ILanes<V, T> =>
        L.Select(L.Lt(L.Const(0), x), L.Const(1), L.Select(L.Lt(x, L.Const(0)), L.Const(-1), L.Select(L.Eq(x, x), L.Const(0), x)));

    public static Node? Chain(Node g, Node x, Node y) => null;
}
