using System.Runtime.CompilerServices;
using Engine.Internal.Graph;
using Engine.Internal.Lanes;
using static Engine.Internal.Lanes.LaneMath;
using static Engine.Internal.Lanes.LaneParts;
using static Engine.Internal.Lanes.LanePoly;

namespace Engine.Internal.Operations;

[Op("power", "(a, b, /, *, stream=None)", Operator = "**")]
internal readonly partial struct Power : INumberBinary
{
    /// <summary>x to the power of y, element by element.</summary>
    /// <param name="a">Any shape and real dtype.</param>
    /// <param name="b">A shape that broadcasts with it.</param>
    /// <returns>The broadcast shape, in the promoted dtype.</returns>
    /// <remarks>Floats within 2 ulp, special values after IEEE 754 pow; integers wrap, a negative exponent gives 0. Derivatives y x^(y-1) and z ln x.</remarks>
    public static partial Node Of(Node a, Node b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Apply<V, T, L>(V x, V y) where T : unmanaged where L : struct, ILanes<V, T> =>
        typeof(T) == typeof(float) || typeof(T) == typeof(double) ? Floating<V, T, L>(x, y) : Integral<V, T, L>(x, y);

    // By squaring, low bits of the exponent first; a negative exponent gives 0.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V Integral<V, T, L>(V x, V y) where T : unmanaged where L : struct, ILanes<V, T>
    {
        V zero = L.Const(0), one = L.Const(1), result = one, power = x, left = L.AsInt(y);
        for (int bit = 0; bit < 8 * Unsafe.SizeOf<T>(); bit++)
        {
            V set = L.EqInt(L.And(left, L.ConstInt(1)), L.ConstInt(1));
            result = L.Select(set, L.Mul(result, power), result);
            power = L.Mul(power, power);
            left = L.Shr(left, 1);
        }
        return L.Select(L.Lt(y, zero), zero, result);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V Floating<V, T, L>(V x, V y) where T : unmanaged where L : struct, ILanes<V, T>
    {
        bool f32 = typeof(T) == typeof(float);
        V one = L.Const(1), zero = L.Const(0), inf = L.Const(double.PositiveInfinity), t = L.Abs(x);
        V yc = L.Clamp(y, L.Const(f32 ? -3.4359738368e10 : -7.378697629483820e19), L.Const(f32 ?
            3.4359738368e10 : 7.378697629483820e19));   // 2^35, 2^66: enough to overflow any |x| but 1
        V h = Log2Pair<V, T, L>(t, out V l);
        V p = L.Mul(yc, h), q = L.Fma(yc, l, ErrProd<V, T, L>(yc, h, p));
        p = L.Clamp(p, L.Const(f32 ? -160 : -1100), L.Const(f32 ? 140 : 1040));
        q = L.Clamp(q, L.Const(-0.01),
            L.Const(0.01));                                                       // far larger only where p was clamped
        V n = RoundMul<V, T, L>(p, 1), r = L.Add(L.Sub(p, n), q), v = L.Scale(Exp2Poly<V, T, L>(r), n);

        V whole = L.Eq(L.Floor(y), y), half = L.Mul(y, L.Const(0.5)), odd = L.And(whole, L.Not(L.Eq(L.Floor(half),
            half)));
        v = L.Select(L.And(L.Lt(x, zero), L.Not(whole)), L.Const(double.NaN), v);
        V none = L.Eq(t, zero), edge = L.And(L.Or(none, L.Eq(t, inf)), L.Eq(y, y));
        v = L.Select(edge, L.Select(L.Xor(none, L.Lt(y, zero)), zero, inf), v);
        v = WithSign<V, T, L>(v, L.Select(odd, x, zero));
        return L.Select(L.Or(L.Eq(x, one), L.Eq(y, zero)), one, v);
    }
    /// <summary>log2 t = h + l.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V Log2Pair<V, T, L>(V t, out V l) where T : unmanaged where L : struct, ILanes<V, T>
    {
        bool f32 = typeof(T) == typeof(float);
        V one = L.Const(1), zero = L.Const(0), m = L.Mantissa(t), lo = L.Lt(m, L.Const(0.875)),
            hi = L.Le(L.Const(1.1875), m);
        V e = L.Clamp(L.Exponent(t), L.Const(-3000), L.Const(3000));
        V c = L.Select(hi, L.Const(1.34375), L.Select(lo, L.Const(0.8125), one));
        V ch = L.Select(hi, L.Const(f32 ? H2F : H2), L.Select(lo, L.Const(f32 ? H1F : H1), zero)), cl = L.Select(hi,
            L.Const(f32 ? L2F : L2), L.Select(lo, L.Const(f32 ? L1F : L1), zero));
        V num = L.Sub(m, c), den = L.Add(m, c), dl = L.Sub(m, L.Sub(den, c)), rc = L.Div(one, den);
        V s = L.Mul(num, rc), rem = Isa.Fma ? L.Fma(L.Neg(s), den, num) : Rest<V, T, L>(s, den, num),
            sl = L.Mul(L.Fma(L.Neg(s), dl, rem), rc), z = L.Mul(s, s), a, b;
        if (f32)
        {
            a = L.Mul(L.Mul(z, Poly<V, T, L>(z, 0.14450024, 0.19999257, 0.33333334)), s);
            b = sl;
        }
        else
        {
            V zl = L.Fma(L.Add(s, s), sl, ErrProd<V, T, L>(s, s, z));
            V w = L.Mul(z, Poly<V, T, L>(z, 0.06832666254571543, 0.07690458241821646, 0.09090919484015203,
                0.11111111080399261, 0.14285714285758708, 0.19999999999999976)), third = L.Const(0.33333333333333331);
            V g = L.Add(third, w), gl = L.Add(L.Add(L.Sub(third, g), w), L.Const(1.850371707708594e-17));
            V u = L.Mul(z, g), ul = L.Fma(z, gl, L.Fma(zl, g, ErrProd<V, T, L>(z, g, u)));
            a = L.Mul(s, u);
            b = L.Add(sl, L.Fma(s, ul, L.Fma(sl, u, ErrProd<V, T, L>(s, u, a))));
        }
        V sum = L.Add(s, a), suml = L.Add(L.Add(L.Sub(s, sum), a), b), k = L.Const(f32 ? KF : K);
        V d = L.Mul(sum, k), dd = L.Fma(sum, L.Const(f32 ? KlF : Kl), L.Fma(suml, k, ErrProd<V, T, L>(sum, k, d)));
        V head = L.Add(e, ch), h = L.Add(head, d);
        l = L.Add(L.Add(L.Sub(head, h), d), L.Add(dd, cl));
        return h;
    }
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V Rest<V, T, L>(V s, V den, V num) where T : unmanaged where L : struct, ILanes<V, T>
    {
        V p = L.Mul(s, den);
        return L.Sub(L.Sub(num, p), ErrProd<V, T, L>(s, den, p));
    }
    const double KF = 2.8853900432586669921875, KlF = 3.8519259822532349e-8, K = 2.88539008177792677,
        Kl = 4.0710547481862066e-17;                     // 2 / ln 2
    const double H1F = -0.299560546875, L1F = 2.6501609216039680e-7, H2F = 0.42626953125,
        L2F = -4.7765479020611162e-6;                            // log2 13/16, 43/32, the first part short
    const double H1 = -0.29956028185870309243910014629364013671875, L1 = -2.0474716408719944e-13,
        H2 = 0.426264754702060599811375141143798828125, L2 = 3.7339072766499322e-14;

    public static Node? ChainX(Node g, Node x, Node y, Node z) => g * y * Of(x, y - 1);

    public static Node? ChainY(Node g, Node x, Node y, Node z) => g * z * Where.Of(x > Cast.To(Weak.From(0), x.DType), Log.Of(x), Cast.To(Weak.From(0), Promotion.AtLeastFloat(x.DType)));
}
