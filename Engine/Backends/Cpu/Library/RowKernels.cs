using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Engine.Internal.Lanes;

namespace Engine.Internal.Backends.Cpu;

/// <summary>Rows side by side: element i of row r at X + i StrideX + r elements, the result at Y likewise. Work has room for all of them, from a multiple of 64 bytes on; it may be X and Y.</summary>
internal unsafe struct ColumnsJob
{
    public byte* X, Y, Work;
    public nint StrideX, StrideY, StrideWork, N, Rows;
}

/// <summary>What softmax does to a row besides folding it. Reads and writes the row's elements, nothing beside them.</summary>
internal unsafe struct RowKernels
{
    /// <summary>y = exp(x - m): (x, y, elements, address of m).</summary>
    public delegate*<byte*, byte*, nint, byte*, void> ExpOfDifference;

    /// <summary>y = x (1 / m), for m of 1 and above.</summary>
    public delegate*<byte*, byte*, nint, byte*, void> Quotient;

    /// <summary>Softmax of rows that stand side by side, a row to a lane.</summary>
    public delegate*<ColumnsJob*, void> Columns;

    public static RowKernels Of(DType lane) => lane == DType.Float32
        ? Pick<float, Lanes512F32, Lanes256F32, Lanes128F32, LanesVectorF32>()
        : Pick<double, Lanes512F64, Lanes256F64, Lanes128F64, LanesVectorF64>();

    static RowKernels Pick<T, L512, L256, L128, LVector>()
        where T : unmanaged, INumber<T>
        where L512 : struct, IMemoryLanes<Vector512<T>, T>
        where L256 : struct, IMemoryLanes<Vector256<T>, T>
        where L128 : struct, IMemoryLanes<Vector128<T>, T>
        where LVector : struct, IMemoryLanes<Vector<T>, T>
    {
        if (LaneWidth.Forced)
        {
            return LaneWidth.Bits switch
            {
                512 => Row<Vector512<T>, T, L512>.Kernels(),
                256 => Row<Vector256<T>, T, L256>.Kernels(),
                128 => Row<Vector128<T>, T, L128>.Kernels(),
                LaneWidth.Vector => Row<Vector<T>, T, LVector>.Kernels(),
                _ => Row<T, T, Lanes1<T>>.Kernels(),
            };
        }
        if (Vector512.IsHardwareAccelerated) { return Row<Vector512<T>, T, L512>.Kernels(); }
        if (Vector256.IsHardwareAccelerated) { return Row<Vector256<T>, T, L256>.Kernels(); }
        return Row<Vector128<T>, T, L128>.Kernels();
    }

    static class Row<V, T, L> where T : unmanaged, INumber<T> where L : struct, IMemoryLanes<V, T>
    {
        const MethodImplOptions Hot = MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining;

        public static RowKernels Kernels() => new() { ExpOfDifference = &Exp, Quotient = &Divide, Columns = &SideBySide };

        static int Size
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => L.Count * sizeof(T);
        }

        // The body of exp; see the op.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static V ExpOf(V x)
        {
            bool f32 = typeof(T) == typeof(float);
            return LaneParts.ExpCore<V, T, L>(L.Clamp(x, L.Const(f32 ? -104 : -746), L.Const(f32 ? 89 : 710)));
        }

        [MethodImpl(Hot)]
        static void Exp(byte* x, byte* y, nint n, byte* m)
        {
            byte* t = stackalloc byte[Unsafe.SizeOf<V>()];
            V low = L.Const(double.CreateTruncating(*(T*)m));
            nint bytes = n * sizeof(T), i = 0;
            for (; i + Size <= bytes; i += Size) { L.Store(ExpOf(L.Sub(L.Load(x + i), low)), y + i); }
            if (i == bytes) { return; }
            Unsafe.CopyBlockUnaligned(t, x + i, (uint)(bytes - i));
            L.Store(ExpOf(L.Sub(L.Load(t), low)), t);
            Unsafe.CopyBlockUnaligned(y + i, t, (uint)(bytes - i));
        }

