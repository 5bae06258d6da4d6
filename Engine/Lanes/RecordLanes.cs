using System.Runtime.CompilerServices;

namespace Engine.Internal.Lanes;

/// <summary>Runs a body with V = an SSA number. Not inlined: inlined, the recorded bodies are five times the size of the kernels.</summary>
internal readonly struct RecordLanes<T> : ILanes<Ssa, T> where T : unmanaged
{
    const MethodImplOptions Out = MethodImplOptions.NoInlining;
    static Recorder R => Recorder.Current;

    [MethodImpl(Out)] public static Ssa Const(double value) => R.Constant(value);
    [MethodImpl(Out)] public static Ssa ConstInt(long value) => R.Emit(LaneOp.ConstInt, LaneKind.Int, imm: value);
    [MethodImpl(Out)] public static Ssa Add(Ssa a, Ssa b) => R.Arith(LaneOp.Add, a, b);
    [MethodImpl(Out)] public static Ssa Sub(Ssa a, Ssa b) => R.Arith(LaneOp.Sub, a, b);
    [MethodImpl(Out)] public static Ssa Mul(Ssa a, Ssa b) => R.Arith(LaneOp.Mul, a, b);
    [MethodImpl(Out)] public static Ssa Div(Ssa a, Ssa b) => R.Arith(LaneOp.Div, a, b);
    [MethodImpl(Out)] public static Ssa Rem(Ssa a, Ssa b) => R.Arith(LaneOp.Rem, a, b);
    [MethodImpl(Out)] public static Ssa DivInt(Ssa a, Ssa b) => R.Arith(LaneOp.DivInt, a, b);
    [MethodImpl(Out)] public static Ssa Neg(Ssa a) => R.Arith(LaneOp.Neg, a);
    [MethodImpl(Out)] public static Ssa Abs(Ssa a) => R.Arith(LaneOp.Abs, a);
    [MethodImpl(Out)] public static Ssa Sqrt(Ssa a) => R.Arith(LaneOp.Sqrt, a);
    [MethodImpl(Out)] public static Ssa Min(Ssa a, Ssa b) => R.Arith(LaneOp.Min, a, b);
    [MethodImpl(Out)] public static Ssa Max(Ssa a, Ssa b) => R.Arith(LaneOp.Max, a, b);
    [MethodImpl(Out)] public static Ssa Clamp(Ssa a, Ssa lo, Ssa hi) => R.Arith(LaneOp.Clamp, a, lo, hi);
    [MethodImpl(Out)] public static Ssa Floor(Ssa a) => R.Arith(LaneOp.Floor, a);
    [MethodImpl(Out)] public static Ssa Fma(Ssa a, Ssa b, Ssa c) => R.Arith(LaneOp.Fma, a, b, c);
    [MethodImpl(Out)] public static Ssa Scale(Ssa a, Ssa n) => R.Arith(LaneOp.Scale, a, n);
    [MethodImpl(Out)] public static Ssa Eq(Ssa a, Ssa b) => R.Compare(LaneOp.Eq, a, b);
    [MethodImpl(Out)] public static Ssa Lt(Ssa a, Ssa b) => R.Compare(LaneOp.Lt, a, b);
    [MethodImpl(Out)] public static Ssa Le(Ssa a, Ssa b) => R.Compare(LaneOp.Le, a, b);
    [MethodImpl(Out)] public static Ssa Select(Ssa mask, Ssa a, Ssa b) => R.Select(mask, a, b);
    [MethodImpl(Out)] public static Ssa And(Ssa a, Ssa b) => R.Bits(LaneOp.And, a, b);
    [MethodImpl(Out)] public static Ssa Or(Ssa a, Ssa b) => R.Bits(LaneOp.Or, a, b);
    [MethodImpl(Out)] public static Ssa Xor(Ssa a, Ssa b) => R.Bits(LaneOp.Xor, a, b);
    [MethodImpl(Out)] public static Ssa Not(Ssa a) => R.Not(a);
    [MethodImpl(Out)] public static Ssa AsInt(Ssa a) => R.Cast(LaneOp.AsInt, a);
    [MethodImpl(Out)] public static Ssa AsFloat(Ssa a) => R.Cast(LaneOp.AsFloat, a);
    [MethodImpl(Out)] public static Ssa AddInt(Ssa a, Ssa b) => R.Int(LaneOp.AddInt, LaneKind.Int, a, b);
    [MethodImpl(Out)] public static Ssa SubInt(Ssa a, Ssa b) => R.Int(LaneOp.SubInt, LaneKind.Int, a, b);
    [MethodImpl(Out)] public static Ssa EqInt(Ssa a, Ssa b) => R.Int(LaneOp.EqInt, LaneKind.Mask, a, b);
    [MethodImpl(Out)] public static Ssa Shl(Ssa a, int count) => R.Shift(LaneOp.Shl, a, count);
    [MethodImpl(Out)] public static Ssa Shr(Ssa a, int count) => R.Shift(LaneOp.Shr, a, count);
    [MethodImpl(Out)] public static Ssa Exponent(Ssa a) => R.Arith(LaneOp.Exponent, a);
    [MethodImpl(Out)] public static Ssa Mantissa(Ssa a) => R.Arith(LaneOp.Mantissa, a);
}

