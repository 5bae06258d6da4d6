using Engine.Internal.Graph;
using Engine.Internal.Lanes;
using Engine.Internal.Plans;

namespace Engine.Internal.Operations;

[Op("cumsum", "(a, /, axis=None, *, reverse=False, inclusive=True, dtype=None, stream=None)")]
internal sealed partial class Cumsum(int axis, bool reverse, bool inclusive) : KernelOp(OpName)
{
    static readonly ReduceBody body = new NumberReduceBody<Sum>(OpName);

    /// <summary>Running sum along an axis.</summary>
    /// <param name="a">Any shape, real.</param>
    /// <param name="axis">The axis; null runs over the flattened array.</param>
    /// <param name="reverse">Run from the end.</param>
    /// <param name="inclusive">Whether an element is part of its own sum.</param>
    /// <param name="dtype">The dtype in which to sum; that of <paramref name="a"/> (int32 for bool) where none is given.</param>
    /// <returns>Same shape (one axis where flattened).</returns>
    /// <exception cref="AxisException">The axis is out of range.</exception>
    /// <remarks>The bits do not depend on threads or width. Linear: the gradient is the running sum from the other end.</remarks>
    public static Node Of(Node a, int? axis = null, bool reverse = false, bool inclusive = true, DType? dtype = null)
    {
        a = Operands.As(a, Operands.Real(OpName, dtype ?? Promotion.CumulativeSumType(a.DType)));
        if (axis is null || a.Ndim == 0) { a = Reshape.Quiet(a, [a.Count]); }
        return Build.Make(new Cumsum(Shapes.Axis(OpName, axis ?? 0, a.Ndim), reverse, inclusive), a);
    }

    public override GroupKind Kind => GroupKind.Scan;

    public override (DType DType, Layout Layout) Infer(ReadOnlySpan<Node> inputs) => (inputs[0].DType, Layout.RowMajor(inputs[0].Shape, inputs[0].DType.Size));

    public override Attributes Lower(ReadOnlySpan<Node> inputs, Node output) => new ScanAttributes(body, LaneBody.LaneType(output.DType), axis, reverse, inclusive);

    public override Node?[] Vjp(ReadOnlySpan<Node> inputs, Node output, Node cotangent, ReadOnlySpan<bool> wanted) => [Build.Make(new Cumsum(axis, !reverse, inclusive), cotangent)];

    public override Node? Jvp(ReadOnlySpan<Node> inputs, Node output, ReadOnlySpan<Node?> tangents) => tangents[0] is { } t ? Build.Make(this, t) : default(Node?);

    public override (Node Output, int? Axis) Vmap(ReadOnlySpan<Node> inputs, ReadOnlySpan<int?> axes) =>
        (Build.Make(new Cumsum(axis + 1, reverse, inclusive), Batch.Move(inputs[0], axes[0]!.Value, 0)), 0);
}
