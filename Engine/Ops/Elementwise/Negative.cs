using System.Runtime.CompilerServices;
using Engine.Internal.Graph;
using Engine.Internal.Lanes;

namespace Engine.Internal.Operations;

[Op("negative", "(a, /, *, stream=None)", Operator = "neg")]
internal readonly partial struct Negative : INumberUnary
{
    /// <summary>Minus each element.</summary>
    /// <param name="a">Any shape, any numeric real dtype.</param>
    /// <returns>Same shape and dtype.</returns>
    /// <remarks>Exact; unsigned integers wrap. Bool is refused. Derivative -1.</remarks>
    public static partial Node Of(Node a);

    public static bool TakesBool => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Apply<V, T, L>(V x) where T : unmanaged where L : struct, ILanes<V, T> =>
        L.Neg(x);

    public static Node? Chain(Node g, Node x, Node y) => -g;
}
