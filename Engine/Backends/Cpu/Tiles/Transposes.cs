using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Engine.Internal.Backends.Cpu;

/// <summary>Blocks whose rows are neighbours in memory and whose columns are far apart: read along memory, so that every cache line is met once.</summary>
internal static unsafe class Transposes
{
    const MethodImplOptions Hot = MethodImplOptions.AggressiveOptimization;

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

    // unpack instructions where the machine has them: the JIT takes the general form through memory
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<ulong> Low(Vector128<uint> a, Vector128<uint> b) => System.Runtime.Intrinsics.X86.Sse2.IsSupported
        ? System.Runtime.Intrinsics.X86.Sse2.UnpackLow(a, b).AsUInt64()
        : (Vector128.WidenLower(a) | Vector128.WidenLower(b) << 32);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<ulong> High(Vector128<uint> a, Vector128<uint> b) => System.Runtime.Intrinsics.X86.Sse2.IsSupported
        ? System.Runtime.Intrinsics.X86.Sse2.UnpackHigh(a, b).AsUInt64()
        : (Vector128.WidenUpper(a) | Vector128.WidenUpper(b) << 32);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<ulong> Low(Vector128<ulong> a, Vector128<ulong> b) => System.Runtime.Intrinsics.X86.Sse2.IsSupported
        ? System.Runtime.Intrinsics.X86.Sse2.UnpackLow(a, b)
        : Vector128.Create(a.GetLower(), b.GetLower());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<ulong> High(Vector128<ulong> a, Vector128<ulong> b) => System.Runtime.Intrinsics.X86.Sse2.IsSupported
        ? System.Runtime.Intrinsics.X86.Sse2.UnpackHigh(a, b)
        : Vector128.Create(a.GetUpper(), b.GetUpper());
}
