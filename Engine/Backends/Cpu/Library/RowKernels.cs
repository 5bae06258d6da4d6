using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Engine.Internal.Lanes;

namespace Engine.Internal.Backends.Cpu;

/// <summary>What softmax does to a row besides folding it. Reads and writes the row's elements, nothing beside them.</summary>
internal unsafe struct RowKernels
{
    /// <summary>y = exp(x - m): (x, y, elements, address of m).</summary>
    public delegate*<byte*, byte*, nint, byte*, void> ExpOfDifference;

    /// <summary>y = x / m.</summary>
    public delegate*<byte*, byte*, nint, byte*, void> Quotient;

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

    static class Row<V, T, L> where T : unmanaged where L : struct, IMemoryLanes<V, T>
    {
        const MethodImplOptions Hot = MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining;

        public static RowKernels Kernels() => new() { ExpOfDifference = &Exp, Quotient = &Divide };

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
            V low = Splat(m, t);
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
            V by = Splat(m, t);
            nint bytes = n * sizeof(T), i = 0;
            for (; i + Size <= bytes; i += Size) { L.Store(L.Div(L.Load(x + i), by), y + i); }
            if (i == bytes) { return; }
            Unsafe.CopyBlockUnaligned(t, x + i, (uint)(bytes - i));
            L.Store(L.Div(L.Load(t), by), t);
            Unsafe.CopyBlockUnaligned(y + i, t, (uint)(bytes - i));
        }

        /// <summary>One element in every lane; t is room for a vector.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static V Splat(byte* element, byte* t)
        {
            for (int k = 0; k < L.Count; k++) { ((T*)t)[k] = *(T*)element; }
            return L.Load(t);
        }
    }
}
