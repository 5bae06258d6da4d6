using Engine.Internal.Graph;

namespace Engine.Internal.Operations;

/// <summary>Index arrays: integer, brought to one dtype and one shape.</summary>
internal static class Indices
{
    /// <summary>The source followed by the index arrays, broadcast together.</summary>
    public static Node[] Same(string op, Node source, ReadOnlySpan<Node> indices)
    {
        var result = new Node[indices.Length + 1];
        result[0] = Operands.Strong(source);
        long[] shape = [];
        foreach (Node index in indices) { shape = Shapes.Broadcast(op, shape, index.Shape); }
        for (int i = 0; i < indices.Length; i++) { result[i + 1] = BroadcastTo.Quiet(Checked(op, indices[i]), shape); }
        return result;
    }

    /// <summary>An integer index array.</summary>
    /// <exception cref="DTypeException">It holds something else.</exception>
    public static Node Checked(string op, Node index)
    {
        index = Operands.Strong(index);
        return index.DType.IsInteger ? index : throw Errors.IndexType(op, index.DType);
    }

    /// <summary>The whole shape, with length 1 along some axes.</summary>
    public static long[] Sizes(long[] shape, params ReadOnlySpan<int> ones)
    {
        var sizes = (long[])shape.Clone();
        foreach (int axis in ones) { sizes[axis] = 1; }
        return sizes;
    }
}
