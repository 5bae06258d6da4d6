using System.Runtime.CompilerServices;
using Engine.Internal.Graph;
using Engine.Internal.Lanes;
using static Engine.Internal.Lanes.LaneMath;
using static Engine.Internal.Lanes.LaneParts;
using static Engine.Internal.Lanes.LanePoly;

namespace Engine.Internal.Operations;

[Op("erfinv", "(a, /, *, stream=None)")]
internal readonly partial struct Erfinv : IFloatUnary
{
    /// <summary>Inverse of the error function.</summary>
    /// <param name="a">Any shape; integers and bool are taken as float32.</param>
    /// <returns>Same shape and float dtype.</returns>
    /// <remarks>Within 2 ulp in float32 and float64; float16 and bfloat16 are rounded once from float32. 1 and -1 give inf, beyond them NaN. Derivative sqrt(pi) / 2 e^y^2. Variables after Giles, own fits.</remarks>
    public static partial Node Of(Node a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Apply<V, T, L>(V x) where T : unmanaged where L : struct, ILanes<V, T>
    {
        bool f32 = typeof(T) == typeof(float);
        V one = L.Const(1), a = L.Abs(x), d = Isa.Fma ? L.Fma(L.Neg(a), a, one) : L.Mul(L.Sub(one, a), L.Add(one, a));
        V w = L.Neg(LogSum<V, T, L>(L.Exponent(d), L.Sub(L.Mantissa(d), one))), s = L.Sqrt(w), t;
        if (f32)
        {
            V u = L.Sub(w, L.Const(2.5)), v = L.Sub(s, L.Const(3));
            t = L.Select(L.Lt(w, L.Const(5)), Poly<V, T, L>(u, -8.93192631e-09, 2.33359678e-08, 4.68131361e-07,
                -3.46398519e-06, -4.9724199e-06, 0.000218349393, -0.00125272642, -0.00417739293, 0.24664028,
                0.501409352), Poly<V, T, L>(v, 0.000130043016, -0.000323680462, -7.46800288e-05, 0.00150157697,
                -0.00358972093, 0.00568105327, -0.00763857085, 0.00944594573, 1.00167501, 1.83297682));
        }
        else
        {
            V u = L.Sub(w, L.Const(1.968136978149414)), low = Isa.Fma ? L.Mul(L.Fma(L.Neg(s), s, w),
                L.Div(L.Const(0.5), s)) : L.Const(0);   // the root's rounding error
            V v = L.Add(L.Sub(s, L.Const(2.6308216094970702)), low), y = L.Add(L.Sub(s, L.Const(4.674335861206055)),
                low);   // centres chosen so that the first coefficients round well
            V p = L.Fma(L.Fma(Poly<V, T, L>(u, -2.5124749223307484e-18, -3.2517678810416085e-17,
                3.2926730719769417e-16, 1.0392761601672806e-15, -2.039961343891537e-14, 2.7854663790173847e-14,
                8.348333998301183e-13, -4.707767559558732e-12, -1.9362342236365674e-11, 3.016896851464508e-10,
                -3.6072939107241193e-10, -1.2797817386374417e-08, 7.274702453962893e-08, 2.988684160805443e-07,
                -4.9431637908302444e-06, 8.520073106635495e-06, 0.0002146553476883738, -0.001719589954918432,
                -0.0018050798006331065), u, L.Const(0.24988830909878285)), u, L.Const(0.36925490287845786));
            V q = L.Fma(L.Fma(Poly<V, T, L>(v, -7.147766439784362e-08, 5.8702100158723887e-08, 3.8951686731420113e-07,
                -7.743652966389807e-07, -4.730186662482501e-07, 3.882465104396576e-06, -4.703403599120378e-06,
                -7.81509574474588e-06, 3.281082920765802e-05, -2.3949253485583595e-05, -9.186765500898866e-05,
                0.00024897584334271415, -6.325635678974816e-05, -0.0008336318309245213, 0.0017015007256556938,
                -0.00013166806104165327, -0.005957357803532981, 0.014990671794451151, -0.02232383068636198,
                0.02475844514300753), v, L.Const(0.9900400703295088)), v, L.Const(1.4649856775443535));
            V r = L.Fma(L.Fma(Poly<V, T, L>(y, -6.54077601373168e-14, 1.3826185451329186e-13, 8.462394244657594e-13,
                -3.6889084796048295e-12, 4.402651243835947e-12, 9.020853809233688e-12, -7.175583748447294e-11,
                2.5599383785681107e-10, -5.350895823715023e-10, 2.7720351666442406e-10, 2.7759216900098632e-09,
                -1.3883681635278303e-08, 4.197839591933458e-08, -9.799574945905042e-08, 1.9260790187221848e-07,
                -3.508151421563261e-07, 7.182613805260209e-07, -2.0565368041063825e-06, 7.7718987381776e-06,
                -3.131435314738016e-05, 0.00011666562091761604, -0.0003384727491852358, 0.00012736924902335335), y,
                L.Const(1.0103106855548234)), y, L.Const(3.520881418066052));
            t = L.Select(L.Lt(w, L.Const(4)), p, L.Select(L.Lt(s, L.Const(3.3)), q, r));
        }
        V g = WithSign<V, T, L>(L.Fma(t, a, a), x);
        return L.Select(L.Eq(a, one), L.Mul(x, L.Const(double.PositiveInfinity)), g);
    }

    public static Node? Chain(Node g, Node x, Node y) => g * 0.8862269254527579 * Exp.Of(y * y);
}
