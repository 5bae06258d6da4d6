using static System.FormattableString;
using static Engine.Internal.Shapes;

namespace Engine.Internal;

/// <summary>
/// Makes the engine's errors. A message names the operation, what it was given, the rule, and the way out.
/// </summary>
internal static partial class Errors
{
    /// <summary>The kind of any exception, the BCL's included.</summary>
    public static ErrorKind KindOf(Exception e) => e switch
    {
        IEngineError engine => engine.Kind,
        OutOfMemoryException => ErrorKind.Memory,
        OverflowException => ErrorKind.Overflow,
        IndexOutOfRangeException => ErrorKind.Index,
        InvalidCastException => ErrorKind.Type,
        ArgumentException or FormatException or InvalidDataException => ErrorKind.Value,
        NotSupportedException => ErrorKind.NotImplemented,
        IOException or UnauthorizedAccessException => ErrorKind.File,
        _ => ErrorKind.Runtime,
    };

    // ---- Shapes

    public static ShapeException Shape(string op, string message) => new(op, $"{op}: {message}");

    public static EngineOverflowException TooLarge(ReadOnlySpan<long> shape) => new(
        "Shape", $"Shape {Text(shape)} has more bytes than 63 bits can count. Use smaller lengths.");

    public static ShapeException NegativeLength(string op, ReadOnlySpan<long> shape) => Shape(
        op, $"the shape {Text(shape)} has a negative length. Lengths are 0 or more.");

    public static ShapeException BroadcastMismatch(string op, ReadOnlySpan<long> a, ReadOnlySpan<long> b)
    {
        int axis = 1;
        while (a[^axis] == b[^axis] || a[^axis] == 1 || b[^axis] == 1) { axis++; }
        return Shape(op, $"shapes {Text(a)} and {Text(b)} do not fit: " +
            Invariant($"axis {-axis} is {a[^axis]} in one and {b[^axis]} in the other. ") +
            "Counted from the last axis, lengths must be equal or one of them 1. " +
            "Reshape or insert an axis with ExpandDims.");
    }

    public static ShapeException BroadcastTo(string op, ReadOnlySpan<long> from, ReadOnlySpan<long> to) => Shape(
        op, $"{Text(from)} does not spread to {Text(to)}. " +
        "Counted from the last axis, each length must be equal or 1, and the result may not have fewer axes.");

    public static ShapeException ReshapeMismatch(string op, ReadOnlySpan<long> from, long count, ReadOnlySpan<long> to)
    {
        long known = 1;
        int free = to.IndexOf(-1L);
        foreach (long n in to) { known = n == -1 ? known : n > 0 && known > MaxCount / n ? MaxCount : known * n; }
        return Shape(op, Invariant($"{count} elements of {Text(from)} cannot fill {Text(to)}: ") +
            (free >= 0 ? Invariant($"{count} is not a multiple of {known}.") : Invariant($"that takes {known}.")) +
            " The number of elements must stay the same.");
    }

    public static ShapeException ReshapeTwoFree(string op, ReadOnlySpan<long> to) => Shape(
        op, $"the shape {Text(to)} leaves more than one length open. Only one may be -1.");

    public static ShapeException ReshapeFreeEmpty(string op, ReadOnlySpan<long> from, ReadOnlySpan<long> to) => Shape(
        op, $"{Text(from)} cannot fill {Text(to)}: " +
        "beside a length of 0 the open length could be anything. Write it out.");

    public static ShapeException MatMulMismatch(string op, ReadOnlySpan<long> a, ReadOnlySpan<long> b)
    {
        long inner = a[^1], rows = b[b.Length > 1 ? ^2 : ^1];
        string second = b.Length > 1 ? "second-last" : "only";
        string hint = b.Length > 1 && b[^1] == inner ? $" Did you mean {op}(a, b.T)?"
            : a.Length > 1 && a[^2] == rows ? $" Did you mean {op}(a.T, b)?"
            : "";
        return Shape(op, $"inner lengths differ: a is {Text(a)}, b is {Text(b)}; " +
            Invariant($"a's last axis ({inner}) must equal b's {second} ({rows}).{hint}"));
    }

