using Engine.Internal.Graph;
using Engine.Internal.Plans;

namespace Engine.Internal.Operations;

[Op("sort", "(a, /, axis=-1, *, stream=None)")]
internal sealed partial class Sort(int axis) : KernelOp(OpName)
{
    /// <summary>The elements of every line along an axis in ascending order.</summary>
    /// <param name="a">Any shape, real.</param>
    /// <param name="axis">The axis; null sorts the flattened array.</param>
    /// <returns>Same shape and dtype (one axis where flattened). Stable; NaN comes last.</returns>
    /// <exception cref="AxisException">The axis is out of range.</exception>
    /// <remarks>Merge sort, n log n. The gradient follows the elements.</remarks>
    public static Node Of(Node a, int? axis = -1)
    {
        Operands.Real(OpName, a.DType);
        if (axis is null || a.Ndim == 0) { a = Reshape.Quiet(a, [a.Count]); }
        return Build.Make(new Sort(Shapes.Axis(OpName, axis ?? 0, a.Ndim)), a);
    }

    public override GroupKind Kind => GroupKind.Sort;

    public override (DType DType, Layout Layout) Infer(ReadOnlySpan<Node> inputs) => (inputs[0].DType, Layout.RowMajor(inputs[0].Shape, inputs[0].DType.Size));

    public override Attributes Lower(ReadOnlySpan<Node> inputs, Node output) => new SortAttributes(axis, false);

    public override Node?[] Vjp(ReadOnlySpan<Node> inputs, Node output, Node cotangent, ReadOnlySpan<bool> wanted) =>
        [TakeAlongAxis.Put(Fill.Like(inputs[0], 0), Argsort.Of(inputs[0], axis), Cast.To(cotangent, inputs[0].DType), axis)];

    public override Node? Jvp(ReadOnlySpan<Node> inputs, Node output, ReadOnlySpan<Node?> tangents) => tangents[0] is { } t ? TakeAlongAxis.Of(t, Argsort.Of(inputs[0], axis), axis) : default(Node?);

    public override (Node Output, int? Axis) Vmap(ReadOnlySpan<Node> inputs, ReadOnlySpan<int?> axes) => (Build.Make(new Sort(axis + 1), Batch.Move(inputs[0], axes[0]!.Value, 0)), 0);
}
