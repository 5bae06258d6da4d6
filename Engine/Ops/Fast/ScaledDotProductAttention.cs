using Engine.Internal.Graph;

namespace Engine.Internal.Operations;

[Op("scaled_dot_product_attention", "(q, k, v, *, scale, mask=None, sinks=None, stream=None)", Module = "fast")]
internal sealed partial class ScaledDotProductAttention(double scale, bool causal, bool hasMask, bool hasSinks) : Composite(OpName)
{
    /// <summary>Attention of several heads: softmax(scale q k^T + mask) v.</summary>
    /// <param name="q">Queries, (B, N, T, D), float.</param>
    /// <param name="k">Keys, (B, M, S, D); M divides N, and every N / M neighbouring heads of queries share one of keys and values.</param>
    /// <param name="v">Values, (B, M, S, E).</param>
    /// <param name="scale">Factor of the scores, mostly 1 / sqrt(D).</param>
    /// <param name="mask">What is added to the scores, or bool: which of them count. It broadcasts to (B, N, T, S).</param>
    /// <param name="sinks">(N): a score of each head that takes its share and has no value.</param>
    /// <param name="causal">A query sees no later key; the last query is level with the last key. In Python: mask="causal".</param>
    /// <returns>(B, N, T, E), in the dtype where queries, keys and values meet.</returns>
    /// <exception cref="ShapeException">The shapes do not fit each other.</exception>
    /// <exception cref="DTypeException">Operands are no floats, or the mask is of a wider dtype.</exception>
    /// <exception cref="OptionException">Both causal and a mask are asked for.</exception>
    /// <remarks>float16 and bfloat16 are computed in float32 and rounded once. A query that sees no key gets the mean of all values. Within 8 ulp of (1 + max|score|) max|v| in float32
    /// and float64.</remarks>
    public static Node Of(Node q, Node k, Node v, double scale, Node? mask = null, Node? sinks = null, bool causal = false)
    {
        DType t = Promotion.Promote(Promotion.Promote(q.DType, k.DType), v.DType);
        if (!t.IsFloat) { throw Errors.DType(OpName, $"{t.Name} is not supported; convert the operands with astype(float32) first"); }
        foreach (var (x, what) in new[] { (q, "queries"), (k, "keys"), (v, "values") })
        {
            if (x.Ndim != 4) { throw Errors.Shape(OpName, $"the {what} have shape {Shapes.Text(x.Shape)}; give four axes: batch, head, position, feature"); }
        }
        if (q.Shape[3] != k.Shape[3]) { throw Errors.Shape(OpName, $"queries {Shapes.Text(q.Shape)} and keys {Shapes.Text(k.Shape)} have different numbers of features; the last axes must be equal"); }
        if (q.Shape[0] != k.Shape[0] || !k.Shape.AsSpan(0, 3).SequenceEqual(v.Shape.AsSpan(0, 3))) { throw Errors.Shape(OpName, $"queries {Shapes.Text(q.Shape)}, keys {Shapes.Text(k.Shape)} and values {Shapes.Text(v.Shape)} do not fit: the batches must be equal, and heads and positions of keys those of values"); }
        if (k.Shape[1] == 0 ? q.Shape[1] != 0 : q.Shape[1] % k.Shape[1] != 0) { throw Errors.Shape(OpName, $"{q.Shape[1]} heads of queries cannot share {k.Shape[1]} heads of keys; give a multiple"); }
        if (causal && mask is not null) { throw Errors.Option(OpName, "a mask and causal are both given; give one of them"); }
        var inputs = new List<Node> { Operands.As(q, t), Operands.As(k, t), Operands.As(v, t) };
        if (mask is { } m)
        {
            if (m.DType != DType.Bool && Promotion.Promote(m.DType, t) != t) { throw Errors.DType(OpName, $"a mask of {m.DType.Name} does not fit {t.Name}; convert it with astype({t.Name}) first"); }
            Shapes.CheckBroadcastTo(OpName, m.Shape, [q.Shape[0], q.Shape[1], q.Shape[2], k.Shape[2]]);
            m = m.DType == DType.Bool ? Operands.Strong(m) : Operands.As(m, t);
            long[] four = [1, 1, 1, 1];
            m.Shape.CopyTo(four, 4 - m.Ndim);
            inputs.Add(Reshape.Quiet(m, four));
        }
        if (sinks is { } s)
        {
            if (s.Ndim != 1 || s.Shape[0] != q.Shape[1]) { throw Errors.Shape(OpName, $"sinks of shape {Shapes.Text(s.Shape)} do not fit {q.Shape[1]} heads; give one for each"); }
            if (Promotion.Promote(s.DType, t) != t) { throw Errors.DType(OpName, $"sinks of {s.DType.Name} do not fit {t.Name}; convert them with astype({t.Name}) first"); }
            inputs.Add(Operands.As(s, t));
        }
        return Build.Make(new ScaledDotProductAttention(scale, causal, mask is not null, sinks is not null), [.. inputs]);
    }

