using Engine.Internal.Graph;
using Engine.Internal.Plans;

namespace Engine.Internal.Operations;

[Op("argpartition", "(a, /, kth, axis=-1, *, stream=None)")]
internal sealed partial class Argpartition(int axis, long kth) : KernelOp(OpName)
{
    /// <summary>The places from which partition would take its elements.</summary>
    /// <param name="a">Any shape, real.</param>
    /// <param name="kth">A place in the sorted order; negative ones count from the end.</param>
    /// <param name="axis">The axis; null takes the flattened array.</param>
    /// <returns>Same shape (one axis where flattened), uint32. Smaller elements than number kth, equal ones and greater ones each keep their order. NaN is the greatest.</returns>
    /// <exception cref="AxisException">The axis is out of range.</exception>
    /// <exception cref="ShapeException">There is no such place.</exception>
    /// <remarks>No gradient.</remarks>
    public static Node Of(Node a, int kth, int? axis = -1)
    {
        (a, int at, long place) = Partition.Normalize(OpName, a, kth, axis);
        return Build.Make(new Argpartition(at, place), a);
    }

    public override GroupKind Kind => GroupKind.Sort;

    public override (DType DType, Layout Layout) Infer(ReadOnlySpan<Node> inputs) => (DType.UInt32, Layout.RowMajor(inputs[0].Shape, sizeof(uint)));

    public override Attributes Lower(ReadOnlySpan<Node> inputs, Node output) => new SortAttributes(axis, true, kth);

    public override Node?[] Vjp(ReadOnlySpan<Node> inputs, Node output, Node cotangent, ReadOnlySpan<bool> wanted) => [null];

    public override Node? Jvp(ReadOnlySpan<Node> inputs, Node output, ReadOnlySpan<Node?> tangents) => null;

    public override (Node Output, int? Axis) Vmap(ReadOnlySpan<Node> inputs, ReadOnlySpan<int?> axes) => (Build.Make(new Argpartition(axis + 1, kth), Batch.Move(inputs[0], axes[0]!.Value, 0)), 0);
}
