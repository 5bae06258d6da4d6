using Engine.Internal.Graph;
using Engine.Internal.Lanes;

namespace Engine.Internal.Operations;

[Op("where", "(condition, x, y, /, *, stream=None)")]
internal sealed partial class Where() : Elementwise(OpName)
{
    static readonly Where instance = new();
    static readonly LaneBody body = new SelectBody(OpName);

    /// <summary>x where the condition holds, else y, element by element.</summary>
    /// <param name="condition">Any shape; not bool is taken as "is not zero".</param>
    /// <param name="x">A shape that broadcasts with it.</param>
    /// <param name="y">A shape that broadcasts with both.</param>
    /// <returns>The broadcast shape, in the dtype in which x and y meet.</returns>
    /// <remarks>The gradient goes to the chosen operand; the condition has none.</remarks>
    public static Node Of(Node condition, Node x, Node y)
    {
        DType t = Operands.Real(OpName, Operands.Common(OpName, x, y));
        return Build.Make(instance, Operands.As(condition, DType.Bool), Operands.As(x, t), Operands.As(y, t));
    }

    public override LaneBody Body(DType operand) => body;

    public override DType Operand(NDArray node) => node.B!.DType;

    protected override DType Result(ReadOnlySpan<Node> inputs) => inputs[1].DType;

    protected override Node? Chain(int i, Node g, ReadOnlySpan<Node> inputs, Node output)
    {
        Node zero = Build.Constant(g.DType, 0L);
        return i == 0 ? default(Node?) : i == 1 ? Of(inputs[0], g, zero) : Of(inputs[0], zero, g);
    }
}
