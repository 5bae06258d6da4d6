using System.Runtime.CompilerServices;
using Engine.Internal.Graph;
using Engine.Internal.Lanes;

namespace Engine.Internal.Operations;

[Op("logical_not", "(a, /, *, stream=None)")]
internal readonly partial struct LogicalNot : ILogicalUnary
{
    /// <summary>Whether each element is zero.</summary>
    /// <param name="a">Any shape and dtype.</param>
    /// <returns>Same shape, bool.</returns>
    /// <remarks>NaN counts as true.</remarks>
    public static partial Node Of(Node a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Apply<V, T, L>(V x) where T : unmanaged where L : struct, ILanes<V, T> =>
        L.Xor(x, L.ConstInt(1));

    public static Node? Chain(Node g, Node x, Node y) => null;
}
