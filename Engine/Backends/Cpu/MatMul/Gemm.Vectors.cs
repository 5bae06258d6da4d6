using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Engine.Internal.Lanes;

namespace Engine.Internal.Backends.Cpu;

/// <summary>Products with a vector, which are bound by the memory of the matrix: it is read once, along its rows.</summary>
internal static unsafe partial class Gemm<V, T, L>
{
    /// <summary>Elements of K that are summed apart in a dot product, whatever the vector width: element k goes to sum k modulo this.</summary>
    static int Lanes
    {
        [MethodImpl(Inline)]
        get => 128 / sizeof(T);
    }

    /// <summary>Rows of a dot kernel: eight vectors of sums in all.</summary>
    static int DotRows
    {
        [MethodImpl(Inline)]
        get => sizeof(V) / 16;
    }

    /// <summary>Elements of a row that stay in the first-level cache while rows of the matrix are added to them.</summary>
    const int RunBytes = 8192;

    /// <summary>Rows and lines of a vector product have no blocks to be cut from: they are cut in pieces of about this many bytes of the matrix.</summary>
    struct VectorJob
    {
        public Matrix Matrix;
        public T* X, C;
        public long Pitch, Piece;
    }

    /// <summary>One column of C, or one row, from a matrix of T whose rows or columns are lines of memory.</summary>
    static bool TryVector(in Matrix a, in Matrix b, T* c, long pitch)
    {
        if (b.Columns == 1)
        {
            if (IsRow(a)) { Column(a, b, c, pitch); }
            else if (pitch == 1 && a.Rows > 1) { Run(b.Transposed, a.Transposed, c, a.Rows); }
            else { return false; }
            return true;
        }
        if (a.Rows > 1) { return false; }
        if (IsRow(b)) { Row(a, b, c); }
        else if (IsRow(b.Transposed)) { Column(b.Transposed, a.Transposed, c, 1); }
        else { return false; }
        return true;
    }

    /// <summary>Dot products of rows of A with a vector.</summary>
    static void Column(in Matrix a, in Matrix b, T* c, long pitch)
    {
        var job = new VectorJob { Matrix = a, C = c, Pitch = pitch, Piece = Math.Max(8, (1 << 18) / (a.Columns * sizeof(T)) / 8 * 8) };
        using Scratch copy = Line(b.Transposed, out job.X);
        ItemsJob.Run((int)((a.Rows + job.Piece - 1) / job.Piece), a.Rows * (double)a.Columns * sizeof(T) * 0.02, &job, &Dots);
    }

    /// <summary>A vector times rows of B, each of which is a line of memory.</summary>
    static void Row(in Matrix a, in Matrix b, T* c)
    {
        var job = new VectorJob { Matrix = b, C = c, Piece = Math.Max(RunBytes / sizeof(T), (1 << 18) / (b.Rows * sizeof(T)) / 64 * 64) };
        using Scratch copy = Line(a, out job.X);
        ItemsJob.Run((int)((b.Columns + job.Piece - 1) / job.Piece), b.Rows * (double)b.Columns * sizeof(T) * 0.02, &job, &Runs);
    }

    /// <summary>The elements of a matrix of one row, side by side.</summary>
    static Scratch Line(in Matrix row, out T* x)
    {
        if (IsRow(row))
        {
            x = (T*)row.Data;
            return default;
        }
        var copy = new Scratch(row.Columns * sizeof(T));
        Lines(row, x = (T*)copy.Data, (nint)row.Columns);
        return copy;
    }

    [SkipLocalsInit]
    [MethodImpl(Hot)]
    static void Dots(void* context, int item)
    {
        ref VectorJob job = ref *(VectorJob*)context;
        long from = item * job.Piece, rows = Math.Min(job.Piece, job.Matrix.Rows - from);
        Matrix a = job.Matrix.Part(from, rows, 0, job.Matrix.Columns);
        T* row = (T*)a.Data, c = job.C + (from * job.Pitch);
        nint step = (nint)(a.RowStep / sizeof(T)), k = (nint)a.Columns;
        T* sums = stackalloc T[8 * 64 / sizeof(T)];
        for (long i = 0; i < rows;)
        {
            int n = 1;
            if (DotRows == 0) { DotOne(row, job.X, k, sums); }
            else
            {
                n = (int)Math.Min(DotRows, rows - i);
                Dot(row, step, n, job.X, k, sums);
            }
            for (int r = 0; r < n; r++, c += job.Pitch) { *c = Sum(sums + (r * Lanes)); }
            row += n * step;
            i += n;
        }
    }

