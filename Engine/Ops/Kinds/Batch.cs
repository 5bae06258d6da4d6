using Engine.Internal.Graph;

namespace Engine.Internal.Operations;

/// <summary>Moves of the mapped axis.</summary>
internal static class Batch
{
    /// <summary>The mapped axis first, then axes of length 1 until the rest has <paramref name="ndim"/> axes.</summary>
    public static Node ToFront(Node x, int axis, int ndim)
    {
        x = Move(x, axis, 0);
        int missing = ndim - (x.Ndim - 1);
        if (missing <= 0) { return x; }
        var shape = new long[ndim + 1];
        shape[0] = x.Shape[0];
        shape.AsSpan(1, missing).Fill(1);
        x.Shape.AsSpan(1).CopyTo(shape.AsSpan(1 + missing));
        return Reshape.Quiet(x, shape);
    }

    public static Node Move(Node x, int from, int to)
    {
        if (from == to) { return x; }
        var order = new List<int>();
        for (int i = 0; i < x.Ndim; i++)
        {
            if (i != from) { order.Add(i); }
        }
        order.Insert(to, from);
        return Transpose.Quiet(x, order.ToArray());
    }

    /// <summary>An input without a mapped axis repeated along a new first one.</summary>
    public static Node Repeat(Node x, long size)
    {
        var shape = new long[x.Ndim + 1];
        shape[0] = size;
        x.Shape.CopyTo(shape, 1);
        return BroadcastTo.Quiet(x, shape);
    }

    /// <summary>Length of the mapped axis.</summary>
    public static long Size(ReadOnlySpan<Node> inputs, ReadOnlySpan<int?> axes)
    {
        for (int i = 0; i < inputs.Length; i++)
        {
            if (axes[i] is { } axis) { return inputs[i].Shape[axis]; }
        }
        throw new InvalidOperationException("No input is mapped.");
    }

    /// <summary>Every input with the mapped axis first, repeated where it had none.</summary>
    public static Node[] AllToFront(ReadOnlySpan<Node> inputs, ReadOnlySpan<int?> axes)
    {
        long size = Size(inputs, axes);
        var mapped = new Node[inputs.Length];
        for (int i = 0; i < inputs.Length; i++) { mapped[i] = axes[i] is { } axis ? Move(inputs[i], axis, 0) : Repeat(inputs[i], size); }
        return mapped;
    }
}
