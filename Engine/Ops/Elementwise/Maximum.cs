using System.Runtime.CompilerServices;
using Engine.Internal.Graph;
using Engine.Internal.Lanes;

namespace Engine.Internal.Operations;

[Op("maximum", "(a, b, /, *, stream=None)")]
internal readonly partial struct Maximum : INumberBinary
{
    /// <summary>The larger of two elements.</summary>
    /// <param name="a">Any shape and real dtype.</param>
    /// <param name="b">A shape that broadcasts with it.</param>
    /// <returns>The broadcast shape, in the promoted dtype.</returns>
    /// <remarks>A NaN wins; -0 is below +0. At a tie each operand gets half of the gradient.</remarks>
    public static partial Node Of(Node a, Node b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Apply<V, T, L>(V x, V y) where T : unmanaged where L : struct, ILanes<V, T> =>
        L.Max(x, y);

    public static Node? ChainX(Node g, Node x, Node y, Node z) => g * MaximumShare.Of(x, y);

    public static Node? ChainY(Node g, Node x, Node y, Node z) => g * MaximumShare.Of(y, x);
}
