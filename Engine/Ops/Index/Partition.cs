using Engine.Internal.Graph;
using Engine.Internal.Plans;

namespace Engine.Internal.Operations;

[Op("partition", "(a, /, kth, axis=-1, *, stream=None)")]
internal sealed partial class Partition(int axis, long kth) : KernelOp(OpName)
{
    /// <summary>The elements of every line along an axis, with number kth of the sorted order in its place, the smaller ones before it and the greater ones behind it.</summary>
    /// <param name="a">Any shape, real.</param>
    /// <param name="kth">A place in the sorted order; negative ones count from the end.</param>
    /// <param name="axis">The axis; null takes the flattened array.</param>
    /// <returns>Same shape and dtype (one axis where flattened). Elements equal to number kth stand together; smaller ones, equal ones and greater ones each keep their order. NaN is the greatest.</returns>
    /// <exception cref="AxisException">The axis is out of range.</exception>
    /// <exception cref="ShapeException">There is no such place.</exception>
    /// <remarks>Selection by digits, linear in the elements. The gradient follows the elements.</remarks>
    public static Node Of(Node a, int kth, int? axis = -1)
    {
        (a, int at, long place) = Normalize(OpName, a, kth, axis);
        return Build.Make(new Partition(at, place), a);
    }

    internal static (Node A, int Axis, long Kth) Normalize(string op, Node a, long kth, int? axis)
    {
        a = Operands.Strong(a);
        Operands.Real(op, a.DType);
        if (axis is null) { a = Reshape.Quiet(a, [a.Count]); }
        int at = Shapes.Axis(op, axis ?? 0, a.Ndim);
        long n = a.Shape[at];
        if (kth < -n || kth >= n) { throw Errors.Shape(op, $"kth {kth} is no place along axis {at} of {Shapes.Text(a.Shape)}; give one from {-n} to {n - 1}"); }
        return (a, at, kth < 0 ? kth + n : kth);
    }

    public override GroupKind Kind => GroupKind.Sort;

    public override (DType DType, Layout Layout) Infer(ReadOnlySpan<Node> inputs) => (inputs[0].DType, Layout.RowMajor(inputs[0].Shape, inputs[0].DType.Size));

    public override Attributes Lower(ReadOnlySpan<Node> inputs, Node output) => new SortAttributes(axis, false, kth);

    Node Places(Node a) => Build.Make(new Argpartition(axis, kth), a);

    public override Node?[] Vjp(ReadOnlySpan<Node> inputs, Node output, Node cotangent, ReadOnlySpan<bool> wanted) =>
        [TakeAlongAxis.Put(Fill.Like(inputs[0], 0), Places(inputs[0]), Cast.To(cotangent, inputs[0].DType), axis)];

    public override Node? Jvp(ReadOnlySpan<Node> inputs, Node output, ReadOnlySpan<Node?> tangents) => tangents[0] is { } t ? TakeAlongAxis.Of(t, Places(inputs[0]), axis) : default(Node?);

    public override (Node Output, int? Axis) Vmap(ReadOnlySpan<Node> inputs, ReadOnlySpan<int?> axes) => (Build.Make(new Partition(axis + 1, kth), Batch.Move(inputs[0], axes[0]!.Value, 0)), 0);
}
