using Engine.Internal.Graph;

namespace Engine.Internal.Operations;

/// <summary>Walks over a recorded graph, from its outputs down to chosen nodes: reverse and forward derivatives, mapping. All iterative: graphs may be 100,000 deep.</summary>
internal static class Sweep
{
    /// <summary>The nodes between <paramref name="from"/> and <paramref name="outputs"/> in topological order.</summary>
    static (List<NDArray> Order, HashSet<NDArray> Active) Record(ReadOnlySpan<Node> outputs, ReadOnlySpan<Node> from)
    {
        var order = new List<NDArray>();
        var active = new HashSet<NDArray>(ReferenceEqualityComparer.Instance);
        var seen = new Dictionary<NDArray, int>(ReferenceEqualityComparer.Instance);
        foreach (Node f in from)
        {
            active.Add(f.Array);
            seen[f.Array] = -1;
        }
        var stack = new Stack<NDArray>();
        foreach (Node output in outputs)
        {
            if (!seen.TryAdd(output.Array, 0)) { continue; }
            stack.Push(output.Array);
            while (stack.TryPeek(out NDArray? x))
            {
                int next = seen[x];
                if (next < x.InputCount)
                {
                    seen[x] = next + 1;
                    NDArray input = x.Input(next);
                    // Only what an open frame tracks can lead to a tracer.
                    if (seen.TryAdd(input, 0)) { stack.Push(input); }
                    continue;
                }
                stack.Pop();
                for (int i = 0; i < x.InputCount; i++)
                {
                    if (!active.Contains(x.Input(i))) { continue; }
                    active.Add(x);
                    order.Add(x);
                    break;
                }
            }
        }
        return (order, active);
    }

    static Node[] Inputs(NDArray x)
    {
        var inputs = new Node[x.InputCount];
        for (int i = 0; i < inputs.Length; i++) { inputs[i] = x.Input(i); }
        return inputs;
    }

    /// <summary>Cotangents of <paramref name="wrt"/>, given those of the outputs; null where there is none.</summary>
    public static Node?[] Reverse(ReadOnlySpan<Node> outputs, ReadOnlySpan<Node?> cotangents, ReadOnlySpan<Node> wrt)
    {
        var (order, active) = Record(outputs, wrt);
        var sums = new Dictionary<NDArray, Node>(ReferenceEqualityComparer.Instance);
        for (int i = 0; i < outputs.Length; i++)
        {
            if (cotangents[i] is { } c && active.Contains(outputs[i].Array)) { Accumulate(sums, outputs[i].Array, c); }
        }
        for (int k = order.Count - 1; k >= 0; k--)
        {
            NDArray x = order[k];
            if (!sums.Remove(x, out Node cotangent)) { continue; }
            Node[] inputs = Inputs(x);
            var wanted = new bool[inputs.Length];
            for (int i = 0; i < inputs.Length; i++) { wanted[i] = active.Contains(inputs[i].Array); }
            Node?[] parts = x.Op.Vjp(inputs, x, cotangent, wanted);
            for (int i = 0; i < parts.Length; i++)
            {
                if (wanted[i] && parts[i] is { } part) { Accumulate(sums, inputs[i].Array, part); }
            }
        }
        var result = new Node?[wrt.Length];
        for (int i = 0; i < wrt.Length; i++) { result[i] = sums.TryGetValue(wrt[i].Array, out Node sum) ? sum : default(Node?); }
        return result;
    }

    static void Accumulate(Dictionary<NDArray, Node> sums, NDArray x, Node part) => sums[x] = sums.TryGetValue(x, out Node sum) ? Add.Of(sum, part) : part;

    /// <summary>Tangents of the outputs, given those of <paramref name="wrt"/>; null is zero.</summary>
    public static Node?[] Forward(ReadOnlySpan<Node> outputs, ReadOnlySpan<Node> wrt, ReadOnlySpan<Node?> tangents)
    {
        var (order, _) = Record(outputs, wrt);
        var of = new Dictionary<NDArray, Node>(ReferenceEqualityComparer.Instance);
        for (int i = 0; i < wrt.Length; i++)
        {
            if (tangents[i] is { } t) { of[wrt[i].Array] = t; }
        }
        foreach (NDArray x in order)
        {
            Node[] inputs = Inputs(x);
            var into = new Node?[inputs.Length];
            bool any = false;
            for (int i = 0; i < inputs.Length; i++)
            {
                if (!of.TryGetValue(inputs[i].Array, out Node t)) { continue; }
                into[i] = t;
                any = true;
            }
            if (any && x.Op.Jvp(inputs, x, into) is { } tangent) { of[x] = tangent; }
        }
        var result = new Node?[outputs.Length];
        for (int i = 0; i < outputs.Length; i++) { result[i] = of.TryGetValue(outputs[i].Array, out Node t) ? t : default(Node?); }
        return result;
    }

    /// <summary>A node with an argument's dtype and its shape without the mapped axis. It never has a value.</summary>
    public static Node Placeholder(Node argument, int axis)
    {
        var shape = new List<long>(argument.Shape);
        shape.RemoveAt(axis);
        return new NDArray(Leaf.Instance, argument.DType, Layout.RowMajor([.. shape], argument.DType.Size)) { FlagBits = (int)(NodeFlags.Tracer | NodeFlags.Abstract) };
    }

    /// <summary>The recorded graph over one more axis: mapped outputs and where their mapped axis is (null: it is not).</summary>
    public static (Node Output, int? Axis)[] Batch(ReadOnlySpan<Node> outputs, ReadOnlySpan<Node> placeholders, ReadOnlySpan<Node> arguments, ReadOnlySpan<int?> axes)
    {
        var (order, _) = Record(outputs, placeholders);
        var of = new Dictionary<NDArray, (Node Node, int? Axis)>(ReferenceEqualityComparer.Instance);
        for (int i = 0; i < placeholders.Length; i++) { of[placeholders[i].Array] = (arguments[i], axes[i]); }
        foreach (NDArray x in order)
        {
            Node[] inputs = Inputs(x);
            var into = new int?[inputs.Length];
            bool mapped = false;
            for (int i = 0; i < inputs.Length; i++)
            {
                if (!of.TryGetValue(inputs[i].Array, out var m)) { continue; }
                (inputs[i], into[i]) = m;
                mapped |= into[i] is not null;
            }
            of[x] = mapped ? x.Op.Vmap(inputs, into) : (Build.Make(x.Op, inputs), null);
        }
        var result = new (Node, int?)[outputs.Length];
        for (int i = 0; i < outputs.Length; i++) { result[i] = of.TryGetValue(outputs[i].Array, out var m) ? m : (outputs[i], null); }
        return result;
    }
}
