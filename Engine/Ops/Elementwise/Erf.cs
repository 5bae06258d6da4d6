using System.Runtime.CompilerServices;
using Engine.Internal.Graph;
using Engine.Internal.Lanes;
using static Engine.Internal.Lanes.LaneMath;
using static Engine.Internal.Lanes.LaneParts;
using static Engine.Internal.Lanes.LanePoly;

namespace Engine.Internal.Operations;

[Op("erf", "(a, /, *, stream=None)")]
internal readonly partial struct Erf : IFloatUnary
{
    /// <summary>Error function.</summary>
    /// <param name="a">Any shape; integers and bool are taken as float32.</param>
    /// <returns>Same shape and float dtype.</returns>
    /// <remarks>Within 2 ulp in float32 and float64; float16 and bfloat16 are rounded once from float32. Derivative 2 / sqrt(pi) e^-x^2.</remarks>
    public static partial Node Of(Node a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Apply<V, T, L>(V x) where T : unmanaged where L : struct, ILanes<V, T>
    {
        bool f32 = typeof(T) == typeof(float);
        V one = L.Const(1), a = L.Abs(x), t = L.Clamp(a, L.Const(-1), L.Const(f32 ? 3.95 : 6)), w;
        if (f32)
        {
            w = Poly<V, T, L>(L.Sub(t, L.Const(2.4)), 9.00625e-06, -3.191263e-05, -3.2038923e-05, 0.00032683733,
                -0.0005629137, -0.00023347078, 0.0031140493, -0.00789468, 0.01210661, -0.0124677345, 0.008535018,
                -0.0035557032, 0.00068848213);
        }
        else
        {
            V k = L.Const(2.5), add = L.Add(t, k), two = L.Fma(t, L.Const(2), one), r = L.Div(one, L.Mul(add, two)),
                q = L.Mul(L.Mul(L.Sub(t, k), two), r);
            V h = Poly<V, T, L>(q, -1.3883025453853978e-06, -3.826229518219378e-06, 2.616916638884708e-06,
                2.258076948639107e-05, 6.249967684385224e-06, -0.00011350315301397775, -8.847575850905415e-05,
                0.0006321225604963949, 0.0004918654606523264, -0.004382078245763198, 0.0009318928360465351,
                0.03276089326596124, -0.10296705603907758, 0.1576299190232537, -0.09902453957359579,
                -0.12235676308240444, 1.2648381843668615);
            w = L.Mul(L.Mul(ExpCore<V, T, L>(L.Neg(L.Mul(t, t))), h), L.Mul(add, r));
        }
        V z = L.Mul(a, a), small = L.Fma(ErfTail<V, T, L>(z), a, a);
        return WithSign<V, T, L>(L.Select(L.Lt(a, one), small, L.Sub(one, w)), x);
    }

    public static Node? Chain(Node g, Node x, Node y) => g * 1.1283791670955126 * Exp.Of(-(x * x));
}
