using Engine.Internal.Graph;
using Engine.Internal.Operations;

namespace Engine.Internal.Transforms;

/// <summary>A function of single items over a batch of them: recorded once on items, rebuilt over the batch. Never a loop.</summary>
internal static class Map
{
    /// <summary>Ownership as in <see cref="Differentiate"/>.</summary>
    /// <param name="f">Called once, on items without the mapped axis.</param>
    /// <param name="arguments">All arguments.</param>
    /// <param name="inAxes">The mapped axis of each; null for one that every item shares.</param>
    /// <param name="outAxes">Where output i of n has the mapped axis; null only for an output that does not depend on the item.</param>
    public static Node[] Vmap(Func<Node[], Node[]> f, Node[] arguments, ReadOnlySpan<int?> inAxes, Func<int, int?> outAxes)
    {
        var axes = new int?[arguments.Length];
        long size = Size(arguments, inAxes, axes);
        Frame frame = Frames.Open(FrameKind.Vmap);
        Node[] outputs = [], results = [];
        try
        {
            var inputs = new Node[arguments.Length];
            var placeholders = new List<Node>();
            var mapped = new List<Node>();
            var mappedAxes = new List<int?>();
            for (int i = 0; i < inputs.Length; i++)
            {
                inputs[i] = arguments[i];
                if (axes[i] is not { } axis) { continue; }
                var shape = new List<long>(arguments[i].Shape);
                shape.RemoveAt(axis);
                inputs[i] = frame.Tracer(arguments[i].DType, [.. shape]);
                placeholders.Add(inputs[i]);
                mapped.Add(arguments[i]);
                mappedAxes.Add(axis);
            }
            outputs = f(inputs);
            var found = Sweep.Batch(outputs, placeholders.ToArray(), mapped.ToArray(), mappedAxes.ToArray());
            results = new Node[outputs.Length];
            for (int i = 0; i < results.Length; i++) { results[i] = Placed(found[i].Output, found[i].Axis, outAxes(i), size); }
            foreach (Node result in results) { Lifetime.Claim(result); }
            return results;
        }
        finally
        {
            frame.Close(results);
            foreach (Node output in outputs) { Lifetime.Release(output); }
        }
    }

    static long Size(Node[] arguments, ReadOnlySpan<int?> inAxes, int?[] axes)
    {
        if (inAxes.Length != arguments.Length) { throw Errors.Option("vmap", $"{arguments.Length} arrays and {inAxes.Length} axes were given; give an axis or null for each"); }
        long? size = null;
        int first = 0;
        for (int i = 0; i < arguments.Length; i++)
        {
            if (inAxes[i] is not { } given) { continue; }
            axes[i] = Shapes.Axis("vmap", given, arguments[i].Ndim);
            long length = arguments[i].Shape[axes[i]!.Value];
            if (size is { } known && known != length)
            {
                throw Errors.Shape("vmap", $"array {first} of shape {Shapes.Text(arguments[first].Shape)} has {known} items and array {i} of shape {Shapes.Text(arguments[i].Shape)} has {length}; the mapped axes need one length");
            }
            if (size is null) { (size, first) = (length, i); }
        }
        return size ?? throw Errors.Option("vmap", "no argument is mapped; give an axis for at least one");
    }

    static Node Placed(Node output, int? axis, int? wanted, long size)
    {
        if (wanted is not { } given)
        {
            return axis is null ? Build.Alias(output) : throw Errors.Option("vmap", "an output depends on the mapped item but its out axis is null; give an axis");
        }
        Node x = axis is { } at ? output : Batch.Repeat(output, size);
        return Build.Alias(Batch.Move(x, axis ?? 0, Shapes.Axis("vmap", given, x.Ndim)));
    }
}