/// <summary>Runs a body on RecordLanes of the compute type that it is given.</summary>
internal static class Recording
{
    public static Ssa Float<TOp>(DType t, Ssa x) where TOp : struct, IUnaryBody =>
        t == DType.Float32 ? TOp.Apply<Ssa, float, RecordLanes<float>>(x) : TOp.Apply<Ssa, double, RecordLanes<double>>(x);

    public static Ssa Float<TOp>(DType t, Ssa x, Ssa y) where TOp : struct, IBinaryBody =>
        t == DType.Float32 ? TOp.Apply<Ssa, float, RecordLanes<float>>(x, y) : TOp.Apply<Ssa, double, RecordLanes<double>>(x, y);

    public static Ssa Integer<TOp>(DType t, Ssa x) where TOp : struct, IUnaryBody => t switch
    {
        DType.Int8 => TOp.Apply<Ssa, sbyte, RecordLanes<sbyte>>(x),
        DType.Int16 => TOp.Apply<Ssa, short, RecordLanes<short>>(x),
        DType.Int32 => TOp.Apply<Ssa, int, RecordLanes<int>>(x),
        DType.Int64 => TOp.Apply<Ssa, long, RecordLanes<long>>(x),
        DType.UInt8 => TOp.Apply<Ssa, byte, RecordLanes<byte>>(x),
        DType.UInt16 => TOp.Apply<Ssa, ushort, RecordLanes<ushort>>(x),
        DType.UInt32 => TOp.Apply<Ssa, uint, RecordLanes<uint>>(x),
        DType.UInt64 => TOp.Apply<Ssa, ulong, RecordLanes<ulong>>(x),
        _ => throw Excluded(t),
    };

    public static Ssa Integer<TOp>(DType t, Ssa x, Ssa y) where TOp : struct, IBinaryBody => t switch
    {
        DType.Int8 => TOp.Apply<Ssa, sbyte, RecordLanes<sbyte>>(x, y),
        DType.Int16 => TOp.Apply<Ssa, short, RecordLanes<short>>(x, y),
        DType.Int32 => TOp.Apply<Ssa, int, RecordLanes<int>>(x, y),
        DType.Int64 => TOp.Apply<Ssa, long, RecordLanes<long>>(x, y),
        DType.UInt8 => TOp.Apply<Ssa, byte, RecordLanes<byte>>(x, y),
        DType.UInt16 => TOp.Apply<Ssa, ushort, RecordLanes<ushort>>(x, y),
        DType.UInt32 => TOp.Apply<Ssa, uint, RecordLanes<uint>>(x, y),
        DType.UInt64 => TOp.Apply<Ssa, ulong, RecordLanes<ulong>>(x, y),
        _ => throw Excluded(t),
    };

    public static Ssa Number<TOp>(DType t, Ssa x) where TOp : struct, IUnaryBody =>
        t is DType.Float32 or DType.Float64 ? Float<TOp>(t, x) : Integer<TOp>(t, x);

    public static Ssa Number<TOp>(DType t, Ssa x, Ssa y) where TOp : struct, IBinaryBody =>
        t is DType.Float32 or DType.Float64 ? Float<TOp>(t, x, y) : Integer<TOp>(t, x, y);

    public static Ssa Number<TOp>(DType t, Ssa x, Ssa y, Ssa z) where TOp : struct, ITernaryBody => t switch
    {
        DType.Float32 => TOp.Apply<Ssa, float, RecordLanes<float>>(x, y, z),
        DType.Float64 => TOp.Apply<Ssa, double, RecordLanes<double>>(x, y, z),
        DType.Int8 => TOp.Apply<Ssa, sbyte, RecordLanes<sbyte>>(x, y, z),
        DType.Int16 => TOp.Apply<Ssa, short, RecordLanes<short>>(x, y, z),
        DType.Int32 => TOp.Apply<Ssa, int, RecordLanes<int>>(x, y, z),
        DType.Int64 => TOp.Apply<Ssa, long, RecordLanes<long>>(x, y, z),
        DType.UInt8 => TOp.Apply<Ssa, byte, RecordLanes<byte>>(x, y, z),
        DType.UInt16 => TOp.Apply<Ssa, ushort, RecordLanes<ushort>>(x, y, z),
        DType.UInt32 => TOp.Apply<Ssa, uint, RecordLanes<uint>>(x, y, z),
        DType.UInt64 => TOp.Apply<Ssa, ulong, RecordLanes<ulong>>(x, y, z),
        _ => throw Excluded(t),
    };

    static InvalidOperationException Excluded(DType t) => new($"No lanes of {t} here.");
}
