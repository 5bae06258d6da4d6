using Engine.Internal.Graph;
using Engine.Internal.Lanes;

namespace Engine.Internal.Operations;

/// <summary>What the author of a binary op writes besides its lane body.</summary>
internal interface IBinaryOp : IBinaryBody
{
    static abstract string Name { get; }

    /// <summary><paramref name="g"/> times dz/dx, z = f(x, y); null where the derivative is zero.</summary>
    static abstract Node? ChainX(Node g, Node x, Node y, Node z);

    /// <summary><paramref name="g"/> times dz/dy.</summary>
    static abstract Node? ChainY(Node g, Node x, Node y, Node z);
}

/// <summary>f16, bf16, f32, f64; integers and bool become f32.</summary>
internal interface IFloatBinary : IBinaryOp;

/// <summary>Every real dtype; the operands meet in the promoted one.</summary>
internal interface INumberBinary : IBinaryOp
{
    /// <summary>The body for bool operands, where 0 and 1 as numbers would not do.</summary>
    static virtual LaneBody? BoolBody => null;

    /// <summary>Whether it is light arithmetic, which shares kernels with its neighbours.</summary>
    static virtual Light Light => Light.None;
}

/// <summary>Every real dtype to bool.</summary>
internal interface ICompare : IBinaryOp;

/// <summary>Every dtype, complex too, to bool.</summary>
internal interface IEquality : IBinaryOp
{
    static abstract bool Negated { get; }
}

/// <summary>Any dtype, taken as bool, to bool.</summary>
internal interface ILogicalBinary : IBinaryOp;

internal abstract class Binary<TOp>(LaneBody body, LaneBody? boolBody) : Elementwise(TOp.Name) where TOp : struct, IBinaryOp
{
    public override LaneBody Body(DType operand) => operand == DType.Bool && boolBody is not null ? boolBody : body;

    protected override DType Result(ReadOnlySpan<Node> inputs) => inputs[0].DType;

    protected override Node? Chain(int i, Node g, ReadOnlySpan<Node> inputs, Node output) =>
        i == 0 ? TOp.ChainX(g, inputs[0], inputs[1], output) : TOp.ChainY(g, inputs[0], inputs[1], output);
}

internal sealed class FloatBinary<TOp>() : Binary<TOp>(new FloatBinaryBody<TOp>(TOp.Name), null) where TOp : struct, IFloatBinary
{
    static readonly FloatBinary<TOp> instance = new();

    public static Node Of(Node a, Node b)
    {
        DType t = Promotion.AtLeastFloat(Operands.Real(TOp.Name, Operands.Common(TOp.Name, a, b)));
        return Build.Make(instance, Operands.As(a, t), Operands.As(b, t));
    }
}

internal sealed class NumberBinary<TOp>() : Binary<TOp>(new NumberBinaryBody<TOp>(TOp.Name, TOp.Light), TOp.BoolBody) where TOp : struct, INumberBinary
{
    static readonly NumberBinary<TOp> instance = new();

    public static Node Of(Node a, Node b)
    {
        DType t = Operands.Real(TOp.Name, Operands.Common(TOp.Name, a, b));
        return Build.Make(instance, Operands.As(a, t), Operands.As(b, t));
    }
}

internal sealed class Compare<TOp>() : Binary<TOp>(new CompareBody<TOp>(TOp.Name), null) where TOp : struct, ICompare
{
    static readonly Compare<TOp> instance = new();

    protected override DType Result(ReadOnlySpan<Node> inputs) => DType.Bool;

    public static Node Of(Node a, Node b)
    {
        DType t = Operands.Real(TOp.Name, Operands.Common(TOp.Name, a, b));
        return Build.Make(instance, Operands.As(a, t), Operands.As(b, t));
    }
}

internal sealed class Equality<TOp>() : Binary<TOp>(new EqualityBody<TOp>(TOp.Name, TOp.Negated), null) where TOp : struct, IEquality
{
    static readonly Equality<TOp> instance = new();

    protected override DType Result(ReadOnlySpan<Node> inputs) => DType.Bool;

    public static Node Of(Node a, Node b)
    {
        DType t = Operands.Common(TOp.Name, a, b);
        return Build.Make(instance, Operands.As(a, t), Operands.As(b, t));
    }
}

internal sealed class LogicalBinary<TOp>() : Binary<TOp>(new LogicalBinaryBody<TOp>(TOp.Name), null) where TOp : struct, ILogicalBinary
{
    static readonly LogicalBinary<TOp> instance = new();

    public static Node Of(Node a, Node b) => Build.Make(instance, Operands.As(a, DType.Bool), Operands.As(b, DType.Bool));

    /// <summary>The body over bool lanes, for ops that mean it on bool operands.</summary>
    public static LaneBody LaneBody { get; } = new LogicalBinaryBody<TOp>(TOp.Name);
}
