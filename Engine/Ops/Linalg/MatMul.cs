using Engine.Internal.Graph;
using Engine.Internal.Plans;

namespace Engine.Internal.Operations;

[Op("matmul", "(a, b, /, *, stream=None)", Operator = "@")]
internal sealed partial class MatMul() : KernelOp(OpName)
{
    static readonly MatMul instance = new();

    /// <summary>Matrix product over the last two axes; leading axes broadcast.</summary>
    /// <param name="a">(..., M, K), or (K).</param>
    /// <param name="b">(..., K, N), or (K).</param>
    /// <returns>(..., M, N) in the promoted float dtype; an operand of one axis counts as a row or a column and leaves no axis.</returns>
    /// <exception cref="ShapeException">An operand has no axis, the inner lengths differ, or the leading axes do not broadcast.</exception>
    /// <exception cref="DTypeException">The operands are integers or complex.</exception>
    /// <remarks>float16 and bfloat16 accumulate in float32 and are rounded once. Derivatives g b^T and a^T g.</remarks>
    public static Node Of(Node a, Node b)
    {
        DType t = Operands.Real(OpName, Operands.Common(OpName, a, b));
        if (!t.IsFloat) { throw Errors.DTypesNotSupported(OpName, a.DType, b.DType, "matmul multiplies floats; convert with astype(float32) first"); }
        a = Operands.As(a, t);
        b = Operands.As(b, t);
        if (a.Ndim == 0 || b.Ndim == 0) { throw Errors.Shape(OpName, $"{Shapes.Text(a.Shape)} and {Shapes.Text(b.Shape)} cannot be multiplied as matrices: an operand without axes is a number. Use * instead."); }
        bool row = a.Ndim == 1, column = b.Ndim == 1;
        if (a.Shape[^1] != b.Shape[column ? 0 : b.Ndim - 2]) { throw Errors.MatMulMismatch(OpName, a.Shape, b.Shape); }
        if (row) { a = Reshape.Quiet(a, [1, a.Shape[0]]); }
        if (column) { b = Reshape.Quiet(b, [b.Shape[0], 1]); }
        Node product = Product(a, b);
        if (!row && !column) { return product; }
        var shape = new List<long>(product.Shape);
        if (column) { shape.RemoveAt(shape.Count - 1); }
        if (row) { shape.RemoveAt(shape.Count - (column ? 1 : 2)); }
        return Reshape.Quiet(product, [.. shape]);
    }

    // Batches of rows against one matrix are one tall matrix.
    static Node Product(Node a, Node b)
    {
        if (a.Ndim <= 2 || b.Ndim != 2 || a.Count == 0) { return Build.Make(instance, a, b); }
        long rows = a.Count / a.Shape[^1];
        Node tall = Build.Make(instance, Reshape.Quiet(a, [rows, a.Shape[^1]]), b);
        return Reshape.Quiet(tall, [.. a.Shape[..^1], b.Shape[1]]);
    }

    public override GroupKind Kind => GroupKind.MatMul;

    public override bool TakesEpilogue => true;

    public override (DType DType, Layout Layout) Infer(ReadOnlySpan<Node> inputs)
    {
        long[] batch = Shapes.Broadcast(OpName, inputs[0].Shape[..^2], inputs[1].Shape[..^2]);
        return (inputs[0].DType, Layout.RowMajor([.. batch, inputs[0].Shape[^2], inputs[1].Shape[^1]], inputs[0].DType.Size));
    }

    public override long[] InputShape(ReadOnlySpan<Node> inputs, Node output, int i) => [.. output.Shape[..^2], .. inputs[i].Shape[^2..]];

    public override Attributes Lower(ReadOnlySpan<Node> inputs, Node output) => new MatMulAttributes();

    static Node Flip(Node a)
    {
        var order = TakeAlongAxis.Every(a.Ndim);
        (order[^1], order[^2]) = (order[^2], order[^1]);
        return Transpose.Quiet(a, order);
    }

    public override Node?[] Vjp(ReadOnlySpan<Node> inputs, Node output, Node cotangent, ReadOnlySpan<bool> wanted) =>
    [
        wanted[0] ? Elementwise.Unbroadcast(Product(cotangent, Flip(inputs[1])), inputs[0].Shape) : default(Node?),
        wanted[1] ? Elementwise.Unbroadcast(Build.Make(instance, Flip(inputs[0]), cotangent), inputs[1].Shape) : default(Node?),
    ];

    public override Node? Jvp(ReadOnlySpan<Node> inputs, Node output, ReadOnlySpan<Node?> tangents)
    {
        Node? left = tangents[0] is { } a ? Build.Make(instance, a, inputs[1]) : default(Node?), right = tangents[1] is { } b ? Build.Make(instance, inputs[0], b) : default(Node?);
        return left is { } l && right is { } r ? l + r : left ?? right;
    }

    public override (Node Output, int? Axis) Vmap(ReadOnlySpan<Node> inputs, ReadOnlySpan<int?> axes)
    {
        int ndim = Math.Max(inputs[0].Ndim - (axes[0] is null ? 0 : 1), inputs[1].Ndim - (axes[1] is null ? 0 : 1));
        Node a = axes[0] is { } i ? Batch.ToFront(inputs[0], i, ndim) : inputs[0], b = axes[1] is { } k ? Batch.ToFront(inputs[1], k, ndim) : inputs[1];
        return (Product(a, b), 0);
    }
}
