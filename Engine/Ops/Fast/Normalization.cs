using Engine.Internal.Graph;
using Engine.Internal.Plans;

namespace Engine.Internal.Operations;

/// <summary>Rows of the last axis brought to a scale: what rms_norm and layer_norm share. Inputs are the rows, then the weight and the bias where they are given.</summary>
internal abstract class Normalization(string name, double epsilon, bool hasWeight, bool hasBias) : Composite(name)
{
    protected double Epsilon => epsilon;

    protected bool HasWeight => hasWeight;

    protected abstract LibraryKernel Kernel { get; }

    /// <summary>The rows without weight and bias, in the dtype that they come in.</summary>
    protected abstract Node Scaled(Node x);

    /// <summary>All inputs in their common dtype.</summary>
    protected static Node[] Checked(string op, Node x, Node? weight, Node? bias)
    {
        DType t = x.DType;
        if (!t.IsFloat) { throw Errors.DType(op, $"rows of {t.Name} are not supported; convert them with astype(float32) first"); }
        if (x.Ndim == 0) { throw Errors.Shape(op, "an array without axes has no rows; give one axis at least"); }
        var inputs = new List<Node> { x };
        foreach (var (given, what) in new[] { (weight, "weight"), (bias, "bias") })
        {
            if (given is not { } w) { continue; }
            if (w.Ndim != 1 || w.Shape[0] != x.Shape[^1]) { throw Errors.Shape(op, $"the {what} has shape {Shapes.Text(w.Shape)} and rows have {x.Shape[^1]} elements; give a {what} of shape ({x.Shape[^1]})"); }
            t = Promotion.Promote(t, Operands.Real(op, w.DType));
            inputs.Add(w);
        }
        for (int i = 0; i < inputs.Count; i++) { inputs[i] = Operands.As(inputs[i], t); }
        return [.. inputs];
    }

    public override (DType DType, Layout Layout) Infer(ReadOnlySpan<Node> inputs) => (inputs[0].DType, Layout.RowMajor(inputs[0].Shape, inputs[0].DType.Size));

    public override LibraryAttributes? Library(ReadOnlySpan<Node> inputs) => new NormAttributes(Kernel, inputs[0].Ndim - 1, epsilon, hasWeight, hasBias);

    public override Node Expand(ReadOnlySpan<Node> inputs)
    {
        DType t = inputs[0].DType, wide = t.Size == 2 ? DType.Float32 : t;
        Node y = Scaled(Cast.To(inputs[0], wide));
        if (hasWeight) { y = y * Cast.To(inputs[1], wide); }
        if (hasBias) { y = y + Cast.To(inputs[^1], wide); }
        return Cast.To(y, t);
    }

    public override (Node Output, int? Axis) Vmap(ReadOnlySpan<Node> inputs, ReadOnlySpan<int?> axes)
    {
        // More rows; a weight of each its own is the expansion's matter.
        for (int i = 1; i < inputs.Length; i++)
        {
            if (axes[i] is not null) { return base.Vmap(inputs, axes); }
        }
        Node[] mapped = [.. inputs];
        mapped[0] = Batch.Move(inputs[0], axes[0]!.Value, 0);
        return (Build.Make(this, mapped), 0);
    }
}
