using System.Runtime.CompilerServices;
using Engine.Internal.Graph;
using Engine.Internal.Lanes;

namespace Engine.Internal.Operations;

[Op("add", "(a, b, /, *, stream=None)", Operator = "+")]
internal readonly partial struct Add : INumberBinary
{
    /// <summary>Sum, element by element.</summary>
    /// <param name="a">Any shape and real dtype.</param>
    /// <param name="b">A shape that broadcasts with it.</param>
    /// <returns>The broadcast shape, in the promoted dtype.</returns>
    /// <remarks>Bool with bool is or. Integers wrap.</remarks>
    public static partial Node Of(Node a, Node b);

    public static LaneBody? BoolBody => LogicalBinary<LogicalOr>.LaneBody;

    public static Light Light => Light.Add;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Apply<V, T, L>(V x, V y) where T : unmanaged where L : struct, ILanes<V, T> =>
        L.Add(x, y);

    public static Node? ChainX(Node g, Node x, Node y, Node z) => g;

    public static Node? ChainY(Node g, Node x, Node y, Node z) => g;
}
