using System.Runtime.CompilerServices;

namespace Engine.Internal.Backends.Cpu;

/// <summary>Puts one row in order about the element that sorting would bring to a place: by digits of the keys from the highest down, each among those that the digits above leave.</summary>
internal static unsafe class Selector<T, TKey> where T : unmanaged where TKey : struct, ISortKey<T>
{
    const int Digit = 8;

    /// <summary>Less ones, equal ones, greater ones, each in the order that they had. Arguments and result as in <see cref="Sorter{T, TKey}.Sort"/>.</summary>
    public static bool Partition(T* values, T* spare, uint* places, uint* sparePlaces, long n, long kth, long* counters)
    {
        ulong pivot = Select(values, spare, n, kth, counters, out long less, out long equal);
        counters[0] = 0;
        counters[1] = less;
        counters[2] = less + equal;
        Divide(values, spare, places, sparePlaces, n, pivot, counters);
        return true;
    }

    /// <summary>The key at a place of the sorted order, and how many are less and equal. Spare memory takes the candidates.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static ulong Select(T* values, T* spare, long n, long kth, long* counters, out long less, out long equal)
    {
        const long Mask = (1 << Digit) - 1;
        less = 0;
        T* from = values;
        long count = n;
        for (int shift = TKey.Bits - Digit; ; shift -= Digit)
        {
            new Span<long>(counters, 1 << Digit).Clear();
            for (long i = 0; i < count; i++) { counters[(long)(TKey.Key(from[i]) >> shift) & Mask]++; }
            long digit = 0;
            while (less + counters[digit] <= kth) { less += counters[digit++]; }
            equal = counters[digit];
            if (shift == 0 || equal == 1) { return Found(from, count, shift, digit); }
            if (equal == count) { continue; }
            // One store for each, kept or not: which are kept is not to be predicted.
            long kept = 0;
            for (long i = 0; i < count; i++)
            {
                T value = from[i];
                spare[kept] = value;
                kept += ((long)(TKey.Key(value) >> shift) & Mask) == digit ? 1 : 0;
            }
            from = spare;
            count = kept;
        }
    }

    /// <summary>The key of the first candidate with that digit: with no digit below, or no other candidate, it is the one.</summary>
    static ulong Found(T* from, long count, int shift, long digit)
    {
        long i = 0;
        while (i < count - 1 && ((long)(TKey.Key(from[i]) >> shift) & ((1 << Digit) - 1)) != digit) { i++; }
        return TKey.Key(from[i]);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Divide(T* from, T* to, uint* places, uint* toPlaces, long n, ulong pivot, long* ends)
    {
        for (long i = 0; i < n; i++)
        {
            T value = from[i];
            ulong key = TKey.Key(value);
            long at = ends[(key >= pivot ? 1 : 0) + (key > pivot ? 1 : 0)]++;
            to[at] = value;
            if (places != null) { toPlaces[at] = places[i]; }
        }
    }
}
