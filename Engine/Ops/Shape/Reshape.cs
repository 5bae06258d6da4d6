using Engine.Internal.Graph;

namespace Engine.Internal.Operations;

[Op("reshape", "(a, /, shape, *, stream=None)")]
internal sealed partial class Reshape(long[] shape) : ViewOp(OpName)
{
    /// <summary>The same elements in row-major order under another shape.</summary>
    /// <param name="a">Any shape and dtype.</param>
    /// <param name="shape">Lengths with the same product; one may be -1 and is worked out.</param>
    /// <returns>The shape; a view where the memory allows one, else a copy.</returns>
    /// <exception cref="ShapeException">The elements do not fit.</exception>
    public static Node Of(Node a, long[] shape) => Quiet(a, Shapes.Reshape(OpName, a.Shape, a.Count, shape));

    /// <summary>To a shape that is known to fit.</summary>
    public static Node Quiet(Node a, long[] shape) => a.Shape.AsSpan().SequenceEqual(shape) ? Build.Alias(a) : Build.Make(new Reshape(shape), a);

    public override (DType DType, Layout Layout) Infer(ReadOnlySpan<Node> inputs) => (inputs[0].DType, Layout.RowMajor(shape, inputs[0].DType.Size));

    public override Layout? View(Layout input, int itemSize) => Views.Reshape(input, shape, itemSize);

    public override Node?[] Vjp(ReadOnlySpan<Node> inputs, Node output, Node cotangent, ReadOnlySpan<bool> wanted) => [Quiet(cotangent, inputs[0].Shape)];

    public override Node? Jvp(ReadOnlySpan<Node> inputs, Node output, ReadOnlySpan<Node?> tangents) => Quiet(tangents[0]!.Value, shape);

    public override (Node Output, int? Axis) Vmap(ReadOnlySpan<Node> inputs, ReadOnlySpan<int?> axes)
    {
        Node x = Batch.Move(inputs[0], axes[0]!.Value, 0);
        return (Quiet(x, [x.Shape[0], .. shape]), 0);
    }
}
