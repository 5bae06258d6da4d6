using System.Runtime.CompilerServices;
using Engine.Internal.Graph;
using Engine.Internal.Lanes;

namespace Engine.Internal.Operations;

[Op("equal", "(a, b, /, *, stream=None)", Operator = "==")]
internal readonly partial struct Equal : IEquality
{
    /// <summary>Whether x equals y, element by element. Complex is taken too.</summary>
    /// <param name="a">Any shape and real dtype.</param>
    /// <param name="b">A shape that broadcasts with it.</param>
    /// <returns>The broadcast shape, bool.</returns>
    /// <remarks>A NaN equals nothing.</remarks>
    public static partial Node Of(Node a, Node b);

    public static bool Negated => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Apply<V, T, L>(V x, V y) where T : unmanaged where L : struct, ILanes<V, T> =>
        L.Eq(x, y);

    public static Node? ChainX(Node g, Node x, Node y, Node z) => null;

    public static Node? ChainY(Node g, Node x, Node y, Node z) => null;
}
