using System.Runtime.CompilerServices;
using static Engine.Internal.Lanes.LanePoly;
using static Engine.Internal.Lanes.LaneMath;

namespace Engine.Internal.Lanes;

/// <summary>Steps shared by the elementary functions. Lane algebra only.</summary>
internal static class LaneParts
{
    const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    /// <summary>round(x c) by the magic number.</summary>
    [MethodImpl(Inline)]
    public static V RoundMul<V, T, L>(V x, double c) where T : unmanaged where L : struct, ILanes<V, T>
    {
        V magic = L.Const(Magic<T>());
        return L.Sub(c == 1 ? L.Add(x, magic) : L.Fma(x, L.Const(c), magic), magic);
    }

    /// <summary>Sign bit of s on v >= 0 (v may carry the same sign already). Keeps -0.</summary>
    [MethodImpl(Inline)]
    public static V WithSign<V, T, L>(V v, V s) where T : unmanaged where L : struct, ILanes<V, T>
        => L.AsFloat(L.Or(L.AsInt(v), L.And(L.AsInt(s), L.AsInt(L.Const(-0.0)))));

    // ln 2 in two parts; the first has 12 (f32) and 32 (f64) significant bits, so n times it is exact; both positive, or x = -0 would give +0
    [MethodImpl(Inline)] public static double Ln2Hi<T>() => typeof(T) == typeof(float) ? 0.693115234375 : 6.93147180369123816490e-01;

    [MethodImpl(Inline)]
    public static double Ln2Lo<T>() => typeof(T) == typeof(float) ? 3.1946184945309417e-05 : 1.90821492927058770002e-10;

    [MethodImpl(Inline)]
    public static V ReduceLn2<V, T, L>(V x, V n) where T : unmanaged where L : struct, ILanes<V, T>
        => L.Fma(n, L.Const(-Ln2Lo<T>()), L.Fma(n, L.Const(-Ln2Hi<T>()), x));

    /// <summary>(e^r - 1 - r) / r^2.</summary>
    [MethodImpl(Inline)]
    public static V ExpTail<V, T, L>(V r) where T : unmanaged where L : struct, ILanes<V, T>
        => typeof(T) == typeof(float) ? Poly<V, T, L>(r, 0.0013823851, 0.008368818, 0.041668233, 0.1666652, 0.49999994)
            : Poly<V, T, L>(r, 2.5003895972393155e-08, 2.7630501872215424e-07, 2.7557574580436756e-06, 2.4801492348440086e-05,
                0.0001984126951945309, 0.0013888888944412249, 0.008333333333488643, 0.041666666666526825, 0.16666666666666421,
                0.5000000000000011);

    /// <summary>e^x without the clamp.</summary>
    [MethodImpl(Inline)]
    public static V ExpCore<V, T, L>(V x) where T : unmanaged where L : struct, ILanes<V, T>
    {
        V n = RoundMul<V, T, L>(x, 1.4426950408889634), r = ReduceLn2<V, T, L>(x, n);
        V q = ExpTail<V, T, L>(r);
        return L.Scale(L.Add(L.Fma(q, L.Mul(r, r), r), L.Const(1)), n);
    }

    [MethodImpl(Inline)]
    static V Expm1Poly<V, T, L>(V r) where T : unmanaged where L : struct, ILanes<V, T>
        => typeof(T) == typeof(float) ? Poly<V, T, L>(r, 0.00019743363, 0.0013933701, 0.008333567, 0.041666478, 0.16666666, 0.5)
            : Poly<V, T, L>(r, 2.0889487087134936e-09, 2.51091632530455e-08, 2.755735291063336e-07, 2.755724382927729e-06,
                2.48015872375278e-05, 0.0001984126988653178, 0.0013888888888923803, 0.008333333333321452, 0.04166666666666661,
                0.16666666666666677, 0.5);

    /// <summary>e^r - 1 for r = x - n ln 2 with the rounding error of r carried; -0 for -0.</summary>
    [MethodImpl(Inline)]
    public static V Expm1Core<V, T, L>(V x, V n) where T : unmanaged where L : struct, ILanes<V, T>
    {
        V h = L.Fma(n, L.Const(-Ln2Hi<T>()), x), r = L.Fma(n, L.Const(-Ln2Lo<T>()), h), q;
        q = Expm1Poly<V, T, L>(r);
        V e = L.Fma(n, L.Const(Ln2Lo<T>()), L.Sub(r, h));
        return L.Add(r, L.Fma(L.Fma(q, r, L.Const(0)), r, L.Neg(e)));
    }

