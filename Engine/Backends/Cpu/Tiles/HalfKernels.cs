using System.Numerics;
using System.Runtime.CompilerServices;
using Engine.Internal.Lanes;

namespace Engine.Internal.Backends.Cpu;

/// <summary>f16 and bf16 live in memory only: tiles hold f32, rounded after each call to what memory could hold.</summary>
internal static unsafe class HalfKernels
{
    const MethodImplOptions Hot = MethodImplOptions.AggressiveOptimization;
    const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    /// <summary>Elements that lie side by side, as f32.</summary>
    [MethodImpl(Hot)]
    public static void Widen(DType type, byte* from, float* to, nint n)
    {
        if (type == DType.Float16) { Widen<HalfBits>((ushort*)from, (uint*)to, n); }
        else { Widen<BFloatBits>((ushort*)from, (uint*)to, n); }
    }

    [MethodImpl(Hot)]
    public static void WidenHalf(byte** r, Step* s, nint n) => Widen<HalfBits>((ushort*)r[s->A], (uint*)r[s->D], n);

    [MethodImpl(Hot)]
    public static void NarrowHalf(byte** r, Step* s, nint n) => Narrow<HalfBits>((uint*)r[s->A], (ushort*)r[s->D], n);

    [MethodImpl(Hot)]
    public static void WidenBFloat(byte** r, Step* s, nint n) => Widen<BFloatBits>((ushort*)r[s->A], (uint*)r[s->D], n);

    [MethodImpl(Hot)]
    public static void NarrowBFloat(byte** r, Step* s, nint n) => Narrow<BFloatBits>((uint*)r[s->A], (ushort*)r[s->D], n);

    /// <summary>Rounding of f32 lanes to what a 16-bit type holds.</summary>
    public static delegate*<byte**, Step*, nint, void> Round(DType t) => t == DType.Float16
        ? LaneWidth.Forced ? KernelTableAt.FloatUnary<RoundHalf>(DType.Float32, LaneWidth.Bits) : KernelTable.FloatUnary<RoundHalf>(DType.Float32)
        : LaneWidth.Forced ? KernelTableAt.FloatUnary<RoundBFloat>(DType.Float32, LaneWidth.Bits) : KernelTable.FloatUnary<RoundBFloat>(DType.Float32);

    [MethodImpl(Inline)]
    static void Widen<TBits>(ushort* a, uint* d, nint n) where TBits : struct, IHalfBits
    {
        nint i = 0;
        for (int w = Vector<ushort>.Count; i + w <= n; i += w)
        {
            Vector.Widen(Vector.Load(a + i), out var lo, out var hi);
            TBits.Widen(lo).Store(d + i);
            TBits.Widen(hi).Store(d + i + w / 2);
        }
        for (; i < n; i++)
        {
            d[i] = TBits.Widen(new Vector<uint>(a[i]))[0];
        }
    }

    [MethodImpl(Inline)]
    static void Narrow<TBits>(uint* a, ushort* d, nint n) where TBits : struct, IHalfBits
    {
        nint i = 0;
        for (int w = Vector<ushort>.Count; i + w <= n; i += w)
        {
            Vector.Narrow(TBits.Narrow(Vector.Load(a + i)), TBits.Narrow(Vector.Load(a + i + w / 2))).Store(d + i);
        }
        for (; i < n; i++)
        {
            d[i] = (ushort)TBits.Narrow(new Vector<uint>(a[i]))[0];
        }
    }

    /// <summary>The bits of f32 from those of a 16-bit type, and back rounded to nearest, ties to even. A NaN stays one.</summary>
    interface IHalfBits
    {
        static abstract Vector<uint> Widen(Vector<uint> x);
        static abstract Vector<uint> Narrow(Vector<uint> x);
    }

    readonly struct HalfBits : IHalfBits
    {
        /// <summary>Exponent and fraction moved to where f32 has them, then 2^112 by a multiplication: subnormals come out right.</summary>
        [MethodImpl(Inline)]
        public static Vector<uint> Widen(Vector<uint> x)
        {
            Vector<uint> magnitude = x & new Vector<uint>(0x7FFF), sign = (x & new Vector<uint>(0x8000)) << 16, bits = magnitude << 13;
            var scaled = Vector.AsVectorUInt32(Vector.AsVectorSingle(bits) * new Vector<float>(5.192296858534828e33f));
            var special = Vector.GreaterThan(magnitude, new Vector<uint>(0x7BFF));
            return sign | Vector.ConditionalSelect(special, bits | new Vector<uint>(0x7F800000), scaled);
        }

        /// <summary>Small results are rounded by an addition whose unit in the last place is a subnormal's; the others by an integer addition.</summary>
        [MethodImpl(Inline)]
        public static Vector<uint> Narrow(Vector<uint> x)
        {
            Vector<uint> magnitude = x & new Vector<uint>(0x7FFFFFFF), sign = (x >>> 16) & new Vector<uint>(0x8000);
            Vector<uint> half = new(0x3F000000), infinity = new(0x7C00);
            var small = Vector.AsVectorUInt32(Vector.AsVectorSingle(magnitude) + Vector.AsVectorSingle(half)) - half;
            var normal = (magnitude + new Vector<uint>(0xC8000FFF) + ((magnitude >>> 13) & Vector<uint>.One)) >>> 13;
            var nan = ((magnitude >>> 13) & new Vector<uint>(0x3FF)) | new Vector<uint>(0x7E00);
            var result = Vector.ConditionalSelect(Vector.LessThan(magnitude, new Vector<uint>(0x38800000)), small, normal);
            result = Vector.ConditionalSelect(Vector.GreaterThan(magnitude, new Vector<uint>(0x477FFFFF)), infinity, result);
            return sign | Vector.ConditionalSelect(Vector.GreaterThan(magnitude, new Vector<uint>(0x7F800000)), nan, result);
        }
    }

    readonly struct BFloatBits : IHalfBits
    {
        [MethodImpl(Inline)]
        public static Vector<uint> Widen(Vector<uint> x) => x << 16;

        [MethodImpl(Inline)]
        public static Vector<uint> Narrow(Vector<uint> x)
        {
            var rounded = x + new Vector<uint>(0x7FFF) + ((x >>> 16) & Vector<uint>.One);
            var nan = Vector.GreaterThan(x & new Vector<uint>(0x7FFFFFFF), new Vector<uint>(0x7F800000));
            return Vector.ConditionalSelect(nan, x | new Vector<uint>(0x00400000), rounded) >>> 16;
        }
    }
}
