using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Engine.Internal.Backends.Cpu;

/// <summary>Blocks whose rows are neighbours in memory and whose columns are far apart: read along memory, so that every cache line is met once.</summary>
internal static unsafe class Transposes
{
    const MethodImplOptions Hot = MethodImplOptions.AggressiveOptimization;

    /// <summary>Rows and columns of a block that <see cref="Copy"/> turns in the first-level cache.</summary>
    public const int Block = 64;

    public const int BlockBytes = Block * ((Block * 16) + 64);

    /// <summary>As <see cref="Run"/>, by way of blocks: rows of the destination are written in runs, and no two of them fight for a cache set.</summary>
    /// <param name="d">Destination.</param>
    /// <param name="pitch">Bytes from one of its rows to the next.</param>
    /// <param name="p">Source.</param>
    /// <param name="stride">Bytes from one of its columns to the next.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="size">Bytes of an element.</param>
    /// <param name="block"><see cref="BlockBytes"/> of memory.</param>
    public static void Copy(byte* d, nint pitch, byte* p, nint stride, nint rows, nint columns, int size, byte* block)
    {
        // A line more than a power of two, so that rows of the block lie in different sets.
        nint line = (Block * size) + 64;
        for (nint r = 0; r < rows; r += Block)
        {
            nint height = Math.Min(Block, rows - r);
            for (nint c = 0; c < columns; c += Block)
            {
                nint width = Math.Min(Block, columns - c);
                Run(block, line, p + (r * size) + (c * stride), stride, height, width, size);
                byte* to = d + (r * pitch) + (c * size);
                for (nint i = 0; i < height; i++, to += pitch) { Unsafe.CopyBlockUnaligned(to, block + (i * line), (uint)(width * size)); }
            }
        }
    }

    /// <summary>Element (r, c) at p + r * size + c * stride goes to d + r * pitch + c * size.</summary>
    public static void Run(byte* d, nint pitch, byte* p, nint stride, nint rows, nint columns, int size)
    {
        switch (size)
        {
            case 4: Run4(d, pitch, p, stride, rows, columns); break;
            case 8: Run8(d, pitch, p, stride, rows, columns); break;
            case 1: Run<byte>(d, pitch, p, stride, 0, rows, 0, columns); break;
            case 2: Run<ushort>(d, pitch, p, stride, 0, rows, 0, columns); break;
            default: Run<UInt128>(d, pitch, p, stride, 0, rows, 0, columns); break;
        }
    }

    [MethodImpl(Hot)]
    static void Run<T>(byte* d, nint pitch, byte* p, nint stride, nint firstRow, nint rows, nint firstColumn, nint columns) where T : unmanaged
    {
        for (nint c = firstColumn; c < columns; c++)
        {
            byte* to = d + c * sizeof(T) + firstRow * pitch;
            T* from = (T*)(p + c * stride);
            for (nint r = firstRow; r < rows; r++, to += pitch)
            {
                Unsafe.WriteUnaligned(to, Unsafe.ReadUnaligned<T>(from + r));
            }
        }
    }

    [MethodImpl(Hot)]
    static void Run4(byte* d, nint pitch, byte* p, nint stride, nint rows, nint columns)
    {
        nint wholeRows = rows & ~3, wholeColumns = columns & ~3;
        for (nint c = 0; c < wholeColumns; c += 4)
        {
            byte* a = p + c * stride;
            for (nint r = 0; r < wholeRows; r += 4, a += 16)
            {
                Vector128<uint> x = Vector128.Load((uint*)a), y = Vector128.Load((uint*)(a + stride));
                Vector128<uint> z = Vector128.Load((uint*)(a + 2 * stride)), w = Vector128.Load((uint*)(a + 3 * stride));
                Vector128<ulong> s = Low(x, y), t = High(x, y), u = Low(z, w), v = High(z, w);
                byte* to = d + r * pitch + c * 4;
                Low(s, u).Store((ulong*)to);
                High(s, u).Store((ulong*)(to + pitch));
                Low(t, v).Store((ulong*)(to + 2 * pitch));
                High(t, v).Store((ulong*)(to + 3 * pitch));
            }
        }
        Run<uint>(d, pitch, p, stride, wholeRows, rows, 0, wholeColumns);
        Run<uint>(d, pitch, p, stride, 0, rows, wholeColumns, columns);
    }

    [MethodImpl(Hot)]
    static void Run8(byte* d, nint pitch, byte* p, nint stride, nint rows, nint columns)
    {
        nint wholeRows = rows & ~1, wholeColumns = columns & ~1;
        for (nint c = 0; c < wholeColumns; c += 2)
        {
            byte* a = p + c * stride;
            for (nint r = 0; r < wholeRows; r += 2, a += 16)
            {
                Vector128<ulong> x = Vector128.Load((ulong*)a), y = Vector128.Load((ulong*)(a + stride));
                byte* to = d + r * pitch + c * 8;
                Low(x, y).Store((ulong*)to);
                High(x, y).Store((ulong*)(to + pitch));
            }
        }
        Run<ulong>(d, pitch, p, stride, wholeRows, rows, 0, wholeColumns);
        Run<ulong>(d, pitch, p, stride, 0, rows, wholeColumns, columns);
    }

    // Named instructions where the machine has them: the JIT takes the general forms of 64-bit halves through the stack.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<ulong> Low(Vector128<uint> a, Vector128<uint> b) =>
        Sse2.IsSupported ? Sse2.UnpackLow(a, b).AsUInt64() : Vector128.WidenLower(a) | Vector128.WidenLower(b) << 32;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<ulong> High(Vector128<uint> a, Vector128<uint> b) =>
        Sse2.IsSupported ? Sse2.UnpackHigh(a, b).AsUInt64() : Vector128.WidenUpper(a) | Vector128.WidenUpper(b) << 32;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<ulong> Low(Vector128<ulong> a, Vector128<ulong> b) =>
        Sse2.IsSupported ? Sse2.UnpackLow(a, b) : Vector128.Create(a.GetLower(), b.GetLower());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<ulong> High(Vector128<ulong> a, Vector128<ulong> b) =>
        Sse2.IsSupported ? Sse2.UnpackHigh(a, b) : Vector128.Create(a.GetUpper(), b.GetUpper());
}
