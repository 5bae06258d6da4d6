using System.Runtime.CompilerServices;
using Engine.Internal.Graph;
using Engine.Internal.Lanes;

namespace Engine.Internal.Operations;

[Op("logical_or", "(a, b, /, *, stream=None)")]
internal readonly partial struct LogicalOr : ILogicalBinary
{
    /// <summary>Whether one of the elements is not zero.</summary>
    /// <param name="a">Any shape and real dtype.</param>
    /// <param name="b">A shape that broadcasts with it.</param>
    /// <returns>The broadcast shape, bool.</returns>
    /// <remarks>NaN counts as true.</remarks>
    public static partial Node Of(Node a, Node b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Apply<V, T, L>(V x, V y) where T : unmanaged where L : struct, ILanes<V, T> =>
        L.Or(x, y);

    public static Node? ChainX(Node g, Node x, Node y, Node z) => null;

    public static Node? ChainY(Node g, Node x, Node y, Node z) => null;
}