        [MethodImpl(Hot)]
        static void Divide(byte* x, byte* y, nint n, byte* m)
        {
            byte* t = stackalloc byte[Unsafe.SizeOf<V>()];
            V by = L.Div(L.Const(1), L.Const(double.CreateTruncating(*(T*)m)));
            nint bytes = n * sizeof(T), i = 0;
            for (; i + Size <= bytes; i += Size) { L.Store(L.Mul(L.Load(x + i), by), y + i); }
            if (i == bytes) { return; }
            Unsafe.CopyBlockUnaligned(t, x + i, (uint)(bytes - i));
            L.Store(L.Mul(L.Load(t), by), t);
            Unsafe.CopyBlockUnaligned(y + i, t, (uint)(bytes - i));
        }

        /// <summary>Bytes of a strip of rows: its maxima and its sums stay in the first cache.</summary>
        const int Strip = 4096;

        /// <summary>Elements of a row that are added up before their sum is added to the others'.</summary>
        const int Run = 64;

        static void SideBySide(ColumnsJob* job)
        {
            byte* folded = stackalloc byte[(3 * Strip) + 64];
            folded = (byte*)(((nint)folded + 63) & ~63);
            nint all = job->Rows * sizeof(T);
            for (nint at = 0; at < all; at += Strip)
            {
                nint bytes = Math.Min(Strip, all - at);
                Largest(job->X + at, job->StrideX, job->Work + at, job->StrideWork, job->N, bytes, folded);
                Exponentials(job->Work + at, job->StrideWork, job->N, bytes, folded);
                Quotients(job->Work + at, job->StrideWork, job->Y + at, job->StrideY, job->N, bytes, folded + Strip);
            }
        }

        /// <summary>Takes rows to the work space and finds the largest element of each.</summary>
        [MethodImpl(Hot)]
        static void Largest(byte* x, nint stride, byte* work, nint pitch, nint n, nint bytes, byte* largest)
        {
            nint whole = x == work ? bytes + Size - 1 : bytes;
            for (nint i = 0; i < bytes; i += Size) { L.Store(L.Const(double.NegativeInfinity), largest + i); }
            for (nint r = 0; r < n; r++, x += stride, work += pitch)
            {
                nint i = 0;
                for (; i + Size <= whole; i += Size)
                {
                    V v = L.Load(x + i);
                    if (x != work) { L.Store(v, work + i); }
                    L.Store(L.Max(L.Load(largest + i), v), largest + i);
                }
                if (i >= bytes) { continue; }
                Unsafe.CopyBlockUnaligned(work + i, x + i, (uint)(bytes - i));
                L.Store(L.Max(L.Load(largest + i), L.Load(work + i)), largest + i);
            }
        }

        /// <summary>exp(x - largest) in the place of x; sums behind the largest, sums of the run in work behind those.</summary>
        [MethodImpl(Hot)]
        static void Exponentials(byte* work, nint pitch, nint n, nint bytes, byte* largest)
        {
            byte* sums = largest + Strip, run = sums + Strip;
            for (nint i = 0; i < bytes; i += Size) { L.Store(L.Const(0), sums + i); }
            for (nint r = 0; r < n; r += Run)
            {
                nint end = Math.Min(n - r, Run);
                for (nint i = 0; i < bytes; i += Size) { L.Store(L.Const(0), run + i); }
                for (nint k = 0; k < end; k++, work += pitch)
                {
                    for (nint i = 0; i < bytes; i += Size)
                    {
                        V e = ExpOf(L.Sub(L.Load(work + i), L.Load(largest + i)));
                        L.Store(e, work + i);
                        L.Store(L.Add(L.Load(run + i), e), run + i);
                    }
                }
                for (nint i = 0; i < bytes; i += Size) { L.Store(L.Add(L.Load(sums + i), L.Load(run + i)), sums + i); }
            }
        }

        [MethodImpl(Hot)]
        static void Quotients(byte* work, nint pitch, byte* y, nint stride, nint n, nint bytes, byte* sums)
        {
            nint whole = y == work ? bytes + Size - 1 : bytes;
            for (nint i = 0; i < bytes; i += Size) { L.Store(L.Div(L.Const(1), L.Load(sums + i)), sums + i); }
            for (nint r = 0; r < n; r++, work += pitch, y += stride)
            {
                nint i = 0;
                for (; i + Size <= whole; i += Size) { L.Store(L.Mul(L.Load(work + i), L.Load(sums + i)), y + i); }
                if (i >= bytes) { continue; }
                L.Store(L.Mul(L.Load(work + i), L.Load(sums + i)), work + i);
                Unsafe.CopyBlockUnaligned(y + i, work + i, (uint)(bytes - i));
            }
        }
    }
}
