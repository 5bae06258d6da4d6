using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Engine.Internal.Lanes;

internal static unsafe partial class Reducer<V, T, L, TOp>
{
    const nint ShortPlane = 4096;

    /// <summary>The entry points of this instantiation.</summary>
    public static ReduceKernels Kernels() => new()
    {
        Vector = Size,
        Run = &Run,
        Feed = &Feed,
        Close = &Close,
        Merge = &Merge,
        Join = &Join,
    };

    static void Run(ReduceJob* j)
    {
        j->Plan(sizeof(T), Size);
        if (j->Mode == ReduceMode.Short)
        {
            if (j->N > 48) { RunRows(j); } else { RunShort(j); }
            return;
        }
        if (j->Mode == ReduceMode.Across)
        {
            RunAcross(j);
            return;
        }
        nint all = j->A * j->Inner, limit = j->Lanes;
        for (nint o = 0; o < j->Outer; o++)
        {
            for (nint lane = 0; lane < all; lane += limit)
            {
                j->SetLanes(Math.Min(limit, all - lane), sizeof(T), Size);
                byte* p = j->X + (o * j->StrideO) + (j->A == 1 ? lane * j->StrideI : 0);
                if (j->Mode == ReduceMode.Direct) { Direct(j, p, (o * j->Inner) + lane); }
                else { Gathered(j, p, 0, (o * j->Inner) + lane); }
            }
        }
    }

    /// <summary>From memory, as far as whole vectors may be read; the rest through a copy.</summary>
    static void Direct(ReduceJob* j, byte* p, nint output)
    {
        nint row = j->A * j->StrideN, rows = j->N / j->A, tail = j->N % j->A, whole = rows + (tail > 0 ? 1 : 0);
        nint room = (nint)(j->End - p) - j->Bytes;
        nint safe = row <= 0 ? (row == 0 && room >= 0 ? whole : 0) : room < 0 ? 0 : (room / row) + 1;
        nint main = Math.Min(rows, safe) & ~7;
        Feed(j, p, row, main);
        if (safe >= whole) { Close(j, p + (main * row), row, rows - main, tail, output); }
        else { Gathered(j, p + (main * row), main, output); }
    }

    /// <summary>Rows from <paramref name="done"/> on, by tiles in logical order.</summary>
    static void Gathered(ReduceJob* j, byte* p, nint done, nint output)
    {
        byte* buffer = j->Scratch + ReduceJob.BufferAt;
        nint row = j->A * j->StrideN, rows = (j->N / j->A) - done, tail = j->N % j->A;
        nint main = rows & ~7, step = 16384 / j->Bytes & ~7;
        for (nint r = 0; r < main; r += step)
        {
            nint n = Math.Min(step, main - r);
            Fill(j, p + (r * row), buffer, n, 0);
            Feed(j, buffer, j->Bytes, n);
        }
        Fill(j, p + (main * row), buffer, rows - main, tail);
        Close(j, buffer, j->Bytes, rows - main, tail, output);
    }

