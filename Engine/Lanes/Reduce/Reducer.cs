using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Engine.Internal.Lanes;

/// <summary>Runs a <see cref="ReduceJob"/>: the binary counter over leaves and the vectors that feed it.</summary>
/// <remarks>Few copies of a body in a method: the JIT stops inlining when one holds many.</remarks>
internal static unsafe partial class Reducer<V, T, L, TOp>
    where T : unmanaged where L : struct, IMemoryLanes<V, T> where TOp : struct, IReduction
{
    const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;
    const MethodImplOptions Hot = MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining;
    const nint Plane = ReduceJob.StatePlane;

    static nint Level
    {
        [MethodImpl(Inline)]
        get => TOp.Values * Plane;
    }

    static int Size
    {
        [MethodImpl(Inline)]
        get => L.Count * sizeof(T);
    }

    [MethodImpl(Inline)]
    static State<V> Get(byte* p, nint plane) => TOp.Values switch
    {
        1 => new(L.Load(p)),
        2 => new(L.Load(p), L.Load(p + plane)),
        _ => new(L.Load(p), L.Load(p + plane), L.Load(p + (2 * plane))),
    };

    [MethodImpl(Inline)]
    static void Put(State<V> s, byte* p, nint plane)
    {
        L.Store(s.A, p);
        if (TOp.Values > 1) { L.Store(s.B, p + plane); }
        if (TOp.Values > 2) { L.Store(s.C, p + (2 * plane)); }
    }

    [MethodImpl(Inline)]
    static State<V> Pick(V on, State<V> a, State<V> b) => TOp.Values switch
    {
        1 => new(L.Select(on, a.A, b.A)),
        2 => new(L.Select(on, a.A, b.A), L.Select(on, a.B, b.B)),
        _ => new(L.Select(on, a.A, b.A), L.Select(on, a.B, b.B), L.Select(on, a.C, b.C)),
    };

    [MethodImpl(Inline)]
    static State<V> Down(State<V> s, int k) => TOp.Values switch
    {
        1 => new(L.Down(s.A, k)),
        2 => new(L.Down(s.A, k), L.Down(s.B, k)),
        _ => new(L.Down(s.A, k), L.Down(s.B, k), L.Down(s.C, k)),
    };

    [MethodImpl(Inline)]
    static State<V> Combine(State<V> a, State<V> b) => TOp.Combine<V, T, L>(a, b);

    [MethodImpl(Inline)]
    static State<V> Map(V x, V index) => TOp.Map<V, T, L>(x, index);

    [MethodImpl(Inline)]
    static State<V> Next(State<V> s, V x, V index) => TOp.Step<V, T, L, TOp>(s, x, index);

    [MethodImpl(Inline)]
    static V Index(byte* slots, nint c, nint first) =>
        TOp.UsesIndex ? L.AddInt(L.Load(slots + c), L.ConstInt(first)) : default!;

    [MethodImpl(Inline)]
    static V Add(V index, V step) => TOp.UsesIndex ? L.AddInt(index, step) : index;

    /// <summary>One leaf of one vector: eight rows, one after the other.</summary>
    [MethodImpl(Inline)]
    static State<V> Leaf8(byte* p, nint d, V i, V di)
    {
        if (TOp.HasLeaf) { return TOp.Leaf<V, T, L>(new(p, d)); }
        var s = Map(L.Load(p), i);
        for (int r = 1; r < 8; r++)
        {
            p += d;
            i = Add(i, di);
            s = Next(s, L.Load(p), i);
        }
        return s;
    }

    /// <summary>Binary counter: level k holds the tree of 2^k leaves when bit k of the leaf number is set.</summary>
    [MethodImpl(Inline)]
    static void Push(State<V> s, int ones, byte* stack)
    {
        for (; ones > 0; ones--, stack += Level) { s = Combine(Get(stack, Plane), s); }
        Put(s, stack, Plane);
    }

    /// <summary>Whole leaves of the strip. The index of (row, lane) is slots[lane] + first + row * A.</summary>
    static void Feed(ReduceJob* j, byte* p, nint pitch, nint rows)
    {
        byte* slots = j->A == 1 ? NativeBlock.Zeros : LaneTables<T>.Slots(j->Inner);
        Strip(p, pitch, rows, j->Bytes, j->Leaf, slots, j->First + (j->Leaf * 8 * j->A), j->A, j->Scratch);
        j->Leaf += rows / 8;
    }

    static void Strip(byte* p, nint pitch, nint rows, nint bytes, nint leaf, byte* slots, nint first, int step, byte* stack)
    {
        nint abreast = TOp.HasLeaf ? 0 : bytes / (4 * Size) * 4 * Size;
        if (abreast > 0) { Abreast(p, pitch, rows, abreast, leaf, slots, first, step, stack); }
        if (abreast < bytes)
        {
            Single(p + abreast, pitch, rows, bytes - abreast, leaf, slots + abreast, first, step, stack + abreast);
        }
    }

    /// <summary>Bytes to prefetch ahead: narrow rows 48 rows; wide ones only where the op is slow, the hardware does better alone.</summary>
    static nint Ahead(nint pitch) => (nuint)pitch <= 1024 ? 48 * pitch : TOp.Values > 1 ? 256 : 0;

    /// <summary>Four vectors abreast: memory is read in order, four chains hide the latency.</summary>
    [MethodImpl(Hot)]
    static void Abreast(byte* p, nint pitch, nint rows, nint bytes, nint leaf, byte* slots, nint first, int step, byte* stack)
    {
        V di = L.ConstInt(step);
        nint ahead = Ahead(pitch);
        for (; rows >= 8; rows -= 8, p += 8 * pitch, first += 8 * step, leaf++)
        {
            int ones = BitOperations.TrailingZeroCount(~leaf);
            for (nint c = 0; c < bytes; c += 4 * Size)
            {
                byte* q = p + c;
                V i0 = Index(slots, c, first), i1 = Index(slots, c + Size, first);
                V i2 = Index(slots, c + (2 * Size), first), i3 = Index(slots, c + (3 * Size), first);
                var s0 = Map(L.Load(q), i0);
                var s1 = Map(L.Load(q + Size), i1);
                var s2 = Map(L.Load(q + (2 * Size)), i2);
                var s3 = Map(L.Load(q + (3 * Size)), i3);
                for (int r = 1; r < 8; r++)
                {
                    if (Sse.IsSupported && ahead != 0)
                    {
                        byte* f = q + ahead;
                        Sse.Prefetch0(f);
                        if (Size > 16) { Sse.Prefetch0(f + 64); }
                        if (Size > 32)
                        {
                            Sse.Prefetch0(f + 128);
                            Sse.Prefetch0(f + 192);
                        }
                    }
                    q += pitch;
                    i0 = Add(i0, di);
                    i1 = Add(i1, di);
                    i2 = Add(i2, di);
                    i3 = Add(i3, di);
                    s0 = Next(s0, L.Load(q), i0);
                    s1 = Next(s1, L.Load(q + Size), i1);
                    s2 = Next(s2, L.Load(q + (2 * Size)), i2);
                    s3 = Next(s3, L.Load(q + (3 * Size)), i3);
                }
                byte* at = stack + c;
                for (int k = ones; k > 0; k--, at += Level)
                {
                    s0 = Combine(Get(at, Plane), s0);
                    s1 = Combine(Get(at + Size, Plane), s1);
                    s2 = Combine(Get(at + (2 * Size), Plane), s2);
                    s3 = Combine(Get(at + (3 * Size), Plane), s3);
                }
                Put(s0, at, Plane);
                Put(s1, at + Size, Plane);
                Put(s2, at + (2 * Size), Plane);
                Put(s3, at + (3 * Size), Plane);
            }
        }
    }

    [MethodImpl(Hot)]
    static void Single(byte* p, nint pitch, nint rows, nint bytes, nint leaf, byte* slots, nint first, int step, byte* stack)
    {
        V di = L.ConstInt(step);
        nint ahead = Ahead(pitch);
        for (; rows >= 8; rows -= 8, p += 8 * pitch, first += 8 * step, leaf++)
        {
            int ones = BitOperations.TrailingZeroCount(~leaf);
            for (nint c = 0; c < bytes; c += Size)
            {
                if (Sse.IsSupported && ahead != 0 && (c & 63) == 0)
                {
                    byte* f = p + c + ahead;
                    for (int r = 0; r < 8; r++, f += pitch) { Sse.Prefetch0(f); }
                }
                Push(Leaf8(p + c, pitch, Index(slots, c, first), di), ones, stack + c);
            }
        }
    }

    /// <summary>A leaf of fewer than eight rows (eight where the op has no Leaf of its own), perhaps with part of one more; absent lanes hold the identity.</summary>
    [MethodImpl(Inline)]
    static State<V> Part(byte* q, nint pitch, nint rows, nint tail, byte* places, V i, V di)
    {
        var s = rows == 0 ? TOp.Identity<V, T, L>() : Map(L.Load(q), i);
        for (nint r = 1; r < rows; r++)
        {
            q += pitch;
            i = Add(i, di);
            s = Next(s, L.Load(q), i);
        }
        if (tail == 0) { return s; }
        V on = L.Lt(L.Load(places), L.Const(tail));
        return Pick(on, rows == 0 ? Map(L.Load(q), i) : Next(s, L.Load(q + pitch), Add(i, di)), s);
    }

    [MethodImpl(Hot)]
    static void Last(byte* p, nint pitch, nint rows, nint tail, nint bytes, nint leaf, byte* slots, byte* places, nint first, int step, byte* stack)
    {
        int ones = BitOperations.TrailingZeroCount(~leaf);
        for (nint c = 0; c < bytes; c += Size)
        {
            var s = Part(p + c, pitch, rows, tail, places + c, Index(slots, c, first), L.ConstInt(step));
            Push(s, ones, stack + c);
        }
    }

    /// <summary>What the stack holds after so many leaves, as one state: from the right, so that the tree splits at the largest power of two below the count.</summary>
    [MethodImpl(Hot)]
    static void Collapse(byte* stack, nint leaves, nint bytes, byte* to)
    {
        for (nint c = 0; c < bytes; c += Size)
        {
            int k = BitOperations.TrailingZeroCount(leaves);
            var s = Get(stack + (k * Level) + c, Plane);
            for (nint m = leaves >> k >> 1; m != 0; m >>= 1)
            {
                k++;
                if ((m & 1) != 0) { s = Combine(Get(stack + (k * Level) + c, Plane), s); }
            }
            Put(s, to + c, Plane);
        }
    }

    /// <summary>The last leaf of the strip, then its results or its state.</summary>
    static void Close(ReduceJob* j, byte* p, nint pitch, nint rows, nint tail, nint output)
    {
        if (rows > 0 || tail > 0)
        {
            byte* slots = j->A == 1 ? NativeBlock.Zeros : LaneTables<T>.Slots(j->Inner);
            byte* places = j->A == 1 ? NativeBlock.Zeros : LaneTables<T>.Places(j->Inner);
            Last(p, pitch, rows, tail, j->Bytes, j->Leaf, slots, places, j->First + (j->Leaf * 8 * j->A), j->A, j->Scratch);
            j->Leaf++;
        }
        byte* closed = j->State != null ? j->State : j->Scratch + ReduceJob.ClosedAt;
        Collapse(j->Scratch, j->Leaf, j->Bytes, closed);
        j->Leaf = 0;
        if (j->State == null) { Emit(j, closed, output); }
    }

    /// <summary>Runs of leaves to one tree: the runs are its lowest whole subtrees, what is left is closed from the right as <see cref="Collapse"/> does.</summary>
    [MethodImpl(Hot)]
    static void Join(ReduceJob* j, byte* states, nint runs)
    {
        j->A = ReduceJob.Width(j->Inner);
        j->SetLanes(j->A * j->Inner, sizeof(T), Size);
        byte* stack = j->Scratch, closed = stack + ReduceJob.ClosedAt;
        for (nint c = 0; c < j->Bytes; c += Size)
        {
            byte* state = states + c;
            for (nint i = 0; i < runs; i++, state += ReduceJob.StateBytes)
            {
                Push(Get(state, Plane), BitOperations.TrailingZeroCount(~i), stack + c);
            }
            var s = Get(state, Plane);
            byte* level = stack + c;
            for (nint m = runs; m != 0; m >>= 1, level += Level)
            {
                if ((m & 1) != 0) { s = Combine(Get(level, Plane), s); }
            }
            Put(s, closed + c, Plane);
        }
        Emit(j, closed, 0);
    }

    /// <summary>A slots of Inner lanes to one, upper half onto lower half; then the results.</summary>
    [MethodImpl(Hot)]
    static void Emit(ReduceJob* j, byte* s, nint output)
    {
        // In place: what a step spoils above its half, no later step reads.
        nint own = j->Inner * sizeof(T), low = j->Inner == 1 ? Size : own;
        for (nint half = j->A / 2 * own; half >= low; half >>= 1)
        {
            for (nint c = 0; c < half; c += Size) { Put(Combine(Get(s + c, Plane), Get(s + half + c, Plane)), s + c, Plane); }
        }
        if (j->Inner == 1 && L.Count > 1)
        {
            var v = Get(s, Plane);
            for (int k = L.Count / 2; k > 0; k >>= 1) { v = Combine(v, Down(v, k)); }
            Put(v, s, Plane);
        }
        Write(j, s, Plane, output, j->A > 1 ? j->Inner : j->Lanes);
    }

    /// <summary>Finished results, or states where the job asks for them; nothing behind the last one is touched.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    static void Write(ReduceJob* j, byte* s, nint plane, nint output, nint count)
    {
        byte* y = j->Y + (output * sizeof(T));
        nint bytes = count * sizeof(T);
        for (nint i = 0; i < bytes; i += Size)
        {
            nint n = Math.Min(Size, bytes - i);
            if (j->Plane == 0) { StorePart(TOp.Finish<V, T, L>(Get(s + i, plane)), y + i, n); }
            else
            {
                for (int k = 0; k < TOp.Values; k++) { StorePart(L.Load(s + (k * plane) + i), y + (k * j->Plane) + i, n); }
            }
        }
    }

    [MethodImpl(Inline)]
    static void StorePart(V v, byte* y, nint bytes)
    {
        if (bytes == Size) { L.Store(v, y); }
        else { Unsafe.CopyBlockUnaligned(ref *y, ref Unsafe.As<V, byte>(ref v), (uint)bytes); }
    }
}
