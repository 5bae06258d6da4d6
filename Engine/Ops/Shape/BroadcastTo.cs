using Engine.Internal.Graph;

namespace Engine.Internal.Operations;

[Op("broadcast_to", "(a, /, shape, *, stream=None)")]
internal sealed partial class BroadcastTo(long[] shape) : ViewOp(OpName)
{
    /// <summary>The array repeated along axes of length 1 and along new leading axes, without a copy.</summary>
    /// <param name="a">Any shape and dtype.</param>
    /// <param name="shape">A shape to which it broadcasts.</param>
    /// <returns>A view of the shape.</returns>
    /// <exception cref="ShapeException">It does not broadcast to the shape.</exception>
    public static Node Of(Node a, long[] shape)
    {
        Shapes.Count(OpName, shape);
        Shapes.CheckBroadcastTo(OpName, a.Shape, shape);
        return Quiet(a, shape);
    }

    /// <summary>To a shape that is known to fit.</summary>
    public static Node Quiet(Node a, long[] shape) => a.Shape.AsSpan().SequenceEqual(shape) ? Build.Alias(a) : Build.Make(new BroadcastTo(shape), a);

    public override (DType DType, Layout Layout) Infer(ReadOnlySpan<Node> inputs) => (inputs[0].DType, Layout.RowMajor(shape, inputs[0].DType.Size));

    public override Layout? View(Layout input, int itemSize) => Views.Broadcast(input, shape, itemSize);

    public override Node?[] Vjp(ReadOnlySpan<Node> inputs, Node output, Node cotangent, ReadOnlySpan<bool> wanted) => [Cast.To(Elementwise.Unbroadcast(cotangent, inputs[0].Shape), inputs[0].DType)];

    public override Node? Jvp(ReadOnlySpan<Node> inputs, Node output, ReadOnlySpan<Node?> tangents) => Quiet(tangents[0]!.Value, shape);

    public override (Node Output, int? Axis) Vmap(ReadOnlySpan<Node> inputs, ReadOnlySpan<int?> axes)
    {
        Node x = Batch.ToFront(inputs[0], axes[0]!.Value, shape.Length);
        return (Quiet(x, [x.Shape[0], .. shape]), 0);
    }
}
