using System.Numerics;
using System.Runtime.CompilerServices;
using Engine.Internal.Lanes;

namespace Engine.Tests.Kernels;

/// <summary>The rule of reductions and scans, written as plainly as it can be said. Everything else is held against it.</summary>
internal static unsafe class ReduceRule<T, TOp> where T : unmanaged, INumber<T> where TOp : struct, IReduction
{
    static State<T>? Join(State<T>? l, State<T>? r) => l is { } p && r is { } q ? TOp.Combine<T, T, Lanes1<T>>(p, q) : l ?? r;

    static State<T>? Leaves(Func<long, long, State<T>?> leaf, long from, long to, long lane)
    {
        if (to - from == 1) { return leaf(from, lane); }
        long p = 1;
        while (2 * p < to - from) { p *= 2; }
        return Join(Leaves(leaf, from, from + p, lane), Leaves(leaf, from + p, to, lane));
    }

    static State<T> Tree(Func<long, long, State<T>?> leaf, long n, long a)
    {
        var s = new State<T>?[a];
        for (int l = 0; l < a; l++) { s[l] = Leaves(leaf, 0, (n + (8 * a) - 1) / (8 * a), l); }
        for (long h = a / 2; h > 0; h /= 2)
        {
            for (long l = 0; l < h; l++) { s[l] = Join(s[l], s[l + h]); }
        }
        return s[0]!.Value;
    }

    static long Width(long inner)
    {
        long a = 64;
        while (a > 1 && a * inner > 64) { a /= 2; }
        return a;
    }

    /// <summary>One group: n elements along the reduced axes, Inner kept elements behind them.</summary>
    public static State<T> Group(Func<long, T> x, long n, long inner)
    {
        long a = Width(inner);
        return Tree(
            (t, lane) =>
            {
                if (TOp.HasLeaf && (t + 1) * 8 * a <= n)
                {
                    var v = stackalloc T[8];
                    for (int k = 0; k < 8; k++) { v[k] = x((t * 8 * a) + lane + (k * a)); }
                    return TOp.Leaf<T, T, Lanes1<T>>(new((byte*)v, sizeof(T)));
                }
                State<T>? s = null;
                for (long r = (t * 8 * a) + lane; r < Math.Min(n, (t + 1) * 8 * a); r += a)
                {
                    T i = Lanes1<T>.ConstInt(r);
                    s = s is { } v ? TOp.Step<T, T, Lanes1<T>, TOp>(v, x(r), i) : TOp.Map<T, T, Lanes1<T>>(x(r), i);
                }
                return s;
            },
            n, a);
    }

    /// <summary>A further group: the elements are unfinished states.</summary>
    public static State<T> Merge(Func<long, State<T>> x, long n, long inner)
    {
        long a = Width(inner);
        return Tree(
            (t, lane) =>
            {
                State<T>? s = null;
                for (long r = (t * 8 * a) + lane; r < Math.Min(n, (t + 1) * 8 * a); r += a) { s = Join(s, x(r)); }
                return s;
            },
            n, a);
    }

    public static T Finish(State<T> s) => TOp.Finish<T, T, Lanes1<T>>(s);

    /// <summary>A scanned row, nothing behind the axis.</summary>
    public static T[] ScanRow(T[] x)
    {
        var y = new T[x.Length];
        T none = TOp.Identity<T, T, Lanes1<T>>().A, offset = none;
        int group = 64 / sizeof(T);
        for (int b = 0; b < x.Length; b += 4096)
        {
            int end = Math.Min(x.Length, b + 4096);
            T carry = none;
            for (int g = b; g < end; g += group)
            {
                var v = new T[group];
                for (int l = 0; l < group; l++) { v[l] = g + l < end ? x[g + l] : none; }
                for (int d = 1; d < group; d *= 2)
                {
                    for (int l = group - 1; l >= d; l--) { v[l] = Add(v[l - d], v[l]); }
                }
                for (int l = 0; l < group && g + l < end; l++) { y[g + l] = Add(offset, Add(carry, v[l])); }
                carry = Add(carry, v[group - 1]);
            }
            offset = y[end - 1];
        }
        return y;
    }

    /// <summary>A scan with something behind the axis: a plain carry.</summary>
    public static T[] ScanColumn(T[] x)
    {
        var y = (T[])x.Clone();
        for (int i = 1; i < y.Length; i++) { y[i] = Add(y[i - 1], y[i]); }
        return y;
    }

    static T Add(T a, T b) => TOp.Combine<T, T, Lanes1<T>>(new(a), new(b)).A;
}

internal static class Bits
{
    /// <summary>The bits of an element; every NaN is one.</summary>
    public static ulong Of<T>(T v) where T : unmanaged
    {
        if (typeof(T) == typeof(float))
        {
            float f = Unsafe.BitCast<T, float>(v);
            return float.IsNaN(f) ? 0x7FC00000 : BitConverter.SingleToUInt32Bits(f);
        }
        if (typeof(T) == typeof(double))
        {
            double d = Unsafe.BitCast<T, double>(v);
            return double.IsNaN(d) ? 0x7FF8000000000000 : BitConverter.DoubleToUInt64Bits(d);
        }
        return Raw(v);
    }

    public static ulong Raw<T>(T v) where T : unmanaged
    {
        ulong bits = 0;
        Unsafe.WriteUnaligned(ref Unsafe.As<ulong, byte>(ref bits), v);
        return bits;
    }
}
