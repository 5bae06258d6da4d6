using System.Numerics;
using System.Runtime.CompilerServices;

namespace Engine.Internal.Backends.Cpu;

/// <summary>A matrix in memory. Steps count bytes.</summary>
internal unsafe struct Matrix
{
    public byte* Data;
    public DType DType;
    public long Rows, Columns, RowStep, ColumnStep;

    public readonly Matrix Transposed => this with { Rows = Columns, Columns = Rows, RowStep = ColumnStep, ColumnStep = RowStep };

    public readonly Matrix Part(long row, long rows, long column, long columns) =>
        this with { Data = Data + (row * RowStep) + (column * ColumnStep), Rows = rows, Columns = columns };
}

/// <summary>C = A B over float or double: panels of A and B packed for a kernel of six rows by two vectors, or read where they lie if that is as good.</summary>
/// <remarks>The order of additions depends on the vector width and the block sizes, not on layouts' padding or threads.</remarks>
internal static unsafe class Gemm<V, T, S> where T : unmanaged, INumber<T> where S : struct, ISimd<V, T>
{
    const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;
    const MethodImplOptions Hot = MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining;
    const int TileRows = 6;

    /// <summary>Depth of a block; rows of a block of A.</summary>
    const int Depth = 256, BlockRows = 192;

    /// <summary>Bytes of packed B: half of a second-level cache.</summary>
    const int PanelBytes = 1 << 19;

    static int TileColumns
    {
        [MethodImpl(Inline)]
        get => 2 * S.Count;
    }

    static DType Type => typeof(T) == typeof(float) ? DType.Float32 : DType.Float64;

    /// <summary>C has rows of T side by side; its memory is overwritten.</summary>
    public static void Run(in Matrix a, in Matrix b, T* c, long pitch)
    {
        long m = a.Rows, n = b.Columns, k = a.Columns;
        if (n == 1 && IsRow(a) && m > 0)
        {
            Columns(a, b, c, pitch);
            return;
        }
        if (m == 1 && IsRow(b.Transposed))
        {
            Columns(b.Transposed, a.Transposed, c, 1);
            return;
        }
        // Rows of B side by side and few rows of A, or a small B: packing would cost as much as it saves.
        bool plainB = IsRow(b) && (m <= 4 * TileRows || k * n * sizeof(T) <= 1 << 18);
        bool plainA = IsSteps(a) && (n <= 4 * TileColumns || m * k * sizeof(T) <= 1 << 16);
        long width = Math.Min((n + TileColumns - 1) / TileColumns * TileColumns, PanelBytes / Depth / sizeof(T) / TileColumns * TileColumns);
        long depth = Math.Min(k, Depth), height = Math.Min(m + TileRows - 1, BlockRows);
        using var packedB = new Scratch(width * depth * sizeof(T));
        using var packedA = new Scratch(plainA ? 0 : (height + TileRows) * depth * sizeof(T));
        using var widened = new Scratch(Math.Max(IsSteps(a) ? 0 : height * depth, IsSteps(b) ? 0 : width * depth) * sizeof(T));
        for (long j = 0; j < n; j += width)
        {
            long w = Math.Min(width, n - j), whole = plainB ? w / TileColumns * TileColumns : 0;
            for (long p = 0; p < k; p += depth)
            {
                long d = Math.Min(depth, k - p);
                if (whole < w) { PackB(b.Part(p, d, j + whole, w - whole), (T*)packedB.Data, (T*)widened.Data); }
                for (long i = 0; i < m; i += BlockRows)
                {
                    long h = Math.Min(BlockRows, m - i);
                    Matrix block = a.Part(i, h, p, d);
                    T* pa = (T*)block.Data;
                    nint rowA = (nint)(block.RowStep / sizeof(T)), stepA = (nint)(block.ColumnStep / sizeof(T)), panelA = TileRows * rowA;
                    if (!plainA)
                    {
                        PackA(block, (T*)packedA.Data, (T*)widened.Data);
                        pa = (T*)packedA.Data;
                        (rowA, stepA, panelA) = (1, TileRows, (nint)d * TileRows);
                    }
                    T* to = c + (i * pitch) + j;
                    if (whole > 0)
                    {
                        T* pb = (T*)(b.Data + (p * b.RowStep) + (j * sizeof(T)));
                        Block(pa, rowA, stepA, panelA, h, pb, (nint)(b.RowStep / sizeof(T)), TileColumns, whole, d, to, pitch, p > 0);
                    }
                    if (whole < w)
                    {
                        Block(pa, rowA, stepA, panelA, h, (T*)packedB.Data, TileColumns, (nint)d * TileColumns, w - whole, d, to + whole, pitch, p > 0);
                    }
                }
            }
        }
    }

    static bool IsSteps(in Matrix a) => a.DType == Type && a.RowStep % sizeof(T) == 0 && a.ColumnStep % sizeof(T) == 0;

