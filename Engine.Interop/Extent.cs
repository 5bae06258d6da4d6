namespace Engine.Interop;

/// <summary>Arithmetic on shapes and element strides that came from outside: nothing is assumed, nothing
/// overflows.</summary>
internal static class Extent
{
    /// <summary>More axes than this are taken for nonsense; the buffer protocol has the same limit.</summary>
    public const int MaxAxes = 64;

    public static long Count(ReadOnlySpan<long> shape)
    {
        long count = 1;
        foreach (long n in shape)
        {
            count *= n;
        }
        return count;
    }

    /// <summary>Checks the lengths and returns the number of elements.</summary>
    /// <exception cref="BufferException">A negative length, too many axes, or more bytes than fit 63 bits.</exception>
    public static long CheckedCount(ReadOnlySpan<long> shape, int itemSize)
    {
        if (shape.Length > MaxAxes)
        {
            throw new BufferException("Exchange", $"a buffer of {shape.Length} axes was given, the limit is {MaxAxes}");
        }
        bool empty = false;
        foreach (long n in shape)
        {
            if (n < 0)
            {
                throw new BufferException("Exchange", $"a buffer has an axis of length {n}: lengths are not negative");
            }
            empty |= n == 0;
        }
        if (empty)
        {
            return 0;
        }
        UInt128 bytes = (UInt128)itemSize;
        foreach (long n in shape)
        {
            bytes *= (ulong)n;
            if (bytes > long.MaxValue)
            {
                throw new BufferException("Exchange", "the buffer's lengths describe more bytes than there can be");
            }
        }
        return (long)bytes / itemSize;
    }

    /// <summary>Row-major strides where none are given; along axes of length 1, and everywhere in an empty buffer,
    /// the given ones mean nothing and are replaced.</summary>
    public static long[] Strides(ReadOnlySpan<long> shape, ReadOnlySpan<long> strides, int itemSize)
    {
        long count = CheckedCount(shape, itemSize);
        if (!strides.IsEmpty && strides.Length != shape.Length)
        {
            throw new BufferException("Exchange", $"{strides.Length} strides were given for {shape.Length} axes");
        }
        var result = new long[shape.Length];
        long step = 1;
        for (int i = shape.Length - 1; i >= 0; i--)
        {
            result[i] = strides.IsEmpty || count == 0 || shape[i] == 1 ? step : strides[i];
            step *= count == 0 ? 1 : shape[i];
        }
        return result;
    }

    public static bool IsPacked(ReadOnlySpan<long> shape, ReadOnlySpan<long> strides, bool columnMajor)
    {
        if (shape.Contains(0))
        {
            return true;
        }
        long step = 1;
        for (int k = 0; k < shape.Length; k++)
        {
            int i = columnMajor ? k : shape.Length - 1 - k;
            if (shape[i] == 1)
            {
                continue;
            }
            if (strides[i] != step)
            {
                return false;
            }
            step *= shape[i];
        }
        return true;
    }

    /// <summary>Several elements share one place.</summary>
    public static bool IsBroadcast(ReadOnlySpan<long> shape, ReadOnlySpan<long> strides)
    {
        for (int i = 0; i < shape.Length; i++)
        {
            if (shape[i] > 1 && strides[i] == 0)
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>Bytes from element 0 to the lowest byte (not positive) and to the end of the highest element.</summary>
    /// <exception cref="BufferException">The extent does not fit the address space.</exception>
    public static (long Low, long High) Bytes(ReadOnlySpan<long> shape, ReadOnlySpan<long> strides, int itemSize)
    {
        Int128 low = 0, high = itemSize;
        for (int i = 0; i < shape.Length; i++)
        {
            Int128 reach = (Int128)(shape[i] - 1) * strides[i] * itemSize;
            if (reach < 0)
            {
                low += reach;
            }
            else
            {
                high += reach;
            }
        }
        if (low < long.MinValue / 2 || high > long.MaxValue / 2)
        {
            throw new BufferException("Exchange", "the buffer's strides reach further than there can be memory");
        }
        return ((long)low, (long)high);
    }
}
