using Engine.Internal.Graph;

namespace Engine.Internal.Operations;

[Op("stop_gradient", "(a, /, *, stream=None)")]
internal sealed partial class StopGradient() : ViewOp(OpName)
{
    static readonly StopGradient instance = new();

    /// <summary>The array itself, taken as a constant by transforms.</summary>
    /// <param name="a">Any shape and dtype.</param>
    /// <returns>The same values; no gradient passes.</returns>
    public static Node Of(Node a) => Build.Make(instance, a);

    public override bool IsAlias => true;

    public override (DType DType, Layout Layout) Infer(ReadOnlySpan<Node> inputs) => Identity.Instance.Infer(inputs);

    public override Layout? View(Layout input, int itemSize) => input;

    public override Node?[] Vjp(ReadOnlySpan<Node> inputs, Node output, Node cotangent, ReadOnlySpan<bool> wanted) => [null];

    public override Node? Jvp(ReadOnlySpan<Node> inputs, Node output, ReadOnlySpan<Node?> tangents) => null;

    public override (Node Output, int? Axis) Vmap(ReadOnlySpan<Node> inputs, ReadOnlySpan<int?> axes) => (Of(inputs[0]), axes[0]);
}
