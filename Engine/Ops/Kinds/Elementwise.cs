using Engine.Internal.Graph;

namespace Engine.Internal.Operations;

/// <summary>What every elementwise op derives: shape by broadcasting, vjp with un-broadcast, jvp, vmap.</summary>
internal abstract class Elementwise(string name) : ElementwiseOp(name)
{
    protected abstract DType Result(ReadOnlySpan<Node> inputs);

    /// <summary><paramref name="g"/> times the derivative of the output in input <paramref name="i"/>: null where it is zero. Serves both directions.</summary>
    protected abstract Node? Chain(int i, Node g, ReadOnlySpan<Node> inputs, Node output);

    public override (DType DType, Layout Layout) Infer(ReadOnlySpan<Node> inputs)
    {
        DType dtype = Result(inputs);
        Layout layout = inputs[0].Layout;
        long[] shape = layout.Shape;
        for (int i = 1; i < inputs.Length; i++)
        {
            Layout other = inputs[i].Layout;
            if (other.Shape.Length == 0 || layout.SameShape(other)) { continue; }
            if (shape.Length == 0) { (layout, shape) = (other, other.Shape); }
            else { shape = Shapes.Broadcast(Name, shape, other.Shape); }
        }
        bool shared = ReferenceEquals(shape, layout.Shape) && layout.Contiguous && layout.Offset == 0;
        if (shared && inputs[0].DType.Size == dtype.Size && ReferenceEquals(layout, inputs[0].Layout)) { return (dtype, layout); }
        if (shape.Length == 0) { return (dtype, Scalars.Layout(dtype)); }
        return (dtype, Layout.RowMajor(shape, dtype.Size));
    }

    public override Node?[] Vjp(ReadOnlySpan<Node> inputs, Node output, Node cotangent, ReadOnlySpan<bool> wanted)
    {
        var result = new Node?[inputs.Length];
        for (int i = 0; i < inputs.Length; i++)
        {
            if (wanted[i] && Chain(i, cotangent, inputs, output) is { } c)
            {
                result[i] = Cast.To(Unbroadcast(c, inputs[i].Shape), inputs[i].DType);
            }
        }
        return result;
    }

    public override Node? Jvp(ReadOnlySpan<Node> inputs, Node output, ReadOnlySpan<Node?> tangents)
    {
        Node? sum = null;
        for (int i = 0; i < inputs.Length; i++)
        {
            if (tangents[i] is not { } t || Chain(i, t, inputs, output) is not { } c) { continue; }
            sum = sum is { } s ? s + c : c;
        }
        return sum is { } total ? Cast.To(BroadcastTo.Quiet(total, output.Shape), output.DType) : default(Node?);
    }

    public override (Node Output, int? Axis) Vmap(ReadOnlySpan<Node> inputs, ReadOnlySpan<int?> axes)
    {
        int ndim = 0;
        for (int i = 0; i < inputs.Length; i++) { ndim = Math.Max(ndim, inputs[i].Ndim - (axes[i] is null ? 0 : 1)); }
        var mapped = new Node[inputs.Length];
        for (int i = 0; i < inputs.Length; i++) { mapped[i] = axes[i] is { } axis ? Batch.ToFront(inputs[i], axis, ndim) : inputs[i]; }
        return (Build.Make(this, mapped), 0);
    }

    /// <summary>Sums over what broadcasting repeated.</summary>
    public static Node Unbroadcast(Node g, long[] shape)
    {
        if (g.Shape.AsSpan().SequenceEqual(shape)) { return g; }
        int lead = g.Ndim - shape.Length;
        if (lead < 0) { return BroadcastTo.Quiet(g, shape); }
        var axes = new List<int>();
        for (int i = 0; i < g.Ndim; i++)
        {
            if (i < lead || (shape[i - lead] == 1 && g.Shape[i] != 1)) { axes.Add(i); }
        }
        if (axes.Count > 0) { g = Sum.Of(g, axes.ToArray(), keepDims: true); }
        return g.Shape.AsSpan().SequenceEqual(shape) ? g : g.Count == Count(shape) ? Reshape.Quiet(g, shape) : BroadcastTo.Quiet(Reshape.Quiet(g, g.Shape[lead..]), shape);
    }

    static long Count(long[] shape)
    {
        long count = 1;
        foreach (long n in shape) { count *= n; }
        return count;
    }
}
