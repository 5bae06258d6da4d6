using System.Runtime.CompilerServices;
using Engine.Internal.Lanes;

namespace Engine.Internal.Backends.Cpu;

/// <summary>One pass of a conversion over a tile.</summary>
/// <param name="run">The kernel.</param>
/// <param name="type">Lane type of its result.</param>
internal readonly unsafe struct CastStep(delegate*<byte**, Step*, nint, void> run, DType type)
{
    public readonly delegate*<byte**, Step*, nint, void> Run = run;
    public readonly DType Type = type;
}

/// <summary>At most this many passes: a byte becomes a complex number by two widenings, a conversion, a widening and an interleaving.</summary>
[InlineArray(8)]
internal struct CastChain
{
    CastStep first;
}

/// <summary>Which passes lead from one lane type to another: widen, narrow, convert. Few kernels instead of one for each pair.</summary>
internal static unsafe class Casts
{
    static bool IsComplex(DType t) => t is DType.Complex64 or DType.Complex128;
    static bool IsFloat(DType t) => t is DType.Float32 or DType.Float64;
    static bool IsInteger(DType t) => !IsComplex(t) && !IsFloat(t);
    static bool IsSigned(DType t) => t is DType.Int8 or DType.Int16 or DType.Int32 or DType.Int64;

    /// <summary>Passes from lane type to lane type; none where they are the same.</summary>
    /// <param name="from">The operand's lane type.</param>
    /// <param name="to">The result's lane type.</param>
    /// <param name="odd">The result is Float32 to be rounded again to 16 bits: round to odd where this rounds at all.</param>
    /// <param name="chain">The passes.</param>
    /// <returns>How many.</returns>
    public static int Chain(DType from, DType to, bool odd, ref CastChain chain)
    {
        int count = 0;
        DType at = from;
        // integers of one size are the same bits
        while (at != to && !(IsInteger(at) && IsInteger(to) && LaneSize.Of(at) == LaneSize.Of(to)))
        {
            var step = Next(at, to, odd);
            chain[count++] = step;
            at = step.Type;
        }
        return count;
    }

    /// <summary>x != 0, NaN included, as bytes 0 and 1. The real types' kernels are lane kernels; the complex ones are not.</summary>
    public static delegate*<byte**, Step*, nint, void> ToBool(DType from) => from switch
    {
        DType.Complex64 => &CastKernels.NonZero64,
        DType.Complex128 => &CastKernels.NonZero128,
        _ => LaneWidth.Forced ? KernelTableAt.NumberPredicate<NonZero>(from, LaneWidth.Bits) : KernelTable.NumberPredicate<NonZero>(from),
    };

    static CastStep Next(DType at, DType to, bool odd)
    {
        if (IsComplex(at))
        {
            return (at, to) switch
            {
                (DType.Complex64, DType.Complex128) => new(&CastKernels.Complex64To128, DType.Complex128),
                (DType.Complex128, DType.Complex64) => new(&CastKernels.Complex128To64, DType.Complex64),
                (DType.Complex64, _) => new(&CastKernels.Real64, DType.Float32),
                _ => new(&CastKernels.Real128, DType.Float64),
            };
        }
        if (IsComplex(to))
        {
            DType part = to == DType.Complex64 ? DType.Float32 : DType.Float64;
            return at != part ? Next(at, part, false) : to == DType.Complex64
                ? new(&CastKernels.Complex64, DType.Complex64)
                : new(&CastKernels.Complex128, DType.Complex128);
        }
        if (IsFloat(at))
        {
            return IsFloat(to) ? Resize(to, odd) : Integer(at, to);
        }
        return IsFloat(to) ? Float(at, to, odd) : LaneSize.Of(at) < LaneSize.Of(to) ? Widen(at)
            : Narrow(at, to);
    }

    static CastStep Resize(DType to, bool odd) => to == DType.Float64
        ? new(&CastKernels.SingleToDouble, to)
        : odd ? new(&CastKernels.Scalar<double, float, ToOdd>, to) : new(&CastKernels.DoubleToSingle, to);

