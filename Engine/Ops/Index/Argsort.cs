using Engine.Internal.Graph;
using Engine.Internal.Plans;

namespace Engine.Internal.Operations;

[Op("argsort", "(a, /, axis=-1, *, stream=None)")]
internal sealed partial class Argsort(int axis) : KernelOp(OpName)
{
    /// <summary>The places from which sort would take its elements.</summary>
    /// <param name="a">Any shape, real.</param>
    /// <param name="axis">The axis; null sorts the flattened array.</param>
    /// <returns>Same shape (one axis where flattened), uint32. Stable; NaN comes last.</returns>
    /// <exception cref="AxisException">The axis is out of range.</exception>
    /// <remarks>No gradient.</remarks>
    public static Node Of(Node a, int? axis = -1)
    {
        Operands.Real(OpName, a.DType);
        if (axis is null || a.Ndim == 0) { a = Reshape.Quiet(a, [a.Count]); }
        return Build.Make(new Argsort(Shapes.Axis(OpName, axis ?? 0, a.Ndim)), a);
    }

    public override GroupKind Kind => GroupKind.Sort;

    public override (DType DType, Layout Layout) Infer(ReadOnlySpan<Node> inputs) => (DType.UInt32, Layout.RowMajor(inputs[0].Shape, sizeof(uint)));

    public override Attributes Lower(ReadOnlySpan<Node> inputs, Node output) => new SortAttributes(axis, true);

    public override Node?[] Vjp(ReadOnlySpan<Node> inputs, Node output, Node cotangent, ReadOnlySpan<bool> wanted) => [null];

    public override Node? Jvp(ReadOnlySpan<Node> inputs, Node output, ReadOnlySpan<Node?> tangents) => null;

    public override (Node Output, int? Axis) Vmap(ReadOnlySpan<Node> inputs, ReadOnlySpan<int?> axes) => (Build.Make(new Argsort(axis + 1), Batch.Move(inputs[0], axes[0]!.Value, 0)), 0);
}
