using Engine.Internal.Graph;

namespace Engine.Internal.Operations;

[Op("concatenate", "(arrays, axis=0, *, stream=None)")]
internal sealed partial class Concatenate(int axis) : AssembleOp(OpName)
{
    /// <summary>Arrays one after the other along an axis.</summary>
    /// <param name="arrays">At least one; equal shapes but along the axis.</param>
    /// <param name="axis">The axis; null flattens the arrays first.</param>
    /// <returns>The joined array, in the dtype in which all meet.</returns>
    /// <exception cref="ShapeException">No array, or the shapes differ elsewhere.</exception>
    /// <exception cref="AxisException">The axis is out of range.</exception>
    public static Node Of(Node[] arrays, int? axis = 0)
    {
        if (arrays.Length == 0) { throw Errors.EmptyList(OpName); }
        var parts = new Node[arrays.Length];
        DType dtype = Operands.Strong(arrays[0]).DType;
        for (int i = 0; i < parts.Length; i++)
        {
            parts[i] = Operands.Strong(arrays[i]);
            if (axis is null) { parts[i] = Reshape.Quiet(parts[i], [parts[i].Count]); }
            dtype = Promotion.Promote(dtype, parts[i].DType);
        }
        int at = Shapes.Axis(OpName, axis ?? 0, parts[0].Ndim);
        for (int i = 0; i < parts.Length; i++)
        {
            Check(parts[0].Shape, parts[i].Shape, at);
            parts[i] = Cast.To(parts[i], dtype);
        }
        return parts.Length == 1 ? Build.Alias(parts[0]) : Build.Make(new Concatenate(at), parts);
    }

    static void Check(long[] a, long[] b, int axis)
    {
        bool same = a.Length == b.Length;
        for (int i = 0; same && i < a.Length; i++) { same = i == axis || a[i] == b[i]; }
        if (!same) { throw Errors.ConcatMismatch(OpName, a, b, axis); }
    }

    public override (DType DType, Layout Layout) Infer(ReadOnlySpan<Node> inputs)
    {
        var shape = (long[])inputs[0].Shape.Clone();
        shape[axis] = 0;
        foreach (Node input in inputs) { shape[axis] = checked(shape[axis] + input.Shape[axis]); }
        return (inputs[0].DType, Layout.RowMajor(shape, inputs[0].DType.Size));
    }

    static long Start(ReadOnlySpan<Node> inputs, int axis, int i)
    {
        long start = 0;
        for (int k = 0; k < i; k++) { start += inputs[k].Shape[axis]; }
        return start;
    }

    public override Layout Region(ReadOnlySpan<Node> inputs, Layout output, int i) =>
        Layout.Strided(inputs[i].Shape, output.Strides, output.Strides[axis] * Start(inputs, axis, i), inputs[i].DType.Size);

    public override Node?[] Vjp(ReadOnlySpan<Node> inputs, Node output, Node cotangent, ReadOnlySpan<bool> wanted)
    {
        var result = new Node?[inputs.Length];
        long start = 0;
        for (int i = 0; i < inputs.Length; i++)
        {
            if (wanted[i]) { result[i] = StridedSlice.Range(cotangent, axis, start, inputs[i].Shape[axis]); }
            start += inputs[i].Shape[axis];
        }
        return result;
    }

    public override Node? Jvp(ReadOnlySpan<Node> inputs, Node output, ReadOnlySpan<Node?> tangents)
    {
        var parts = new Node[inputs.Length];
        for (int i = 0; i < parts.Length; i++) { parts[i] = tangents[i] ?? Fill.Like(inputs[i], 0); }
        return Build.Make(this, parts);
    }

    public override (Node Output, int? Axis) Vmap(ReadOnlySpan<Node> inputs, ReadOnlySpan<int?> axes) => (Build.Make(new Concatenate(axis + 1), Batch.AllToFront(inputs, axes)), 0);
}
