using Engine.Internal.Graph;
using Engine.Internal.Lanes;

namespace Engine.Internal.Operations;

/// <summary>What the author of a reduction writes besides its state.</summary>
internal interface IReductionOp : IReduction
{
    static abstract string Name { get; }

    /// <summary>The dtype in which the elements are folded.</summary>
    static virtual DType Accumulate(DType dtype) => dtype;

    /// <summary>dy/dx element by element, over the shape of x; y has the reduced axes with length 1. Null is one everywhere; see <see cref="IsDifferentiable"/>.</summary>
    static virtual Node? Weight(Node x, Node y, int[] axes) => null;

    /// <summary>False: the derivative is zero (argmax, any).</summary>
    static virtual bool IsDifferentiable => true;
}

/// <summary>f16, bf16, f32, f64; integers and bool become f32.</summary>
internal interface IFloatReduction : IReductionOp;

/// <summary>Every real dtype.</summary>
internal interface INumberReduction : IReductionOp;

/// <summary>Any dtype, taken as bool, to bool.</summary>
internal interface IBoolReduction : IReductionOp;

internal abstract class Reduction<TOp>(ReduceBody body, int[] axes, bool keepDims) : ReduceOp(TOp.Name) where TOp : struct, IReductionOp
{
    public override ReduceBody Body => body;

    public override int[] Axes => axes;

    protected abstract Reduction<TOp> With(int[] axes, bool keepDims);

    protected virtual DType Result(DType operand) => operand;

    public override (DType DType, Layout Layout) Infer(ReadOnlySpan<Node> inputs)
    {
        DType dtype = Result(inputs[0].DType);
        return (dtype, Layout.RowMajor(Shapes.Reduce(inputs[0].Shape, axes, keepDims), dtype.Size));
    }

    public override Node?[] Vjp(ReadOnlySpan<Node> inputs, Node output, Node cotangent, ReadOnlySpan<bool> wanted)
    {
        if (!TOp.IsDifferentiable) { return [null]; }
        Node x = inputs[0], g = Kept(cotangent, x);
        Node? weight = TOp.Weight(x, Kept(output, x), axes);
        return [Cast.To(weight is { } w ? g * w : BroadcastTo.Quiet(g, x.Shape), x.DType)];
    }

    public override Node? Jvp(ReadOnlySpan<Node> inputs, Node output, ReadOnlySpan<Node?> tangents)
    {
        if (!TOp.IsDifferentiable || tangents[0] is not { } t) { return null; }
        Node? weight = TOp.Weight(inputs[0], Kept(output, inputs[0]), axes);
        return Cast.To(Sum.Of(weight is { } w ? t * w : t, axes, keepDims), output.DType);
    }

    public override (Node Output, int? Axis) Vmap(ReadOnlySpan<Node> inputs, ReadOnlySpan<int?> mapped)
    {
        Node x = Batch.Move(inputs[0], mapped[0]!.Value, 0);
        return (Build.Make(With(Array.ConvertAll(axes, a => a + 1), keepDims), x), 0);
    }

    // A result with the reduced axes as length 1.
    Node Kept(Node y, Node x) => keepDims ? y : Reshape.Quiet(y, Shapes.Reduce(x.Shape, axes, true));

    protected static Node Make(Node a, Axes axis, bool keepDims, Func<int[], bool, Reduction<TOp>> make)
    {
        int[] axes = axis.Normalize(TOp.Name, a.Ndim);
        // No axis to reduce: the element itself is the reduction of one, where the op says so.
        if (axes.Length == 0) { return axis.IsAll && a.Ndim == 0 ? Reshape.Quiet(Build.Make(make([0], false), Reshape.Quiet(a, [1])), []) : Build.Alias(a); }
        if (TOp.Empty is null)
        {
            foreach (int i in axes)
            {
                if (a.Shape[i] == 0) { throw Errors.EmptyReduction(TOp.Name, a.Shape); }
            }
        }
        return Build.Make(make(axes, keepDims), a);
    }
}

internal sealed class FloatReduction<TOp>(int[] axes, bool keepDims) : Reduction<TOp>(body, axes, keepDims) where TOp : struct, IFloatReduction
{
    static readonly ReduceBody body = new FloatReduceBody<TOp>(TOp.Name);

    protected override Reduction<TOp> With(int[] axes, bool keepDims) => new FloatReduction<TOp>(axes, keepDims);

    public static Node Of(Node a, Axes axis, bool keepDims) =>
        Make(Operands.As(a, Promotion.AtLeastFloat(Operands.Real(TOp.Name, a.DType))), axis, keepDims, static (x, k) => new FloatReduction<TOp>(x, k));
}

internal sealed class NumberReduction<TOp>(int[] axes, bool keepDims) : Reduction<TOp>(body, axes, keepDims) where TOp : struct, INumberReduction
{
    static readonly ReduceBody body = new NumberReduceBody<TOp>(TOp.Name);

    protected override DType Result(DType operand) => TOp.UsesIndex ? DType.UInt32 : operand;

    protected override Reduction<TOp> With(int[] axes, bool keepDims) => new NumberReduction<TOp>(axes, keepDims);

    public static Node Of(Node a, Axes axis, bool keepDims) =>
        !axis.IsAll && axis.Given.Length == 0 ? Build.Alias(a) : Make(Operands.As(a, TOp.Accumulate(Operands.Real(TOp.Name, a.DType))), axis, keepDims, static (x, k) => new NumberReduction<TOp>(x, k));
}

internal sealed class BoolReduction<TOp>(int[] axes, bool keepDims) : Reduction<TOp>(body, axes, keepDims) where TOp : struct, IBoolReduction
{
    static readonly ReduceBody body = new BoolReduceBody<TOp>(TOp.Name);

    protected override Reduction<TOp> With(int[] axes, bool keepDims) => new BoolReduction<TOp>(axes, keepDims);

    public static Node Of(Node a, Axes axis, bool keepDims) => Make(Operands.As(a, DType.Bool), axis, keepDims, static (x, k) => new BoolReduction<TOp>(x, k));
}
