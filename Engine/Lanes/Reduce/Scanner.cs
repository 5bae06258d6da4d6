using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Engine.Internal.Lanes;

/// <summary>Inclusive scans by the Combine of a one-value reduction, over lanes of 4 or 8 bytes.</summary>
/// <remarks>
/// Rows (nothing behind the axis): groups of 64 bytes by distances 1, 2, 4, 8 (v = Combine(shifted, v)), a carry from group to group, blocks of 4096
/// elements scanned from nothing; result = Combine(offset, local), offset of the next block = Combine(offset, last local). Otherwise a plain carry.
/// </remarks>
internal static unsafe class Scanner<V, T, L, TOp>
    where T : unmanaged where L : struct, IMemoryLanes<V, T> where TOp : struct, IReduction
{
    const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;
    const MethodImplOptions Hot = MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining;
    const int GroupBytes = 64;

    public static void AddTo(ref ReduceKernels kernels)
    {
        kernels.ScanBlock = &Block;
        kernels.ScanRows = &Rows;
    }

    static int Size
    {
        [MethodImpl(Inline)]
        get => L.Count * sizeof(T);
    }

    [MethodImpl(Inline)]
    static V Join(V a, V b) => TOp.Combine<V, T, L>(new(a), new(b)).A;

    /// <summary>A block of a row: up to 4096 elements; reads and writes exactly those. Offset: one element, the state before the block and after it; first: there is none before.</summary>
    [MethodImpl(Hot)]
    public static void Block(byte* x, byte* y, nint count, byte* offset, bool first)
    {
        byte* t = stackalloc byte[(3 * GroupBytes) + 64];
        t = (byte*)((nint)(t + 63) & ~63);
        byte* one = t + (2 * GroupBytes);
        V none = TOp.Identity<V, T, L>().A, off = none, carry = none;
        if (!first) { off = Splat(offset); }
        nint bytes = count * sizeof(T), i = 0;
        i = bytes / GroupBytes * GroupBytes;
        if (i > 0) { carry = Groups(x, y, i, none, off, t); }
        if (i < bytes)
        {
            for (int k = 0; k < GroupBytes; k += Size) { L.Store(none, one + k); }
            Unsafe.CopyBlockUnaligned(one, x + i, (uint)(bytes - i));
            Group(one, one, none, carry, off, t);
            Unsafe.CopyBlockUnaligned(y + i, one, (uint)(bytes - i));
        }
        *(T*)offset = *(T*)(y + bytes - sizeof(T));
    }

    /// <summary>Whole groups; no call here, so that carry and constants stay in registers.</summary>
    [MethodImpl(Hot)]
    static V Groups(byte* x, byte* y, nint bytes, V none, V off, byte* t)
    {
        V carry = none;
        for (nint i = 0; i < bytes; i += GroupBytes) { carry = Group(x + i, y + i, none, carry, off, t); }
        return carry;
    }

    [MethodImpl(Inline)]
    static V Splat(byte* p)
    {
        // A lane of T as V, for any V: through memory, once a block.
        byte* t = stackalloc byte[Unsafe.SizeOf<V>()];
        for (int k = 0; k < L.Count; k++) { ((T*)t)[k] = *(T*)p; }
        return L.Load(t);
    }

    /// <summary>64 bytes; gives the carry, in all lanes.</summary>
    [MethodImpl(Inline)]
    static V Group(byte* x, byte* y, V none, V carry, V off, byte* t)
    {
        if (typeof(V) == typeof(Vector512<T>) && Vector512.IsHardwareAccelerated)
        {
            // Written out: each distance is a constant then.
            V v = L.Load(x);
            v = Join(Up(none, v, 1), v);
            v = Join(Up(none, v, 2), v);
            v = Join(Up(none, v, 4), v);
            if (sizeof(T) == 4) { v = Join(Up(none, v, 8), v); }
            // The last local result, by an addition of its own: the only one on the way from group to group.
            V last = Rotate(v, L.Count, true);
            L.Store(Join(off, Join(carry, v)), y);
            return Join(carry, last);
        }
        if (typeof(V) == typeof(Vector256<T>) && Vector256.IsHardwareAccelerated)
        {
            V a = L.Load(x), b = L.Load(x + Size);
            b = Join(Up(a, b, 1), b);
            a = Join(Up(none, a, 1), a);
            b = Join(Up(a, b, 2), b);
            a = Join(Up(none, a, 2), a);
            if (sizeof(T) == 4)
            {
                b = Join(Up(a, b, 4), b);
                a = Join(Up(none, a, 4), a);
            }
            b = Join(a, b);
            V last = Rotate(b, L.Count, true);
            L.Store(Join(off, Join(carry, Join(none, a))), y);
            L.Store(Join(off, Join(carry, b)), y + Size);
            return Join(carry, last);
        }
        return GroupThroughMemory(x, y, none, carry, off, t);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static V GroupThroughMemory(byte* x, byte* y, V none, V carry, V off, byte* t)
    {
        byte* g = t + GroupBytes;
        for (int k = 0; k < GroupBytes; k += Size)
        {
            L.Store(none, t + k);
            L.Store(L.Load(x + k), g + k);
        }
        for (int d = sizeof(T); d < GroupBytes; d *= 2)
        {
            for (int k = GroupBytes - Size; k >= 0; k -= Size) { L.Store(Join(L.Load(g + k - d), L.Load(g + k)), g + k); }
        }
        for (int k = 0; k < GroupBytes; k += Size)
        {
            V v = Join(carry, L.Load(g + k));
            L.Store(v, g + k);
            L.Store(Join(off, v), y + k);
        }
        return Splat(g + GroupBytes - sizeof(T));
    }

    /// <summary>Lane i takes lane i - k of v; the first k take the last k of the vector before it.</summary>
    [MethodImpl(Inline)]
    static V Up(V before, V v, int k)
    {
        // A vector of one element needs no turning.
        bool one = typeof(V) == typeof(Vector512<T>);
        return L.Select(LowMask(k), one ? before : Rotate(before, k, false), Rotate(v, k, false));
    }

    /// <summary>All ones in the first k lanes.</summary>
    [MethodImpl(Inline)]
    static V LowMask(int k)
    {
        if (typeof(V) == typeof(Vector512<T>))
        {
            return sizeof(T) == 4
                ? Unsafe.BitCast<Vector512<int>, V>(Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(k)))
                : Unsafe.BitCast<Vector512<long>, V>(Vector512.LessThan(Vector512<long>.Indices, Vector512.Create((long)k)));
        }
        return sizeof(T) == 4
            ? Unsafe.BitCast<Vector256<int>, V>(Vector256.LessThan(Vector256<int>.Indices, Vector256.Create(k)))
            : Unsafe.BitCast<Vector256<long>, V>(Vector256.LessThan(Vector256<long>.Indices, Vector256.Create((long)k)));
    }

    /// <summary>Lane i takes lane i - k, round the vector; or every lane the last one.</summary>
    [MethodImpl(Inline)]
    static V Rotate(V v, int k, bool last)
    {
        if (typeof(V) == typeof(Vector512<T>))
        {
            if (sizeof(T) == 4)
            {
                var at = last ? Vector512.Create(15) : (Vector512<int>.Indices - Vector512.Create(k)) & Vector512.Create(15);
                return Unsafe.BitCast<Vector512<int>, V>(Vector512.ShuffleNative(Unsafe.BitCast<V, Vector512<int>>(v), at));
            }
            var a = last ? Vector512.Create(7L) : (Vector512<long>.Indices - Vector512.Create((long)k)) & Vector512.Create(7L);
            return Unsafe.BitCast<Vector512<long>, V>(Vector512.ShuffleNative(Unsafe.BitCast<V, Vector512<long>>(v), a));
        }
        // Eight bytes as pairs of four: 256-bit machines move those by one instruction.
        int half = sizeof(T) / 4;
        var b = last ? Vector256.Create(8 - half) + (Vector256<int>.Indices & Vector256.Create(half - 1))
            : (Vector256<int>.Indices - Vector256.Create(k * half)) & Vector256.Create(7);
        return Unsafe.BitCast<Vector256<int>, V>(Vector256.ShuffleNative(Unsafe.BitCast<V, Vector256<int>>(v), b));
    }

    /// <summary>Rows of a strip, each combined onto the carry; carry is padded, memory is not.</summary>
    [MethodImpl(Hot)]
    public static void Rows(byte* x, byte* y, nint lanes, nint pitchX, nint pitchY, nint rows, byte* carry, bool first)
    {
        nint bytes = lanes * sizeof(T), whole = bytes / Size * Size;
        byte* t = stackalloc byte[Unsafe.SizeOf<V>()];
        for (nint r = 0; r < rows; r++, x += pitchX, y += pitchY, first = false)
        {
            for (nint c = 0; c < whole; c += Size)
            {
                V v = L.Load(x + c);
                if (!first) { v = Join(L.Load(carry + c), v); }
                L.Store(v, carry + c);
                L.Store(v, y + c);
            }
            if (whole < bytes)
            {
                Unsafe.CopyBlockUnaligned(t, x + whole, (uint)(bytes - whole));
                V v = L.Load(t);
                if (!first) { v = Join(L.Load(carry + whole), v); }
                L.Store(v, carry + whole);
                Unsafe.CopyBlockUnaligned(y + whole, carry + whole, (uint)(bytes - whole));
            }
        }
    }
}
