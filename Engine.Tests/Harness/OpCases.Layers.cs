namespace Engine.Tests.Harness;

internal static partial class OpCases
{
    // Squares of what is drawn must not leave float16's or float32's range, where the reference has none.
    static NDArray Near(NDArray x) => Ops.Clip(x, -9, 9);

    static OpCase Normalization(string op, Func<NDArray, NDArray?, NDArray?, double, NDArray> f, bool takesBias) => new($"fast.{op}", random =>
    {
        long[] shape = Shape(random, 1);
        bool weight = random.Next(2) == 0, bias = takesBias && random.Next(2) == 0;
        double epsilon = random.Next(2) == 0 ? 0.1 : 0.5;
        List<Input> inputs = [new(shape)];
        if (weight) { inputs.Add(new([shape[^1]])); }
        if (bias) { inputs.Add(new([shape[^1]])); }
        string text = FormattableString.Invariant($"near(x), {(weight ? "near(y)" : "None")}, {(!bias ? "None" : weight ? "near(z)" : "near(y)")}, {epsilon}");
        return new OpCall($"{op}({text})", [.. inputs], a => f(Near(a[0]), weight ? Near(a[1]) : null, bias ? Near(a[^1]) : null, epsilon), $"{op}({text})", $"{op}_scale({text})",
            Scale: a => Scale(Near(a[0]), weight ? Near(a[1]) : null, bias ? Near(a[^1]) : null, takesBias, epsilon));
    }) { Types = Floats, Ulps = 8, Gradient = Any, SameBits = false, VmapTolerance = 1e-2 };

    /// <summary>max|x| / sqrt(variance + epsilon) |weight| + |bias|; without a mean, the mean square.</summary>
    static NDArray Scale(NDArray x, NDArray? weight, NDArray? bias, bool centred, double epsilon)
    {
        if (x.Shape[^1] == 0) { return x; }
        x = Ops.AsType(x, DType.Float64);
        NDArray square = Ops.Mean(Ops.Square(centred ? x - Ops.Mean(x, -1, keepDims: true) : x), -1, keepDims: true);
        NDArray y = (centred ? Ops.Max(Ops.Abs(x), -1, keepDims: true) : Ops.Abs(x)) * Ops.Rsqrt(square + epsilon) + Ops.ZerosLike(x);
        return (weight is null ? y : y * Ops.Abs(weight)) + (bias is null ? 0 : Ops.Abs(bias));
    }

    static IEnumerable<OpCase> Layers() =>
    [
        Normalization("rms_norm", (x, weight, _, epsilon) => Ops.Fast.RmsNorm(x, weight, epsilon), false),
        Normalization("layer_norm", Ops.Fast.LayerNorm, true),
        new("fast.rope", random =>
        {
            long[] shape = [.. Shape(random, 1, 3), random.Next(1, 6), random.Next(2, 12)];
            int dims = 2 * random.Next(1, (int)(shape[^1] / 2) + 1);
            bool traditional = random.Next(2) == 0, free = random.Next(3) == 0, each = random.Next(3) == 0;
            double scale = random.Next(2) == 0 ? 1 : 0.25;
            // Angles grow with places times freqs: large ones would need smaller steps than numerical derivatives can take.
            long offset = random.Next(-3, free ? 5 : 100);
            long[] offsets = [.. Enumerable.Range(0, (int)shape[0]).Select(i => offset + ((free ? 1 : 7) * i))];
            string text = FormattableString.Invariant($"{dims}, {traditional}, {(free ? "None" : "100.0")}, {scale}, {(each ? Tuple(offsets) : offset)}, {(free ? "np.clip(y, 0.5, 9)" : "None")}");
            return new OpCall($"rope(x, {text})", free ? [new(shape), new([dims / 2])] : [new(shape)],
                a => Ops.Fast.Rope(Near(a[0]), dims, traditional, free ? null : 100, scale, each ? NDArray.From<long>(offsets, [offsets.Length]) : (int)offset, free ? Ops.Clip(a[1], 0.5, 9) : null),
                $"rope(near(x), {text})", $"rope_scale(near(x), {text})");
        }) { Types = Floats, Ulps = 2, Gradient = Any },
        new("fast.scaled_dot_product_attention", random =>
        {
            long batch = random.Next(1, 3), heads = random.Next(1, 3), group = random.Next(1, 3), length = random.Next(1, 7), keys = random.Next(1, 7), d = random.Next(1, 6), e = random.Next(1, 6);
            if (random.Next(4) == 0) { keys = random.Next(20, 70); }
            double scale = random.Next(2) == 0 ? 1 : 0.5;
            int kind = random.Next(4);      // no mask, causal, bool, added
            bool sinks = random.Next(4) == 0;
            List<Input> inputs = [new([batch, heads * group, length, d]), new([batch, heads, keys, d]), new([batch, heads, keys, e])];
            if (kind >= 2) { inputs.Add(new(Thinner(random, [batch, heads * group, length, keys]), kind == 2 ? InputKind.Condition : InputKind.Value)); }
            if (sinks) { inputs.Add(new([heads * group])); }
            string mask = kind switch { 0 => "None", 1 => "'causal'", 2 => "a[3]", _ => "near(a[3])" };
            string text = FormattableString.Invariant($"near(x), near(y), near(z), {scale}, {mask}, {(sinks ? "near(a[-1])" : "None")}");
            return new OpCall($"attention({text})", [.. inputs],
                a => Ops.Fast.ScaledDotProductAttention(Near(a[0]), Near(a[1]), Near(a[2]), scale, kind switch { 2 => a[3], 3 => Near(a[3]), _ => null }, sinks ? Near(a[^1]) : null, kind == 1),
                $"attention({text})", $"attention_scale({text})",
                Scale: a => Ops.Zeros([batch, heads * group, length, e]) + ((10 + (81 * scale * d)) * Ops.Max(Ops.Where(Ops.IsNaN(a[2]), 0, Ops.Abs(Near(a[2]))))));
        }) { Types = Floats, Ulps = 8, Gradient = (-1, 1), VmapTolerance = 1e-2, SameBits = false },
    ];
}
