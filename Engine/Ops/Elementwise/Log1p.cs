using System.Runtime.CompilerServices;
using Engine.Internal.Graph;
using Engine.Internal.Lanes;
using static Engine.Internal.Lanes.LaneMath;
using static Engine.Internal.Lanes.LaneParts;
using static Engine.Internal.Lanes.LanePoly;

namespace Engine.Internal.Operations;

[Op("log1p", "(a, /, *, stream=None)")]
internal readonly partial struct Log1p : IFloatUnary
{
    /// <summary>ln(1 + x), exact near 0.</summary>
    /// <param name="a">Any shape; integers and bool are taken as float32.</param>
    /// <returns>Same shape and float dtype.</returns>
    /// <remarks>Within 2 ulp in float32 and float64; float16 and bfloat16 are rounded once from float32. -1 gives -inf, below -1 NaN. Derivative 1 / (1 + x).</remarks>
    public static partial Node Of(Node a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Apply<V, T, L>(V x) where T : unmanaged where L : struct, ILanes<V, T>
    {
        V v = Log1pCore<V, T, L>(x, L.Const(0));
        v = L.Select(L.Lt(x, L.Const(double.PositiveInfinity)), v, x);
        return L.Select(L.Le(x, L.Const(-1)), L.Select(L.Eq(x, L.Const(-1)), L.Const(double.NegativeInfinity),
            L.Const(double.NaN)), v);
    }

    public static Node? Chain(Node g, Node x, Node y) => g / (1 + x);
}
