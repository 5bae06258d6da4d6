using Engine.Internal;
using Engine.Internal.Graph;
using Engine.Internal.Operations;

namespace Engine;

/// <summary>All functions over arrays. <c>using static Engine.Ops;</c> makes them read as in Python; each whose first parameter is an array is a method of <see cref="NDArray"/> too.</summary>
public static partial class Ops
{
    /// <summary>In an index: all axes that the other positions leave.</summary>
    public static AxisIndex Ellipsis { get; } = new(new IndexItem(IndexKind.Ellipsis));

    /// <summary>In an index: a new axis of length 1.</summary>
    public static AxisIndex NewAxis { get; } = new(new IndexItem(IndexKind.NewAxis));

    /// <summary>In an index: start, start + step, ... before stop, as Python's slice. null leaves a bound open.</summary>
    public static AxisIndex Slice(long? start = null, long? stop = null, long? step = null) => new(new IndexItem(IndexKind.Slice, 0, start, stop, step ?? 1));

    /// <summary>Computes arrays that are pending, together and fused.</summary>
    /// <param name="arrays">Arrays that have a value already cost nothing.</param>
    /// <exception cref="IndexException">An index array names a place that is not there.</exception>
    /// <exception cref="TraceException">An array is traced by Vmap and has no value.</exception>
    public static void Eval(params ReadOnlySpan<NDArray> arrays)
    {
        Check("Eval", arrays);
        Evaluator.Eval(arrays);
    }

    static void Check(string op, ReadOnlySpan<NDArray> arrays)
    {
        foreach (NDArray array in arrays)
        {
            ArgumentNullException.ThrowIfNull(array, nameof(arrays));
            if (array.Has(NodeFlags.Freed)) { throw Errors.Released(op); }
            if (array.Has(NodeFlags.Abstract)) { throw Errors.Traced(op, Frames.Find(array.Frame)?.Kind.ToString() ?? "Vmap"); }
        }
    }

    /// <summary>Computes arrays that are pending without blocking this thread: a thread of the library runs such requests in the order in which they come.</summary>
    /// <param name="arrays">Arrays that have a value already cost nothing.</param>
    /// <returns>Ends when all have their values; raises what <see cref="Eval"/> raises.</returns>
    public static Task EvalAsync(params NDArray[] arrays) => EvalAsync(CancellationToken.None, arrays);

    /// <inheritdoc cref="EvalAsync(NDArray[])"/>
    /// <param name="cancel">Looked at between passes. What is not computed then stays pending and can be evaluated later.</param>
    /// <param name="arrays">Arrays that have a value already cost nothing.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static Task EvalAsync(CancellationToken cancel, params NDArray[] arrays)
    {
        ArgumentNullException.ThrowIfNull(arrays);
        Check("EvalAsync", arrays);
        return AsyncEvaluator.Eval([.. arrays], cancel);
    }

    /// <summary>The passes that evaluating these arrays would make now, as text: kind, expression, shapes, bytes.</summary>
    /// <param name="arrays">Pending arrays.</param>
    public static string Explain(params ReadOnlySpan<NDArray> arrays) => Internal.Graph.Explain.Text(Evaluator.Describe(arrays));
}
