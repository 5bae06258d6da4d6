using System.Runtime.CompilerServices;
using Engine.Internal.Lanes;
using static Engine.Internal.Lanes.LaneParts;

namespace Engine.Tests.Lanes;

/// <summary>Bodies of every kind, with every member of the algebra somewhere among them.</summary>
internal static class SampleBodies
{
    public static readonly LaneBody Add = new NumberBinaryBody<AddOp>("add", Light.Add), Multiply = new NumberBinaryBody<MultiplyOp>("multiply", Light.Mul);
    public static readonly LaneBody Where = new SelectBody("where"), Less = new CompareBody<LessOp>("less");
    public static readonly LaneBody Not = new LogicalUnaryBody<NotOp>("not"), Exp = new FloatUnaryBody<ExpOp>("exp");
    public static readonly LaneBody Sin = new PatchedUnaryBody<SinOp>("sin");

    public static readonly LaneBody[] All =
    [
        Add, Multiply, Where, Less, Not, Exp, Sin,
        new NumberBinaryBody<SubtractOp>("subtract", Light.Sub), new NumberBinaryBody<MaximumOp>("maximum"), new NumberBinaryBody<MinimumOp>("minimum"),
        new NumberUnaryBody<NegativeOp>("negative"), new NumberUnaryBody<AbsOp>("abs"), new NumberUnaryBody<FloorOp>("floor"),
        new NumberTernaryBody<ClipOp>("clip"), new FloatBinaryBody<DivideOp>("divide"), new FloatBinaryBody<RemOp>("rem"),
        new IntegerBinaryBody<FloorDivideOp>("floor_divide"), new IntegerBinaryBody<BitsOp>("bits"), new IntegerUnaryBody<ShiftOp>("shift"),
        new CompareBody<LessEqualOp>("less_equal"), new EqualityBody<EqualOp>("equal", false), new EqualityBody<NotEqualOp>("not_equal", true),
        new PredicateBody<IsNaNOp>("isnan"), new LogicalBinaryBody<AndOp>("and"), new FloatUnaryBody<SqrtOp>("sqrt"),
        new FloatUnaryBody<LogOp>("log"), new FloatUnaryBody<Log1pOp>("log1p"), new FloatUnaryBody<SigmoidOp>("sigmoid"), new FloatUnaryBody<SwapOp>("swap"),
    ];

    /// <summary>Compute types that some body takes.</summary>
    public static readonly DType[] Types =
    [
        DType.Float32, DType.Float64, DType.Int8, DType.Int16, DType.Int32, DType.Int64, DType.UInt8, DType.UInt16, DType.UInt32, DType.UInt64,
    ];

    public static unsafe bool Takes(LaneBody body, DType t) => body.At(t, LaneWidth.One) != null && (body != Not || t == DType.UInt8);
}

internal readonly struct AddOp : IBinaryBody
{
    public static V Apply<V, T, L>(V x, V y) where T : unmanaged where L : struct, ILanes<V, T> => L.Add(x, y);
}

internal readonly struct SubtractOp : IBinaryBody
{
    public static V Apply<V, T, L>(V x, V y) where T : unmanaged where L : struct, ILanes<V, T> => L.Sub(x, y);
}

internal readonly struct MultiplyOp : IBinaryBody
{
    public static V Apply<V, T, L>(V x, V y) where T : unmanaged where L : struct, ILanes<V, T> => L.Mul(x, y);
}

internal readonly struct MaximumOp : IBinaryBody
{
    public static V Apply<V, T, L>(V x, V y) where T : unmanaged where L : struct, ILanes<V, T> => L.Max(x, y);
}

internal readonly struct MinimumOp : IBinaryBody
{
    public static V Apply<V, T, L>(V x, V y) where T : unmanaged where L : struct, ILanes<V, T> => L.Min(x, y);
}

internal readonly struct DivideOp : IBinaryBody
{
    public static V Apply<V, T, L>(V x, V y) where T : unmanaged where L : struct, ILanes<V, T> => L.Div(x, y);
}

internal readonly struct RemOp : IBinaryBody
{
    public static V Apply<V, T, L>(V x, V y) where T : unmanaged where L : struct, ILanes<V, T> => L.Rem(x, y);
}

internal readonly struct FloorDivideOp : IBinaryBody
{
    public static V Apply<V, T, L>(V x, V y) where T : unmanaged where L : struct, ILanes<V, T>
    {
        V q = L.DivInt(x, y), rest = L.Sub(x, L.Mul(q, y)), zero = L.Const(0);
        V down = L.And(L.Not(L.Eq(rest, zero)), L.Xor(L.Lt(rest, zero), L.Lt(y, zero)));
        return L.Select(L.Eq(y, zero), zero, L.Select(down, L.Sub(q, L.Const(1)), q));
    }
}

internal readonly struct BitsOp : IBinaryBody
{
    public static V Apply<V, T, L>(V x, V y) where T : unmanaged where L : struct, ILanes<V, T> =>
        L.Or(L.And(x, y), L.Xor(L.Not(x), L.AddInt(y, L.ConstInt(-3))));
}

internal readonly struct ShiftOp : IUnaryBody
{
    public static V Apply<V, T, L>(V x) where T : unmanaged where L : struct, ILanes<V, T> =>
        L.Select(L.EqInt(L.Shl(x, 3), L.ConstInt(8)), L.SubInt(x, L.ConstInt(1)), L.Xor(L.Shl(x, 1), L.Shr(x, 5)));
}

