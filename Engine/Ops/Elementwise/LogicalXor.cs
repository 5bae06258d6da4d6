using System.Runtime.CompilerServices;
using Engine.Internal.Graph;
using Engine.Internal.Lanes;

namespace Engine.Internal.Operations;

/// <summary>Exclusive or of bool lanes: what subtract means on bool.</summary>
internal readonly struct LogicalXor : ILogicalBinary
{
    public static string Name => "logical_xor";

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Apply<V, T, L>(V x, V y) where T : unmanaged where L : struct, ILanes<V, T> => L.Xor(x, y);

    public static Node? ChainX(Node g, Node x, Node y, Node z) => null;

    public static Node? ChainY(Node g, Node x, Node y, Node z) => null;
}
