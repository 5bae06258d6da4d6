using System.Runtime.CompilerServices;

namespace Engine.Internal.Lanes;

/// <summary>Pieces shared by op bodies. Only the lane algebra, so they record and print like any body.</summary>
internal static class LaneMath
{
    const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    /// <summary>1.5 * 2^(mantissa bits): v + Magic rounds v to the nearest integer and leaves that integer in the
    /// low bits. No conversion, no rounding instruction.</summary>
    [MethodImpl(Inline)] public static double Magic<T>() => typeof(T) == typeof(float) ? 12582912.0 : 6755399441055744.0;

    [MethodImpl(Inline)] public static int MantissaBits<T>() => typeof(T) == typeof(float) ? 23 : 52;

    [MethodImpl(Inline)] public static long OneBits<T>() => typeof(T) == typeof(float) ? 0x3F800000 : 0x3FF0000000000000;

    /// <summary>a * 2^n in two exact-then-rounded steps: the same bits as vscalef for a in [1/4, 4], subnormal results included.</summary>
    [MethodImpl(Inline)]
    public static V Scale<V, T, L>(V a, V n) where T : unmanaged where L : struct, ILanes<V, T>
    {
        V half = L.Add(L.Mul(n, L.Const(0.5)), L.Const(Magic<T>())),
            rest = L.Add(L.Sub(n, L.Sub(half, L.Const(Magic<T>()))), L.Const(Magic<T>()));
        return L.Mul(L.Mul(a, Pow2<V, T, L>(half)), Pow2<V, T, L>(rest));
    }

    /// <summary>2^k from k + Magic: the constant's own bits leave at the top of the shift.</summary>
    [MethodImpl(Inline)]
    static V Pow2<V, T, L>(V kPlusMagic) where T : unmanaged where L : struct, ILanes<V, T>
        => L.AsFloat(L.AddInt(L.Shl(L.AsInt(kPlusMagic), MantissaBits<T>()), L.ConstInt(OneBits<T>())));

    [MethodImpl(Inline)]
    static V ScaledUp<V, T, L>(V a) where T : unmanaged where L : struct, ILanes<V, T>
        => L.Select(Tiny<V, T, L>(a), L.Mul(a, L.Const(typeof(T) == typeof(float) ? 8388608.0 : 4503599627370496.0)), a);

    [MethodImpl(Inline)]
    static V Tiny<V, T, L>(V a) where T : unmanaged where L : struct, ILanes<V, T>
        => L.Lt(L.Abs(a), L.Const(typeof(T) == typeof(float) ? 1.17549435e-38 : 2.2250738585072014e-308));

    // 3/4
    const long Low32 = 0x3F400000, Low64 = 0x3FE8000000000000;

    [MethodImpl(Inline)]
    static V Rebased<V, T, L>(V a) where T : unmanaged where L : struct, ILanes<V, T>
        => L.AddInt(L.AsInt(L.Abs(ScaledUp<V, T, L>(a))), L.ConstInt(OneBits<T>() - (typeof(T) == typeof(float) ? Low32 : Low64)));

    /// <summary>Exponent without vgetexp: the int goes to a float by OR with a magic exponent.</summary>
    [MethodImpl(Inline)]
    public static V Exponent<V, T, L>(V a) where T : unmanaged where L : struct, ILanes<V, T>
    {
        bool f32 = typeof(T) == typeof(float);
        double two = f32 ? 8388608.0 : 4503599627370496.0, bias = f32 ? 127 : 1023;
        V k = L.AsFloat(L.Or(L.Shr(Rebased<V, T, L>(a), MantissaBits<T>()), L.AsInt(L.Const(two))));
        k = L.Sub(k, L.Select(Tiny<V, T, L>(a), L.Const(two + bias + MantissaBits<T>()), L.Const(two + bias)));
        V t = L.Abs(a);
        k = L.Select(L.Lt(t, L.Const(double.PositiveInfinity)), k, t);
        return L.Select(L.Eq(a, L.Const(0)), L.Const(double.NegativeInfinity), k);
    }

    [MethodImpl(Inline)]
    public static V Mantissa<V, T, L>(V a) where T : unmanaged where L : struct, ILanes<V, T>
    {
        V m = L.AsFloat(L.AddInt(L.And(Rebased<V, T, L>(a), L.ConstInt((1L << MantissaBits<T>()) - 1)),
            L.ConstInt(typeof(T) == typeof(float) ? Low32 : Low64)));
        return L.Select(L.Lt(a, L.Const(0)), L.Const(double.NaN), m);
    }
}
