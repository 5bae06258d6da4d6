using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Engine.Internal.Lanes;

namespace Engine.Internal.Backends.Cpu;

// Tiles and loops round by the first two; the others are what HalfKernels do, for loops: f32 lanes whose low 16 bits hold what memory has.

/// <summary>The nearest bf16, ties to even, as f32; a NaN stays one.</summary>
internal readonly struct RoundBFloat : IUnaryBody
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Apply<V, T, L>(V x) where T : unmanaged where L : struct, ILanes<V, T>
    {
        V bits = L.AsInt(x), rounded = L.AddInt(L.AddInt(bits, L.ConstInt(0x7FFF)), L.And(L.Shr(bits, 16), L.ConstInt(1)));
        V number = L.Eq(x, x);
        return L.AsFloat(L.And(L.Select(number, rounded, L.Or(bits, L.ConstInt(0x00400000))), L.ConstInt(unchecked((int)0xFFFF0000))));
    }
}

/// <summary>The nearest f16, ties to even, as f32.</summary>
internal readonly struct RoundHalf : IUnaryBody
{
    /// <summary>Adds and subtracts a number whose last place is f16's last place at x: the power of two in x, at least the smallest normal one's,
    /// times 1.5 * 2^13. From 65520 on the result is infinite.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Apply<V, T, L>(V x) where T : unmanaged where L : struct, ILanes<V, T>
    {
        V size = L.Abs(x), power = L.AsFloat(L.And(L.AsInt(size), L.ConstInt(0x7F800000)));
        V last = L.Mul(L.Clamp(power, L.Const(6.103515625e-05), L.Const(65536)), L.Const(12288)), rounded = L.Sub(L.Add(size, last), last);
        V result = L.Select(L.Le(L.Const(65520), size), L.Const(double.PositiveInfinity), rounded);
        return L.AsFloat(L.Or(L.AsInt(result), L.And(L.AsInt(x), L.ConstInt(unchecked((int)0x80000000)))));
    }
}

/// <summary>f32 from the bits of bf16.</summary>
internal readonly struct WidenBFloat : IUnaryBody
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Apply<V, T, L>(V x) where T : unmanaged where L : struct, ILanes<V, T> => L.AsFloat(L.Shl(L.AsInt(x), 16));
}

/// <summary>The bits of bf16 from f32: to nearest, ties to even; a NaN stays one.</summary>
internal readonly struct NarrowBFloat : IUnaryBody
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Apply<V, T, L>(V x) where T : unmanaged where L : struct, ILanes<V, T>
    {
        V bits = L.AsInt(x), rounded = L.AddInt(L.AddInt(bits, L.ConstInt(0x7FFF)), L.And(L.Shr(bits, 16), L.ConstInt(1)));
        V number = L.Eq(x, x);
        return L.AsFloat(L.Shr(L.Select(number, rounded, L.Or(bits, L.ConstInt(0x00400000))), 16));
    }
}

/// <summary>f32 from the bits of f16.</summary>
internal readonly struct WidenHalf : IUnaryBody
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Apply<V, T, L>(V x) where T : unmanaged where L : struct, ILanes<V, T>
    {
        V bits = L.AsInt(x), moved = L.Shl(L.And(bits, L.ConstInt(0x7FFF)), 13), sign = L.Shl(L.And(bits, L.ConstInt(0x8000)), 16);
        V scaled = L.AsInt(L.Mul(L.AsFloat(moved), L.Const(5.192296858534828e33)));
        // the largest finite number, moved
        V special = L.Lt(L.Const(BitConverter.Int32BitsToSingle(0x7BFF << 13)), L.AsFloat(moved));
        return L.AsFloat(L.Or(sign, L.Select(special, L.Or(moved, L.ConstInt(0x7F800000)), scaled)));
    }
}

/// <summary>The bits of f16 from f32.</summary>
internal readonly struct NarrowHalf : IUnaryBody
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Apply<V, T, L>(V x) where T : unmanaged where L : struct, ILanes<V, T>
    {
        V size = L.Abs(x), bits = L.AsInt(size), sign = L.And(L.Shr(L.AsInt(x), 16), L.ConstInt(0x8000));
        V small = L.SubInt(L.AsInt(L.Add(size, L.Const(0.5))), L.ConstInt(0x3F000000));
        V normal = L.Shr(L.AddInt(L.AddInt(bits, L.ConstInt(unchecked((int)0xC8000FFF))), L.And(L.Shr(bits, 13), L.ConstInt(1))), 13);
        V nan = L.Or(L.And(L.Shr(bits, 13), L.ConstInt(0x3FF)), L.ConstInt(0x7E00));
        V result = L.Select(L.Lt(size, L.Const(6.103515625e-05)), small, normal);
        result = L.Select(L.Lt(L.Const(BitConverter.Int32BitsToSingle(0x477FFFFF)), size), L.ConstInt(0x7C00), result);
        return L.AsFloat(L.Or(sign, L.Select(L.Eq(x, x), result, nan)));
    }
}

/// <summary>16-bit elements and the low halves of f32 lanes.</summary>
internal static unsafe class HalfMemory
{
    /// <summary>As many elements as V has lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Load<V>(byte* p) where V : struct
    {
        if (typeof(V) == typeof(Vector512<float>))
        {
            return Unsafe.BitCast<Vector512<uint>, V>(Vector512.WidenLower(Vector256.Load((ushort*)p).ToVector512Unsafe()));
        }
        if (typeof(V) == typeof(Vector256<float>))
        {
            return Unsafe.BitCast<Vector256<uint>, V>(Vector256.WidenLower(Vector128.Load((ushort*)p).ToVector256Unsafe()));
        }
        return Unsafe.BitCast<Vector128<uint>, V>(Vector128.WidenLower(Vector128.CreateScalarUnsafe(*(ulong*)p).AsUInt16()));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<V>(V v, byte* p) where V : struct
    {
        if (typeof(V) == typeof(Vector512<float>))
        {
            var bits = Unsafe.BitCast<V, Vector512<uint>>(v);
            Vector512.Narrow(bits, bits).GetLower().Store((ushort*)p);
        }
        else if (typeof(V) == typeof(Vector256<float>))
        {
            var bits = Unsafe.BitCast<V, Vector256<uint>>(v);
            Vector256.Narrow(bits, bits).GetLower().Store((ushort*)p);
        }
        else
        {
            var bits = Unsafe.BitCast<V, Vector128<uint>>(v);
            *(ulong*)p = Vector128.Narrow(bits, bits).AsUInt64().ToScalar();
        }
    }
}
