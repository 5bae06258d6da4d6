using System.Runtime.CompilerServices;
using Engine.Internal.Graph;
using Engine.Internal.Lanes;

namespace Engine.Internal.Operations;

[Op("multiply", "(a, b, /, *, stream=None)", Operator = "*")]
internal readonly partial struct Multiply : INumberBinary
{
    /// <summary>Product, element by element.</summary>
    /// <param name="a">Any shape and real dtype.</param>
    /// <param name="b">A shape that broadcasts with it.</param>
    /// <returns>The broadcast shape, in the promoted dtype.</returns>
    /// <remarks>Integers wrap; bool with bool is and.</remarks>
    public static partial Node Of(Node a, Node b);

    public static Light Light => Light.Mul;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Apply<V, T, L>(V x, V y) where T : unmanaged where L : struct, ILanes<V, T> =>
        L.Mul(x, y);

    public static Node? ChainX(Node g, Node x, Node y, Node z) => g * y;

    public static Node? ChainY(Node g, Node x, Node y, Node z) => g * x;
}
