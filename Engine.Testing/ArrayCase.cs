using Engine.Internal;
using Engine.Internal.Graph;
using Engine.Internal.Memory;

namespace Engine.Testing;

/// <summary>A drawn array: its dtype, shape and layout, and its values, kept apart from the engine.</summary>
public sealed class ArrayCase
{
    readonly int seed;
    readonly ArraySpec spec;

    ArrayCase(HostArray values, ArrayLayout layout, int seed, ArraySpec spec)
    {
        (Values, Layout) = (values, layout);
        (this.seed, this.spec) = (seed, spec);
        Array = Place(values, layout);
    }

    /// <summary>The array. It is a value; its memory holds garbage (NaN, limits) wherever the layout leaves gaps.</summary>
    public NDArray Array { get; }

    /// <summary>Its element type.</summary>
    public DType DType => Values.DType;

    /// <summary>Its shape.</summary>
    public ArrayShape Shape => new(Values.Shape);

    /// <summary>Its layout. A shape may be too small to show it.</summary>
    public ArrayLayout Layout { get; }

    internal HostArray Values { get; }

    /// <summary>Values from a seed: the same arguments give the same array.</summary>
    public static ArrayCase Draw(DType type, long[] shape, ArrayLayout layout, int seed, ArraySpec? spec = null)
    {
        ArgumentNullException.ThrowIfNull(shape);
        spec ??= new ArraySpec();
        long[] drawn = layout == ArrayLayout.Broadcast ? Flattened(shape) : shape;
        HostArray values = ValueGen.Draw(type, drawn, new Random(seed), spec);
        return new ArrayCase(drawn == shape ? values : Spread(values, shape), layout, seed, spec);
    }

    /// <summary>The same values in another layout (broadcast repeats along an axis and so needs values of its own).</summary>
    internal static NDArray Place(HostArray values, ArrayLayout layout)
    {
        int size = HostArray.SizeOf(values.DType);
        (long[] strides, long offset, long bytes) = Strides(values.Shape, layout, size);
        Storage storage = Storage.Allocate(Math.Max(bytes, 1));
        Span<byte> memory = Memory(storage, bytes);
        ValueGen.Garbage(memory, values.DType);
        long[] c = new long[values.Shape.Length];
        for (long i = 0; i < values.Count; i++)
        {
            long at = offset;
            for (int d = 0; d < c.Length; d++) { at += c[d] * strides[d]; }
            values.Bytes.AsSpan((int)(i * size), size).CopyTo(memory[(int)at..]);
            for (int d = c.Length - 1; d >= 0 && ++c[d] == values.Shape[d]; d--) { c[d] = 0; }
        }
        return Lifetime.Escape(Build.Value(storage, values.DType, Internal.Layout.Strided(values.Shape, strides, offset, size)));
    }

    static unsafe Span<byte> Memory(Storage s, long bytes) => s.Small is { } small ? small.AsSpan(0, (int)bytes) : new Span<byte>(s.Data, (int)bytes);

    /// <summary>The axis that a broadcast layout repeats: the first that is longer than 1.</summary>
    static int Repeated(long[] shape) => System.Array.FindIndex(shape, n => n > 1);

    /// <summary>Whether the values repeat along the axis that a broadcast layout would repeat.</summary>
    internal static bool IsRepeated(HostArray values)
    {
        int axis = Repeated(values.Shape);
        if (axis < 0 || values.Count == 0) { return true; }
        int row = HostArray.SizeOf(values.DType) * (int)values.Shape[(axis + 1)..].Aggregate(1L, (n, d) => n * d), length = (int)values.Shape[axis];
        for (int at = 0; at < values.Bytes.Length; at += row)
        {
            if (!values.Bytes.AsSpan(at, row).SequenceEqual(values.Bytes.AsSpan(at / (row * length) * row * length, row))) { return false; }
        }
        return true;
    }

    static long[] Flattened(long[] shape)
    {
        int axis = Repeated(shape);
        if (axis < 0) { return shape; }
        long[] r = [.. shape];
        r[axis] = 1;
        return r;
    }

    static HostArray Spread(HostArray values, long[] shape)
    {
        int axis = Repeated(shape), size = HostArray.SizeOf(values.DType);
        long inner = size;
        for (int d = axis + 1; d < shape.Length; d++) { inner *= shape[d]; }
        HostArray r = HostArray.Empty(values.DType, shape);
        for (long at = 0; at < r.Bytes.Length; at += inner)
        {
            long row = at / inner / shape[axis];
            values.Bytes.AsSpan((int)(row * inner), (int)inner).CopyTo(r.Bytes.AsSpan((int)at));
        }
        return r;
    }

    static (long[] Strides, long Offset, long Bytes) Strides(long[] shape, ArrayLayout layout, int size)
    {
        int n = shape.Length;
        var strides = new long[n];
        long step = size, offset = 0;
        int repeated = layout == ArrayLayout.Broadcast ? Repeated(shape) : -1;
        for (int i = 0; i < n; i++)
        {
            int d = layout == ArrayLayout.Transposed ? i : n - 1 - i;
            if (d == repeated) { continue; }
            bool last = d == n - 1;
            if (layout == ArrayLayout.Stepped && last) { step *= 2; }
            strides[d] = step;
            if (layout == ArrayLayout.Negative && shape[d] > 0)
            {
                offset += (shape[d] - 1) * step;
                strides[d] = -step;
            }
            if (layout == ArrayLayout.Offset) { offset += step; }
            step *= Math.Max(1, shape[d]) + (layout == ArrayLayout.Offset ? 2 : 0);
        }
        if (layout == ArrayLayout.Offset && n == 0) { (offset, step) = (size, 2 * size); }
        return (strides, offset, step);
    }

    /// <summary>Cases one step plainer: contiguous, ordinary values, smaller.</summary>
    internal IEnumerable<ArrayCase> Smaller()
    {
        if (Layout != ArrayLayout.Contiguous) { yield return Draw(DType, Values.Shape, ArrayLayout.Contiguous, seed, spec); }
        if (spec.SpecialValues) { yield return Draw(DType, Values.Shape, Layout, seed, spec with { SpecialValues = false }); }
        foreach (ArrayShape s in Shape.Smaller().Where(s => s.Rank >= spec.MinRank))
        {
            yield return Draw(DType, s.Lengths, Layout, seed, spec);
        }
    }

    /// <summary>Dtype, shape, layout and the first values.</summary>
    public override string ToString() => $"{Layout.ToString().ToLowerInvariant()} {Values}";
}