    /// <summary>Rows of the tree into a tile, in logical order. Reads no byte that is not an element.</summary>
    [MethodImpl(Hot)]
    static void Fill(ReduceJob* j, byte* p, byte* to, nint rows, nint tail)
    {
        nint row = j->A * j->StrideN, bytes = j->Bytes, lanes = j->Lanes;
        if (j->A == 1 && j->StrideN == sizeof(T) && rows % 4 == 0 && lanes % L.Count == 0)
        {
            // Columns that lie along memory rows: transpose.
            for (nint l = 0; l < lanes; l += L.Count)
            {
                for (nint r = 0; r < rows; r += 4)
                {
                    byte* q = to + (r * bytes) + (l * sizeof(T));
                    L.Load4(p + (l * j->StrideI) + (r * sizeof(T)), j->StrideI, out V a, out V b, out V c, out V d);
                    L.Store(a, q);
                    L.Store(b, q + bytes);
                    L.Store(c, q + (2 * bytes));
                    L.Store(d, q + (3 * bytes));
                }
            }
            return;
        }
        if (j->Inner == 1)
        {
            nint i = 0, n = (rows * 64) + tail, s = j->StrideN;
            if (sizeof(T) == 4 && s == 8 && typeof(V) == typeof(Vector512<T>) && Avx512F.IsSupported)
            {
                var even = Vector512.Create(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
                for (; i + 17 <= n; i += 16)
                {
                    byte* q = p + (8 * i);
                    Avx512F.PermuteVar16x32x2(Vector512.Load((int*)q), even, Vector512.Load((int*)q + 16)).Store((int*)to + i);
                }
            }
            for (; i < n; i++) { ((T*)to)[i] = *(T*)(p + (i * s)); }
            return;
        }
        for (nint r = 0; r < rows + (tail > 0 ? 1 : 0); r++)
        {
            T* q = (T*)(to + (r * bytes));
            nint places = r == rows ? tail : j->A, width = Math.Min(lanes, j->Inner);
            for (nint a = 0; a < places; a++, q += width)
            {
                byte* from = p + (r * row) + (a * j->StrideN);
                for (nint i = 0; i < width; i++) { q[i] = *(T*)(from + (i * j->StrideI)); }
            }
        }
    }

    /// <summary>Up to 48 elements an output: outputs are the lanes.</summary>
    [MethodImpl(Hot)]
    static void RunShort(ReduceJob* j)
    {
        byte* e = j->Scratch + ReduceJob.BufferAt, copy = e + 16384, closed = j->Scratch + ReduceJob.ClosedAt;
        int size = Size * TOp.Values;
        nint read = (j->N + 3 & ~3) * sizeof(T), up = Math.Max(0, (L.Count - 1) * j->StrideO) + read;
        for (nint o = 0; o < j->Outer; o += L.Count)
        {
            // The last outputs again, to the same bits, so that no vector is partial.
            if (o + L.Count > j->Outer) { o = j->Outer - L.Count; }
            byte* p = j->X + (o * j->StrideO), q = e;
            nint pitch = j->StrideO;
            if (p + up > j->End)
            {
                CopyRows(p, pitch, copy, read, L.Count, j->N * sizeof(T));
                p = copy;
                pitch = read;
            }
            for (nint k = 0; k < j->N; k += 4, q += 4 * size)
            {
                L.Load4(p + (k * sizeof(T)), pitch, out V a, out V b, out V c, out V d);
                Put(Map(a, L.ConstInt(k)), q, Size);
                Put(Map(b, L.ConstInt(k + 1)), q + size, Size);
                Put(Map(c, L.ConstInt(k + 2)), q + (2 * size), Size);
                Put(Map(d, L.ConstInt(k + 3)), q + (3 * size), Size);
            }
            Put(FoldSlots(e, size, Size, j->N), closed, Plane);
            Write(j, closed, Plane, o, L.Count);
        }
    }

    static void CopyRows(byte* from, nint pitchFrom, byte* to, nint pitch, nint rows, nint bytes)
    {
        for (nint r = 0; r < rows; r++) { Unsafe.CopyBlockUnaligned(to + (r * pitch), from + (r * pitchFrom), (uint)bytes); }
    }

    /// <summary>Rows of one leaf: each to Count lanes, then Count rows turn into lanes.</summary>
    static void RunRows(ReduceJob* j)
    {
        byte* e = j->Scratch + ReduceJob.BufferAt;
        for (nint o = 0; o < j->Outer; o += L.Count)
        {
            if (o + L.Count > j->Outer) { o = j->Outer - L.Count; }
            RowStates(j, e, o);
            RowHalves(e);
            RowResults(j, e, e + (3 * ShortPlane), o);
        }
    }

    [MethodImpl(Hot)]
    static void RowStates(ReduceJob* j, byte* e, nint o)
    {
        byte* slots = LaneTables<T>.Slots(1), places = LaneTables<T>.Places(1), p = j->X + (o * j->StrideO), copy = e + (6 * ShortPlane);
        nint rows = j->N >> 6, tail = j->N & 63, row = 64 * sizeof(T), read = (rows + (tail > 0 ? 1 : 0)) * row;
        for (int i = 0; i < L.Count; i++, p += j->StrideO, e += row)
        {
            if (Sse.IsSupported)
            {
                for (nint f = 0; f < j->N * sizeof(T); f += 64) { Sse.Prefetch0(p + 8192 + f); }
            }
            byte* q = p;
            if (p + read > j->End)
            {
                Unsafe.CopyBlockUnaligned(copy, p, (uint)(j->N * sizeof(T)));
                q = copy;
            }
            for (nint c = 0; c < row; c += Size)
            {
                var s = TOp.HasLeaf && j->N == 512
                    ? TOp.Leaf<V, T, L>(new(q + c, row))
                    : Part(q + c, row, rows, tail, places + c, Index(slots, c, 0), L.ConstInt(64));
                Put(s, e + c, ShortPlane);
            }
        }
    }

    [MethodImpl(Hot)]
    static void RowHalves(byte* e)
    {
        nint row = 64 * sizeof(T);
        for (nint half = row / 2; half >= Size; half >>= 1)
        {
            for (byte* q = e; q < e + (row * L.Count); q += row)
            {
                for (nint c = 0; c < half; c += Size)
                {
                    Put(Combine(Get(q + c, ShortPlane), Get(q + c + half, ShortPlane)), q + c, ShortPlane);
                }
            }
        }
    }

    [MethodImpl(Hot)]
    static void RowResults(ReduceJob* j, byte* e, byte* f, nint o)
    {
        nint row = 64 * sizeof(T);
        for (nint k = 0; k < L.Count; k += 4)
        {
            for (int v = 0; v < TOp.Values; v++)
            {
                byte* from = e + (v * ShortPlane) + (k * sizeof(T)), q = f + (v * ShortPlane) + (k * Size);
                if (L.Count == 1)
                {
                    L.Store(L.Load(from), q);
                    continue;
                }
                if (L.Count == 2)
                {
                    for (int i = 0; i < 4; i++) { ((T*)q)[i] = *(T*)(from + (i % 2 * row) + (i / 2 * sizeof(T))); }
                    continue;
                }
                L.Load4(from, row, out V a, out V b, out V c, out V d);
                L.Store(a, q);
                L.Store(b, q + Size);
                L.Store(c, q + (2 * Size));
                L.Store(d, q + (3 * Size));
            }
        }
        Put(FoldSlots(f, Size, ShortPlane, L.Count), f, ShortPlane);
        Write(j, f, ShortPlane, o, L.Count);
    }

    /// <summary>n slots (up to 64) to one, upper half onto lower half.</summary>
    [MethodImpl(Inline)]
    static State<V> FoldSlots(byte* e, nint slot, nint plane, nint n)
    {
        for (nint half = 32; half > 0; half >>= 1)
        {
            byte* u = e + (half * slot);
            for (nint i = 0; i < n - half; i++)
            {
                Put(Combine(Get(e + (i * slot), plane), Get(u + (i * slot), plane)), e + (i * slot), plane);
            }
            n = Math.Min(n, half);
        }
        return Get(e, plane);
    }

    /// <summary>The row tree where neighbouring outputs, not elements, lie together: lane a of 64 becomes a pass over rows a, a + 64...</summary>
    static void RunAcross(ReduceJob* j)
    {
        byte* stack = j->Scratch, slots = stack + ReduceJob.SlotsAt, zeros = NativeBlock.Zeros;
        nint n = Math.Min(64, j->N), sn = j->StrideN, limit = j->Lanes / L.Count * L.Count, lanes;
        for (nint o = 0; o < j->Outer; o += lanes)
        {
            lanes = Math.Min(limit, j->Outer - o) / L.Count * L.Count;
            if (lanes == 0)
            {
                lanes = L.Count;
                o = j->Outer - lanes;
            }
            nint bytes = lanes * sizeof(T);
            for (nint a = 0; a < n; a++)
            {
                byte* p = j->X + (o * sizeof(T)) + (a * sn);
                nint rows = (j->N - a + 63) / 64, main = TOp.HasLeaf ? j->N / 512 * 8 : rows & ~7;
                Strip(p, 64 * sn, main, bytes, 0, zeros, a, 64, stack);
                if (rows > main)
                {
                    Last(p + (main * 64 * sn), 64 * sn, rows - main, 0, bytes, main / 8, zeros, zeros, a + (main * 64), 64, stack);
                }
                Collapse(stack, (rows + 7) / 8, bytes, slots + (a * Level));
            }
            FoldAcross(slots, n, bytes, stack + ReduceJob.ClosedAt);
            Write(j, stack + ReduceJob.ClosedAt, Plane, o, lanes);
        }
    }

    [MethodImpl(Hot)]
    static void FoldAcross(byte* slots, nint n, nint bytes, byte* to)
    {
        for (nint c = 0; c < bytes; c += Size) { Put(FoldSlots(slots + c, Level, Plane, n), to + c, Plane); }
    }

    /// <summary>Outer x N x Inner states, contiguous, value k of them at X + k StrideI: Combine in place of Map and Step.</summary>
    static void Merge(ReduceJob* j)
    {
        j->A = ReduceJob.Width(j->Inner);
        nint all = j->A * j->Inner, limit = j->A == 1 ? 2048 / sizeof(T) : all;
        for (nint o = 0; o < j->Outer; o++)
        {
            for (nint lane = 0; lane < all; lane += limit)
            {
                j->SetLanes(Math.Min(limit, all - lane), sizeof(T), Size);
                MergeStrip(j, j->X + (((o * j->N * j->Inner) + lane) * sizeof(T)));
                byte* closed = j->Scratch + ReduceJob.ClosedAt;
                Collapse(j->Scratch, (j->N + (8 * j->A) - 1) / (8 * j->A), j->Bytes, closed);
                Emit(j, closed, (o * j->Inner) + lane);
            }
        }
    }

    [MethodImpl(Hot)]
    static void MergeStrip(ReduceJob* j, byte* p)
    {
        nint rows = j->N / j->A, tail = j->N % j->A, pitch = j->A * j->Inner * sizeof(T), plane = j->StrideI;
        byte* places = j->A == 1 ? NativeBlock.Zeros : LaneTables<T>.Places(j->Inner);
        for (nint c = 0; c < j->Bytes; c += Size)
        {
            byte* q = p + c;
            for (nint r = 0, leaf = 0; r < rows || (r == rows && tail > 0); leaf++)
            {
                var s = TOp.Identity<V, T, L>();
                nint end = Math.Min(rows, r + 8);
                bool first = true;
                for (; r < end; r++, q += pitch)
                {
                    var x = Get(q, plane);
                    s = first ? x : Combine(s, x);
                    first = false;
                }
                if (r == rows && tail > 0 && end - (leaf * 8) < 8)
                {
                    V on = L.Lt(L.Load(places + c), L.Const(tail));
                    var x = Get(q, plane);
                    s = Pick(on, first ? x : Combine(s, x), s);
                    r++;
                }
                Push(s, BitOperations.TrailingZeroCount(~leaf), j->Scratch + c);
            }
        }
    }
}
