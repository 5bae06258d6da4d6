using System.Runtime.CompilerServices;
using Engine.Internal.Graph;
using Engine.Internal.Lanes;

namespace Engine.Internal.Operations;

[Op("isnan", "(a, /, *, stream=None)")]
internal readonly partial struct IsNaN : IPredicate
{
    /// <summary>Whether each element is NaN.</summary>
    /// <param name="a">Any shape and real dtype.</param>
    /// <returns>Same shape, bool.</returns>
    /// <remarks>False for integers.</remarks>
    public static partial Node Of(Node a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Apply<V, T, L>(V x) where T : unmanaged where L : struct, ILanes<V, T> =>
        L.Not(L.Eq(x, x));

    public static Node? Chain(Node g, Node x, Node y) => null;
}
