using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Engine.Internal.Lanes;

namespace Engine.Internal.Backends.Cpu;

/// <summary>Rows to normalise: one behind the other, weight and bias or null.</summary>
internal unsafe struct NormJob
{
    public byte* X, Y, Weight, Bias;
    public nint N, Rows;
    public double Epsilon;
    public bool Centred;
}

/// <summary>Rows less their mean, over the root of their mean square: mean, squares, result, each a pass over a row that lies in the cache.</summary>
internal static unsafe class NormKernels
{
    public static delegate*<NormJob*, void> Of(DType lane) => lane == DType.Float32
        ? Pick<float, Lanes512F32, Lanes256F32, Lanes128F32, LanesVectorF32>()
        : Pick<double, Lanes512F64, Lanes256F64, Lanes128F64, LanesVectorF64>();

    static delegate*<NormJob*, void> Pick<T, L512, L256, L128, LVector>()
        where T : unmanaged, IFloatingPoint<T>
        where L512 : struct, IMemoryLanes<Vector512<T>, T>
        where L256 : struct, IMemoryLanes<Vector256<T>, T>
        where L128 : struct, IMemoryLanes<Vector128<T>, T>
        where LVector : struct, IMemoryLanes<Vector<T>, T>
    {
        if (LaneWidth.Forced)
        {
            return LaneWidth.Bits switch
            {
                512 => &Run<Vector512<T>, T, L512>,
                256 => &Run<Vector256<T>, T, L256>,
                128 => &Run<Vector128<T>, T, L128>,
                LaneWidth.Vector => &Run<Vector<T>, T, LVector>,
                _ => &Run<T, T, Lanes1<T>>,
            };
        }
        if (Vector512.IsHardwareAccelerated) { return &Run<Vector512<T>, T, L512>; }
        if (Vector256.IsHardwareAccelerated) { return &Run<Vector256<T>, T, L256>; }
        return &Run<Vector128<T>, T, L128>;
    }

    static void Run<V, T, L>(NormJob* job) where T : unmanaged, IFloatingPoint<T> where L : struct, IMemoryLanes<V, T>
    {
        byte* x = job->X, y = job->Y;
        for (nint r = 0; r < job->Rows; r++, x += job->N * sizeof(T), y += job->N * sizeof(T))
        {
            T mean = job->Centred ? T.CreateTruncating(Sum<V, T, L>(x, job->N, default, false) / job->N) : default;
            T scale = T.CreateTruncating(1 / Math.Sqrt((Sum<V, T, L>(x, job->N, mean, true) / job->N) + job->Epsilon));
            Apply<V, T, L>(x, y, job, mean, scale);
        }
    }

    /// <summary>Elements of which sums stay in lanes; their sums are added in double.</summary>
    const int Piece = 4096;

    /// <summary>Of the elements, or of the squares of their differences from a value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static double Sum<V, T, L>(byte* x, nint n, T from, bool squares) where T : unmanaged, IFloatingPoint<T> where L : struct, IMemoryLanes<V, T>
    {
        double total = 0;
        V low = L.Const(double.CreateTruncating(from));
        byte* t = stackalloc byte[Unsafe.SizeOf<V>()];
        nint i = 0;
        while (i + L.Count <= n)
        {
            nint whole = Math.Min(n - i, Piece) / L.Count, four = whole & ~3;
            V a = L.Const(0), b = a, c = a, d = a;
            byte* p = x + (i * sizeof(T));
            nint k = 0;
            if (squares)
            {
                for (; k < four; k += 4, p += 4 * Unsafe.SizeOf<V>())
                {
                    V v = L.Sub(L.Load(p), low), w = L.Sub(L.Load(p + Unsafe.SizeOf<V>()), low);
                    a = L.Fma(v, v, a);
                    b = L.Fma(w, w, b);
                    v = L.Sub(L.Load(p + (2 * Unsafe.SizeOf<V>())), low);
                    w = L.Sub(L.Load(p + (3 * Unsafe.SizeOf<V>())), low);
                    c = L.Fma(v, v, c);
                    d = L.Fma(w, w, d);
                }
                for (; k < whole; k++, p += Unsafe.SizeOf<V>())
                {
                    V v = L.Sub(L.Load(p), low);
                    a = L.Fma(v, v, a);
                }
            }
            else
            {
                for (; k < four; k += 4, p += 4 * Unsafe.SizeOf<V>())
                {
                    a = L.Add(a, L.Load(p));
                    b = L.Add(b, L.Load(p + Unsafe.SizeOf<V>()));
                    c = L.Add(c, L.Load(p + (2 * Unsafe.SizeOf<V>())));
                    d = L.Add(d, L.Load(p + (3 * Unsafe.SizeOf<V>())));
                }
                for (; k < whole; k++, p += Unsafe.SizeOf<V>()) { a = L.Add(a, L.Load(p)); }
            }
            a = L.Add(L.Add(a, b), L.Add(c, d));
            for (int half = L.Count / 2; half > 0; half /= 2) { a = L.Add(a, L.Down(a, half)); }
            L.Store(a, t);
            total += double.CreateTruncating(*(T*)t);
            i += whole * L.Count;
        }
        for (; i < n; i++)
        {
            T v = ((T*)x)[i] - from;
            total += double.CreateTruncating(squares ? v * v : v);
        }
        return total;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Apply<V, T, L>(byte* x, byte* y, NormJob* job, T mean, T scale) where T : unmanaged, IFloatingPoint<T> where L : struct, IMemoryLanes<V, T>
    {
        V low = L.Const(double.CreateTruncating(mean)), by = L.Const(double.CreateTruncating(scale));
        byte* weight = job->Weight, bias = job->Bias;
        nint end = (job->N / L.Count) * Unsafe.SizeOf<V>(), i = 0;
        if (weight != null && bias != null)
        {
            for (; i < end; i += Unsafe.SizeOf<V>()) { L.Store(L.Fma(L.Mul(L.Sub(L.Load(x + i), low), by), L.Load(weight + i), L.Load(bias + i)), y + i); }
        }
        else if (weight != null)
        {
            for (; i < end; i += Unsafe.SizeOf<V>()) { L.Store(L.Mul(L.Mul(L.Sub(L.Load(x + i), low), by), L.Load(weight + i)), y + i); }
        }
        else if (bias != null)
        {
            for (; i < end; i += Unsafe.SizeOf<V>()) { L.Store(L.Fma(L.Sub(L.Load(x + i), low), by, L.Load(bias + i)), y + i); }
        }
        else
        {
            for (; i < end; i += Unsafe.SizeOf<V>()) { L.Store(L.Mul(L.Sub(L.Load(x + i), low), by), y + i); }
        }
        for (nint k = end / sizeof(T); k < job->N; k++)
        {
            T v = (((T*)x)[k] - mean) * scale;
            if (weight != null) { v *= ((T*)weight)[k]; }
            ((T*)y)[k] = bias != null ? v + ((T*)bias)[k] : v;
        }
    }
}
