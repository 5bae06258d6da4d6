namespace Engine.Internal;

/// <summary>
/// Shape, byte strides and byte offset of an array. Immutable and shared: an elementwise result points at its input's.
/// </summary>
internal sealed class Layout
{
    /// <summary>Lengths, outermost first. Never written after construction.</summary>
    public readonly long[] Shape;
    /// <summary>
    /// Bytes from one element to the next, by axis. 0 along an axis of length 1 is allowed and ignored.
    /// </summary>
    public readonly long[] Strides;
    /// <summary>Bytes from the start of the storage to element 0.</summary>
    public readonly long Offset;
    /// <summary>Number of elements.</summary>
    public readonly long Count;
    /// <summary>
    /// Elements lie in row-major order without gaps (axes of length 1 ignored), wherever the first one is.
    /// </summary>
    public readonly bool Contiguous;

    Layout(long[] shape, long[] strides, long offset, long count, bool contiguous) =>
        (Shape, Strides, Offset, Count, Contiguous) = (shape, strides, offset, count, contiguous);

    public int Ndim => Shape.Length;

    /// <summary>Row-major, offset 0.</summary>
    /// <exception cref="EngineOverflowException">The bytes do not fit 63 bits.</exception>
    public static Layout RowMajor(long[] shape, int itemSize)
    {
        var strides = new long[shape.Length];
        long step = itemSize;
        bool empty = false;
        foreach (long n in shape) { empty |= n == 0; }
        for (int i = shape.Length - 1; i >= 0; i--)
        {
            strides[i] = step;
            if (!empty && shape[i] != 1 && !Multiply(ref step, shape[i])) { throw Errors.TooLarge(shape); }
        }
        return new Layout(shape, strides, 0, empty ? 0 : step / itemSize, true);
    }

    /// <summary>Any strides. The caller has checked that they stay inside the storage.</summary>
    public static Layout Strided(long[] shape, long[] strides, long offset, int itemSize)
    {
        long count = 1;
        foreach (long n in shape) { count *= n; }
        bool contiguous = true;
        long step = itemSize;
        for (int i = shape.Length - 1; i >= 0 && contiguous && count > 0; i--)
        {
            if (shape[i] == 1) { continue; }
            contiguous = strides[i] == step;
            step *= shape[i];
        }
        return new Layout(shape, strides, offset, count, contiguous);
    }

    public bool SameShape(Layout other) =>
        ReferenceEquals(Shape, other.Shape) || Shape.AsSpan().SequenceEqual(other.Shape);

    static bool Multiply(ref long a, long b)
    {
        long high = Math.BigMul(a, b, out long low);
        a = low;
        return high == 0 && low >= 0;
    }
}