    static bool IsRow(in Matrix a) => a.DType == Type && a.RowStep % sizeof(T) == 0 && (a.ColumnStep == sizeof(T) || a.Columns == 1);

    /// <summary>The matrix as T with steps that are whole elements: itself, or a copy.</summary>
    static Matrix Widened(in Matrix a, T* memory)
    {
        if (IsSteps(a)) { return a; }
        Copy(a, memory);
        return new Matrix { Data = (byte*)memory, DType = Type, Rows = a.Rows, Columns = a.Columns, RowStep = a.Columns * sizeof(T), ColumnStep = sizeof(T) };
    }

    /// <summary>Panels of six rows, element by element of depth; missing rows are zero.</summary>
    [MethodImpl(Hot)]
    static void PackA(Matrix a, T* to, T* memory)
    {
        a = Widened(a, memory);
        for (long i = 0; i < a.Rows; i += TileRows, to += TileRows * a.Columns)
        {
            long rows = Math.Min(TileRows, a.Rows - i);
            if (rows == TileRows)
            {
                byte* x0 = a.Data + (i * a.RowStep), x1 = x0 + a.RowStep, x2 = x1 + a.RowStep;
                byte* x3 = x2 + a.RowStep, x4 = x3 + a.RowStep, x5 = x4 + a.RowStep;
                T* y = to;
                nint step = (nint)a.ColumnStep;
                for (nint k = 0, at = 0; k < a.Columns; k++, at += step, y += TileRows)
                {
                    y[0] = *(T*)(x0 + at);
                    y[1] = *(T*)(x1 + at);
                    y[2] = *(T*)(x2 + at);
                    y[3] = *(T*)(x3 + at);
                    y[4] = *(T*)(x4 + at);
                    y[5] = *(T*)(x5 + at);
                }
                continue;
            }
            for (long r = 0; r < TileRows; r++)
            {
                byte* from = a.Data + ((i + r) * a.RowStep);
                T* q = to + r;
                if (r >= rows)
                {
                    for (long k = 0; k < a.Columns; k++, q += TileRows) { *q = default; }
                    continue;
                }
                for (long k = 0; k < a.Columns; k++, q += TileRows, from += a.ColumnStep) { *q = *(T*)from; }
            }
        }
    }

    /// <summary>Panels of two vectors of columns, row by row of depth; missing columns are zero.</summary>
    [MethodImpl(Hot)]
    static void PackB(Matrix b, T* to, T* memory)
    {
        b = Widened(b, memory);
        int width = TileColumns;
        for (long j = 0; j < b.Columns; j += width, to += width * b.Rows)
        {
            long columns = Math.Min(width, b.Columns - j);
            byte* from = b.Data + (j * b.ColumnStep);
            if (b.ColumnStep == sizeof(T))
            {
                T* q = to;
                for (long k = 0; k < b.Rows; k++, q += width, from += b.RowStep)
                {
                    if (columns == width)
                    {
                        S.Store(S.Load((T*)from), q);
                        S.Store(S.Load((T*)from + S.Count), q + S.Count);
                        continue;
                    }
                    for (long i = 0; i < width; i++) { q[i] = i < columns ? ((T*)from)[i] : default; }
                }
                continue;
            }
            for (long i = 0; i < width; i++, from += b.ColumnStep)
            {
                byte* x = from;
                T* q = to + i;
                for (long k = 0; k < b.Rows; k++, q += width, x += b.RowStep) { *q = i < columns ? *(T*)x : default; }
            }
        }
    }

    /// <summary>A block of C from panels of A and B.</summary>
    [MethodImpl(Hot)]
    static void Block(T* a, nint rowA, nint stepA, nint panelA, long m, T* b, nint stepB, nint panelB, long n, long depth, T* c, long pitch, bool add)
    {
        T* edge = stackalloc T[TileRows * TileColumns];
        for (long j = 0; j < n; j += TileColumns, b += panelB)
        {
            T* pa = a;
            for (long i = 0; i < m; i += TileRows, pa += panelA)
            {
                int rows = (int)Math.Min(TileRows, m - i);
                T* to = c + (i * pitch) + j;
                if (n - j >= TileColumns)
                {
                    Tile((nint)depth, pa, rowA, stepA, b, stepB, to, (nint)pitch, rows, add);
                    continue;
                }
                Tile((nint)depth, pa, rowA, stepA, b, stepB, edge, TileColumns, rows, false);
                for (int r = 0; r < rows; r++)
                {
                    for (long x = 0; x < n - j; x++)
                    {
                        T v = edge[(r * TileColumns) + x];
                        to[(r * pitch) + x] = add ? to[(r * pitch) + x] + v : v;
                    }
                }
            }
        }
    }

