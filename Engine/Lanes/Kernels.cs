using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Engine.Internal.Lanes;

/// <summary>Loops over whole vectors. Tiles and storages are padded to 64 bytes, so there is no tail and no scalar copy of a body in the image.</summary>
internal static unsafe class Loop
{
    const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    [MethodImpl(Inline)]
    public static void Unary<V, T, L, TOp>(byte** r, Step* s, nint n)
        where T : unmanaged where L : struct, IMemoryLanes<V, T> where TOp : struct, IUnaryBody
    {
        byte* a = r[s->A], d = r[s->D], end = d + n * sizeof(T);
        nint ia = s->IncA;
        do
        {
            L.Store(TOp.Apply<V, T, L>(L.Load(a)), d);
            a += ia;
            d += L.Count * sizeof(T);
        }
        while (d < end);
    }

    [MethodImpl(Inline)]
    public static void Binary<V, T, L, TOp>(byte** r, Step* s, nint n)
        where T : unmanaged where L : struct, IMemoryLanes<V, T> where TOp : struct, IBinaryBody
    {
        byte* a = r[s->A], b = r[s->B], d = r[s->D], end = d + n * sizeof(T);
        nint ia = s->IncA, ib = s->IncB;
        do
        {
            L.Store(TOp.Apply<V, T, L>(L.Load(a), L.Load(b)), d);
            a += ia;
            b += ib;
            d += L.Count * sizeof(T);
        }
        while (d < end);
    }

    [MethodImpl(Inline)]
    public static void Ternary<V, T, L, TOp>(byte** r, Step* s, nint n)
        where T : unmanaged where L : struct, IMemoryLanes<V, T> where TOp : struct, ITernaryBody
    {
        byte* a = r[s->A], b = r[s->B], c = r[s->C], d = r[s->D], end = d + n * sizeof(T);
        nint ia = s->IncA, ib = s->IncB, ic = s->IncC;
        do
        {
            L.Store(TOp.Apply<V, T, L>(L.Load(a), L.Load(b), L.Load(c)), d);
            a += ia;
            b += ib;
            c += ic;
            d += L.Count * sizeof(T);
        }
        while (d < end);
    }

    [MethodImpl(Inline)]
    public static void Predicate<V, T, L, TOp>(byte** r, Step* s, nint n)
        where T : unmanaged where L : struct, IMemoryLanes<V, T> where TOp : struct, IUnaryBody
    {
        byte* a = r[s->A], d = r[s->D], end = d + n;
        nint ia = s->IncA;
        do
        {
            L.StoreMask(TOp.Apply<V, T, L>(L.Load(a)), d);
            a += ia;
            d += L.Count;
        }
        while (d < end);
    }

    [MethodImpl(Inline)]
    public static void Compare<V, T, L, TOp>(byte** r, Step* s, nint n)
        where T : unmanaged where L : struct, IMemoryLanes<V, T> where TOp : struct, IBinaryBody
    {
        byte* a = r[s->A], b = r[s->B], d = r[s->D], end = d + n;
        nint ia = s->IncA, ib = s->IncB;
        do
        {
            L.StoreMask(TOp.Apply<V, T, L>(L.Load(a), L.Load(b)), d);
            a += ia;
            b += ib;
            d += L.Count;
        }
        while (d < end);
    }

    /// <summary>A: a tile of Bool.</summary>
    [MethodImpl(Inline)]
    public static void Select<V, T, L>(byte** r, Step* s, nint n) where T : unmanaged where L : struct, IMemoryLanes<V, T>
    {
        byte* a = r[s->A], b = r[s->B], c = r[s->C], d = r[s->D], end = d + n * sizeof(T);
        nint ia = s->IncA, ib = s->IncB, ic = s->IncC;
        do
        {
            L.Store(L.Select(L.LoadMask(a), L.Load(b), L.Load(c)), d);
            a += ia;
            b += ib;
            c += ic;
            d += L.Count * sizeof(T);
        }
        while (d < end);
    }

    /// <summary>The body, and whether some |x| of the tile is above the bound: then what it wrote is not it.</summary>
    [MethodImpl(Inline)]
    public static bool Checked<V, T, L, TOp>(byte** r, Step* s, nint n)
        where T : unmanaged where L : struct, IMemoryLanes<V, T> where TOp : struct, IPatchedBody
    {
        byte* a = r[s->A], d = r[s->D], end = d + n * sizeof(T);
        nint ia = s->IncA;
        V bound = L.Const(TOp.Bound(typeof(T) == typeof(float) ? DType.Float32 : DType.Float64)), above = L.ConstInt(0);
        do
        {
            V x = L.Load(a);
            above = L.Or(above, L.Lt(bound, L.Abs(x)));
            L.Store(TOp.Apply<V, T, L>(x), d);
            a += ia;
            d += L.Count * sizeof(T);
        }
        while (d < end);
        return L.Any(above);
    }

