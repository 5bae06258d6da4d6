using System.Runtime.CompilerServices;
using Engine.Internal.Graph;
using Engine.Internal.Lanes;

namespace Engine.Internal.Operations;

[Op("sqrt", "(a, /, *, stream=None)")]
internal readonly partial struct Sqrt : IFloatUnary
{
    /// <summary>Square root.</summary>
    /// <param name="a">Any shape; integers and bool are taken as float32.</param>
    /// <returns>Same shape and float dtype.</returns>
    /// <remarks>Correctly rounded; below 0 NaN. Derivative 1 / (2 y).</remarks>
    public static partial Node Of(Node a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Apply<V, T, L>(V x) where T : unmanaged where L : struct, ILanes<V, T> =>
        L.Sqrt(x);

    public static Node? Chain(Node g, Node x, Node y) => g * 0.5 / y;
}
