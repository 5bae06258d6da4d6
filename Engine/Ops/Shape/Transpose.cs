using Engine.Internal.Graph;

namespace Engine.Internal.Operations;

[Op("transpose", "(a, /, axes=None, *, stream=None)")]
internal sealed partial class Transpose(int[] axes) : ViewOp(OpName)
{
    /// <summary>The axes in another order.</summary>
    /// <param name="a">Any shape and dtype.</param>
    /// <param name="axes">A permutation of the axes; reversed where none is given.</param>
    /// <returns>A view.</returns>
    /// <exception cref="AxisException">An axis is out of range.</exception>
    /// <exception cref="ShapeException">Not a permutation.</exception>
    public static Node Of(Node a, Axes axes = default)
    {
        var order = new int[a.Ndim];
        if (axes.IsAll)
        {
            for (int i = 0; i < order.Length; i++) { order[i] = order.Length - 1 - i; }
            return Quiet(a, order);
        }
        if (axes.Given.Length != a.Ndim) { throw Errors.PermutationLength(OpName, axes.Given.Length, a.Ndim); }
        axes.Normalize(OpName, a.Ndim);
        for (int i = 0; i < order.Length; i++) { order[i] = Shapes.Axis(OpName, axes.Given[i], a.Ndim); }
        return Quiet(a, order);
    }

    /// <summary>By a permutation that is known to be one.</summary>
    public static Node Quiet(Node a, int[] order)
    {
        for (int i = 0; i < order.Length; i++)
        {
            if (order[i] != i) { return Build.Make(new Transpose(order), a); }
        }
        return Build.Alias(a);
    }

    static int[] Inverse(int[] order)
    {
        var inverse = new int[order.Length];
        for (int i = 0; i < order.Length; i++) { inverse[order[i]] = i; }
        return inverse;
    }

    public override (DType DType, Layout Layout) Infer(ReadOnlySpan<Node> inputs)
    {
        long[] from = inputs[0].Shape;
        return (inputs[0].DType, Layout.RowMajor(Array.ConvertAll(axes, i => from[i]), inputs[0].DType.Size));
    }

    public override Layout? View(Layout input, int itemSize) => Views.Transpose(input, axes, itemSize);

    public override Node?[] Vjp(ReadOnlySpan<Node> inputs, Node output, Node cotangent, ReadOnlySpan<bool> wanted) => [Quiet(cotangent, Inverse(axes))];

    public override Node? Jvp(ReadOnlySpan<Node> inputs, Node output, ReadOnlySpan<Node?> tangents) => Quiet(tangents[0]!.Value, axes);

    public override (Node Output, int? Axis) Vmap(ReadOnlySpan<Node> inputs, ReadOnlySpan<int?> mapped)
    {
        Node x = Batch.Move(inputs[0], mapped[0]!.Value, 0);
        return (Quiet(x, [0, .. Array.ConvertAll(axes, i => i + 1)]), 0);
    }
}
