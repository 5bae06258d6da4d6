using System.Runtime.CompilerServices;

namespace Engine.Internal.Lanes;

/// <summary>Lane by lane, for any V: what no instruction does, and what only some machines have.</summary>
internal static unsafe class LaneFallback
{
    const MethodImplOptions Out = MethodImplOptions.NoInlining;

    /// <summary>Truncated quotient; by zero 0, the minimum by -1 the minimum.</summary>
    [MethodImpl(Out)]
    public static V DivInt<V, T>(V a, V b) where T : unmanaged
    {
        T* x = (T*)Unsafe.AsPointer(ref a);
        T* y = (T*)Unsafe.AsPointer(ref b);
        for (int i = 0; i < Unsafe.SizeOf<V>() / sizeof(T); i++)
        {
            x[i] = DivInt(x[i], y[i]);
        }
        return a;
    }

    /// <summary>Exact remainder with the sign of the dividend.</summary>
    [MethodImpl(Out)]
    public static V Rem<V, T>(V a, V b) where T : unmanaged, System.Numerics.IModulusOperators<T, T, T>
    {
        T* x = (T*)Unsafe.AsPointer(ref a);
        T* y = (T*)Unsafe.AsPointer(ref b);
        for (int i = 0; i < Unsafe.SizeOf<V>() / sizeof(T); i++) { x[i] %= y[i]; }
        return a;
    }

    /// <summary>One quotient. 0 - a in place of a / -1: the hardware would trap on the minimum.</summary>
    public static T DivInt<T>(T a, T b) where T : unmanaged
    {
        if (typeof(T) == typeof(sbyte)) { return Unsafe.BitCast<sbyte, T>((sbyte)Signed(Unsafe.BitCast<T, sbyte>(a), Unsafe.BitCast<T, sbyte>(b))); }
        if (typeof(T) == typeof(short)) { return Unsafe.BitCast<short, T>((short)Signed(Unsafe.BitCast<T, short>(a), Unsafe.BitCast<T, short>(b))); }
        if (typeof(T) == typeof(int)) { return Unsafe.BitCast<int, T>(Signed(Unsafe.BitCast<T, int>(a), Unsafe.BitCast<T, int>(b))); }
        if (typeof(T) == typeof(long))
        {
            long x = Unsafe.BitCast<T, long>(a), y = Unsafe.BitCast<T, long>(b);
            return Unsafe.BitCast<long, T>(y == 0 ? 0 : y == -1 ? unchecked(0 - x) : x / y);
        }
        if (typeof(T) == typeof(byte)) { return Unsafe.BitCast<byte, T>((byte)Unsigned(Unsafe.BitCast<T, byte>(a), Unsafe.BitCast<T, byte>(b))); }
        if (typeof(T) == typeof(ushort)) { return Unsafe.BitCast<ushort, T>((ushort)Unsigned(Unsafe.BitCast<T, ushort>(a), Unsafe.BitCast<T, ushort>(b))); }
        if (typeof(T) == typeof(uint)) { return Unsafe.BitCast<uint, T>(Unsigned(Unsafe.BitCast<T, uint>(a), Unsafe.BitCast<T, uint>(b))); }
        if (typeof(T) == typeof(ulong))
        {
            ulong x = Unsafe.BitCast<T, ulong>(a), y = Unsafe.BitCast<T, ulong>(b);
            return Unsafe.BitCast<ulong, T>(y == 0 ? 0 : x / y);
        }
        throw new NotSupportedException();
    }

    static int Signed(int x, int y) => y == 0 ? 0 : y == -1 ? unchecked(0 - x) : x / y;
    static uint Unsigned(uint x, uint y) => y == 0 ? 0 : x / y;

    [MethodImpl(Out)]
    public static void StoreMask<V, T>(V mask, byte* p) where T : unmanaged
    {
        byte* m = (byte*)Unsafe.AsPointer(ref mask);
        for (int i = 0; i < Unsafe.SizeOf<V>() / sizeof(T); i++)
        {
            p[i] = (byte)(m[i * sizeof(T)] & 1);
        }
    }

    [MethodImpl(Out)]
    public static V LoadMask<V, T>(byte* p) where T : unmanaged
    {
        Unsafe.SkipInit(out V mask);
        byte* m = (byte*)Unsafe.AsPointer(ref mask);
        for (int i = 0; i < Unsafe.SizeOf<V>() / sizeof(T); i++)
        {
            new Span<byte>(m + i * sizeof(T), sizeof(T)).Fill(p[i] == 0 ? (byte)0 : (byte)0xFF);
        }
        return mask;
    }

    [MethodImpl(Out)]
    public static V Down<V, T>(V v, int k) where T : unmanaged
    {
        V r = v;
        T* x = (T*)Unsafe.AsPointer(ref v);
        T* y = (T*)Unsafe.AsPointer(ref r);
        for (int i = 0; i + k < Unsafe.SizeOf<V>() / sizeof(T); i++)
        {
            y[i] = x[i + k];
        }
        return r;
    }

    [MethodImpl(Out)]
    public static void Load4<V, T>(byte* p, nint row, out V a, out V b, out V c, out V d) where T : unmanaged
    {
        Unsafe.SkipInit(out V x);
        Unsafe.SkipInit(out V y);
        Unsafe.SkipInit(out V z);
        Unsafe.SkipInit(out V w);
        for (int i = 0; i < Unsafe.SizeOf<V>() / sizeof(T); i++, p += row)
        {
            Put<V, T>(ref x, i, p);
            Put<V, T>(ref y, i, p + sizeof(T));
            Put<V, T>(ref z, i, p + 2 * sizeof(T));
            Put<V, T>(ref w, i, p + 3 * sizeof(T));
        }
        a = x;
        b = y;
        c = z;
        d = w;
    }

    /// <summary>One lane is a vector too.</summary>
    public static void Load4<T>(byte* p, nint row, out T a, out T b, out T c, out T d) where T : unmanaged => Load4<T, T>(p, row, out a, out b, out c, out d);

    static void Put<V, T>(ref V v, int lane, byte* p) where T : unmanaged => Unsafe.Add(ref Unsafe.As<V, T>(ref v), lane) = Unsafe.ReadUnaligned<T>(p);
}
