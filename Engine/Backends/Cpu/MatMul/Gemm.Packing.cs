using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Engine.Internal.Backends.Cpu;

internal static unsafe partial class Gemm<V, T, L>
{
    /// <summary>Some rows of a panel of B, strip by strip: a strip's vectors lie side by side, row by row of depth; missing columns are zero.</summary>
    [SkipLocalsInit]
    [MethodImpl(Hot)]
    static void PackLines(void* context, int item)
    {
        ref Panel panel = ref *(Panel*)context;
        int row = item * PackRows, rows = Math.Min(PackRows, panel.Depth - row), first = panel.First(panel.PlainStrips), columns = (int)panel.B.Columns - (first * L.Count);
        Matrix b = panel.B.Part(row, rows, first * L.Count, columns);
        if (!IsRow(b))
        {
            T* memory = (T*)ThreadScratch.Inner.Take(WorkerBytes);
            Lines(b, memory, columns);
            b = new Matrix { Data = (byte*)memory, DType = Type, Rows = rows, Columns = columns, RowStep = (nint)columns * sizeof(T), ColumnStep = sizeof(T) };
        }
        for (int k = 0; k < rows; k++)
        {
            T* from = (T*)(b.Data + (k * b.RowStep));
            int left = columns;
            for (int strip = panel.PlainStrips; strip < panel.Strips; strip++)
            {
                int start = panel.First(strip), width = (panel.First(strip + 1) - start) * L.Count;
                T* to = panel.Packed + ((nint)(start - first) * L.Count * panel.Depth) + ((nint)(row + k) * width);
                for (int i = 0; i < width; i += L.Count, from += L.Count, left -= L.Count)
                {
                    if (left >= L.Count) { L.Store(L.Load(from), to + i); }
                    else
                    {
                        L.Store(default, to + i);
                        CopyPart(from, to + i, left);
                    }
                }
            }
        }
    }

    /// <summary>A strip of a panel of B whose columns lie side by side.</summary>
    [MethodImpl(Hot)]
    static void PackColumns(void* context, int item)
    {
        ref Panel panel = ref *(Panel*)context;
        int strip = panel.PlainStrips + item, first = panel.First(strip), depth = panel.Depth;
        int width = (panel.First(strip + 1) - first) * L.Count, columns = (int)Math.Min(width, panel.B.Columns - (first * L.Count));
        T* to = panel.Packed + ((nint)(first - panel.First(panel.PlainStrips)) * L.Count * depth);
        Matrix b = panel.B.Part(0, depth, first * L.Count, columns);
        if (b.DType != Type || b.ColumnStep % sizeof(T) != 0)
        {
            T* memory = (T*)ThreadScratch.Inner.Take(WorkerBytes);
            nint pitch = depth + Gap;
            Lines(b.Transposed, memory, pitch);
            b = new Matrix { Data = (byte*)memory, DType = Type, Rows = depth, Columns = columns, RowStep = sizeof(T), ColumnStep = pitch * sizeof(T) };
        }
        Turn(b, to, width);
        if (columns < width)
        {
            for (int k = 0; k < depth; k++) { new Span<T>(to + ((nint)k * width) + columns, width - columns).Clear(); }
        }
    }

    /// <summary>Columns that lie side by side to rows.</summary>
    [MethodImpl(Hot)]
    static void Turn(in Matrix b, T* to, int width)
    {
        nint step = (nint)b.ColumnStep;
        int whole = sizeof(T) == 4 ? (int)b.Columns / L.Count * L.Count : 0, deep = (int)b.Rows & ~3, columns = (int)b.Columns;
        for (int j = 0; j < whole; j += L.Count)
        {
            byte* from = b.Data + (j * step);
            T* d = to + j;
            for (int k = 0; k < deep; k += 4, from += 4 * sizeof(T), d += 4 * width)
            {
                L.Load4(from, step, out V x, out V y, out V z, out V w);
                L.Store(x, d);
                L.Store(y, d + width);
                L.Store(z, d + (2 * width));
                L.Store(w, d + (3 * width));
            }
        }
        if (whole > 0 && deep < b.Rows)
        {
            Transposes.Run((byte*)(to + ((nint)deep * width)), width * sizeof(T), b.Data + (deep * sizeof(T)), step, (nint)b.Rows - deep, whole, sizeof(T));
        }
        if (whole < columns) { Transposes.Run((byte*)(to + whole), width * sizeof(T), b.Data + (whole * step), step, (nint)b.Rows, columns - whole, sizeof(T)); }
    }

    /// <summary>A block of A as T, where it is read row by row without missing a cache: in rows or in columns, as it lay.</summary>
    static Matrix Compact(in Matrix a, T* memory)
    {
        if (a.RowStep == a.DType.Size && a.ColumnStep != a.RowStep) { return Compact(a.Transposed, memory).Transposed; }
        long pitch = a.Columns + (Gap / sizeof(T));
        Lines(a, memory, (nint)pitch);
        return new Matrix { Data = (byte*)memory, DType = Type, Rows = a.Rows, Columns = a.Columns, RowStep = pitch * sizeof(T), ColumnStep = sizeof(T) };
    }

    /// <summary>Rows of T, side by side.</summary>
    static void Lines(in Matrix a, T* to, nint pitch)
    {
        if (a.ColumnStep == a.DType.Size && a.DType == Type)
        {
            for (long i = 0; i < a.Rows; i++, to += pitch) { Unsafe.CopyBlockUnaligned(to, a.Data + (i * a.RowStep), (uint)(a.Columns * sizeof(T))); }
        }
        else if (a.ColumnStep == a.DType.Size && a.DType.Size == 2)
        {
            for (long i = 0; i < a.Rows; i++, to += pitch) { HalfKernels.Widen(a.DType, a.Data + (i * a.RowStep), (float*)to, (nint)a.Columns); }
        }
        else
        {
            var x = TileOperand.Memory(a.Data, a.DType, [a.RowStep, a.ColumnStep], false);
            var y = TileOperand.Memory((byte*)to, Type, [pitch * sizeof(T), sizeof(T)], false);
            TileExecutor.Run(Programs.Cast(a.DType, Type), [a.Rows, a.Columns], [x], [y]);
            ExecutorCounters.Traffic(-a.Rows * a.Columns * a.DType.Size, -a.Rows * a.Columns * sizeof(T));
        }
    }

    /// <summary>Copies fewer elements than a vector has, and touches no others.</summary>
    [MethodImpl(Inline)]
    static void CopyPart(T* from, T* to, int count)
    {
        if (sizeof(V) == 64 && sizeof(T) == 4 && Avx512F.IsSupported)
        {
            Vector512<float> mask = Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(count)).AsSingle();
            Avx512F.MaskStore((float*)to, mask, Avx512F.MaskLoad((float*)from, mask, Vector512<float>.Zero));
        }
        else if (sizeof(V) == 64 && Avx512F.IsSupported)
        {
            Vector512<double> mask = Vector512.LessThan(Vector512<long>.Indices, Vector512.Create((long)count)).AsDouble();
            Avx512F.MaskStore((double*)to, mask, Avx512F.MaskLoad((double*)from, mask, Vector512<double>.Zero));
        }
        else
        {
            for (int i = 0; i < count; i++) { to[i] = from[i]; }
        }
    }

    /// <summary>A hint that a line of memory will be read.</summary>
    [MethodImpl(Inline)]
    static void Prefetch(T* p)
    {
        if (Sse.IsSupported) { Sse.Prefetch0(p); }
    }
}
