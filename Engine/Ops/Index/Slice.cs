using Engine.Internal.Graph;

namespace Engine.Internal.Operations;

[Op("slice", "(a, start_indices, axes, slice_size, *, stream=None)")]
internal static partial class Slice
{
    /// <summary>A block of fixed size whose start is data.</summary>
    /// <param name="a">Any shape and dtype.</param>
    /// <param name="startIndices">One integer for each of the axes, one axis.</param>
    /// <param name="axes">The axes that start elsewhere than at 0.</param>
    /// <param name="sliceSize">The shape of the block, a length for every axis of <paramref name="a"/>.</param>
    /// <returns>The block.</returns>
    /// <exception cref="ShapeException">The lengths do not match the array's axes, or a block is longer than its axis.</exception>
    /// <exception cref="IndexException">At evaluation: the block reaches out of the array.</exception>
    public static Node Of(Node a, Node startIndices, int[] axes, long[] sliceSize)
    {
        a = Operands.Strong(a);
        int[] at = Starts.Check(OpName, a, startIndices, axes, sliceSize);
        for (int i = 0; i < a.Ndim; i++)
        {
            int k = Array.IndexOf(at, i);
            a = k < 0 ? StridedSlice.Range(a, i, 0, sliceSize[i]) : Take.Of(a, Starts.Along(OpName, startIndices, k, sliceSize[i]), i);
        }
        return a;
    }
}

/// <summary>Starts of a block that are data.</summary>
internal static class Starts
{
    public static int[] Check(string op, Node a, Node starts, int[] axes, long[] size)
    {
        if (size.Length != a.Ndim) { throw Errors.Shape(op, $"the block has {size.Length} lengths for an array of {a.Ndim} axes; give one for each"); }
        if (starts.Ndim > 1 || starts.Count != axes.Length) { throw Errors.Shape(op, $"{axes.Length} axes need {axes.Length} starts in one axis; given {Shapes.Text(starts.Shape)}"); }
        for (int i = 0; i < size.Length; i++)
        {
            if (size[i] < 0 || size[i] > a.Shape[i]) { throw Errors.Shape(op, $"a block of {size[i]} does not fit axis {i} of {Shapes.Text(a.Shape)}; give a length from 0 to {a.Shape[i]}"); }
        }
        var at = new int[axes.Length];
        for (int i = 0; i < axes.Length; i++)
        {
            at[i] = Shapes.Axis(op, axes[i], a.Ndim);
            if (Array.IndexOf(at, at[i], 0, i) >= 0) { throw Errors.DuplicateAxis(op, at[i], axes); }
        }
        return at;
    }

    /// <summary>start, start + 1, ... for start number k.</summary>
    public static Node Along(string op, Node starts, int k, long length)
    {
        Node flat = Cast.To(Indices.Checked(op, Reshape.Quiet(starts, [starts.Count])), DType.Int64);
        return StridedSlice.Range(flat, 0, k, 1) + Iota.Along([length], 0);
    }
}