internal readonly struct NegativeOp : IUnaryBody
{
    public static V Apply<V, T, L>(V x) where T : unmanaged where L : struct, ILanes<V, T> => L.Neg(x);
}

internal readonly struct AbsOp : IUnaryBody
{
    public static V Apply<V, T, L>(V x) where T : unmanaged where L : struct, ILanes<V, T> => L.Abs(x);
}

internal readonly struct FloorOp : IUnaryBody
{
    public static V Apply<V, T, L>(V x) where T : unmanaged where L : struct, ILanes<V, T> => L.Floor(x);
}

internal readonly struct SqrtOp : IUnaryBody
{
    public static V Apply<V, T, L>(V x) where T : unmanaged where L : struct, ILanes<V, T> => L.Sqrt(x);
}

internal readonly struct ClipOp : ITernaryBody
{
    public static V Apply<V, T, L>(V x, V y, V z) where T : unmanaged where L : struct, ILanes<V, T> => L.Min(L.Max(x, y), z);
}

internal readonly struct LessOp : IBinaryBody
{
    public static V Apply<V, T, L>(V x, V y) where T : unmanaged where L : struct, ILanes<V, T> => L.Lt(x, y);
}

internal readonly struct LessEqualOp : IBinaryBody
{
    public static V Apply<V, T, L>(V x, V y) where T : unmanaged where L : struct, ILanes<V, T> => L.Le(x, y);
}

internal readonly struct EqualOp : IBinaryBody
{
    public static V Apply<V, T, L>(V x, V y) where T : unmanaged where L : struct, ILanes<V, T> => L.Eq(x, y);
}

internal readonly struct NotEqualOp : IBinaryBody
{
    public static V Apply<V, T, L>(V x, V y) where T : unmanaged where L : struct, ILanes<V, T> => L.Not(L.Eq(x, y));
}

internal readonly struct IsNaNOp : IUnaryBody
{
    public static V Apply<V, T, L>(V x) where T : unmanaged where L : struct, ILanes<V, T> => L.Not(L.Eq(x, x));
}

internal readonly struct NotOp : IUnaryBody
{
    public static V Apply<V, T, L>(V x) where T : unmanaged where L : struct, ILanes<V, T> => L.Xor(x, L.ConstInt(1));
}

internal readonly struct AndOp : IBinaryBody
{
    public static V Apply<V, T, L>(V x, V y) where T : unmanaged where L : struct, ILanes<V, T> => L.And(x, y);
}

internal readonly struct ExpOp : IUnaryBody
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Apply<V, T, L>(V x) where T : unmanaged where L : struct, ILanes<V, T>
    {
        bool f32 = typeof(T) == typeof(float);
        return ExpCore<V, T, L>(L.Clamp(x, L.Const(f32 ? -104 : -746), L.Const(f32 ? 89 : 710)));
    }
}

internal readonly struct LogOp : IUnaryBody
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Apply<V, T, L>(V x) where T : unmanaged where L : struct, ILanes<V, T> =>
        LogSum<V, T, L>(L.Exponent(x), L.Sub(L.Mantissa(x), L.Const(1)));
}

internal readonly struct Log1pOp : IUnaryBody
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Apply<V, T, L>(V x) where T : unmanaged where L : struct, ILanes<V, T>
    {
        V v = L.Select(L.Lt(x, L.Const(double.PositiveInfinity)), Log1pCore<V, T, L>(x, L.Const(0)), x);
        V low = L.Select(L.Eq(x, L.Const(-1)), L.Const(double.NegativeInfinity), L.Const(double.NaN));
        return L.Select(L.Le(x, L.Const(-1)), low, v);
    }
}

internal readonly struct SigmoidOp : IUnaryBody
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Apply<V, T, L>(V x) where T : unmanaged where L : struct, ILanes<V, T>
    {
        bool f32 = typeof(T) == typeof(float);
        V one = L.Const(1);
        x = L.Clamp(x, L.Const(f32 ? -105 : -747), L.Const(f32 ? 20 : 40));
        V n = RoundMul<V, T, L>(x, 1.4426950408889634);
        V s = L.Fma(n, L.Const(Ln2Lo<T>()), L.Fma(n, L.Const(Ln2Hi<T>()), L.Neg(x)));
        V p = L.Fma(ExpTail<V, T, L>(s), L.Mul(s, s), s), q = L.Scale(one, n), a = L.Add(one, q);
        return L.Scale(L.Div(one, L.Add(L.Add(p, L.Sub(q, L.Sub(a, one))), a)), n);
    }
}

internal readonly struct SinOp : IPatchedBody
{
    public static double Bound(DType t) => Trig.Bound(t);
    public static double Patch(double x) => Trig.PatchSin(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Apply<V, T, L>(V x) where T : unmanaged where L : struct, ILanes<V, T> => SinCos<V, T, L>(x, 0);
}

/// <summary>Bits in and out of integer lanes.</summary>
internal readonly struct SwapOp : IUnaryBody
{
    public static V Apply<V, T, L>(V x) where T : unmanaged where L : struct, ILanes<V, T>
    {
        V i = L.AsInt(x), mask = L.EqInt(L.And(i, L.ConstInt(1)), L.ConstInt(0));
        return L.Select(mask, L.AsFloat(L.SubInt(i, L.Shl(L.And(i, L.ConstInt(7)), 2))), L.Abs(x));
    }
}