    /// <summary>(sinh r / r - 1) / z and (cosh r - 1) / z, z = r^2.</summary>
    [MethodImpl(Inline)]
    public static V SinhTail<V, T, L>(V z) where T : unmanaged where L : struct, ILanes<V, T>
        => typeof(T) == typeof(float) ? Poly<V, T, L>(z, 0.00019958465, 0.008333192, 0.16666667)
            : Poly<V, T, L>(z, 1.6906307463675088e-10, 2.504898885837028e-08, 2.755732363174803e-06, 0.00019841269838359116,
                0.00833333333333421, 0.16666666666666666);

    [MethodImpl(Inline)]
    public static V CoshTail<V, T, L>(V z) where T : unmanaged where L : struct, ILanes<V, T>
        => typeof(T) == typeof(float) ? Poly<V, T, L>(z, 0.0013935767, 0.041666456, 0.5)
            : Poly<V, T, L>(z, 2.0921712353354094e-09, 2.755725197102869e-07, 2.4801587349073907e-05, 0.0013888888888873318,
                0.041666666666666685, 0.5);

    /// <summary>ln(1 + f) - f, f in [-1/4, 1/2].</summary>
    [MethodImpl(Inline)]
    public static V LogTail<V, T, L>(V f) where T : unmanaged where L : struct, ILanes<V, T>
    {
        if (typeof(T) == typeof(float))
        {
            return L.Mul(L.Mul(f, f),
                Poly<V, T, L>(f, -0.04517996, 0.10479882, -0.13169388, 0.14478527, -0.16646448, 0.19990718, -0.25000116, 0.33333454, -0.5));
        }
        V s = L.Div(f, L.Add(f, L.Const(2))), z = L.Mul(s, s), h = L.Mul(L.Mul(f, f), L.Const(0.5));
        V p = Poly<V, T, L>(z, 0.15371749114684533, 0.15249739571754573, 0.18186378023625363, 0.22222137979267287, 0.285714294014885,
            0.399999999961284, 0.6666666666667277);
        return L.Fma(s, L.Fma(z, p, h), L.Neg(h));
    }

    /// <summary>e ln 2 + ln(1 + f).</summary>
    [MethodImpl(Inline)]
    public static V LogSum<V, T, L>(V e, V f) where T : unmanaged where L : struct, ILanes<V, T>
    {
        V g = LogTail<V, T, L>(f);
        if (typeof(T) == typeof(float))
        {
            return L.Fma(e, L.Const(0.69314718055994531), L.Add(f, g));
        }
        return L.Fma(e, L.Const(Ln2Hi<T>()), L.Add(f, L.Fma(e, L.Const(Ln2Lo<T>()), g)));
    }

    /// <summary>ln(1 + x) + k ln 2 for -1 &lt; x &lt; inf (k: 0 or, for huge x, 1).</summary>
    [MethodImpl(Inline)]
    public static V Log1pCore<V, T, L>(V x, V k) where T : unmanaged where L : struct, ILanes<V, T> => Log1pCore<V, T, L>(x, k, k, false);

    /// <summary>ln(1 + x + low) + k ln 2.</summary>
    [MethodImpl(Inline)]
    public static V Log1pCore<V, T, L>(V x, V k, V low, bool useLow = true) where T : unmanaged where L : struct, ILanes<V, T>
    {
        bool f32 = typeof(T) == typeof(float);
        V u = L.Add(x, L.Const(1)), n = L.Sub(L.Const(0), L.Exponent(u));
        // 4 * 2^-e by integers, off the path through Exponent; 4: normal even for e = 128 (1024)
        V i = L.And(L.SubInt(L.AsInt(u), L.ConstInt(f32 ? 0x3F400000 : 0x3FE8000000000000)),
            L.ConstInt(f32 ? 0xFF800000 : unchecked((long)0xFFF0000000000000)));
        V s = L.AsFloat(L.SubInt(L.ConstInt(f32 ? 0x40800000 : 0x4010000000000000), i));
        V f = L.Mul(L.Fma(x, s, L.Neg(L.Sub(L.Const(4), s))), L.Const(0.25)), g = LogTail<V, T, L>(f);
        // low 2^-e / (1 + f), nearly
        if (useLow)
        {
            g = L.Fma(L.Mul(low, s), L.Fma(f, L.Const(-0.25), L.Const(0.25)), g);
        }
        n = L.Sub(n, k);
        if (typeof(T) == typeof(float))
        {
            return L.Fma(L.Neg(n), L.Const(0.69314718055994531), L.Add(f, g));
        }
        return L.Fma(L.Neg(n), L.Const(Ln2Hi<T>()), L.Add(f, L.Fma(L.Neg(n), L.Const(Ln2Lo<T>()), g)));
    }

