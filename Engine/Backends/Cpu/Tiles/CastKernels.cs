using System.Numerics;
using System.Runtime.CompilerServices;
using Engine.Internal.Lanes;

namespace Engine.Internal.Backends.Cpu;

/// <summary>Converts one element.</summary>
internal interface IConvert<TFrom, TTo>
{
    static abstract TTo Convert(TFrom x);
}

/// <summary>Loops that convert a tile. Exact counts, no increments: their operand is never splatted.</summary>
internal static unsafe class CastKernels
{
    const MethodImplOptions Hot = MethodImplOptions.AggressiveOptimization;

    [MethodImpl(Hot)]
    public static void Scalar<TFrom, TTo, TConvert>(byte** r, Step* s, nint n)
        where TFrom : unmanaged where TTo : unmanaged where TConvert : struct, IConvert<TFrom, TTo>
    {
        TFrom* a = (TFrom*)r[s->A];
        TTo* d = (TTo*)r[s->D];
        for (nint i = 0; i < n; i++)
        {
            d[i] = TConvert.Convert(a[i]);
        }
    }

    [MethodImpl(Hot)]
    public static void WidenI8(byte** r, Step* s, nint n)
    {
        sbyte* a = (sbyte*)r[s->A];
        short* d = (short*)r[s->D];
        nint i = 0;
        for (int w = Vector<sbyte>.Count; i + w <= n; i += w)
        {
            Vector.Widen(Vector.Load(a + i), out var lo, out var hi);
            lo.Store(d + i);
            hi.Store(d + i + w / 2);
        }
        for (; i < n; i++)
        {
            d[i] = a[i];
        }
    }

    [MethodImpl(Hot)]
    public static void WidenU8(byte** r, Step* s, nint n)
    {
        byte* a = r[s->A];
        ushort* d = (ushort*)r[s->D];
        nint i = 0;
        for (int w = Vector<byte>.Count; i + w <= n; i += w)
        {
            Vector.Widen(Vector.Load(a + i), out var lo, out var hi);
            lo.Store(d + i);
            hi.Store(d + i + w / 2);
        }
        for (; i < n; i++)
        {
            d[i] = a[i];
        }
    }

    [MethodImpl(Hot)]
    public static void WidenI16(byte** r, Step* s, nint n)
    {
        short* a = (short*)r[s->A];
        int* d = (int*)r[s->D];
        nint i = 0;
        for (int w = Vector<short>.Count; i + w <= n; i += w)
        {
            Vector.Widen(Vector.Load(a + i), out var lo, out var hi);
            lo.Store(d + i);
            hi.Store(d + i + w / 2);
        }
        for (; i < n; i++)
        {
            d[i] = a[i];
        }
    }

    [MethodImpl(Hot)]
    public static void WidenU16(byte** r, Step* s, nint n)
    {
        ushort* a = (ushort*)r[s->A];
        uint* d = (uint*)r[s->D];
        nint i = 0;
        for (int w = Vector<ushort>.Count; i + w <= n; i += w)
        {
            Vector.Widen(Vector.Load(a + i), out var lo, out var hi);
            lo.Store(d + i);
            hi.Store(d + i + w / 2);
        }
        for (; i < n; i++)
        {
            d[i] = a[i];
        }
    }

    [MethodImpl(Hot)]
    public static void WidenI32(byte** r, Step* s, nint n)
    {
        int* a = (int*)r[s->A];
        long* d = (long*)r[s->D];
        nint i = 0;
        for (int w = Vector<int>.Count; i + w <= n; i += w)
        {
            Vector.Widen(Vector.Load(a + i), out var lo, out var hi);
            lo.Store(d + i);
            hi.Store(d + i + w / 2);
        }
        for (; i < n; i++)
        {
            d[i] = a[i];
        }
    }

    [MethodImpl(Hot)]
    public static void WidenU32(byte** r, Step* s, nint n)
    {
        uint* a = (uint*)r[s->A];
        ulong* d = (ulong*)r[s->D];
        nint i = 0;
        for (int w = Vector<uint>.Count; i + w <= n; i += w)
        {
            Vector.Widen(Vector.Load(a + i), out var lo, out var hi);
            lo.Store(d + i);
            hi.Store(d + i + w / 2);
        }
        for (; i < n; i++)
        {
            d[i] = a[i];
        }
    }

    [MethodImpl(Hot)]
    public static void Narrow16(byte** r, Step* s, nint n)
    {
        ushort* a = (ushort*)r[s->A];
        byte* d = r[s->D];
        nint i = 0;
        for (int w = Vector<byte>.Count; i + w <= n; i += w)
        {
            Vector.Narrow(Vector.Load(a + i), Vector.Load(a + i + w / 2)).Store(d + i);
        }
        for (; i < n; i++)
        {
            d[i] = (byte)a[i];
        }
    }

    [MethodImpl(Hot)]
    public static void Narrow32(byte** r, Step* s, nint n)
    {
        uint* a = (uint*)r[s->A];
        ushort* d = (ushort*)r[s->D];
        nint i = 0;
        for (int w = Vector<ushort>.Count; i + w <= n; i += w)
        {
            Vector.Narrow(Vector.Load(a + i), Vector.Load(a + i + w / 2)).Store(d + i);
        }
        for (; i < n; i++)
        {
            d[i] = (ushort)a[i];
        }
    }

