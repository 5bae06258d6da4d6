using Engine.Internal.Graph;
using Engine.Internal.Lanes;

namespace Engine.Internal.Operations;

/// <summary>A shape filled with one element (or with an array broadcast to it), in memory of its own.</summary>
internal sealed class Fill(long[] shape) : Elementwise("full")
{
    public static Node Of(long[] shape, Node value) => Build.Make(new Fill(shape), value);

    public static Node Like(Node a, long value) => Of(a.Shape, Build.Constant(a.DType, value));

    public override LaneBody? Body(DType operand) => null;

    protected override DType Result(ReadOnlySpan<Node> inputs) => inputs[0].DType;

    public override (DType DType, Layout Layout) Infer(ReadOnlySpan<Node> inputs)
    {
        Shapes.CheckBroadcastTo(Name, inputs[0].Shape, shape);
        return (inputs[0].DType, Layout.RowMajor(shape, inputs[0].DType.Size));
    }

    protected override Node? Chain(int i, Node g, ReadOnlySpan<Node> inputs, Node output) => g;

    public override (Node Output, int? Axis) Vmap(ReadOnlySpan<Node> inputs, ReadOnlySpan<int?> axes)
    {
        Node x = Batch.ToFront(inputs[0], axes[0]!.Value, shape.Length);
        return (Of([x.Shape[0], .. shape], x), 0);
    }
}
