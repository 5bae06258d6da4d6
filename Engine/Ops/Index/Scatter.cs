using Engine.Internal.Graph;
using Engine.Internal.Plans;

namespace Engine.Internal.Operations;

/// <summary>An array with slices set or combined at places given by index arrays: what every write by index becomes. Inputs: the array, the updates (B + slice sizes), then the index arrays.</summary>
internal sealed class Scatter(int[] axes, long[] sizes, ScatterMode mode, string op) : KernelOp("scatter")
{
    public static Node Of(string op, Node array, Node updates, ReadOnlySpan<Node> indices, int[] axes, long[] sizes, ScatterMode mode)
    {
        Node[] with = Indices.Same(op, array, indices);
        return Build.Make(new Scatter(axes, sizes, mode, op), [with[0], updates, .. with[1..]]);
    }

    public override GroupKind Kind => GroupKind.Scatter;

    public override bool InPlace => true;

    public override (DType DType, Layout Layout) Infer(ReadOnlySpan<Node> inputs) => (inputs[0].DType, Layout.RowMajor(inputs[0].Shape, inputs[0].DType.Size));

    public override Attributes Lower(ReadOnlySpan<Node> inputs, Node output) => new ScatterAttributes(axes, sizes, mode, op);

    public override Node?[] Vjp(ReadOnlySpan<Node> inputs, Node output, Node cotangent, ReadOnlySpan<bool> wanted)
    {
        if (mode is not (ScatterMode.Set or ScatterMode.Add)) { throw Errors.NoRule(op, "reverse-mode"); }
        var result = new Node?[inputs.Length];
        ReadOnlySpan<Node> indices = inputs[2..];
        if (wanted[0]) { result[0] = mode == ScatterMode.Add ? cotangent : Of(op, cotangent, Fill.Like(inputs[1], 0), indices, axes, sizes, ScatterMode.Set); }
        if (wanted[1]) { result[1] = Gather.Of(op, cotangent, indices, axes, sizes); }
        return result;
    }

    public override Node? Jvp(ReadOnlySpan<Node> inputs, Node output, ReadOnlySpan<Node?> tangents)
    {
        if (tangents[0] is null && tangents[1] is null) { return null; }
        if (mode is not (ScatterMode.Set or ScatterMode.Add)) { throw Errors.NoRule(op, "forward-mode"); }
        return Of(op, tangents[0] ?? Fill.Like(inputs[0], 0), tangents[1] ?? Fill.Like(inputs[1], 0), inputs[2..], axes, sizes, mode);
    }

    public override (Node Output, int? Axis) Vmap(ReadOnlySpan<Node> inputs, ReadOnlySpan<int?> mapped)
    {
        Node[] all = Batch.AllToFront(inputs, mapped);
        int ndim = all[2].Ndim;
        var updates = new List<long>(all[1].Shape);
        updates.Insert(ndim, 1);
        Node[] indices = [Iota.Along(all[2].Shape, 0), .. all[2..]];
        return (Of(op, all[0], Reshape.Quiet(all[1], [.. updates]), indices, [0, .. Array.ConvertAll(axes, a => a + 1)], [1, .. sizes], mode), 0);
    }
}
