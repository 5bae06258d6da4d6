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
        foreach (NDArray array in arrays)
        {
            ArgumentNullException.ThrowIfNull(array, nameof(arrays));
            if (array.Has(NodeFlags.Freed)) { throw Errors.Released("Eval"); }
        }
        Evaluator.Eval(arrays);
    }

    /// <summary>The passes that evaluating these arrays would make now, as text: kind, expression, shapes, bytes.</summary>
    /// <param name="arrays">Pending arrays.</param>
    public static string Explain(params ReadOnlySpan<NDArray> arrays) => Internal.Graph.Explain.Text(Evaluator.Describe(arrays));
}
