using System.Globalization;
using System.Text;

namespace Engine.Internal;

/// <summary>Arithmetic of shapes and strides.</summary>
internal static class Shapes
{
    /// <summary>Most elements that an array can have; a byte count of 16-byte elements still fits 63 bits.</summary>
    public const long MaxCount = long.MaxValue / 16;

    /// <summary>As Python writes a tuple: (), (3,), (2, 3).</summary>
    public static string Text(ReadOnlySpan<long> shape)
    {
        var text = new StringBuilder("(");
        for (int i = 0; i < shape.Length; i++)
        {
            if (i > 0) { text.Append(", "); }
            text.Append(CultureInfo.InvariantCulture, $"{shape[i]}");
        }
        return text.Append(shape.Length == 1 ? ",)" : ")").ToString();
    }

    public static string Text(ReadOnlySpan<int> values)
    {
        var longs = new long[values.Length];
        for (int i = 0; i < longs.Length; i++) { longs[i] = values[i]; }
        return Text(longs);
    }

    /// <summary>Checks a shape that a user gave and counts its elements.</summary>
    public static long Count(string op, ReadOnlySpan<long> shape)
    {
        bool empty = false;
        foreach (long n in shape)
        {
            if (n < 0) { throw Errors.NegativeLength(op, shape); }
            empty |= n == 0;
        }
        if (empty) { return 0; }
        long count = 1;
        foreach (long n in shape)
        {
            if (count > MaxCount / n) { throw Errors.TooLarge(shape); }
            count *= n;
        }
        return count;
    }

    /// <summary>An axis counted from 0.</summary>
    public static int Axis(string op, int axis, int ndim)
    {
        if ((uint)axis < (uint)ndim) { return axis; }
        if (axis < 0 && axis >= -ndim) { return axis + ndim; }
        throw Errors.AxisOutOfRange(op, axis, ndim);
    }

    /// <summary>An index counted from 0.</summary>
    public static long Index(string op, long index, int axis, long length)
    {
        if ((ulong)index < (ulong)length) { return index; }
        if (index < 0 && index >= -length) { return index + length; }
        throw Errors.IndexOutOfRange(op, index, axis, length);
    }

    /// <summary>
    /// The shape that both spread to: lengths are equal, or one of them is 1, counted from the last axis.
    /// </summary>
    public static long[] Broadcast(string op, long[] a, long[] b)
    {
        if (ReferenceEquals(a, b) || a.AsSpan().SequenceEqual(b)) { return a; }
        long[]? shape = TryBroadcast(a, b);
        return shape ?? throw Errors.BroadcastMismatch(op, a, b);
    }

    /// <summary>
    /// The shape that both spread to; null where the shapes do not fit. Gives back an input where that is the result.
    /// </summary>
    public static long[]? TryBroadcast(long[] a, long[] b)
    {
        if (a.Length < b.Length) { (a, b) = (b, a); }
        long[] shape = a;
        int lead = a.Length - b.Length;
        for (int i = 0; i < b.Length; i++)
        {
            long x = a[lead + i], y = b[i];
            if (x == y || y == 1) { continue; }
            if (x != 1) { return null; }
            if (ReferenceEquals(shape, a)) { shape = (long[])a.Clone(); }
            shape[lead + i] = y;
        }
        return shape.AsSpan().SequenceEqual(b) ? b : shape;
    }

    public static long[] Broadcast(string op, params ReadOnlySpan<long[]> shapes)
    {
        long[] shape = shapes.Length == 0 ? [] : shapes[0];
        for (int i = 1; i < shapes.Length; i++) { shape = Broadcast(op, shape, shapes[i]); }
        return shape;
    }

    /// <summary>Checks that a shape spreads to exactly <paramref name="to"/>.</summary>
    public static void CheckBroadcastTo(string op, long[] from, long[] to)
    {
        long[]? shape = from.Length > to.Length ? null : TryBroadcast(from, to);
        if (shape is null || !shape.AsSpan().SequenceEqual(to)) { throw Errors.BroadcastTo(op, from, to); }
    }

    /// <summary>
    /// Byte strides that read an array as if it had the shape it spreads to: 0 along every axis that is repeated.
    /// </summary>
    public static long[] BroadcastStrides(long[] shape, long[] strides, long[] to)
    {
        var result = new long[to.Length];
        int lead = to.Length - shape.Length;
        for (int i = 0; i < shape.Length; i++)
        {
            result[lead + i] = shape[i] == 1 && to[lead + i] != 1 ? 0 : strides[i];
        }
        return result;
    }

    /// <summary>Row-major byte strides. The caller has checked the count.</summary>
    public static long[] RowMajorStrides(ReadOnlySpan<long> shape, int itemSize)
    {
        var strides = new long[shape.Length];
        long step = itemSize;
        for (int i = shape.Length - 1; i >= 0; i--)
        {
            strides[i] = step;
            step *= Math.Max(shape[i], 1);
        }
        return strides;
    }

    /// <summary>Column-major byte strides. The caller has checked the count.</summary>
    public static long[] ColumnMajorStrides(ReadOnlySpan<long> shape, int itemSize)
    {
        var strides = new long[shape.Length];
        long step = itemSize;
        for (int i = 0; i < strides.Length; i++)
        {
            strides[i] = step;
            step *= Math.Max(shape[i], 1);
        }
        return strides;
    }

    /// <summary>The shape that a reshape means: one length may be -1.</summary>
    public static long[] Reshape(string op, long[] from, long count, ReadOnlySpan<long> to)
    {
        int free = -1;
        long known = 1;
        bool empty = false;
        for (int i = 0; i < to.Length; i++)
        {
            long n = to[i];
            if (n == -1)
            {
                if (free >= 0) { throw Errors.ReshapeTwoFree(op, to); }
                free = i;
                continue;
            }
            if (n < 0) { throw Errors.NegativeLength(op, to); }
            empty |= n == 0;
            known = empty ? 0 : known > MaxCount / n ? MaxCount : known * n;
        }
        long[] shape = to.ToArray();
        if (free >= 0)
        {
            if (known == 0) { throw Errors.ReshapeFreeEmpty(op, from, to); }
            if (known == MaxCount || count % known != 0) { throw Errors.ReshapeMismatch(op, from, count, to); }
            shape[free] = count / known;
            return shape;
        }
        if (Count(op, to) != count) { throw Errors.ReshapeMismatch(op, from, count, to); }
        return shape;
    }

    /// <summary>The shape without the axes given, or with length 1 there.</summary>
    public static long[] Reduce(long[] shape, ReadOnlySpan<int> sortedAxes, bool keepDims)
    {
        if (keepDims)
        {
            long[] kept = (long[])shape.Clone();
            foreach (int axis in sortedAxes) { kept[axis] = 1; }
            return kept;
        }
        var result = new long[shape.Length - sortedAxes.Length];
        for (int i = 0, o = 0, s = 0; i < shape.Length; i++)
        {
            if (s < sortedAxes.Length && sortedAxes[s] == i) { s++; }
            else { result[o++] = shape[i]; }
        }
        return result;
    }
}
