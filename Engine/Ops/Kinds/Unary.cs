using Engine.Internal.Graph;
using Engine.Internal.Lanes;

namespace Engine.Internal.Operations;

/// <summary>What the author of a unary op writes besides its lane body.</summary>
internal interface IUnaryOp : IUnaryBody
{
    static abstract string Name { get; }

    /// <summary><paramref name="g"/> times dy/dx, y = f(x); null where the derivative is zero.</summary>
    static abstract Node? Chain(Node g, Node x, Node y);
}

/// <summary>f16, bf16, f32, f64; integers and bool become f32.</summary>
internal interface IFloatUnary : IUnaryOp;

/// <summary>As <see cref="IFloatUnary"/>, with a scalar routine for arguments that the body cannot reduce.</summary>
internal interface IPatchedUnary : IUnaryOp, IPatchedBody;

/// <summary>Every real dtype; the result has it too.</summary>
internal interface INumberUnary : IUnaryOp
{
    /// <summary>Whether bool arrays are taken (as 0 and 1).</summary>
    static virtual bool TakesBool => true;
}

/// <summary>Any dtype through float lanes to bool; integers answer as their float value would.</summary>
internal interface IPredicate : IUnaryOp;

/// <summary>Any dtype, taken as bool, to bool.</summary>
internal interface ILogicalUnary : IUnaryOp;

internal abstract class Unary<TOp>(LaneBody body) : Elementwise(TOp.Name) where TOp : struct, IUnaryOp
{
    public override LaneBody Body(DType operand) => body;

    protected override DType Result(ReadOnlySpan<Node> inputs) => inputs[0].DType;

    protected override Node? Chain(int i, Node g, ReadOnlySpan<Node> inputs, Node output) => TOp.Chain(g, inputs[0], output);
}

internal sealed class FloatUnary<TOp>() : Unary<TOp>(new FloatUnaryBody<TOp>(TOp.Name)) where TOp : struct, IFloatUnary
{
    static readonly FloatUnary<TOp> instance = new();

    public static Node Of(Node a) => Build.Make(instance, Operands.As(a, Promotion.AtLeastFloat(Operands.Real(TOp.Name, a.DType))));
}

internal sealed class PatchedUnary<TOp>() : Unary<TOp>(new PatchedUnaryBody<TOp>(TOp.Name)) where TOp : struct, IPatchedUnary
{
    static readonly PatchedUnary<TOp> instance = new();

    public static Node Of(Node a) => Build.Make(instance, Operands.As(a, Promotion.AtLeastFloat(Operands.Real(TOp.Name, a.DType))));
}

internal sealed class NumberUnary<TOp>() : Unary<TOp>(new NumberUnaryBody<TOp>(TOp.Name)) where TOp : struct, INumberUnary
{
    static readonly NumberUnary<TOp> instance = new();

    public static Node Of(Node a)
    {
        Operands.Real(TOp.Name, a.DType);
        if (a.DType == DType.Bool && !TOp.TakesBool) { throw Errors.DTypeNotSupported(TOp.Name, a.DType, "use logical_not, or convert with astype first"); }
        return Build.Make(instance, Operands.Strong(a));
    }
}

internal sealed class Predicate<TOp>() : Unary<TOp>(new PredicateBody<TOp>(TOp.Name)) where TOp : struct, IPredicate
{
    static readonly Predicate<TOp> instance = new();

    protected override DType Result(ReadOnlySpan<Node> inputs) => DType.Bool;

    public static Node Of(Node a) => Build.Make(instance, Operands.As(a, Promotion.AtLeastFloat(Operands.Real(TOp.Name, a.DType))));
}

internal sealed class LogicalUnary<TOp>() : Unary<TOp>(new LogicalUnaryBody<TOp>(TOp.Name)) where TOp : struct, ILogicalUnary
{
    static readonly LogicalUnary<TOp> instance = new();

    public static Node Of(Node a) => Build.Make(instance, Operands.As(a, DType.Bool));
}