    /// <summary>Sums of element k of the products at k modulo <see cref="Lanes"/>, for <see cref="DotRows"/> rows; rows that are not there repeat the last.</summary>
    [MethodImpl(Hot)]
    static void Dot(T* a, nint step, int rows, T* x, nint k, T* sums)
    {
        // Vector i of the sums belongs to row i / (8 / DotRows).
        int per = 8 / DotRows;
        nint whole = k / Lanes * Lanes;
        nint r1 = Math.Min(1, rows - 1) * step, r2 = Math.Min(2, rows - 1) * step, r3 = Math.Min(3, rows - 1) * step;
        T* p0 = a, p1 = a + Row(1), p2 = a + Row(2), p3 = a + Row(3), p4 = a + Row(4), p5 = a + Row(5), p6 = a + Row(6), p7 = a + Row(7);
        V s0 = default!, s1 = default!, s2 = default!, s3 = default!, s4 = default!, s5 = default!, s6 = default!, s7 = default!;
        for (nint i = 0; i < whole; i += Lanes)
        {
            s0 = L.Fma(L.Load(x + i), L.Load(p0 + i), s0);
            s1 = L.Fma(L.Load(x + i + (1 % per * L.Count)), L.Load(p1 + i + (1 % per * L.Count)), s1);
            s2 = L.Fma(L.Load(x + i + (2 % per * L.Count)), L.Load(p2 + i + (2 % per * L.Count)), s2);
            s3 = L.Fma(L.Load(x + i + (3 % per * L.Count)), L.Load(p3 + i + (3 % per * L.Count)), s3);
            s4 = L.Fma(L.Load(x + i + (4 % per * L.Count)), L.Load(p4 + i + (4 % per * L.Count)), s4);
            s5 = L.Fma(L.Load(x + i + (5 % per * L.Count)), L.Load(p5 + i + (5 % per * L.Count)), s5);
            s6 = L.Fma(L.Load(x + i + (6 % per * L.Count)), L.Load(p6 + i + (6 % per * L.Count)), s6);
            s7 = L.Fma(L.Load(x + i + (7 % per * L.Count)), L.Load(p7 + i + (7 % per * L.Count)), s7);
        }
        L.Store(s0, sums);
        L.Store(s1, sums + L.Count);
        L.Store(s2, sums + (2 * L.Count));
        L.Store(s3, sums + (3 * L.Count));
        L.Store(s4, sums + (4 * L.Count));
        L.Store(s5, sums + (5 * L.Count));
        L.Store(s6, sums + (6 * L.Count));
        L.Store(s7, sums + (7 * L.Count));
        for (int r = 0; r < rows; r++) { Rest(a + (r * step), x, whole, k, sums + (r * Lanes)); }

        [MethodImpl(Inline)]
        nint Row(int i) => (i / per) switch { 0 => 0, 1 => r1, 2 => r2, _ => r3 };
    }

    /// <summary>The same for one row, where vectors are narrower than an eighth of the sums.</summary>
    static void DotOne(T* a, T* x, nint k, T* sums)
    {
        for (int i = 0; i < Lanes; i++) { sums[i] = default; }
        nint whole = k / Lanes * Lanes;
        for (nint i = 0; i < whole; i += Lanes)
        {
            for (int j = 0; j < Lanes; j += L.Count) { L.Store(L.Fma(L.Load(x + i + j), L.Load(a + i + j), L.Load(sums + j)), sums + j); }
        }
        Rest(a, x, whole, k, sums);
    }

    [MethodImpl(Inline)]
    static void Rest(T* a, T* x, nint from, nint k, T* sums)
    {
        for (nint i = from; i < k; i++, sums++) { *sums = Lanes1<T>.Fma(x[i], a[i], *sums); }
    }

