using System.Runtime.CompilerServices;
using Engine.Internal.Graph;
using Engine.Internal.Lanes;
using static Engine.Internal.Lanes.LaneMath;
using static Engine.Internal.Lanes.LaneParts;
using static Engine.Internal.Lanes.LanePoly;

namespace Engine.Internal.Operations;

[Op("sigmoid", "(a, /, *, stream=None)")]
internal readonly partial struct Sigmoid : IFloatUnary
{
    /// <summary>Logistic function 1 / (1 + e^-x).</summary>
    /// <param name="a">Any shape; integers and bool are taken as float32.</param>
    /// <returns>Same shape and float dtype.</returns>
    /// <remarks>Within 2 ulp in float32 and float64; float16 and bfloat16 are rounded once from float32. Subnormal results are kept. Derivative y (1 - y).</remarks>
    public static partial Node Of(Node a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Apply<V, T, L>(V x) where T : unmanaged where L : struct, ILanes<V, T>
    {
        bool f32 = typeof(T) == typeof(float);
        V one = L.Const(1);
        x = L.Clamp(x, L.Const(f32 ? -105 : -747), L.Const(f32 ? 20 : 40));
        V n = RoundMul<V, T, L>(x, 1.4426950408889634), s = L.Fma(n, L.Const(Ln2Lo<T>()), L.Fma(n, L.Const(Ln2Hi<T>()),
            L.Neg(x)));
        V p = L.Fma(ExpTail<V, T, L>(s), L.Mul(s, s), s), q = L.Scale(one, n), a = L.Add(one, q);
        return L.Scale(L.Div(one, L.Add(L.Add(p, L.Sub(q, L.Sub(a, one))), a)), n);
    }

    public static Node? Chain(Node g, Node x, Node y) => g * y * (1 - y);
}