    public static ShapeException NoAxes(string op, string argument) => Shape(
        op, $"{argument} has no axes. It must have at least one.");

    public static ShapeException TooFewAxes(string op, ReadOnlySpan<long> shape, int least) => Shape(
        op, Invariant($"the array of shape {Text(shape)} has {shape.Length} axes. It must have at least {least}."));

    public static ShapeException ConcatMismatch(
        string op, ReadOnlySpan<long> a, ReadOnlySpan<long> b, int axis) => Shape(
        op, a.Length != b.Length
            ? Invariant($"shapes {Text(a)} and {Text(b)} have {a.Length} and {b.Length} axes. ") +
                "The numbers must be equal."
            : Invariant($"shapes {Text(a)} and {Text(b)} do not fit. ") +
                Invariant($"All lengths but that of axis {axis} must be equal."));

    public static ShapeException StackMismatch(string op, ReadOnlySpan<long> a, ReadOnlySpan<long> b) => Shape(
        op, $"shapes {Text(a)} and {Text(b)} differ. All arrays must have the same shape.");

    public static ShapeException EmptyList(string op) => Shape(
        op, "the list of arrays is empty. It must have at least one.");

    public static ShapeException SqueezeLength(string op, int axis, long length, ReadOnlySpan<long> shape) => Shape(
        op, Invariant($"axis {axis} of {Text(shape)} has length {length}. Only axes of length 1 can be left out."));

    public static ShapeException PermutationLength(string op, int given, int ndim) => Shape(
        op, Invariant($"{given} axes were given for an array that has {ndim}. Name every axis once."));

    public static ShapeException EmptyReduction(string op, ReadOnlySpan<long> shape) => Shape(
        op, $"the array of shape {Text(shape)} has no elements along the reduced axes, " +
        $"and {op} of nothing has no value.");

    public static ShapeException NotScalar(string op, ReadOnlySpan<long> shape) => Shape(
        op, $"the array has shape {Text(shape)}. " +
        "Only an array of one element has a single value; use ToArray or index it first.");

    public static ShapeException NotSquare(string op, ReadOnlySpan<long> shape) => Shape(
        op, $"the last two axes of {Text(shape)} differ. The matrices must be square.");

    public static ShapeException Ragged(string op) => Shape(
        op, "the nested lists have different lengths. All lists of one level must be equally long.");

    public static ShapeException TooManyIndices(string op, int given, int ndim) => Shape(
        op, Invariant($"{given} indices were given for an array that has {ndim} axes. ") +
        "Give at most one for each axis.");

    // ---- Axes and indices

    public static AxisException AxisOutOfRange(string op, long axis, int ndim) => new(op,
        Invariant($"{op}: axis {axis} is outside an array that has {ndim} axes. ") +
        (ndim == 0 ? "A scalar has none." : Invariant($"Axes run from {-ndim} to {ndim - 1}.")));

    public static ShapeException DuplicateAxis(string op, int axis, ReadOnlySpan<int> axes) => Shape(
        op, Invariant($"axis {axis} is named twice in {Text(axes)}. Name every axis once."));

    public static IndexException IndexOutOfRange(string op, long index, int axis, long length) => new(op,
        Invariant($"{op}: index {index} is outside axis {axis} of length {length}. ") +
        (length == 0 ? "The axis is empty." : Invariant($"Indices run from {-length} to {length - 1}.")));

    // ---- Arguments

    public static OptionException Option(string op, string message) => new(op, $"{op}: {message}");

    public static OptionException OptionNegative(string op, string name, long value) => Option(
        op, Invariant($"{name} is {value}. It must be 0 or more."));

    public static OptionException OptionNotPositive(string op, string name, long value) => Option(
        op, Invariant($"{name} is {value}. It must be 1 or more."));

    public static OptionException OptionUnknown(string op, string name, string value, string allowed) => Option(
        op, $"{name} is '{value}'. It must be one of {allowed}.");
}