    /// <summary>x - n pi (times m, a power of two) as r - e (+0 and -0 stay what they are: every part is
    /// positive). With FMA three parts of full width; without, four parts, n times the first three exact.</summary>
    [MethodImpl(Inline)]
    public static V ReducePi<V, T, L>(V x, V n, double m, out V e) where T : unmanaged where L : struct, ILanes<V, T>
    {
        bool f32 = typeof(T) == typeof(float);
        if (Isa.Fma)
        {
            V c2 = L.Const(m * (f32 ? PiF2 : Pi2));
            V h = L.Fma(n, L.Const(-m * (f32 ? PiF1 : Pi1)), x), r = L.Sub(h, L.Mul(n, c2));
            // r took two roundings, so that h - r is exact (Sterbenz or Fast2Sum in every case)
            e = L.Fma(n, L.Const(m * (f32 ? PiF3 : Pi3)), L.Fma(n, c2, L.Sub(r, h)));
            return r;
        }
        V a = L.Sub(x, L.Mul(n, L.Const(m * (f32 ? PiN1 : PiM1)))), w = L.Mul(n, L.Const(m * (f32 ? PiN2 : PiM2))), b = L.Sub(a, w),
            t = L.Mul(n, L.Const(m * (f32 ? PiN3 : PiM3))), c = L.Sub(b, t);
        e = L.Sub(L.Mul(n, L.Const(m * (f32 ? PiN4 : PiM4))), L.Add(L.Sub(L.Sub(a, b), w), L.Sub(L.Sub(b, c), t)));
        return c;
    }

    const double PiF1 = 3.141592502593994, PiF2 = 1.5099578831723193e-07, PiF3 = 1.0780605906948477e-14, Pi1 = 3.141592653589793,
        Pi2 = 1.224646799147353e-16, Pi3 = 2.165713347843828e-32;
    const double PiN1 = 3.140625, PiN2 = 0.0009675025939941406, PiN3 = 1.5099067240953445e-07, PiN4 = 5.126688136514179e-12,
        PiM1 = 3.141592651605606, PiM2 = 1.9841871583270443e-09, PiM3 = 1.03403659577805e-18, PiM4 = 5.807711947958721e-28;

    /// <summary>sin (shift 0) or cos (shift 1) of x: r = x - n pi/2, both polynomials on [-pi/4, pi/4], one chosen
    /// by bit 0 of n + shift, the sign by bit 1.</summary>
    [MethodImpl(Inline)]
    public static V SinCos<V, T, L>(V x, int shift) where T : unmanaged where L : struct, ILanes<V, T>
    {
        bool f32 = typeof(T) == typeof(float);
        V magic = L.Const(Magic<T>()), t = L.Fma(x, L.Const(0.63661977236758134), magic), n = L.Sub(t, magic), q = L.AsInt(t);
        V r = ReducePi<V, T, L>(x, n, 0.5, out V e), z = L.Mul(r, r), s, c;
        if (shift != 0)
        {
            q = L.AddInt(q, L.ConstInt(shift));
        }
        if (f32)
        {
            s = Poly<V, T, L>(z, -0.00019518285, 0.008332189, -0.16666655);
            c = Poly<V, T, L>(z, 2.4432564e-05, -0.0013887311, 0.041666646, -0.5);
        }
        else
        {
            s = Poly<V, T, L>(z, 1.5895943637451336e-10, -2.5050742320642017e-08, 2.755731358226442e-06, -0.0001984126982945851,
                0.008333333333321919, -0.1666666666666663);
            c = Poly<V, T, L>(z, -1.1358748095206086e-11, 2.087570540410226e-09, -2.7557314217299276e-07, 2.480158728900347e-05,
                -0.0013888888888873344, 0.041666666666666595, -0.5);
        }
        s = L.Add(r, L.Fma(L.Fma(s, z, L.Const(0)), r, L.Neg(e)));
        c = L.Fma(c, z, L.Const(1));
        V even = L.EqInt(L.And(q, L.ConstInt(1)), L.ConstInt(0)), sign = L.And(L.Shl(q, f32 ? 30 : 62), L.AsInt(L.Const(-0.0)));
        return L.AsFloat(L.Xor(L.AsInt(L.Select(even, s, c)), sign));
    }

    [MethodImpl(Inline)] public static double HalfPiHi<T>() => typeof(T) == typeof(float) ? 1.5707963705062866 : 1.5707963267948966;

    [MethodImpl(Inline)] public static double HalfPiLo<T>() => typeof(T) == typeof(float) ? -4.371139000186241e-08 : 6.123233995736766e-17;

