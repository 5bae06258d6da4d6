using System.Runtime.CompilerServices;
using Engine.Internal.Graph;
using Engine.Internal.Lanes;

namespace Engine.Internal.Operations;

[Op("abs", "(a, /, *, stream=None)")]
internal readonly partial struct Abs : INumberUnary
{
    /// <summary>Absolute value.</summary>
    /// <param name="a">Any shape, any real dtype.</param>
    /// <returns>Same shape and dtype.</returns>
    /// <remarks>Exact; the lowest integer wraps to itself. Derivative sign(x), 0 at 0.</remarks>
    public static partial Node Of(Node a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Apply<V, T, L>(V x) where T : unmanaged where L : struct, ILanes<V, T> =>
        L.Abs(x);

    public static Node? Chain(Node g, Node x, Node y) => g * Sign.Of(x);
}
