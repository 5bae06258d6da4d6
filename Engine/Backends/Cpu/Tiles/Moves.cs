using System.Runtime.CompilerServices;
using Engine.Internal.Lanes;

namespace Engine.Internal.Backends.Cpu;

/// <summary>Bytes moved without change: between tiles and strided memory, and from a tile to an output that has the same elements.</summary>
internal static unsafe class Moves
{
    const MethodImplOptions Hot = MethodImplOptions.AggressiveOptimization;

    /// <summary>The step that copies a tile, or fills one from a splatted block.</summary>
    public static delegate*<byte**, Step*, nint, void> Of(int size) => size switch
    {
        1 => &Move<byte>,
        2 => &Move<ushort>,
        4 => &Move<uint>,
        8 => &Move<ulong>,
        _ => &Move<UInt128>,
    };

    static void Move<T>(byte** r, Step* s, nint n) where T : unmanaged
    {
        if (s->IncA == 0) { new Span<T>(r[s->D], (int)n).Fill(*(T*)r[s->A]); }
        else { Buffer.MemoryCopy(r[s->A], r[s->D], n * sizeof(T), n * sizeof(T)); }
    }

    /// <summary>A 64-byte block, or more, of one element.</summary>
    public static void Splat(byte* element, byte* block, int bytes, int size)
    {
        switch (size)
        {
            case 1: new Span<byte>(block, bytes).Fill(*element); break;
            case 2: new Span<ushort>(block, bytes / 2).Fill(Unsafe.ReadUnaligned<ushort>(element)); break;
            case 4: new Span<uint>(block, bytes / 4).Fill(Unsafe.ReadUnaligned<uint>(element)); break;
            case 8: new Span<ulong>(block, bytes / 8).Fill(Unsafe.ReadUnaligned<ulong>(element)); break;
            default: new Span<UInt128>(block, bytes / 16).Fill(Unsafe.ReadUnaligned<UInt128>(element)); break;
        }
    }

    /// <summary>Consecutive integers of an arithmetic progression.</summary>
    public static void Progression(long* d, long start, long step, long n)
    {
        for (long i = 0; i < n; i++)
        {
            d[i] = unchecked(start + i * step);
        }
    }

    /// <summary>rows x columns strided elements to consecutive ones.</summary>
    public static void Gather(byte* d, byte* p, long rows, long rowStride, long columns, long stride, int size)
    {
        switch (size)
        {
            case 1: Gather<byte>(d, p, rows, rowStride, columns, stride); break;
            case 2: Gather<ushort>(d, p, rows, rowStride, columns, stride); break;
            case 4: Gather<uint>(d, p, rows, rowStride, columns, stride); break;
            case 8: Gather<ulong>(d, p, rows, rowStride, columns, stride); break;
            default: Gather<UInt128>(d, p, rows, rowStride, columns, stride); break;
        }
    }

    /// <summary>Consecutive elements to rows x columns strided ones.</summary>
    public static void Scatter(byte* s, byte* p, long rows, long rowStride, long columns, long stride, int size)
    {
        switch (size)
        {
            case 1: Scatter<byte>(s, p, rows, rowStride, columns, stride); break;
            case 2: Scatter<ushort>(s, p, rows, rowStride, columns, stride); break;
            case 4: Scatter<uint>(s, p, rows, rowStride, columns, stride); break;
            case 8: Scatter<ulong>(s, p, rows, rowStride, columns, stride); break;
            default: Scatter<UInt128>(s, p, rows, rowStride, columns, stride); break;
        }
    }

    [MethodImpl(Hot)]
    static void Gather<T>(byte* d, byte* p, long rows, long rowStride, long columns, long stride) where T : unmanaged
    {
        if (stride == sizeof(T) && columns * sizeof(T) >= 32)
        {
            for (long r = 0; r < rows; r++, p += rowStride, d += columns * sizeof(T))
            {
                Buffer.MemoryCopy(p, d, columns * sizeof(T), columns * sizeof(T));
            }
            return;
        }
        T* to = (T*)d;
        if (Math.Abs(rowStride) < Math.Abs(stride) && rows > 1)
        {
            // the rows are the nearer neighbours in memory
            for (long c = 0; c < columns; c++)
            {
                byte* q = p + c * stride;
                for (long r = 0; r < rows; r++, q += rowStride)
                {
                    to[r * columns + c] = Unsafe.ReadUnaligned<T>(q);
                }
            }
            return;
        }
        for (long r = 0; r < rows; r++, p += rowStride)
        {
            byte* q = p;
            for (long c = 0; c < columns; c++, q += stride)
            {
                *to++ = Unsafe.ReadUnaligned<T>(q);
            }
        }
    }

    [MethodImpl(Hot)]
    static void Scatter<T>(byte* s, byte* p, long rows, long rowStride, long columns, long stride) where T : unmanaged
    {
        T* from = (T*)s;
        for (long r = 0; r < rows; r++, p += rowStride)
        {
            if (stride == sizeof(T) && columns * sizeof(T) >= 32)
            {
                Buffer.MemoryCopy(from, p, columns * sizeof(T), columns * sizeof(T));
                from += columns;
                continue;
            }
            byte* q = p;
            for (long c = 0; c < columns; c++, q += stride)
            {
                Unsafe.WriteUnaligned(q, *from++);
            }
        }
    }
}
