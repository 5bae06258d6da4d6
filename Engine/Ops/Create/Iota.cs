using Engine.Internal.Graph;

namespace Engine.Internal.Operations;

/// <summary>start + sum of coordinate times coefficient, Int64: no memory, made while it is read.</summary>
internal sealed class Iota(long[] shape, long start, long[] coefficients) : IndexOp("iota")
{
    /// <summary>0, 1, ... along one axis of a shape.</summary>
    public static Node Along(long[] shape, int axis)
    {
        var coefficients = new long[shape.Length];
        coefficients[axis] = 1;
        return Build.Make(new Iota(shape, 0, coefficients));
    }

    public static Node Of(long[] shape, long start, long[] coefficients) => Build.Make(new Iota(shape, start, coefficients));

    public override long[] Shape => shape;

    public override long Start => start;

    public override long[] Coefficients => coefficients;

    public override (DType DType, Layout Layout) Infer(ReadOnlySpan<Node> inputs) => (DType.Int64, Layout.RowMajor(shape, sizeof(long)));

    public override Node?[] Vjp(ReadOnlySpan<Node> inputs, Node output, Node cotangent, ReadOnlySpan<bool> wanted) => [];

    public override Node? Jvp(ReadOnlySpan<Node> inputs, Node output, ReadOnlySpan<Node?> tangents) => null;

    public override (Node Output, int? Axis) Vmap(ReadOnlySpan<Node> inputs, ReadOnlySpan<int?> axes) => throw new InvalidOperationException("iota has no inputs to map.");
}
