using System.Numerics;
using System.Runtime.CompilerServices;
using Engine.Internal.Lanes;

namespace Engine.Internal.Backends.Cpu;

/// <summary>Asks the source generator for the inner kernels.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class GenerateTilesAttribute : Attribute;

/// <summary>C = A B over float or double. Inner kernels (Gemm.Tiles.g.cs) hold a tile of C in registers while they walk a block of depth.</summary>
/// <remarks>
/// An element of C is, for each block of depth, a chain of fused multiply-adds from zero in the order of k; the blocks are added in order, and their
/// length follows from K alone. So the bits depend neither on the vector width nor on blocks of rows and columns, packing, batches, layouts and threads.
/// One exception is a vector times a matrix of float32 or float64 whose lines of memory run along K: Dots has its own order, from K alone as well.
/// </remarks>
[GenerateTiles]
internal static unsafe partial class Gemm<V, T, L> where V : unmanaged where T : unmanaged, INumber<T> where L : struct, IMemoryLanes<V, T>
{
    const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;
    const MethodImplOptions Hot = MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining;

    /// <summary>The longest block of depth.</summary>
    const int MaxDepth = 512;

    /// <summary>Bytes of a block of A: a part of a second-level cache that leaves room for a strip of B.</summary>
    const int BlockBytes = 384 << 10;

    /// <summary>Bytes of a row of packed B: the panel is 2 MB, a part of a third-level cache.</summary>
    const int PanelRow = 63 * 64;

    /// <summary>B is read where it lies if it and its rows are smaller than this, or if A has no more rows than that.</summary>
    const int PlainBytes = 1 << 20, PlainPitch = 2048, PlainRows = 16;

    /// <summary>Rows of B that one item packs.</summary>
    const int PackRows = 64;

    /// <summary>Bytes between rows of a compact block beyond its width: rows of a power of two would fall on the same lines of a cache.</summary>
    const int Gap = 64;

    /// <summary>Rows and vectors of a tile of sums: with a row of B and an element of A they fill the registers, and no more.</summary>
    static int TileRows
    {
        [MethodImpl(Inline)]
        get => sizeof(V) == 64 ? 8 : 6;
    }

    static int TileVectors
    {
        [MethodImpl(Inline)]
        get => sizeof(V) == 64 ? 3 : 2;
    }

    static DType Type
    {
        [MethodImpl(Inline)]
        get => typeof(T) == typeof(float) ? DType.Float32 : DType.Float64;
    }

    static int BlockRows
    {
        [MethodImpl(Inline)]
        get => BlockBytes / MaxDepth / sizeof(T) / TileRows * TileRows;
    }

    /// <summary>Bytes of memory that one worker needs.</summary>
    static int WorkerBytes
    {
        [MethodImpl(Inline)]
        get => ((BlockRows + Gap) * (MaxDepth + Gap) * sizeof(T)) & ~63;
    }

    /// <summary>A block of depth and a panel of columns: what its blocks of rows share.</summary>
    struct Panel
    {
        public Matrix A, B;
        public T* C, Packed;
        public void* Epilogue;
        public long Pitch, Column;
        public int Depth, Vectors, Strips, PlainStrips, BlockRows, Cuts;
        public bool Add, PlainA, Ahead, Whole, Last;

        /// <summary>The first vector of a strip: strips differ by a vector at most.</summary>
        public readonly int First(int strip) => (strip * (Vectors / Strips)) + Math.Min(strip, Vectors % Strips);
    }

    /// <summary>C has rows of T side by side; its memory is overwritten. No length is 0. The caller's <see cref="MatMulEpilogue"/>, if any, gets every finished block of C.</summary>
    public static void Run(in Matrix a, in Matrix b, T* c, long pitch, void* epilogue = null)
    {
        if (TryVector(a, b, c, pitch))
        {
            MatMulEpilogue.Run(epilogue, 0, a.Rows, 0, b.Columns);
            return;
        }
        long m = a.Rows, n = b.Columns, k = a.Columns;
        int depth = BlockDepth(k), rows = (int)Math.Min(m, BlockRows);
        bool small = k * n * sizeof(T) <= PlainBytes, plain = IsRow(b) && ((small && Math.Abs(b.RowStep) <= PlainPitch) || m <= PlainRows);
        bool turned = b.RowStep == b.DType.Size && b.ColumnStep != b.RowStep;
        long width = Math.Min(n, PanelRow / sizeof(T));
        // Where B is not packed, the last strip may still be: it must not be read beyond its columns.
        long packed = plain ? (n % L.Count == 0 ? 0 : TileVectors) : (width + L.Count - 1) / L.Count;
        int wanted = Workers.Parts(Nanoseconds(m * (double)n * k), int.MaxValue), cuts = 1;
        if (wanted > 1)
        {
            rows = (int)Math.Min(rows, Math.Max((m + wanted - 1) / wanted, 4 * TileRows) + TileRows - 1) / TileRows * TileRows;
            rows = (int)Math.Min(Math.Max(rows, TileRows), m);
            cuts = (int)((wanted + ((m + rows - 1) / rows) - 1) / ((m + rows - 1) / rows));
        }
        var panel = new Panel { Depth = depth, BlockRows = rows, Cuts = cuts, Pitch = pitch, Epilogue = epilogue, Ahead = plain && !small };
        panel.PlainA = IsSteps(a) && (m * k * sizeof(T) <= PlainBytes || n <= 4 * TileVectors * L.Count);
        if (packed > 0) { panel.Packed = (T*)ThreadScratch.Current.Take((int)(packed * L.Count * depth * sizeof(T))); }
        for (long j = 0; j < n; j += width)
        {
            long w = Math.Min(width, n - j);
            panel.Vectors = (int)((w + L.Count - 1) / L.Count);
            panel.Strips = (panel.Vectors + TileVectors - 1) / TileVectors;
            panel.PlainStrips = !plain ? 0 : w % L.Count == 0 ? panel.Strips : panel.Strips - 1;
            panel.C = c + j;
            panel.Column = j;
            panel.Whole = w == pitch;
            for (long p = 0; p < k; p += depth)
            {
                long d = Math.Min(depth, k - p);
                panel.Depth = (int)d;
                panel.Add = p > 0;
                panel.Last = p + d == k;
                panel.A = a.Part(0, m, p, d);
                panel.B = b.Part(p, d, j, w);
                if (panel.PlainStrips == panel.Strips) { }
                else if (turned) { ItemsJob.Run(panel.Strips - panel.PlainStrips, d * w * 0.15, &panel, &PackColumns); }
                else { ItemsJob.Run(((int)d + PackRows - 1) / PackRows, d * w * 0.15, &panel, &PackLines); }
                int items = (int)((m + rows - 1) / rows) * cuts;
                if (items == 1) { Multiply(&panel, 0); }
                else { ItemsJob.Run(items, Nanoseconds((double)m * w * d), &panel, &Multiply); }
            }
        }
    }

