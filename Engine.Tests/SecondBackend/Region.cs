using Engine.Internal.Memory;
using Engine.Internal.Plans;

namespace Engine.Tests.SecondBackend;

/// <summary>The elements that a view names, in row-major order of its shape, read and written one by one with plain index arithmetic.</summary>
internal static unsafe class Region
{
    public static long Count(long[] shape)
    {
        long n = 1;
        foreach (long d in shape) { n *= d; }
        return n;
    }

    /// <summary>Coordinates of the flat index.</summary>
    public static long[] Coordinates(long index, long[] shape)
    {
        var c = new long[shape.Length];
        for (int d = shape.Length - 1; d >= 0; d--)
        {
            c[d] = index % shape[d];
            index /= shape[d];
        }
        return c;
    }

    public static long Flat(long[] coordinates, long[] shape)
    {
        long i = 0;
        for (int d = 0; d < shape.Length; d++) { i = i * shape[d] + coordinates[d]; }
        return i;
    }

    /// <summary>All of a view's elements as memory bits; an index view counts.</summary>
    public static UInt128[] Load(Plan plan, View v)
    {
        var r = new UInt128[Count(v.Shape)];
        long[] places = Places(v);
        if (v.Buffer == View.Index)
        {
            for (long i = 0; i < r.Length; i++) { r[i] = (ulong)places[i]; }
            return r;
        }
        Span<byte> memory = Bytes(plan, v);
        int size = Elements.SizeOf(v.DType);
        for (long i = 0; i < r.Length; i++) { r[i] = Elements.Raw(memory.Slice((int)places[i], size), v.DType); }
        return r;
    }

    public static void Store(Plan plan, View v, UInt128[] values)
    {
        if (values.Length != Count(v.Shape)) { throw new InvalidOperationException($"{values.Length} values for a view of {Count(v.Shape)} elements"); }
        long[] places = Places(v);
        Span<byte> memory = Bytes(plan, v);
        int size = Elements.SizeOf(v.DType);
        for (long i = 0; i < values.Length; i++) { Elements.Raw(values[i], memory.Slice((int)places[i], size), v.DType); }
    }

    /// <summary>Offset + sum of coordinate times stride, for every element in order.</summary>
    static long[] Places(View v)
    {
        var r = new long[Count(v.Shape)];
        var c = new long[v.Shape.Length];
        long at = v.Offset;
        for (long i = 0; i < r.Length; i++)
        {
            r[i] = at;
            for (int d = c.Length - 1; d >= 0; d--)
            {
                at += v.Strides[d];
                if (++c[d] < v.Shape[d]) { break; }
                at -= c[d] * v.Strides[d];
                c[d] = 0;
            }
        }
        return r;
    }

    static Span<byte> Bytes(Plan plan, View v)
    {
        Storage s = plan.Buffers[v.Buffer].Storage ?? throw new InvalidOperationException($"buffer {v.Buffer} has no storage");
        return s.Small is { } small ? small : new Span<byte>(s.Data, checked((int)s.Bytes));
    }
}
