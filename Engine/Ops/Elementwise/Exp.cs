using System.Runtime.CompilerServices;
using Engine.Internal.Graph;
using Engine.Internal.Lanes;
using static Engine.Internal.Lanes.LaneMath;
using static Engine.Internal.Lanes.LaneParts;
using static Engine.Internal.Lanes.LanePoly;

namespace Engine.Internal.Operations;

[Op("exp", "(a, /, *, stream=None)")]
internal readonly partial struct Exp : IFloatUnary
{
    /// <summary>e to the power of each element.</summary>
    /// <param name="a">Any shape; integers and bool are taken as float32.</param>
    /// <returns>Same shape and float dtype.</returns>
    /// <remarks>Within 2 ulp in float32 and float64; float16 and bfloat16 are rounded once from float32. Subnormal results are kept. Derivative: the result. e^x = 2^n e^r, n = round(x log2 e), two-part ln 2 (Cody and Waite), minimax polynomial in r.</remarks>
    public static partial Node Of(Node a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Apply<V, T, L>(V x) where T : unmanaged where L : struct, ILanes<V, T>
    {
        bool f32 = typeof(T) == typeof(float);
        x = L.Clamp(x, L.Const(f32 ? -104 : -746), L.Const(f32 ? 89 : 710));
        return ExpCore<V, T, L>(x);
    }

    public static Node? Chain(Node g, Node x, Node y) => g * y;
}