    [MethodImpl(Hot)]
    public static void Narrow64(byte** r, Step* s, nint n)
    {
        ulong* a = (ulong*)r[s->A];
        uint* d = (uint*)r[s->D];
        nint i = 0;
        for (int w = Vector<uint>.Count; i + w <= n; i += w)
        {
            Vector.Narrow(Vector.Load(a + i), Vector.Load(a + i + w / 2)).Store(d + i);
        }
        for (; i < n; i++)
        {
            d[i] = (uint)a[i];
        }
    }

    [MethodImpl(Hot)]
    public static void Int32ToSingle(byte** r, Step* s, nint n)
    {
        int* a = (int*)r[s->A];
        float* d = (float*)r[s->D];
        nint i = 0;
        for (int w = Vector<int>.Count; i + w <= n; i += w)
        {
            Vector.ConvertToSingle(Vector.Load(a + i)).Store(d + i);
        }
        for (; i < n; i++)
        {
            d[i] = a[i];
        }
    }

    [MethodImpl(Hot)]
    public static void Int64ToDouble(byte** r, Step* s, nint n)
    {
        long* a = (long*)r[s->A];
        double* d = (double*)r[s->D];
        nint i = 0;
        for (int w = Vector<long>.Count; i + w <= n; i += w)
        {
            Vector.ConvertToDouble(Vector.Load(a + i)).Store(d + i);
        }
        for (; i < n; i++)
        {
            d[i] = a[i];
        }
    }

    public static void SingleToDouble(byte** r, Step* s, nint n) => SingleToDouble((float*)r[s->A], (double*)r[s->D], n);

    [MethodImpl(Hot)]
    static void SingleToDouble(float* a, double* d, nint n)
    {
        nint i = 0;
        for (int w = Vector<float>.Count; i + w <= n; i += w)
        {
            Vector.Widen(Vector.Load(a + i), out var lo, out var hi);
            lo.Store(d + i);
            hi.Store(d + i + w / 2);
        }
        for (; i < n; i++)
        {
            d[i] = a[i];
        }
    }

    public static void DoubleToSingle(byte** r, Step* s, nint n) => DoubleToSingle((double*)r[s->A], (float*)r[s->D], n);

    [MethodImpl(Hot)]
    static void DoubleToSingle(double* a, float* d, nint n)
    {
        nint i = 0;
        for (int w = Vector<float>.Count; i + w <= n; i += w)
        {
            Vector.Narrow(Vector.Load(a + i), Vector.Load(a + i + w / 2)).Store(d + i);
        }
        for (; i < n; i++)
        {
            d[i] = (float)a[i];
        }
    }

    /// <summary>Truncates; what does not fit, and NaN, becomes the smallest integer.</summary>
    [MethodImpl(Hot)]
    public static void SingleToInt32(byte** r, Step* s, nint n)
    {
        float* a = (float*)r[s->A];
        int* d = (int*)r[s->D];
        nint i = 0;
        Vector<float> limit = new(2147483648f);
        Vector<int> smallest = new(int.MinValue);
        for (int w = Vector<float>.Count; i + w <= n; i += w)
        {
            var x = Vector.Load(a + i);
            var fits = Vector.LessThan(x, limit) & Vector.GreaterThanOrEqual(x, -limit);
            Vector.ConditionalSelect(fits, Vector.ConvertToInt32(x), smallest).Store(d + i);
        }
        for (; i < n; i++)
        {
            d[i] = ToInteger.Int32(a[i]);
        }
    }

    /// <summary>Imaginary parts are dropped.</summary>
    public static void Real64(byte** r, Step* s, nint n) => Real((float*)r[s->A], (float*)r[s->D], n);
    public static void Real128(byte** r, Step* s, nint n) => Real((double*)r[s->A], (double*)r[s->D], n);
    public static void Complex64(byte** r, Step* s, nint n) => Interleave((float*)r[s->A], (float*)r[s->D], n);
    public static void Complex128(byte** r, Step* s, nint n) => Interleave((double*)r[s->A], (double*)r[s->D], n);
    public static void Complex64To128(byte** r, Step* s, nint n) => SingleToDouble((float*)r[s->A], (double*)r[s->D], 2 * n);
    public static void Complex128To64(byte** r, Step* s, nint n) => DoubleToSingle((double*)r[s->A], (float*)r[s->D], 2 * n);
    public static void NonZero64(byte** r, Step* s, nint n) => NonZero((float*)r[s->A], r[s->D], n);
    public static void NonZero128(byte** r, Step* s, nint n) => NonZero((double*)r[s->A], r[s->D], n);

    [MethodImpl(Hot)]
    static void Real<T>(T* a, T* d, nint n) where T : unmanaged
    {
        for (nint i = 0; i < n; i++)
        {
            d[i] = a[2 * i];
        }
    }

    [MethodImpl(Hot)]
    static void Interleave<T>(T* a, T* d, nint n) where T : unmanaged
    {
        for (nint i = 0; i < n; i++)
        {
            d[2 * i] = a[i];
            d[2 * i + 1] = default;
        }
    }

    [MethodImpl(Hot)]
    static void NonZero<T>(T* a, byte* d, nint n) where T : unmanaged, INumber<T>
    {
        for (nint i = 0; i < n; i++)
        {
            d[i] = a[2 * i] != T.Zero || a[2 * i + 1] != T.Zero ? (byte)1 : (byte)0;
        }
    }
}
