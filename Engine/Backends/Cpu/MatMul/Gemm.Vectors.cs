using System.Runtime.CompilerServices;
using Engine.Internal.Lanes;

namespace Engine.Internal.Backends.Cpu;

/// <summary>Products with a vector, which are bound by the memory of the matrix: it is read once, along its rows.</summary>
internal static unsafe partial class Gemm<V, T, L>
{
    /// <summary>Elements of K that are summed apart in a dot product, whatever the vector width: element k goes to sum k modulo this.</summary>
    static int Lanes => 128 / sizeof(T);

    /// <summary>Rows of a dot kernel: eight vectors of sums in all.</summary>
    static int DotRows => 8 * L.Count / Lanes;

    /// <summary>Elements of a row that stay in the first-level cache while rows of the matrix are added to them.</summary>
    const int RunBytes = 8192;

    /// <summary>Rows and lines of a vector product have no blocks to be cut from: they are cut in pieces of about this many bytes of the matrix.</summary>
    struct VectorJob
    {
        public Matrix Matrix;
        public T* X, C;
        public byte* Scratch;
        public long Pitch, Piece;
    }

    /// <summary>One column of C, or one row.</summary>
    static bool TryVector(in Matrix a, in Matrix b, T* c, long pitch)
    {
        if (b.Columns == 1) { return TryColumn(a, b, c, pitch); }
        if (a.Rows > 1) { return false; }
        return b.ColumnStep == b.DType.Size ? TryRow(a, b, c) : TryColumn(b.Transposed, a.Transposed, c, 1);
    }

    /// <summary>Dot products of rows of A with a vector.</summary>
    static bool TryColumn(in Matrix a, in Matrix b, T* c, long pitch)
    {
        if (a.RowStep == a.DType.Size && a.ColumnStep != a.RowStep && a.Rows > 1 && pitch == 1) { return TryRow(b.Transposed, a.Transposed, c); }
        long k = a.Columns;
        bool plain = IsRow(a);
        if (!plain && k * sizeof(T) > WorkerBytes) { return false; }
        var job = new VectorJob { Matrix = a, C = c, Pitch = pitch };
        job.Piece = plain ? Math.Max(8, (1 << 18) / (k * sizeof(T)) / 8 * 8) : Math.Clamp(WorkerBytes / (k * sizeof(T)), 1, 1 << 16);
        using Scratch copy = Line(b.Transposed, out job.X);
        job.Scratch = plain ? null : ThreadScratch.Current.Take(WorkerBytes);
        Work.Run((int)((a.Rows + job.Piece - 1) / job.Piece), &job, &Dots);
        return true;
    }

    /// <summary>A vector times rows of B, each of which is a line of memory.</summary>
    static bool TryRow(in Matrix a, in Matrix b, T* c)
    {
        if (!IsRow(b)) { return false; }
        var job = new VectorJob { Matrix = b, C = c, Piece = Math.Max(RunBytes / sizeof(T), (1 << 18) / (b.Rows * sizeof(T)) / 64 * 64) };
        using Scratch copy = Line(a, out job.X);
        Work.Run((int)((b.Columns + job.Piece - 1) / job.Piece), &job, &Runs);
        return true;
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

    [MethodImpl(Hot)]
    static void Dots(void* context, int item, int worker)
    {
        ref VectorJob job = ref *(VectorJob*)context;
        long from = item * job.Piece, rows = Math.Min(job.Piece, job.Matrix.Rows - from);
        Matrix a = job.Matrix.Part(from, rows, 0, job.Matrix.Columns);
        if (job.Scratch != null)
        {
            T* memory = (T*)(job.Scratch + ((nint)worker * WorkerBytes));
            Lines(a, memory, (nint)a.Columns);
            a = new Matrix { Data = (byte*)memory, DType = Type, Rows = rows, Columns = a.Columns, RowStep = a.Columns * sizeof(T), ColumnStep = sizeof(T) };
        }
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
                // Rows that are not there repeat the last.
                Dot(row, n < DotRows ? 0 : step, job.X, k, sums);
            }
            if (n < DotRows) { n = 1; }
            for (int r = 0; r < n; r++, c += job.Pitch) { *c = Sum(sums + (r * Lanes)); }
            row += n * step;
            i += n;
        }
    }

    /// <summary>Sums of element k of the products at k modulo <see cref="Lanes"/>, for <see cref="DotRows"/> rows.</summary>
    [MethodImpl(Hot)]
    static void Dot(T* a, nint step, T* x, nint k, T* sums)
    {
        // Vector i of the sums belongs to row i / (8 / DotRows).
        int per = 8 / DotRows;
        nint whole = k / Lanes * Lanes;
        T* p0 = a, p1 = a + (1 / per * step), p2 = a + (2 / per * step), p3 = a + (3 / per * step);
        T* p4 = a + (4 / per * step), p5 = a + (5 / per * step), p6 = a + (6 / per * step), p7 = a + (7 / per * step);
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
        for (int r = 0; r < DotRows && (r == 0 || step != 0); r++) { Rest(a + (r * step), x, whole, k, sums + (r * Lanes)); }
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
        for (int half = Lanes / 2; half > 0; half /= 2)
        {
            int i = 0;
            for (; i + L.Count <= half; i += L.Count) { L.Store(L.Add(L.Load(sums + i), L.Load(sums + i + half)), sums + i); }
            for (; i < half; i++) { sums[i] += sums[i + half]; }
        }
        return *sums;
    }

    /// <summary>A piece of a row of C: rows of B, eight at a time, in the order that every product has.</summary>
    [MethodImpl(Hot)]
    static void Runs(void* context, int item, int worker)
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
