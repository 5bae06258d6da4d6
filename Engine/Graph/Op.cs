using Engine.Internal.Lanes;
using Engine.Internal.Plans;

namespace Engine.Internal.Graph;

/// <summary>An operation with its attributes: immutable, shared by the nodes it made. The kinds below are closed; the planner switches over them and never over ops.</summary>
internal abstract class Op(string name)
{
    /// <summary>MLX's Python name.</summary>
    public string Name => name;

    /// <summary>Dtype and row-major layout of the result. Raises what shapes, dtypes and attributes can tell.</summary>
    public abstract (DType DType, Layout Layout) Infer(ReadOnlySpan<Node> inputs);

    /// <summary>Costly to compute again: an escaped intermediate keeps its value.</summary>
    public virtual bool IsDear(Node node) => false;

    /// <summary>Cotangents of the inputs, null where there is none. <paramref name="wanted"/> tells which are asked for.</summary>
    public abstract Node?[] Vjp(ReadOnlySpan<Node> inputs, Node output, Node cotangent, ReadOnlySpan<bool> wanted);

    /// <summary>Tangent of the output; null is zero. A null tangent of an input is zero.</summary>
    public abstract Node? Jvp(ReadOnlySpan<Node> inputs, Node output, ReadOnlySpan<Node?> tangents);

    /// <summary>The op over one more axis. <paramref name="axes"/>: where the mapped axis is in each input, null for none; at least one is not null.</summary>
    public abstract (Node Output, int? Axis) Vmap(ReadOnlySpan<Node> inputs, ReadOnlySpan<int?> axes);
}

/// <summary>A value: it has no inputs and nothing to compute.</summary>
internal sealed class Leaf() : Op("array")
{
    public static readonly Leaf Instance = new();

    public override (DType DType, Layout Layout) Infer(ReadOnlySpan<Node> inputs) => throw new InvalidOperationException("A leaf is not built from inputs.");

    public override Node?[] Vjp(ReadOnlySpan<Node> inputs, Node output, Node cotangent, ReadOnlySpan<bool> wanted) => [];

    public override Node? Jvp(ReadOnlySpan<Node> inputs, Node output, ReadOnlySpan<Node?> tangents) => null;

    public override (Node Output, int? Axis) Vmap(ReadOnlySpan<Node> inputs, ReadOnlySpan<int?> axes) => throw new InvalidOperationException("A leaf has no inputs to map.");
}

/// <summary>One element from one element of each input (broadcast). Runs on tiles, fuses with its neighbours.</summary>
internal abstract class ElementwiseOp(string name) : Op(name)
{
    /// <summary>The body for operands of this dtype; null is a cast (or, from a dtype to itself, a copy).</summary>
    public abstract LaneBody? Body(DType operand);

    /// <summary>The dtype of the operands that <see cref="Body"/> computes with (a condition is not one).</summary>
    public virtual DType Operand(NDArray node) => node.A!.DType;
}

/// <summary>The integer offset + sum coordinate * stride, Int64, without memory: what arange, eye and triangular masks start from.</summary>
internal abstract class IndexOp(string name) : Op(name)
{
    public abstract long[] Shape { get; }

    public abstract long Start { get; }

    public abstract long[] Coefficients { get; }
}

/// <summary>Another view of the same memory.</summary>
internal abstract class ViewOp(string name) : Op(name)
{
    /// <summary>The result is the input itself: plans see through it.</summary>
    public virtual bool IsAlias => false;

    /// <summary>The layout of the result over the input's memory, or null where only a copy in row-major order serves.</summary>
    public abstract Layout? View(Layout input, int itemSize);
}

/// <summary>A fold over axes with a fixed tree.</summary>
internal abstract class ReduceOp(string name) : Op(name)
{
    public abstract ReduceBody Body { get; }

    /// <summary>Ascending, not empty.</summary>
    public abstract int[] Axes { get; }

    public override bool IsDear(Node node) => node.Array.A!.Layout.Count > 4096;
}

/// <summary>Results put together from whole inputs: each part is copied to a region of the output, later parts over earlier ones.</summary>
internal abstract class AssembleOp(string name) : Op(name)
{
    /// <summary>Where input <paramref name="i"/> goes: a layout over the output's memory with that input's shape.</summary>
    public abstract Layout Region(ReadOnlySpan<Node> inputs, Layout output, int i);

    /// <summary>Input 0 fills the whole output, so its memory may become the output's.</summary>
    public virtual bool FirstFills => false;

    public override bool IsDear(Node node) => true;
}

/// <summary>A kind of group of its own: matmul, scan, sort, gather, scatter, random.</summary>
internal abstract class KernelOp(string name) : Op(name)
{
    public abstract GroupKind Kind { get; }

    public abstract Attributes Lower(ReadOnlySpan<Node> inputs, Node output);

    /// <summary>The shape in which input <paramref name="i"/> is handed over (broadcast to it by stride 0).</summary>
    public virtual long[] InputShape(ReadOnlySpan<Node> inputs, Node output, int i) => inputs[i].Shape;

    /// <summary>Elementwise ops over the result may run with the kernel, which sees them as an epilogue.</summary>
    public virtual bool TakesEpilogue => false;

    /// <summary>The kernel may work in the memory of input 0.</summary>
    public virtual bool InPlace => false;

    public override bool IsDear(Node node) => true;
}

/// <summary>An expression of other ops. Stays one node until a plan expands it or a back end claims it whole.</summary>
internal abstract class CompositeOp(string name) : Op(name)
{
    public abstract Node Expand(ReadOnlySpan<Node> inputs);

    /// <summary>What a back end may run instead; null where nothing is.</summary>
    public virtual LibraryAttributes? Library(ReadOnlySpan<Node> inputs) => null;

    public override bool IsDear(Node node) => true;
}
