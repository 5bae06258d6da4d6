using System.Runtime.CompilerServices;

namespace Engine.Internal.Backends.Cpu;

/// <summary>An order of elements as one of unsigned numbers: equal elements (-0 and 0, all NaN) have equal keys, NaN the greatest.</summary>
internal interface ISortKey<T> where T : unmanaged
{
    /// <summary>Bits of a key that matter.</summary>
    static abstract int Bits { get; }

    static abstract ulong Key(T value);
}

/// <summary>Stable sort of one row: insertion for a few elements, else by digits of the key from the lowest up.</summary>
internal static unsafe class Sorter<T, TKey> where T : unmanaged where TKey : struct, ISortKey<T>
{
    const int FewElements = 40, ManyElements = 4096, WideDigit = 11;

    /// <summary>Bytes of counters that <see cref="Sort"/> needs.</summary>
    public const int CounterBytes = (1 << WideDigit) * sizeof(long);

    /// <summary>Sorts a row, with the places of its elements where those are given.</summary>
    /// <param name="values">The row.</param>
    /// <param name="spare">As much memory again.</param>
    /// <param name="places">Numbers 0, 1, 2... that move with the elements, or null.</param>
    /// <param name="sparePlaces">As much memory again, or null.</param>
    /// <param name="n">Elements.</param>
    /// <param name="counters"><see cref="CounterBytes"/> of memory.</param>
    /// <returns>True where the result lies in the spare memory.</returns>
    public static bool Sort(T* values, T* spare, uint* places, uint* sparePlaces, long n, long* counters)
    {
        if (n <= FewElements)
        {
            Insert(values, places, n);
            return false;
        }
        int digit = n < ManyElements ? 8 : WideDigit;
        bool swapped = false;
        for (int shift = 0; shift < TKey.Bits; shift += digit)
        {
            if (!Pass(values, spare, places, sparePlaces, n, counters, shift, digit)) { continue; }
            swapped = !swapped;
            T* v = values;
            values = spare;
            spare = v;
            uint* p = places;
            places = sparePlaces;
            sparePlaces = p;
        }
        return swapped;
    }

    static void Insert(T* values, uint* places, long n)
    {
        for (long i = 1; i < n; i++)
        {
            T value = values[i];
            ulong key = TKey.Key(value);
            uint place = places == null ? 0 : places[i];
            long k = i;
            for (; k > 0 && TKey.Key(values[k - 1]) > key; k--)
            {
                values[k] = values[k - 1];
                if (places != null) { places[k] = places[k - 1]; }
            }
            values[k] = value;
            if (places != null) { places[k] = place; }
        }
    }

    /// <summary>By one digit; false where all elements have the same one and nothing moved.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static bool Pass(T* from, T* to, uint* places, uint* toPlaces, long n, long* counters, int shift, int digit)
    {
        int size = 1 << digit;
        ulong mask = (ulong)size - 1;
        new Span<long>(counters, size).Clear();
        for (long i = 0; i < n; i++) { counters[(TKey.Key(from[i]) >> shift) & mask]++; }
        if (counters[(TKey.Key(from[0]) >> shift) & mask] == n) { return false; }
        long sum = 0;
        for (int d = 0; d < size; d++)
        {
            long count = counters[d];
            counters[d] = sum;
            sum += count;
        }
        if (places == null)
        {
            for (long i = 0; i < n; i++)
            {
                T value = from[i];
                to[counters[(TKey.Key(value) >> shift) & mask]++] = value;
            }
            return true;
        }
        for (long i = 0; i < n; i++)
        {
            T value = from[i];
            long at = counters[(TKey.Key(value) >> shift) & mask]++;
            to[at] = value;
            toPlaces[at] = places[i];
        }
        return true;
    }
}

/// <summary>Unsigned integers and bool.</summary>
internal readonly struct UnsignedKey<T> : ISortKey<T> where T : unmanaged
{
    public static int Bits => 8 * Unsafe.SizeOf<T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Key(T value) => Unsafe.SizeOf<T>() switch
    {
        1 => Unsafe.BitCast<T, byte>(value),
        2 => Unsafe.BitCast<T, ushort>(value),
        4 => Unsafe.BitCast<T, uint>(value),
        _ => Unsafe.BitCast<T, ulong>(value),
    };
}

/// <summary>Signed integers: the sign bit turned.</summary>
internal readonly struct SignedKey<T> : ISortKey<T> where T : unmanaged
{
    public static int Bits => 8 * Unsafe.SizeOf<T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Key(T value) => UnsignedKey<T>.Key(value) ^ (1UL << (Bits - 1));
}

/// <summary>Floats of any width, told by the bits of their exponent; the element type is the unsigned integer of their width.</summary>
internal readonly struct FloatKey<T, TInfinity> : ISortKey<T> where T : unmanaged where TInfinity : struct, IInfinity
{
    public static int Bits => 8 * Unsafe.SizeOf<T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Key(T value)
    {
        ulong bits = UnsignedKey<T>.Key(value), sign = 1UL << (Bits - 1), magnitude = bits & (sign - 1);
        if (magnitude > TInfinity.Bits) { return (sign << 1) - 1; }
        // Below zero the magnitude counts down; both zeros are in the middle. No branch: signs are not to be predicted.
        ulong below = 0 - (bits >> (Bits - 1));
        return sign + (magnitude ^ below) - below;
    }
}

/// <summary>The bits of infinity.</summary>
internal interface IInfinity
{
    static abstract ulong Bits { get; }
}

internal readonly struct InfinityF16 : IInfinity
{
    public static ulong Bits => 0x7C00;
}

internal readonly struct InfinityBF16 : IInfinity
{
    public static ulong Bits => 0x7F80;
}

internal readonly struct InfinityF32 : IInfinity
{
    public static ulong Bits => 0x7F800000;
}

internal readonly struct InfinityF64 : IInfinity
{
    public static ulong Bits => 0x7FF0000000000000;
}
