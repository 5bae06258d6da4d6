using System.Runtime.InteropServices;
using Engine.Internal.Memory;

namespace Engine.Internal.Graph;

/// <summary>Makes nodes.</summary>
internal static class Build
{
    /// <summary>Marks a one-element value that lives in the node itself.</summary>
    public static readonly object ScalarMark = new();

    public static Node Make(Op op, Node a)
    {
        a = Strong(op, a);
        var (dtype, layout) = op.Infer([a]);
        return Connect(new NDArray(op, dtype, layout) { A = a.Array });
    }

    public static Node Make(Op op, Node a, Node b)
    {
        a = Strong(op, a);
        b = Strong(op, b);
        var (dtype, layout) = op.Infer([a, b]);
        return Connect(new NDArray(op, dtype, layout) { A = a.Array, B = b.Array });
    }

    public static Node Make(Op op, params ReadOnlySpan<Node> inputs)
    {
        if (inputs.Length == 1) { return Make(op, inputs[0]); }
        if (inputs.Length == 2) { return Make(op, inputs[0], inputs[1]); }
        var strong = inputs.ToArray();
        foreach (ref Node input in strong.AsSpan()) { input = Strong(op, input); }
        var (dtype, layout) = op.Infer(strong);
        var node = new NDArray(op, dtype, layout);
        if (strong.Length > 2)
        {
            node.A = strong[0].Array;
            node.B = strong[1].Array;
            node.More = new NDArray[strong.Length - 2];
            for (int i = 2; i < strong.Length; i++) { node.More[i - 2] = strong[i].Array; }
        }
        return Connect(node);
    }

    /// <summary>A one-element constant of a fixed dtype.</summary>
    public static Node Constant(DType dtype, UInt128 bits) =>
        new NDArray(Leaf.Instance, dtype, Scalars.Layout(dtype)) { Value = ScalarMark, Scalar = bits, FlagBits = (int)NodeFlags.Literal };

    public static Node Constant(DType dtype, double value) => Constant(dtype, Scalars.From(value, dtype));

    public static Node Constant(DType dtype, long value) => Constant(dtype, Scalars.From(value, dtype));

    /// <summary>A leaf over storage; the storage's first hold becomes the node's.</summary>
    public static NDArray Value(Storage storage, DType dtype, Layout layout) => new(Leaf.Instance, dtype, layout) { Value = storage };

    /// <summary>A leaf of a few words.</summary>
    public static Node Words(params ReadOnlySpan<uint> words)
    {
        var storage = Storage.Allocate(sizeof(uint) * words.Length);
        MemoryMarshal.AsBytes(words).CopyTo(storage.Small);
        return new Node(Value(storage, DType.UInt32, Layout.RowMajor([words.Length], sizeof(uint))));
    }

    /// <summary>A one-element value that is counted like any array (a literal is not).</summary>
    public static NDArray ScalarValue(DType dtype, UInt128 bits, Layout? layout = null) =>
        new(Leaf.Instance, dtype, layout ?? Scalars.Layout(dtype)) { Value = ScalarMark, Scalar = bits };

    /// <summary>An array for somebody who may write to its memory: graphs share constants.</summary>
    public static NDArray Own(NDArray node) =>
        (node.FlagBits & (int)(NodeFlags.Literal | NodeFlags.Weak)) == (int)NodeFlags.Literal ? ScalarValue(node.DType, node.Scalar, node.Layout) : node;

    /// <summary>The same array under another node: what a function that has nothing to do returns.</summary>
    public static Node Alias(Node a) => Make(Identity.Instance, a);

    // A weak literal that reaches an op without a rule for it takes its own default dtype.
    static Node Strong(Op op, Node a)
    {
        NDArray n = a.Array;
        if ((n.FlagBits & (int)(NodeFlags.Weak | NodeFlags.Dead | NodeFlags.Freed)) == 0) { return a; }
        if (n.Has(NodeFlags.Dead | NodeFlags.Freed)) { throw n.Has(NodeFlags.Abstract) ? Errors.TraceEnded(op.Name, "vmap") : Errors.Released(op.Name); }
        return Weak.Strong(a, n.DType);
    }

    static Node Connect(NDArray node)
    {
        ushort frame = 0;
        int flags = 0;
        for (int i = 0, count = node.InputCount; i < count; i++)
        {
            NDArray input = node.Input(i);
            if (input.Frame != 0)
            {
                frame = Frames.Outer(frame, input.Frame);
                flags |= input.FlagBits & (int)(NodeFlags.KeepEdges | NodeFlags.Abstract);
            }
        }
        if (frame != 0)
        {
            node.Frame = frame;
            node.FlagBits |= flags;
            Frames.Traced(node);
        }
        else if (node.A is { } a && a.Has(NodeFlags.Literal) && node.Op is ElementwiseOp) { SmallOp.Fold(node); }
        return node;
    }
}
