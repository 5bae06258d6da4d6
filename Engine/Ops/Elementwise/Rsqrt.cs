using System.Runtime.CompilerServices;
using Engine.Internal.Graph;
using Engine.Internal.Lanes;
using static Engine.Internal.Lanes.LaneMath;
using static Engine.Internal.Lanes.LaneParts;
using static Engine.Internal.Lanes.LanePoly;

namespace Engine.Internal.Operations;

[Op("rsqrt", "(a, /, *, stream=None)")]
internal readonly partial struct Rsqrt : IFloatUnary
{
    /// <summary>1 / sqrt(x).</summary>
    /// <param name="a">Any shape; integers and bool are taken as float32.</param>
    /// <returns>Same shape and float dtype.</returns>
    /// <remarks>Within 2 ulp in float32 and float64; float16 and bfloat16 are rounded once from float32. 0 gives inf with its sign, below 0 NaN. Derivative -y / (2 x).</remarks>
    public static partial Node Of(Node a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Apply<V, T, L>(V x) where T : unmanaged where L : struct, ILanes<V, T> => L.Div(L.Const(1),
        L.Sqrt(x));

    public static Node? Chain(Node g, Node x, Node y) => g * -0.5 * y / x;
}