    /// <summary>Roughly, on one thread.</summary>
    static double Nanoseconds(double products) => products * sizeof(T) * 0.005;

    static int BlockDepth(long k)
    {
        long blocks = (k + MaxDepth - 1) / MaxDepth;
        return (int)(((k + blocks - 1) / blocks) + 7) & ~7;
    }

    static bool IsSteps(in Matrix a) => a.DType == Type && a.RowStep % sizeof(T) == 0 && a.ColumnStep % sizeof(T) == 0;

    static bool IsRow(in Matrix a) => a.DType == Type && a.RowStep % sizeof(T) == 0 && (a.ColumnStep == sizeof(T) || a.Columns == 1);

    /// <summary>A block of rows of C, or some of its strips.</summary>
    [SkipLocalsInit]
    [MethodImpl(Hot)]
    static void Multiply(void* context, int item)
    {
        ref Panel panel = ref *(Panel*)context;
        long i = (long)(item / panel.Cuts) * panel.BlockRows;
        int cut = item % panel.Cuts, from = panel.Strips * cut / panel.Cuts, to = panel.Strips * (cut + 1) / panel.Cuts;
        int rows = (int)Math.Min(panel.BlockRows, panel.A.Rows - i), depth = panel.Depth;
        Matrix a = panel.A.Part(i, rows, 0, depth);
        if (!panel.PlainA) { a = Compact(a, (T*)ThreadScratch.Inner.Take(WorkerBytes)); }
        nint rowA = (nint)(a.RowStep / sizeof(T)), stepA = (nint)(a.ColumnStep / sizeof(T)), stepB = (nint)(panel.B.RowStep / sizeof(T)), pitch = (nint)panel.Pitch;
        int last = (int)(panel.B.Columns % L.Count);
        T* edge = stackalloc T[TileRows * TileVectors * L.Count];
        for (int s = from; s < to; s++)
        {
            // The last strip goes first: where it is partial, it writes over the start of the rows that follow.
            int strip = s == from ? to - 1 : s - 1;
            int first = panel.First(strip), vectors = panel.First(strip + 1) - first;
            T* b = (T*)panel.B.Data + ((nint)first * L.Count), c = panel.C + (i * panel.Pitch) + ((nint)first * L.Count), x = (T*)a.Data;
            nint step = stepB, ahead = panel.Ahead ? vectors * L.Count : 0;
            if (strip >= panel.PlainStrips)
            {
                b = panel.Packed + ((nint)(first - panel.First(panel.PlainStrips)) * L.Count * depth);
                step = vectors * L.Count;
            }
            delegate*<nint, T*, nint, nint, T*, nint, nint, T*, nint, bool, void> kernel = Kernel(Math.Min(TileRows, rows), vectors);
            bool partial = last != 0 && strip == panel.Strips - 1;
            for (int r = 0; r < rows; r += TileRows, x += TileRows * rowA, c += TileRows * pitch)
            {
                int h = Math.Min(TileRows, rows - r);
                if (h < TileRows) { kernel = Kernel(h, vectors); }
                if (!partial || (panel.Whole && !panel.Add && panel.Cuts == 1 && (rows - r - h) * panel.B.Columns >= L.Count))
                {
                    kernel(depth, x, rowA, stepA, b, step, ahead, c, pitch, panel.Add);
                    continue;
                }
                int whole = (vectors - 1) * L.Count;
                if (panel.Add)
                {
                    for (int q = 0; q < h; q++) { Copy(c + (q * pitch), edge + (q * vectors * L.Count), whole, last); }
                }
                kernel(depth, x, rowA, stepA, b, step, ahead, edge, vectors * L.Count, panel.Add);
                for (int q = 0; q < h; q++) { Copy(edge + (q * vectors * L.Count), c + (q * pitch), whole, last); }
            }
        }
        if (panel.Epilogue != null && panel.Last && from < to)
        {
            long start = (long)panel.First(from) * L.Count, end = Math.Min((long)panel.First(to) * L.Count, panel.B.Columns);
            MatMulEpilogue.Run(panel.Epilogue, i, rows, panel.Column + start, end - start);
        }
    }

    /// <summary>Whole vectors and the first elements of one more.</summary>
    [MethodImpl(Inline)]
    static void Copy(T* from, T* to, int whole, int last)
    {
        for (int i = 0; i < whole; i += L.Count) { L.Store(L.Load(from + i), to + i); }
        CopyPart(from + whole, to + whole, last);
    }
}