    public override (DType DType, Layout Layout) Infer(ReadOnlySpan<Node> inputs) =>
        (inputs[0].DType, Layout.RowMajor([.. inputs[0].Shape[..3], inputs[2].Shape[3]], inputs[0].DType.Size));

    // Heads that share keys stand along an axis of their own: (B, M, N / M, T, D).
    public override Node Expand(ReadOnlySpan<Node> inputs)
    {
        DType t = inputs[0].DType, wide = t.Size == 2 ? DType.Float32 : t;
        long[] query = inputs[0].Shape, key = inputs[1].Shape;
        long batch = query[0], heads = key[1], group = heads == 0 ? 1 : query[1] / heads, length = query[2], keys = key[2];
        Node q = Reshape.Quiet(Cast.To(inputs[0], wide) * Build.Constant(wide, scale), [batch, heads, group, length, query[3]]);
        Node k = Transpose.Quiet(Reshape.Quiet(Cast.To(inputs[1], wide), [batch, heads, 1, keys, key[3]]), [0, 1, 2, 4, 3]);
        Node v = Reshape.Quiet(Cast.To(inputs[2], wide), [batch, heads, 1, keys, inputs[2].Shape[3]]);
        Node scores = Masked(MatMul.Of(q, k), inputs, heads, group);
        if (hasSinks)
        {
            Node sink = BroadcastTo.Quiet(Reshape.Quiet(Cast.To(inputs[^1], wide), [1, heads, group, 1, 1]), [batch, heads, group, length, 1]);
            scores = Concatenate.Of([sink, scores], -1);
        }
        Node shares = keys == 0 && !hasSinks ? scores : Softmax.Of(scores, -1);
        if (hasSinks) { shares = StridedSlice.Range(shares, 4, 1, keys); }
        return Cast.To(Reshape.Quiet(MatMul.Of(shares, v), [.. query[..3], inputs[2].Shape[3]]), t);
    }

    Node Masked(Node scores, ReadOnlySpan<Node> inputs, long heads, long group)
    {
        // Not minus infinity: a row without keys has shares all the same.
        Node Only(Node seen) => Where.Of(seen, scores, Build.Constant(scores.DType, scores.DType == DType.Float64 ? double.MinValue : float.MinValue));
        if (causal)
        {
            long length = scores.Shape[3], keys = scores.Shape[4];
            return Only(GreaterEqual.Of(Iota.Of([length, keys], keys - length, [1, -1]), Build.Constant(DType.Int64, 0L)));
        }
        if (!hasMask) { return scores; }
        Node mask = inputs[3];
        bool every = mask.Shape[1] == 1;
        mask = Reshape.Quiet(mask, [mask.Shape[0], every ? 1 : heads, every ? 1 : group, mask.Shape[2], mask.Shape[3]]);
        return mask.DType == DType.Bool ? Only(mask) : scores + Cast.To(mask, scores.DType);
    }
}
