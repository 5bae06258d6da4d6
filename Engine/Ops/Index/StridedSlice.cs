using Engine.Internal.Graph;

namespace Engine.Internal.Operations;

/// <summary>Elements start, start + step, ... along every axis: what basic indexing means. A view.</summary>
internal sealed class StridedSlice(long[] start, long[] step, long[] shape) : ViewOp("slice")
{
    public static Node Of(Node a, long[] start, long[] step, long[] shape)
    {
        bool whole = a.Shape.AsSpan().SequenceEqual(shape);
        for (int i = 0; whole && i < start.Length; i++) { whole = shape[i] == 0 || (start[i] == 0 && (step[i] == 1 || shape[i] == 1)); }
        return whole ? Build.Alias(a) : Build.Make(new StridedSlice(start, step, shape), a);
    }

    /// <summary><paramref name="length"/> elements along one axis.</summary>
    public static Node Range(Node a, int axis, long start, long length)
    {
        var from = new long[a.Ndim];
        var step = new long[a.Ndim];
        var shape = (long[])a.Shape.Clone();
        step.AsSpan().Fill(1);
        from[axis] = start;
        shape[axis] = length;
        return Of(a, from, step, shape);
    }

    public override (DType DType, Layout Layout) Infer(ReadOnlySpan<Node> inputs) => (inputs[0].DType, Layout.RowMajor(shape, inputs[0].DType.Size));

    public override Layout? View(Layout input, int itemSize) => Views.Slice(input, start, step, shape, itemSize);

    public override Node?[] Vjp(ReadOnlySpan<Node> inputs, Node output, Node cotangent, ReadOnlySpan<bool> wanted) =>
        [Build.Make(new StridedUpdate(start, step), Fill.Like(inputs[0], 0), Cast.To(cotangent, inputs[0].DType))];

    public override Node? Jvp(ReadOnlySpan<Node> inputs, Node output, ReadOnlySpan<Node?> tangents) => Build.Make(this, tangents[0]!.Value);

    public override (Node Output, int? Axis) Vmap(ReadOnlySpan<Node> inputs, ReadOnlySpan<int?> axes)
    {
        Node x = Batch.Move(inputs[0], axes[0]!.Value, 0);
        return (Of(x, [0, .. start], [1, .. step], [x.Shape[0], .. shape]), 0);
    }
}

/// <summary>An array with the elements of such a slice replaced.</summary>
internal sealed class StridedUpdate(long[] start, long[] step) : AssembleOp("slice_update")
{
    public override bool FirstFills => true;

    public override (DType DType, Layout Layout) Infer(ReadOnlySpan<Node> inputs) => (inputs[0].DType, Layout.RowMajor(inputs[0].Shape, inputs[0].DType.Size));

    public override Layout Region(ReadOnlySpan<Node> inputs, Layout output, int i) => i == 0 ? output : Views.Slice(output, start, step, inputs[1].Shape, inputs[1].DType.Size);

    public override Node?[] Vjp(ReadOnlySpan<Node> inputs, Node output, Node cotangent, ReadOnlySpan<bool> wanted) =>
    [
        wanted[0] ? Build.Make(this, cotangent, Fill.Like(inputs[1], 0)) : default(Node?),
        wanted[1] ? StridedSlice.Of(cotangent, start, step, inputs[1].Shape) : default(Node?),
    ];

    public override Node? Jvp(ReadOnlySpan<Node> inputs, Node output, ReadOnlySpan<Node?> tangents) =>
        Build.Make(this, tangents[0] ?? Fill.Like(inputs[0], 0), tangents[1] ?? Fill.Like(inputs[1], 0));

    public override (Node Output, int? Axis) Vmap(ReadOnlySpan<Node> inputs, ReadOnlySpan<int?> axes) => (Build.Make(new StridedUpdate([0, .. start], [1, .. step]), Batch.AllToFront(inputs, axes)), 0);
}
