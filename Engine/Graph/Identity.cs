namespace Engine.Internal.Graph;

/// <summary>The input itself under a new node: tracers, no-op results, expanded composites. Plans see through it.</summary>
internal sealed class Identity() : ViewOp("identity")
{
    public static readonly Identity Instance = new();

    public override (DType DType, Layout Layout) Infer(ReadOnlySpan<Node> inputs) => (inputs[0].DType, inputs[0].Layout.Contiguous && inputs[0].Layout.Offset == 0
        ? inputs[0].Layout : Layout.RowMajor(inputs[0].Shape, inputs[0].DType.Size));

    public override bool IsAlias => true;

    public override Layout? View(Layout input, int itemSize) => input;

    public override Node?[] Vjp(ReadOnlySpan<Node> inputs, Node output, Node cotangent, ReadOnlySpan<bool> wanted) => [cotangent];

    public override Node? Jvp(ReadOnlySpan<Node> inputs, Node output, ReadOnlySpan<Node?> tangents) => tangents[0];

    public override (Node Output, int? Axis) Vmap(ReadOnlySpan<Node> inputs, ReadOnlySpan<int?> axes) => (Build.Alias(inputs[0]), axes[0]);
}