    static CastStep Integer(DType at, DType to) => (at, to) switch
    {
        (DType.Float32, DType.UInt32) => new(&CastKernels.Scalar<float, uint, ToInteger>, to),
        (DType.Float32, DType.Int64) => new(&CastKernels.Scalar<float, long, ToInteger>, to),
        (DType.Float32, DType.UInt64) => new(&CastKernels.Scalar<float, ulong, ToInteger>, to),
        (DType.Float32, _) => new(&CastKernels.SingleToInt32, DType.Int32),
        (_, DType.UInt32) => new(&CastKernels.Scalar<double, uint, ToInteger>, to),
        (_, DType.Int64) => new(&CastKernels.Scalar<double, long, ToInteger>, to),
        (_, DType.UInt64) => new(&CastKernels.Scalar<double, ulong, ToInteger>, to),
        _ => new(&CastKernels.Scalar<double, int, ToInteger>, DType.Int32),
    };

    static CastStep Float(DType at, DType to, bool odd)
    {
        if (LaneSize.Of(at) < 4)
        {
            return Signed(Widen(at));
        }
        if (to == DType.Float64)
        {
            return at switch
            {
                DType.Int32 or DType.UInt32 => Signed(Widen(at)),
                DType.Int64 => new(&CastKernels.Int64ToDouble, to),
                _ => new(&CastKernels.Scalar<ulong, double, ToFloat>, to),
            };
        }
        return (at, odd) switch
        {
            (DType.Int32, false) => new(&CastKernels.Int32ToSingle, to),
            (DType.UInt32, false) => new(&CastKernels.Scalar<uint, float, ToFloat>, to),
            (DType.Int64, false) => new(&CastKernels.Scalar<long, float, ToFloat>, to),
            (_, false) => new(&CastKernels.Scalar<ulong, float, ToFloat>, to),
            (DType.Int32, _) => new(&CastKernels.Scalar<int, float, ToOdd>, to),
            (DType.UInt32, _) => new(&CastKernels.Scalar<uint, float, ToOdd>, to),
            (DType.Int64, _) => new(&CastKernels.Scalar<long, float, ToOdd>, to),
            _ => new(&CastKernels.Scalar<ulong, float, ToOdd>, to),
        };
    }

    /// <summary>A widened unsigned number fits the signed type, whose conversion to float is a vector instruction.</summary>
    static CastStep Signed(CastStep step) => step.Type switch
    {
        DType.UInt32 => new(step.Run, DType.Int32),
        DType.UInt64 => new(step.Run, DType.Int64),
        _ => step,
    };

    static CastStep Widen(DType at) => at switch
    {
        DType.Int8 => new(&CastKernels.WidenI8, DType.Int16),
        DType.Int16 => new(&CastKernels.WidenI16, DType.Int32),
        DType.Int32 => new(&CastKernels.WidenI32, DType.Int64),
        DType.UInt8 => new(&CastKernels.WidenU8, DType.UInt16),
        DType.UInt16 => new(&CastKernels.WidenU16, DType.UInt32),
        _ => new(&CastKernels.WidenU32, DType.UInt64),
    };

    static CastStep Narrow(DType at, DType to)
    {
        bool signed = IsSigned(to);
        return LaneSize.Of(at) switch
        {
            8 => new(&CastKernels.Narrow64, signed ? DType.Int32 : DType.UInt32),
            4 => new(&CastKernels.Narrow32, signed ? DType.Int16 : DType.UInt16),
            _ => new(&CastKernels.Narrow16, signed ? DType.Int8 : DType.UInt8),
        };
    }
}

/// <summary>x != 0; NaN is not 0.</summary>
internal readonly struct NonZero : IUnaryBody
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Apply<V, T, L>(V x) where T : unmanaged where L : struct, ILanes<V, T> => L.Not(L.Eq(x, L.Const(0)));
}
