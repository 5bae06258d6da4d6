using Engine.Internal.Graph;
using Engine.Internal.Lanes;

namespace Engine.Internal.Operations;

/// <summary>Conversion to another dtype.</summary>
[Op("astype", "(a, dtype, /, *, stream=None)")]
internal static partial class AsType
{
    /// <summary>The elements in another dtype.</summary>
    /// <param name="a">Any shape and dtype.</param>
    /// <param name="dtype">The dtype wanted.</param>
    /// <returns>Same shape. A float to an integer truncates and wraps to the width, NaN gives the lowest int; to bool is x != 0 (NaN is true); complex to real drops the imaginary part.</returns>
    public static Node Of(Node a, DType dtype) => a.IsWeak ? Weak.Strong(a, dtype) : a.DType == dtype ? Build.Alias(a) : Cast.To(a, dtype);
}

/// <summary>The op behind astype and promotion.</summary>
internal sealed class Cast : Elementwise
{
    static readonly Cast[] to = Array.ConvertAll(Enum.GetValues<DType>(), t => new Cast(t));

    readonly DType target;

    Cast(DType target)
        : base("astype") => this.target = target;

    public static Node To(Node a, DType dtype) => a.DType == dtype ? Operands.Strong(a) : Build.Make(to[(int)dtype], a);

    public override LaneBody? Body(DType operand) => null;

    protected override DType Result(ReadOnlySpan<Node> inputs) => target;

    protected override Node? Chain(int i, Node g, ReadOnlySpan<Node> inputs, Node output) => g;
}
