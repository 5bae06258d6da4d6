using Engine.Internal.Graph;
using Engine.Internal.Plans;

namespace Engine.Internal.Operations;

[Op("softmax", "(a, /, axis=None, *, precise=False, stream=None)")]
internal sealed partial class Softmax(int[] axes) : Composite(OpName)
{
    /// <summary>exp(a) / sum(exp(a)) over axes.</summary>
    /// <param name="a">Any shape, real; integers and bool are taken as float32.</param>
    /// <param name="axis">The axes over which the result sums to 1; all where none is given.</param>
    /// <param name="precise">Compute float16 and bfloat16 in float32 throughout.</param>
    /// <returns>Same shape, float.</returns>
    /// <exception cref="AxisException">An axis is out of range.</exception>
    /// <remarks>The maximum is subtracted first. Derivative y (g - sum(g y)).</remarks>
    public static Node Of(Node a, Axes axis = default, bool precise = false)
    {
        a = Operands.As(a, Promotion.AtLeastFloat(Operands.Real(OpName, a.DType)));
        int[] axes = axis.Normalize(OpName, a.Ndim);
        DType dtype = a.DType;
        if (axes.Length == 0) { return a.Ndim == 0 && axis.IsAll ? Fill.Like(a, 1) : Build.Alias(a); }
        if (a.Count == 0) { return Build.Alias(a); }
        if (precise && dtype.Size == 2) { a = Cast.To(a, DType.Float32); }
        return Cast.To(Build.Make(new Softmax(axes), a), dtype);
    }

    public override (DType DType, Layout Layout) Infer(ReadOnlySpan<Node> inputs) => (inputs[0].DType, Layout.RowMajor(inputs[0].Shape, inputs[0].DType.Size));

    public override LibraryAttributes? Library(ReadOnlySpan<Node> inputs) => axes.Length == 1 ? new LibraryAttributes(LibraryKernel.Softmax, axes[0]) : null;

    public override Node Expand(ReadOnlySpan<Node> inputs)
    {
        Node e = Exp.Of(inputs[0] - Max.Of(inputs[0], axes, keepDims: true));
        return e / Sum.Of(e, axes, keepDims: true);
    }

    Node Through(Node g, Node y)
    {
        Node gy = g * y;
        return gy - y * Sum.Of(gy, axes, keepDims: true);
    }

    public override Node?[] Vjp(ReadOnlySpan<Node> inputs, Node output, Node cotangent, ReadOnlySpan<bool> wanted) => [Through(cotangent, output)];

    public override Node? Jvp(ReadOnlySpan<Node> inputs, Node output, ReadOnlySpan<Node?> tangents) => tangents[0] is { } t ? Through(t, output) : default(Node?);

    public override (Node Output, int? Axis) Vmap(ReadOnlySpan<Node> inputs, ReadOnlySpan<int?> mapped) =>
        (Build.Make(new Softmax(Array.ConvertAll(axes, a => a + 1)), Batch.Move(inputs[0], mapped[0]!.Value, 0)), 0);
}
