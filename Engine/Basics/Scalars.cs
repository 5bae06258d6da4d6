using System.Numerics;
using System.Runtime.CompilerServices;

namespace Engine.Internal;

/// <summary>One element of any dtype as up to 16 bytes: constants, weak literals, fill values.</summary>
internal static class Scalars
{
    static readonly Layout[] layouts = MakeLayouts();

    /// <summary>The shared layout of a 0-d array.</summary>
    public static Layout Layout(DType dtype) => layouts[(int)dtype];

    static Layout[] MakeLayouts()
    {
        var all = new Layout[(int)DType.Complex128 + 1];
        for (int i = 0; i < all.Length; i++) { all[i] = Internal.Layout.RowMajor([], ((DType)i).Size); }
        return all;
    }

    /// <summary>Integers wrap; floats round to nearest, ties to even.</summary>
    public static UInt128 From(long v, DType dtype) => dtype switch
    {
        DType.Bool => v != 0 ? 1u : 0u,
        DType.UInt8 or DType.Int8 => (byte)v,
        DType.UInt16 or DType.Int16 => (ushort)v,
        DType.UInt32 or DType.Int32 => (uint)v,
        DType.UInt64 or DType.Int64 => (ulong)v,
        DType.Float32 => BitConverter.SingleToUInt32Bits(v),
        DType.Float64 => BitConverter.DoubleToUInt64Bits(v),
        DType.Float16 => BitConverter.HalfToUInt16Bits((Half)v),
        DType.BFloat16 => Unsafe.BitCast<BFloat16, ushort>((BFloat16)(float)v),
        DType.Complex64 => BitConverter.SingleToUInt32Bits(v),
        _ => BitConverter.DoubleToUInt64Bits(v),
    };

    /// <summary>A float to an integer truncates, then wraps, as a cast in C# does; NaN is 0.</summary>
    public static UInt128 From(double v, DType dtype) => dtype switch
    {
        DType.Bool => v != 0 ? 1u : 0u,
        DType.UInt64 => (ulong)v,
        DType.Float32 => BitConverter.SingleToUInt32Bits((float)v),
        DType.Float64 or DType.Complex128 => BitConverter.DoubleToUInt64Bits(v),
        DType.Float16 => BitConverter.HalfToUInt16Bits((Half)v),
        DType.BFloat16 => Unsafe.BitCast<BFloat16, ushort>((BFloat16)(float)v),
        DType.Complex64 => BitConverter.SingleToUInt32Bits((float)v),
        _ => From((long)v, dtype),
    };

    public static UInt128 From(Complex v, DType dtype) => dtype switch
    {
        DType.Complex64 => BitConverter.SingleToUInt32Bits((float)v.Real) | (UInt128)BitConverter.SingleToUInt32Bits((float)v.Imaginary) << 32,
        DType.Complex128 => BitConverter.DoubleToUInt64Bits(v.Real) | (UInt128)BitConverter.DoubleToUInt64Bits(v.Imaginary) << 64,
        _ => From(v.Real, dtype),
    };

    public static double ToDouble(UInt128 bits, DType dtype) => dtype switch
    {
        DType.Float32 or DType.Complex64 => BitConverter.UInt32BitsToSingle((uint)bits),
        DType.Float64 or DType.Complex128 => BitConverter.UInt64BitsToDouble((ulong)bits),
        DType.Float16 => (double)BitConverter.UInt16BitsToHalf((ushort)bits),
        DType.BFloat16 => (double)(float)Unsafe.BitCast<ushort, BFloat16>((ushort)bits),
        DType.UInt64 => (ulong)bits,
        _ => ToLong(bits, dtype),
    };

    /// <summary>Floats truncate.</summary>
    public static long ToLong(UInt128 bits, DType dtype) => dtype switch
    {
        DType.Bool or DType.UInt8 => (byte)bits,
        DType.UInt16 => (ushort)bits,
        DType.UInt32 => (uint)bits,
        DType.UInt64 or DType.Int64 => (long)(ulong)bits,
        DType.Int8 => (sbyte)(byte)bits,
        DType.Int16 => (short)(ushort)bits,
        DType.Int32 => (int)(uint)bits,
        _ => (long)ToDouble(bits, dtype),
    };

    public static Complex ToComplex(UInt128 bits, DType dtype) => dtype switch
    {
        DType.Complex64 => new Complex(BitConverter.UInt32BitsToSingle((uint)bits), BitConverter.UInt32BitsToSingle((uint)(bits >> 32))),
        DType.Complex128 => new Complex(BitConverter.UInt64BitsToDouble((ulong)bits), BitConverter.UInt64BitsToDouble((ulong)(bits >> 64))),
        _ => ToDouble(bits, dtype),
    };

    /// <summary>A cast of one element.</summary>
    public static UInt128 Convert(UInt128 bits, DType from, DType to) =>
        from == to ? bits
        : from.IsComplex ? From(ToComplex(bits, from), to)
        : from.IsFloat ? From(ToDouble(bits, from), to)
        : from == DType.UInt64 && to.IsFloat ? From(ToDouble(bits, from), to)
        : From(ToLong(bits, from), to);
}