    /// <summary>Six rows by two vectors; rows that are not there repeat the last one and are not stored.</summary>
    [MethodImpl(Hot)]
    static void Tile(nint depth, T* a, nint rowA, nint stepA, T* b, nint stepB, T* c, nint pitch, int rows, bool add)
    {
        nint r1 = Math.Min(1, rows - 1) * rowA, r2 = Math.Min(2, rows - 1) * rowA, r3 = Math.Min(3, rows - 1) * rowA;
        nint r4 = Math.Min(4, rows - 1) * rowA, r5 = Math.Min(5, rows - 1) * rowA;
        V c00 = default!, c01 = default!, c10 = default!, c11 = default!, c20 = default!, c21 = default!;
        V c30 = default!, c31 = default!, c40 = default!, c41 = default!, c50 = default!, c51 = default!;
        for (; depth > 0; depth--, a += stepA, b += stepB)
        {
            V b0 = S.Load(b), b1 = S.Load(b + S.Count), x = S.Splat(a);
            c00 = S.Fma(x, b0, c00);
            c01 = S.Fma(x, b1, c01);
            x = S.Splat(a + r1);
            c10 = S.Fma(x, b0, c10);
            c11 = S.Fma(x, b1, c11);
            x = S.Splat(a + r2);
            c20 = S.Fma(x, b0, c20);
            c21 = S.Fma(x, b1, c21);
            x = S.Splat(a + r3);
            c30 = S.Fma(x, b0, c30);
            c31 = S.Fma(x, b1, c31);
            x = S.Splat(a + r4);
            c40 = S.Fma(x, b0, c40);
            c41 = S.Fma(x, b1, c41);
            x = S.Splat(a + r5);
            c50 = S.Fma(x, b0, c50);
            c51 = S.Fma(x, b1, c51);
        }
        Put(c00, c01, c, add);
        if (rows > 1) { Put(c10, c11, c + pitch, add); }
        if (rows > 2) { Put(c20, c21, c + (2 * pitch), add); }
        if (rows > 3) { Put(c30, c31, c + (3 * pitch), add); }
        if (rows > 4) { Put(c40, c41, c + (4 * pitch), add); }
        if (rows > 5) { Put(c50, c51, c + (5 * pitch), add); }
    }

    [MethodImpl(Inline)]
    static void Put(V a, V b, T* c, bool add)
    {
        if (add)
        {
            a = S.Add(S.Load(c), a);
            b = S.Add(S.Load(c + S.Count), b);
        }
        S.Store(a, c);
        S.Store(b, c + S.Count);
    }

    /// <summary>One column: dot products of rows of A, whose elements lie side by side, with a vector.</summary>
    [MethodImpl(Hot)]
    static void Columns(in Matrix a, in Matrix b, T* c, long pitch)
    {
        long k = a.Columns;
        bool plain = IsRow(b.Transposed);
        using var copy = new Scratch(plain ? 0 : k * sizeof(T));
        T* x = (T*)(plain ? b.Data : copy.Data);
        if (!plain) { Copy(b.Transposed, x); }
        for (long i = 0; i < a.Rows; i++, c += pitch)
        {
            T* row = (T*)(a.Data + (i * a.RowStep));
            V s0 = default!, s1 = default!, s2 = default!, s3 = default!;
            long p = 0;
            for (; p + (4 * S.Count) <= k; p += 4 * S.Count)
            {
                T* q = row + p, y = x + p;
                s0 = S.Fma(S.Load(q), S.Load(y), s0);
                s1 = S.Fma(S.Load(q + S.Count), S.Load(y + S.Count), s1);
                s2 = S.Fma(S.Load(q + (2 * S.Count)), S.Load(y + (2 * S.Count)), s2);
                s3 = S.Fma(S.Load(q + (3 * S.Count)), S.Load(y + (3 * S.Count)), s3);
            }
            for (; p + S.Count <= k; p += S.Count) { s0 = S.Fma(S.Load(row + p), S.Load(x + p), s0); }
            T sum = S.Sum(S.Add(S.Add(s0, s1), S.Add(s2, s3)));
            for (; p < k; p++) { sum += row[p] * x[p]; }
            *c = sum;
        }
    }

    /// <summary>A copy as rows of T, whatever the matrix is.</summary>
    static void Copy(in Matrix a, T* memory)
    {
        long pitch = a.Columns * sizeof(T);
        var from = TileOperand.Memory(a.Data, a.DType, [a.RowStep, a.ColumnStep], false);
        var to = TileOperand.Memory((byte*)memory, Type, [pitch, sizeof(T)], true);
        TileExecutor.Run(Programs.Cast(a.DType, Type), [a.Rows, a.Columns], [from], [to]);
        ExecutorCounters.Traffic(-a.Rows * a.Columns * a.DType.Size, -a.Rows * pitch);
    }
}
