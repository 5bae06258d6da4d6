using System.Runtime.CompilerServices;
using Engine.Internal.Graph;
using Engine.Internal.Lanes;
using static Engine.Internal.Lanes.LaneMath;
using static Engine.Internal.Lanes.LaneParts;
using static Engine.Internal.Lanes.LanePoly;

namespace Engine.Internal.Operations;

[Op("tanh", "(a, /, *, stream=None)")]
internal readonly partial struct Tanh : IFloatUnary
{
    /// <summary>Hyperbolic tangent.</summary>
    /// <param name="a">Any shape; integers and bool are taken as float32.</param>
    /// <returns>Same shape and float dtype.</returns>
    /// <remarks>Within 2 ulp in float32 and float64; float16 and bfloat16 are rounded once from float32. Odd polynomial below 0.55, 1 - 2 / (e^2x + 1) above. Derivative 1 - y^2.</remarks>
    public static partial Node Of(Node a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Apply<V, T, L>(V x) where T : unmanaged where L : struct, ILanes<V, T>
    {
        bool f32 = typeof(T) == typeof(float);
        V t = L.Abs(x), y = L.Clamp(L.Add(t, t), L.Const(-1), L.Const(f32 ? 20 : 42)), one = L.Const(1), z = L.Mul(t,
            t);
        V big = L.Sub(one, L.Div(L.Const(2), L.Add(ExpCore<V, T, L>(y), one)));
        V p = f32 ? Poly<V, T, L>(z, -0.006263359, 0.021063004, -0.05384986, 0.13332558, -0.33333316)
            : Poly<V, T, L>(z, -1.949299143200054e-05, 8.331352861975632e-05, -0.000233379386670804,
                0.0005884435623637442, -0.0014555426009102907, 0.00359209198841609, -0.008863232596763335,
                0.021869488385527106, -0.05396825396374694, 0.1333333333332659, -0.333333333333333);
        return WithSign<V, T, L>(L.Select(L.Lt(t, L.Const(0.55)), L.Fma(L.Mul(p, z), t, t), big), x);
    }

    public static Node? Chain(Node g, Node x, Node y) => g * (1 - (y * y));
}