    /// <summary>(asin u / u - 1) / z, z = u^2 up to 1/4; (atan u / u - 1) / z, z up to 1.</summary>
    [MethodImpl(Inline)]
    public static V AsinTail<V, T, L>(V z) where T : unmanaged where L : struct, ILanes<V, T>
        => typeof(T) == typeof(float) ? Poly<V, T, L>(z, 0.042165037, 0.024181534, 0.045469638, 0.07495307, 0.16666752)
            : Poly<V, T, L>(z, 0.03193445022230501, -0.016256001280068787, 0.01954808972866146, 0.006520888278069679, 0.012170811665584487,
                0.013884998102101372, 0.017359728094694094, 0.022371756554866524, 0.0303819591968962, 0.04464285682694448,
                0.07500000000338587, 0.16666666666665403);

    [MethodImpl(Inline)]
    public static V AtanTail<V, T, L>(V z) where T : unmanaged where L : struct, ILanes<V, T>
        => typeof(T) == typeof(float)
            ? Poly<V, T, L>(z, -0.0017896532, 0.0108968, -0.031144435, 0.057923626, -0.08401426, 0.10951472, -0.142641, 0.19998534,
            -0.333333)
            : L.Fma(Poly<V, T, L>(z, 1.3205113031325286e-05, -0.00015196438457779483, 0.0008304272249372883, -0.002882418229135575,
                0.007191704801339176, -0.013893856462877018, 0.021977801971444267, -0.02989816088342829, 0.03663833459069609,
                -0.042190037415814584, 0.04722255255445383, -0.05253498702773293, 0.058805232995582726, -0.06666403282860806,
                0.07692279741478639, -0.09090906994224787, 0.11111111006497282, -0.14285714282555348, 0.19999999999951065), z,
                L.Const(-0.33333333333333065));

    /// <summary>a b - p for p = round(a b), exact: one Fma, or products of half-length parts.</summary>
    [MethodImpl(Inline)]
    public static V ErrProd<V, T, L>(V a, V b, V p) where T : unmanaged where L : struct, ILanes<V, T>
    {
        if (Isa.Fma)
        {
            return L.Fma(a, b, L.Neg(p));
        }
        V mask = L.ConstInt(typeof(T) == typeof(float) ? -4096 : -134217728);
        V ah = L.AsFloat(L.And(L.AsInt(a), mask)), al = L.Sub(a, ah), bh = L.AsFloat(L.And(L.AsInt(b), mask)), bl = L.Sub(b, bh);
        return L.Add(L.Add(L.Add(L.Sub(L.Mul(ah, bh), p), L.Mul(ah, bl)), L.Mul(al, bh)), L.Mul(al, bl));
    }

    /// <summary>2^r, |r| at most 1/2.</summary>
    [MethodImpl(Inline)]
    public static V Exp2Poly<V, T, L>(V r) where T : unmanaged where L : struct, ILanes<V, T>
    {
        V q = typeof(T) == typeof(float) ? Poly<V, T, L>(r, 0.00015241285, 0.0013391302, 0.009618834, 0.05550359, 0.24022645, 0.6931472)
            : Poly<V, T, L>(r, 4.451518303363927e-10, 7.073894181714403e-09, 1.0178076596468111e-07, 1.3215434563161083e-06,
                1.5252733828896909e-05, 0.0001540353045875455, 0.0013333558146358632, 0.009618129107592587, 0.05550410866482233,
                0.24022650695910136, 0.6931471805599453);
        return L.Fma(q, r, L.Const(1));
    }

    /// <summary>erf(x) / x - 1, z = x^2 up to 1.</summary>
    [MethodImpl(Inline)]
    public static V ErfTail<V, T, L>(V z) where T : unmanaged where L : struct, ILanes<V, T>
        => typeof(T) == typeof(float)
            ? Poly<V, T, L>(z, 7.846173e-05, -0.0008007889, 0.0051880744, -0.026853692, 0.11283583, -0.37612626, 0.12837917)
            : Poly<V, T, L>(z, 6.683030766948291e-11, -1.182950921228585e-09, 1.4786264738802987e-08, -1.637059564592243e-07,
                1.6463083045839423e-06, -1.492573825193742e-05, 0.00012055337767440444, -0.0008548327189331384, 0.005223977629091198,
                -0.026866170645619147, 0.11283791670958741, -0.37612638903183876, 0.1283791670955126);

    /// <summary>e^r - 1 for r = x + low - n ln 2.</summary>
    [MethodImpl(Inline)]
    public static V Expm1Low<V, T, L>(V x, V n, V low) where T : unmanaged where L : struct, ILanes<V, T>
    {
        V h = L.Fma(n, L.Const(-Ln2Hi<T>()), x), a = L.Fma(n, L.Const(-Ln2Lo<T>()), h),
            d = L.Sub(L.Fma(n, L.Const(Ln2Lo<T>()), L.Sub(a, h)), low);
        V r = L.Sub(a, d), e = L.Sub(d, L.Sub(a, r));
        return L.Add(r, L.Fma(L.Mul(Expm1Poly<V, T, L>(r), r), r, L.Neg(e)));
    }
}
