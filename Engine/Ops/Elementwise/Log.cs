using System.Runtime.CompilerServices;
using Engine.Internal.Graph;
using Engine.Internal.Lanes;
using static Engine.Internal.Lanes.LaneMath;
using static Engine.Internal.Lanes.LaneParts;
using static Engine.Internal.Lanes.LanePoly;

namespace Engine.Internal.Operations;

[Op("log", "(a, /, *, stream=None)")]
internal readonly partial struct Log : IFloatUnary
{
    /// <summary>Natural logarithm.</summary>
    /// <param name="a">Any shape; integers and bool are taken as float32.</param>
    /// <returns>Same shape and float dtype.</returns>
    /// <remarks>Within 2 ulp in float32 and float64; float16 and bfloat16 are rounded once from float32. 0 gives -inf, below 0 NaN. Derivative 1 / x. ln x = e ln 2 + ln(1 + f), 1 + f in [3/4, 3/2).</remarks>
    public static partial Node Of(Node a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Apply<V, T, L>(V x) where T : unmanaged where L : struct, ILanes<V, T>
    {
        V e = L.Exponent(x), f = L.Sub(L.Mantissa(x), L.Const(1));
        return LogSum<V, T, L>(e, f);
    }

    public static Node? Chain(Node g, Node x, Node y) => g / x;
}
