using System.Runtime.CompilerServices;
using Engine.Internal.Graph;
using Engine.Internal.Lanes;

namespace Engine.Internal.Operations;

[Op("square", "(a, /, *, stream=None)")]
internal readonly partial struct Square : INumberUnary
{
    /// <summary>x times x.</summary>
    /// <param name="a">Any shape, any real dtype.</param>
    /// <returns>Same shape and dtype.</returns>
    /// <remarks>One rounding; integers wrap. Derivative 2 x.</remarks>
    public static partial Node Of(Node a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Apply<V, T, L>(V x) where T : unmanaged where L : struct, ILanes<V, T> =>
        L.Mul(x, x);

    public static Node? Chain(Node g, Node x, Node y) => g * 2 * x;
}
