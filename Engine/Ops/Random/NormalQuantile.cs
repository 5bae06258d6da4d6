using System.Runtime.CompilerServices;
using Engine.Internal.Graph;
using Engine.Internal.Lanes;
using static Engine.Internal.Lanes.LaneMath;
using static Engine.Internal.Lanes.LaneParts;
using static Engine.Internal.Lanes.LanePoly;

namespace Engine.Internal.Operations;

/// <summary>
/// sqrt(2) erfinv(x): a normal number from a uniform one in (-1, 1). In float32 rounded less often than the product: MLX's own numbers are up to 3.8 ulp from the
/// exact ones, and what is promised is 4 ulp of MLX's.
/// </summary>
internal readonly struct NormalQuantile : IFloatUnary
{
    public static string Name => "normal_quantile";

    public static Node Of(Node a) => FloatUnary<NormalQuantile>.Of(a);

    // As Erfinv, with the factor in the coefficients: 2 a + t a, or 4 a + t a near 1, so that t is small where the result is large.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Apply<V, T, L>(V x) where T : unmanaged where L : struct, ILanes<V, T>
    {
        if (typeof(T) != typeof(float)) { return L.Mul(Erfinv.Apply<V, T, L>(x), L.Const(1.4142135623730951)); }
        V one = L.Const(1), a = L.Abs(x), d = Isa.Fma ? L.Fma(L.Neg(a), a, one) : L.Mul(L.Sub(one, a), L.Add(one, a));
        V w = L.Neg(LogSum<V, T, L>(L.Exponent(d), L.Sub(L.Mantissa(d), one))), s = L.Sqrt(w);
        V low = Isa.Fma ? L.Mul(L.Fma(L.Neg(s), s, w), L.Div(L.Const(0.5), s)) : L.Const(0);   // the root's rounding error
        V u = L.Sub(w, L.Const(2.5553367137908936)), v = L.Add(L.Sub(s, L.Const(3.039578676223755)), low);
        V near = L.Lt(w, L.Const(5));
        V t = L.Select(near, Poly<V, T, L>(u, -1.2645069e-08, 2.66037663e-08, 6.7540077e-07, -4.63839297e-06, -8.61618719e-06,
            0.000306620786, -0.00170350354, -0.00619616546, 0.348132133, 0.142596647), Poly<V, T, L>(v, 0.000165649777,
            -0.000382175436, -0.000212045576, 0.00206320779, -0.00459205126, 0.007083409, -0.0096046729, 0.0121479323,
            1.41759086, 0.0625209361));
        V g = WithSign<V, T, L>(L.Fma(t, a, L.Mul(a, L.Select(near, L.Const(2), L.Const(4)))), x);
        return L.Select(L.Eq(a, one), L.Mul(x, L.Const(double.PositiveInfinity)), g);
    }

    public static Node? Chain(Node g, Node x, Node y) => g * 1.2533141373155003 * Exp.Of(y * y * 0.5);
}
