using System.Diagnostics;
using Engine.Internal;
using Engine.Internal.Graph;

namespace Engine;

/// <summary>An n-dimensional array: a value, or an operation that has not run yet. Immutable to its users; safe to share between threads.</summary>
/// <remarks>
/// Nothing is computed when an array is built; <see cref="Ops.Eval"/>, reading (<c>Item</c>, <c>ToArray</c>, <c>Borrow</c>), printing and export compute it, fused with what it needs.
/// Nothing has to be disposed: memory returns when the last array that needs it is gone. Ops are methods here and functions in <see cref="Ops"/>.
/// </remarks>
[DebuggerDisplay("{DebugText,nq}")]
public sealed partial class NDArray
{
    // The array is the node of the graph: one object of 96 bytes, no finaliser. Graph/ alone writes these fields.
    internal Op Op;
    internal NDArray? A;
    internal NDArray? B;
    internal NDArray[]? More;
    internal object? Value;
    internal Layout Layout;
    internal UInt128 Scalar;
    internal int Claims;
    internal int Mark;
    internal int Slot;
    internal int FlagBits;
    internal ushort Frame;

    /// <summary>Element type.</summary>
    public DType DType { get; }

    internal NDArray(Op op, DType dtype, Layout layout)
    {
        Op = op;
        DType = dtype;
        Layout = layout;
    }

    internal NodeFlags Flags => (NodeFlags)Volatile.Read(ref FlagBits);

    internal bool Has(NodeFlags flag) => ((NodeFlags)FlagBits & flag) != 0;

    // Flags are set from several threads (claims are lock-free), so every change is one atomic operation.
    internal void Set(NodeFlags flag) => Interlocked.Or(ref FlagBits, (int)flag);

    internal void Clear(NodeFlags flag) => Interlocked.And(ref FlagBits, ~(int)flag);

    internal bool HasValue => Volatile.Read(ref Value) is not null;

    internal int InputCount => A is null ? 0 : B is null ? 1 : More is null ? 2 : 2 + More.Length;

    internal NDArray Input(int i) => i == 0 ? A! : i == 1 ? B! : More![i - 2];
}