    /// <summary>Whether the result of a patched step lies on its operand, which must then be looked at first.</summary>
    [MethodImpl(Inline)]
    public static bool InPlace<T>(byte** r, Step* s, nint n) where T : unmanaged
    {
        nint between = (nint)(r[s->D] - r[s->A]), bytes = n * sizeof(T) + 64;
        return -bytes < between && between < bytes;
    }

    /// <summary>Whether some |x| of the tile is above the bound: then the whole tile takes the slow loop, else the body's own.</summary>
    [MethodImpl(Inline)]
    public static bool Exceeds<V, T, L, TOp>(byte** r, Step* s, nint n)
        where T : unmanaged where L : struct, IMemoryLanes<V, T> where TOp : struct, IPatchedBody
    {
        byte* a = r[s->A], end = a + n * sizeof(T);
        nint ia = s->IncA;
        V bound = L.Const(TOp.Bound(typeof(T) == typeof(float) ? DType.Float32 : DType.Float64)), above = L.ConstInt(0);
        do
        {
            above = L.Or(above, L.Lt(bound, L.Abs(L.Load(a))));
            a += ia;
        }
        while (a < end && ia != 0);
        return L.Any(above);
    }

    /// <summary>The body, then the scalar routine for the lanes above the bound. The operand is kept: the result may lie on it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Patched<V, T, L, TOp>(byte** r, Step* s, nint n)
        where T : unmanaged where L : struct, IMemoryLanes<V, T> where TOp : struct, IPatchedBody
    {
        byte* a = r[s->A], d = r[s->D], end = d + n * sizeof(T);
        double bound = TOp.Bound(typeof(T) == typeof(float) ? DType.Float32 : DType.Float64);
        T* x = stackalloc T[256 / sizeof(T)];
        do
        {
            V v = L.Load(a);
            L.Store(v, x);
            L.Store(TOp.Apply<V, T, L>(v), d);
            for (int i = 0; i < L.Count && d + i * sizeof(T) < end; i++)
            {
                if (typeof(T) == typeof(float) && Math.Abs(((float*)x)[i]) > bound)
                {
                    ((float*)d)[i] = (float)TOp.Patch(((float*)x)[i]);
                }
                if (typeof(T) == typeof(double) && Math.Abs(((double*)x)[i]) > bound)
                {
                    ((double*)d)[i] = TOp.Patch(((double*)x)[i]);
                }
            }
            a += s->IncA;
            d += L.Count * sizeof(T);
        }
        while (d < end);
    }
}

