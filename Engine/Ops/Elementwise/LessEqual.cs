using System.Runtime.CompilerServices;
using Engine.Internal.Graph;
using Engine.Internal.Lanes;

namespace Engine.Internal.Operations;

[Op("less_equal", "(a, b, /, *, stream=None)", Operator = "<=")]
internal readonly partial struct LessEqual : ICompare
{
    /// <summary>Whether x is at most y, element by element.</summary>
    /// <param name="a">Any shape and real dtype.</param>
    /// <param name="b">A shape that broadcasts with it.</param>
    /// <returns>The broadcast shape, bool.</returns>
    /// <remarks>A NaN compares false.</remarks>
    public static partial Node Of(Node a, Node b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Apply<V, T, L>(V x, V y) where T : unmanaged where L : struct, ILanes<V, T> =>
        L.Le(x, y);

    public static Node? ChainX(Node g, Node x, Node y, Node z) => null;

    public static Node? ChainY(Node g, Node x, Node y, Node z) => null;
}
