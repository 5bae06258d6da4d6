using Engine.Internal;
using Engine.Internal.Graph;
using Engine.Internal.Operations;

namespace Engine;

/// <summary>One position of an index: an integer (negative ones count from the end), a range, a slice with a step, a new axis, an ellipsis, or an integer array.</summary>
public readonly struct AxisIndex
{
    internal readonly IndexItem Item;

    internal AxisIndex(IndexItem item) => Item = item;

    /// <summary>One element along the axis.</summary>
    public static implicit operator AxisIndex(int i) => new(new IndexItem(IndexKind.Int, i));

    /// <summary>One element along the axis.</summary>
    public static implicit operator AxisIndex(long i) => new(new IndexItem(IndexKind.Int, i));

    /// <summary>One element along the axis, from its end.</summary>
    public static implicit operator AxisIndex(Index i) => new(new IndexItem(IndexKind.Int, i.IsFromEnd ? -i.Value : i.Value));

    /// <summary>A run of elements. <c>..</c> is the whole axis.</summary>
    public static implicit operator AxisIndex(Range range) => new(new IndexItem(IndexKind.Slice, 0, Bound(range.Start, 0), Bound(range.End, null), 1));

    // ^0 is the end itself: no bound.
    static long? Bound(Index i, long? start) => !i.IsFromEnd ? i.Value : i.Value == 0 ? (start is null ? null : long.MaxValue) : -i.Value;

    /// <summary>The elements at these places (integers), or where this holds (bool, in <c>At</c> only).</summary>
    public static implicit operator AxisIndex(NDArray places)
    {
        ArgumentNullException.ThrowIfNull(places);
        return new(new IndexItem(places.DType == DType.Bool ? IndexKind.Mask : IndexKind.Array, Array: new Node(places)));
    }

    internal static IndexItem[] Items(ReadOnlySpan<AxisIndex> index)
    {
        var items = new IndexItem[index.Length];
        for (int i = 0; i < items.Length; i++) { items[i] = index[i].Item; }
        return items;
    }
}

/// <summary>A place in an array, to be written.</summary>
public readonly struct ArrayPlace
{
    readonly NDArray array;
    readonly IndexItem[] items;

    internal ArrayPlace(NDArray array, IndexItem[] items) => (this.array, this.items) = (array, items);

    /// <summary>The array with this part replaced.</summary>
    /// <param name="value">Broadcast to the part, and cast to the array's dtype.</param>
    /// <exception cref="ShapeException">It does not broadcast.</exception>
    public NDArray Set(NDArray value) => Face.Out(Indexing.Set(array, items, Face.In(value, nameof(value))));

    /// <summary>The array with a value added to this part. A place that an index array names twice gets one of the sums.</summary>
    /// <param name="value">Broadcast to the part.</param>
    public NDArray Add(NDArray value)
    {
        Node part = Indexing.Get(array, items);
        return Face.Out(Indexing.Set(array, items, Internal.Operations.Add.Of(part, Face.In(value, nameof(value)))));
    }
}