/// <summary>The entry points whose addresses the bodies take, for one element type: the width is chosen here, once, by a constant of the image.</summary>
/// <remarks>
/// AggressiveOptimization: final code at the first call under the JIT (tier 0 is 75 times slower for its first 16,000 calls); no effect under AOT.
/// One live copy of the body a method, never inlined: the JIT's inlining budget allows two or three, then calls appear in the loop.
/// </remarks>
internal static unsafe class Kernel<T, L512, L256, L128>
    where T : unmanaged
    where L512 : struct, IMemoryLanes<Vector512<T>, T>
    where L256 : struct, IMemoryLanes<Vector256<T>, T>
    where L128 : struct, IMemoryLanes<Vector128<T>, T>
{
    const MethodImplOptions Hot = MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining;

    [MethodImpl(Hot)]
    public static void Unary<TOp>(byte** r, Step* s, nint n) where TOp : struct, IUnaryBody
    {
        if (Vector512.IsHardwareAccelerated) { Loop.Unary<Vector512<T>, T, L512, TOp>(r, s, n); }
        else if (Vector256.IsHardwareAccelerated) { Loop.Unary<Vector256<T>, T, L256, TOp>(r, s, n); }
        else { Loop.Unary<Vector128<T>, T, L128, TOp>(r, s, n); }
    }

    [MethodImpl(Hot)]
    public static void Binary<TOp>(byte** r, Step* s, nint n) where TOp : struct, IBinaryBody
    {
        if (Vector512.IsHardwareAccelerated) { Loop.Binary<Vector512<T>, T, L512, TOp>(r, s, n); }
        else if (Vector256.IsHardwareAccelerated) { Loop.Binary<Vector256<T>, T, L256, TOp>(r, s, n); }
        else { Loop.Binary<Vector128<T>, T, L128, TOp>(r, s, n); }
    }

    [MethodImpl(Hot)]
    public static void Ternary<TOp>(byte** r, Step* s, nint n) where TOp : struct, ITernaryBody
    {
        if (Vector512.IsHardwareAccelerated) { Loop.Ternary<Vector512<T>, T, L512, TOp>(r, s, n); }
        else if (Vector256.IsHardwareAccelerated) { Loop.Ternary<Vector256<T>, T, L256, TOp>(r, s, n); }
        else { Loop.Ternary<Vector128<T>, T, L128, TOp>(r, s, n); }
    }

    [MethodImpl(Hot)]
    public static void Predicate<TOp>(byte** r, Step* s, nint n) where TOp : struct, IUnaryBody
    {
        if (Vector512.IsHardwareAccelerated) { Loop.Predicate<Vector512<T>, T, L512, TOp>(r, s, n); }
        else if (Vector256.IsHardwareAccelerated) { Loop.Predicate<Vector256<T>, T, L256, TOp>(r, s, n); }
        else { Loop.Predicate<Vector128<T>, T, L128, TOp>(r, s, n); }
    }

    [MethodImpl(Hot)]
    public static void Compare<TOp>(byte** r, Step* s, nint n) where TOp : struct, IBinaryBody
    {
        if (Vector512.IsHardwareAccelerated) { Loop.Compare<Vector512<T>, T, L512, TOp>(r, s, n); }
        else if (Vector256.IsHardwareAccelerated) { Loop.Compare<Vector256<T>, T, L256, TOp>(r, s, n); }
        else { Loop.Compare<Vector128<T>, T, L128, TOp>(r, s, n); }
    }

    [MethodImpl(Hot)]
    public static void Select(byte** r, Step* s, nint n)
    {
        if (Vector512.IsHardwareAccelerated) { Loop.Select<Vector512<T>, T, L512>(r, s, n); }
        else if (Vector256.IsHardwareAccelerated) { Loop.Select<Vector256<T>, T, L256>(r, s, n); }
        else { Loop.Select<Vector128<T>, T, L128>(r, s, n); }
    }

    /// <summary>The body over tiles without large arguments, the slow loop over the others.</summary>
    [MethodImpl(Hot)]
    public static void Patched<TOp>(byte** r, Step* s, nint n) where TOp : struct, IPatchedBody
    {
        bool known = Loop.InPlace<T>(r, s, n);
        if (known ? Exceeds<TOp>(r, s, n) : Checked<TOp>(r, s, n)) { Slow<TOp>(r, s, n); }
        else if (known) { Checked<TOp>(r, s, n); }
    }

    [MethodImpl(Hot)]
    static bool Checked<TOp>(byte** r, Step* s, nint n) where TOp : struct, IPatchedBody =>
        Vector512.IsHardwareAccelerated ? Loop.Checked<Vector512<T>, T, L512, TOp>(r, s, n)
        : Vector256.IsHardwareAccelerated ? Loop.Checked<Vector256<T>, T, L256, TOp>(r, s, n)
        : Loop.Checked<Vector128<T>, T, L128, TOp>(r, s, n);

    [MethodImpl(Hot)]
    static bool Exceeds<TOp>(byte** r, Step* s, nint n) where TOp : struct, IPatchedBody =>
        Vector512.IsHardwareAccelerated ? Loop.Exceeds<Vector512<T>, T, L512, TOp>(r, s, n)
        : Vector256.IsHardwareAccelerated ? Loop.Exceeds<Vector256<T>, T, L256, TOp>(r, s, n)
        : Loop.Exceeds<Vector128<T>, T, L128, TOp>(r, s, n);

    [MethodImpl(Hot)]
    static void Slow<TOp>(byte** r, Step* s, nint n) where TOp : struct, IPatchedBody
    {
        if (Vector512.IsHardwareAccelerated) { Loop.Patched<Vector512<T>, T, L512, TOp>(r, s, n); }
        else if (Vector256.IsHardwareAccelerated) { Loop.Patched<Vector256<T>, T, L256, TOp>(r, s, n); }
        else { Loop.Patched<Vector128<T>, T, L128, TOp>(r, s, n); }
    }
}
