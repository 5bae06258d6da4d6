using Engine.Internal;
using Engine.Internal.Graph;
using Engine.Internal.Memory;
using Engine.Internal.Operations;

namespace Engine.Interop.Python;

/// <summary>The few operations that Python's syntax and protocols need; everything else is bound by the
/// generator.</summary>
internal static class Core
{
    public static Node AsType(Node x, DType dtype) => Engine.Internal.Operations.AsType.Of(x, dtype);

    public static Node Transpose(Node x) => Engine.Internal.Operations.Transpose.Of(x);

    /// <summary>A node of its own with the same value.</summary>
    public static Node Copy(Node x, DType? dtype) => AsType(x, dtype ?? x.DType);

    /// <summary>The same bytes as elements of another type. The last axis takes the difference in size.</summary>
    public static Node View(Node x, DType dtype)
    {
        int from = ElementFormat.Size(x.DType), to = ElementFormat.Size(dtype);
        if (x.DType == dtype)
        {
            return Copy(x, null);
        }
        Gil.Eval(x.Array);
        // A value inside the node moves to a storage, and its layout with it.
        Values.Of(x.Array);
        Layout layout = x.Array.Layout;
        if (from == to)
        {
            return new Node(Shared(x.Array, dtype, layout));
        }
        if (layout.Ndim == 0)
        {
            throw PythonException.ValueError("view(): an array without axes is viewed as a type of the same size only");
        }
        if (layout.Shape[^1] * from % to != 0)
        {
            throw PythonException.ValueError($"view(): the last axis has {layout.Shape[^1] * from} bytes, which is no whole number of {DTypes.Name(dtype)} elements");
        }
        // Elements of another size need the last axis without gaps; a copy has that, and its storage changes hands.
        NDArray packed = x.Array;
        bool fresh = !layout.Contiguous;
        if (fresh)
        {
            using BufferDescriptor d = ArrayExchange.Describing(x.Array);
            packed = ArrayExchange.Copy(d, narrow: false);
        }
        long[] shape = [.. layout.Shape];
        shape[^1] = shape[^1] * from / to;
        Layout result = Layout.Strided(shape, Layout.RowMajor(shape, to).Strides, packed.Layout.Offset, to);
        return new Node(fresh ? Build.Value(Values.Of(packed), dtype, result) : Shared(packed, dtype, result));
    }

    /// <summary>The items along the first axis.</summary>
    public static Node[] Rows(Node x, string function)
    {
        if (x.Ndim == 0)
        {
            throw new PythonException(Globals.IndexError, $"{function}(): an array without axes has no rows");
        }
        var rows = new Node[x.Shape[0]];
        for (int i = 0; i < rows.Length; i++)
        {
            rows[i] = Indexing.Get(x, [new IndexItem(IndexKind.Int, i)]);
        }
        return rows;
    }

    private static NDArray Shared(NDArray x, DType dtype, Layout layout)
    {
        Storage storage = Values.Of(x);
        storage.Hold();
        return Build.Value(storage, dtype, layout);
    }

    /// <summary>Arrays of one shape along a new first axis.</summary>
    public static Node Stack(Node[] xs)
    {
        var rows = new Node[xs.Length];
        for (int i = 0; i < xs.Length; i++)
        {
            rows[i] = Indexing.Get(xs[i], [new IndexItem(IndexKind.NewAxis)]);
        }
        return Concatenate.Of(rows, 0);
    }
}