    /// <summary>The sums added in halves.</summary>
    [MethodImpl(Inline)]
    static T Sum(T* sums)
    {
        byte* p = (byte*)sums;
        Vector128<T> a = Half(p, 0) + Half(p, 32), b = Half(p, 16) + Half(p, 48);
        a += b;
        return sizeof(T) == 8 ? a[0] + a[1] : (a[0] + a[2]) + (a[1] + a[3]);

        [MethodImpl(Inline)]
        static Vector128<T> Half(byte* p, int at) => Vector128.Load((T*)(p + at)) + Vector128.Load((T*)(p + at + 64));
    }

    /// <summary>A piece of a row of C: rows of B, eight at a time, in the order that every product has.</summary>
    [SkipLocalsInit]
    [MethodImpl(Hot)]
    static void Runs(void* context, int item)
    {
        ref VectorJob job = ref *(VectorJob*)context;
        T* block = stackalloc T[RunBytes / sizeof(T)];
        long end = Math.Min((item + 1) * job.Piece, job.Matrix.Columns), k = job.Matrix.Rows;
        int depth = BlockDepth(k);
        nint step = (nint)(job.Matrix.RowStep / sizeof(T));
        for (long from = item * job.Piece; from < end; from += RunBytes / sizeof(T))
        {
            nint n = (nint)Math.Min(end - from, RunBytes / sizeof(T));
            T* c = job.C + from, b = (T*)job.Matrix.Data + from, x = job.X;
            for (long p = 0; p < k; p += depth)
            {
                T* y = p == 0 ? c : block;
                int rows = (int)Math.Min(depth, k - p), i = 0;
                new Span<T>(y, (int)n).Clear();
                for (; i + 8 <= rows; i += 8, b += 8 * step, x += 8) { Eight(b, step, x, y, n); }
                for (; i < rows; i++, b += step, x++) { One(b, x, y, n); }
                if (p == 0) { continue; }
                nint j = 0;
                for (; j + L.Count <= n; j += L.Count) { L.Store(L.Add(L.Load(c + j), L.Load(y + j)), c + j); }
                for (; j < n; j++) { c[j] += y[j]; }
            }
        }
    }

    [MethodImpl(Hot)]
    static void Eight(T* b, nint step, T* x, T* y, nint n)
    {
        V x0 = L.Splat(x), x1 = L.Splat(x + 1), x2 = L.Splat(x + 2), x3 = L.Splat(x + 3);
        V x4 = L.Splat(x + 4), x5 = L.Splat(x + 5), x6 = L.Splat(x + 6), x7 = L.Splat(x + 7);
        T* b1 = b + step, b2 = b1 + step, b3 = b2 + step, b4 = b3 + step, b5 = b4 + step, b6 = b5 + step, b7 = b6 + step;
        nint j = 0;
        for (; j + L.Count <= n; j += L.Count)
        {
            V s = L.Fma(x3, L.Load(b3 + j), L.Fma(x2, L.Load(b2 + j), L.Fma(x1, L.Load(b1 + j), L.Fma(x0, L.Load(b + j), L.Load(y + j)))));
            L.Store(L.Fma(x7, L.Load(b7 + j), L.Fma(x6, L.Load(b6 + j), L.Fma(x5, L.Load(b5 + j), L.Fma(x4, L.Load(b4 + j), s)))), y + j);
        }
        for (; j < n; j++)
        {
            T s = y[j];
            for (int i = 0; i < 8; i++) { s = Lanes1<T>.Fma(x[i], b[(i * step) + j], s); }
            y[j] = s;
        }
    }

    [MethodImpl(Hot)]
    static void One(T* b, T* x, T* y, nint n)
    {
        V x0 = L.Splat(x);
        nint j = 0;
        for (; j + L.Count <= n; j += L.Count) { L.Store(L.Fma(x0, L.Load(b + j), L.Load(y + j)), y + j); }
        for (; j < n; j++) { y[j] = Lanes1<T>.Fma(*x, b[j], y[j]); }
    }
}
