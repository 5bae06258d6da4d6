using Engine.Internal.Graph;
using Engine.Internal.Plans;

namespace Engine.Internal.Operations;

/// <summary>Slices of an array at places given by index arrays: what every read by index becomes. Inputs: the source, then one index array for each axis, all of one shape B. Result: B + slice sizes.</summary>
internal sealed class Gather(int[] axes, long[] sizes, string op) : KernelOp("gather")
{
    public static Node Of(string op, Node source, ReadOnlySpan<Node> indices, int[] axes, long[] sizes)
    {
        Node[] inputs = Indices.Same(op, source, indices);
        return Build.Make(new Gather(axes, sizes, op), inputs);
    }

    public override GroupKind Kind => GroupKind.Gather;

    public override (DType DType, Layout Layout) Infer(ReadOnlySpan<Node> inputs) => (inputs[0].DType, Layout.RowMajor([.. inputs[1].Shape, .. sizes], inputs[0].DType.Size));

    public override Attributes Lower(ReadOnlySpan<Node> inputs, Node output) => new GatherAttributes(axes, sizes, op);

    public override Node?[] Vjp(ReadOnlySpan<Node> inputs, Node output, Node cotangent, ReadOnlySpan<bool> wanted)
    {
        var result = new Node?[inputs.Length];
        if (wanted[0]) { result[0] = Scatter.Of(op, Fill.Like(inputs[0], 0), Cast.To(cotangent, inputs[0].DType), inputs[1..], axes, sizes, ScatterMode.Add); }
        return result;
    }

    public override Node? Jvp(ReadOnlySpan<Node> inputs, Node output, ReadOnlySpan<Node?> tangents) => tangents[0] is { } t ? Of(op, t, inputs[1..], axes, sizes) : default(Node?);

    public override (Node Output, int? Axis) Vmap(ReadOnlySpan<Node> inputs, ReadOnlySpan<int?> mapped)
    {
        long size = Batch.Size(inputs, mapped);
        int ndim = inputs[1].Ndim;
        bool indexed = false;
        for (int i = 1; i < inputs.Length; i++)
        {
            if (mapped[i] is null) { continue; }
            indexed = true;
            ndim = inputs[i].Ndim - 1;
        }
        if (!indexed)
        {
            Node source = Batch.Move(inputs[0], mapped[0]!.Value, 0);
            return (Of(op, source, inputs[1..], Array.ConvertAll(axes, a => a + 1), [size, .. sizes]), ndim);
        }
        var indices = new List<Node>();
        for (int i = 1; i < inputs.Length; i++) { indices.Add(mapped[i] is { } axis ? Batch.Move(inputs[i], axis, 0) : Batch.Repeat(inputs[i], size)); }
        if (mapped[0] is null) { return (Of(op, inputs[0], indices.ToArray(), axes, sizes), 0); }
        indices.Insert(0, Iota.Along(indices[0].Shape, 0));
        Node rows = Of(op, Batch.Move(inputs[0], mapped[0]!.Value, 0), indices.ToArray(), [0, .. Array.ConvertAll(axes, a => a + 1)], [1, .. sizes]);
        var shape = new List<long>(rows.Shape);
        shape.RemoveAt(indices[0].Ndim);
        return (Reshape.Quiet(rows, [.. shape]), 0);
    }
}
