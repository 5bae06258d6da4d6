using System.Runtime.CompilerServices;
using Engine.Internal.Graph;
using Engine.Internal.Lanes;

namespace Engine.Internal.Operations;

[Op("divide", "(a, b, /, *, stream=None)", Operator = "/")]
internal readonly partial struct Divide : IFloatBinary
{
    /// <summary>True quotient, element by element.</summary>
    /// <param name="a">Any shape and real dtype.</param>
    /// <param name="b">A shape that broadcasts with it.</param>
    /// <returns>The broadcast shape, in the promoted dtype.</returns>
    /// <remarks>Correctly rounded; integers become float32.</remarks>
    public static partial Node Of(Node a, Node b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Apply<V, T, L>(V x, V y) where T : unmanaged where L : struct, ILanes<V, T> =>
        L.Div(x, y);

    public static Node? ChainX(Node g, Node x, Node y, Node z) => g / y;

    public static Node? ChainY(Node g, Node x, Node y, Node z) => -(g * z / y);
}
