using Engine.Testing;

namespace Engine.Tests.Harness;

internal static partial class OpCases
{
    /// <summary>Axes to reduce: all, one, some; with or without keepdims.</summary>
    static (Axes Axes, string Text, bool Keep) DrawAxes(Random random, int ndim)
    {
        bool keep = random.Next(2) == 0;
        string keepText = keep ? "True" : "False";
        int[] some = [.. Enumerable.Range(0, ndim).Where(_ => random.Next(2) == 0).Select(d => random.Next(2) == 0 ? d : d - ndim)];
        return some.Length == 0 ? (Axes.All, $"axis=None, keepdims={keepText}", keep)
            : (some, $"axis={Tuple([.. some.Select(d => (long)d)])}, keepdims={keepText}", keep);
    }

    static OpCase Reduction(string op, Func<NDArray, Axes, bool, NDArray> f, string numpy, string? magnitude = null, bool empty = true, string? peak = null) => new(op, random =>
    {
        long[] shape = Shape(random, empty: empty);
        var (axes, text, keep) = DrawAxes(random, shape.Length);
        return new OpCall($"{op}(x, {text})", [new(shape)], a => f(a[0], axes, keep), numpy.Replace("AXES", text, StringComparison.Ordinal), magnitude?.Replace("AXES", text, StringComparison.Ordinal), peak?.Replace("AXES", text, StringComparison.Ordinal));
    });

    /// <summary>Length of an axis, or of the flattened array.</summary>
    static long Line(long[] shape, int? axis) => axis is { } i ? shape[i < 0 ? i + shape.Length : i] : shape.Aggregate(1L, (a, d) => a * d);

    static OpCase Order(string op, Func<NDArray, int, int?, NDArray> f) => new(op, random =>
    {
        long[] shape = Shape(random, 1, empty: false);
        int? axis = random.Next(6) == 0 ? null : random.Next(-shape.Length, shape.Length);
        int n = (int)Line(shape, axis), kth = random.Next(-n, n);
        string text = $"x, {kth}, {axis?.ToString() ?? "None"}";
        return new OpCall($"{op}({text})", [new(shape)], a => f(a[0], kth, axis), op == "partition" ? $"partition({text})" : $"order_about({text})");
    });

    static IEnumerable<OpCase> Reductions() =>
    [
        Reduction("sum", Ops.Sum, "np.sum(x, AXES)", "np.sum(np.abs(x), AXES)") with { Ulps = 16, Gradient = Any, Types = [.. ArraySpec.Numbers] },
        Reduction("mean", Ops.Mean, "np.mean(x, AXES)", "np.mean(np.abs(x), AXES)", peak: "np.sum(np.abs(x), AXES)") with { Ulps = 16, Gradient = Any },
        Reduction("max", Ops.Max, "largest(x, AXES)", empty: false) with { Gradient = Any },
        Reduction("min", Ops.Min, "-largest(-x, AXES) if x.dtype.kind == 'f' else np.min(x, AXES)", empty: false) with { Gradient = Any },
        Reduction("any", Ops.Any, "np.any(x, AXES)"),
        Reduction("all", Ops.All, "np.all(x, AXES)"),
        Reduction("logsumexp", Ops.Logsumexp, "logsumexp(x, AXES)", "np.maximum(1, np.abs(logsumexp(x, AXES)))", empty: false) with { Ulps = 24, Gradient = Any, Types = [.. ArraySpec.Numbers] },
        new("argmax", random =>
        {
            long[] shape = Shape(random, 1, empty: false);
            int axis = random.Next(-shape.Length, shape.Length);
            bool keep = random.Next(2) == 0, whole = random.Next(4) == 0;
            return whole ? new OpCall($"argmax(x, keepdims={keep})", [new(shape)], a => Ops.Argmax(a[0], null, keep), $"np.argmax(x, axis=None, keepdims={keep})")
                : new OpCall($"argmax(x, {axis}, {keep})", [new(shape)], a => Ops.Argmax(a[0], axis, keep), $"np.argmax(x, axis={axis}, keepdims={keep})");
        }),
        new("argmin", random =>
        {
            long[] shape = Shape(random, 1, empty: false);
            int axis = random.Next(-shape.Length, shape.Length);
            bool keep = random.Next(2) == 0, whole = random.Next(4) == 0;
            return whole ? new OpCall($"argmin(x, keepdims={keep})", [new(shape)], a => Ops.Argmin(a[0], null, keep), $"np.argmin(x, axis=None, keepdims={keep})")
                : new OpCall($"argmin(x, {axis}, {keep})", [new(shape)], a => Ops.Argmin(a[0], axis, keep), $"np.argmin(x, axis={axis}, keepdims={keep})");
        }),
        Reduction("median", (x, axes, keep) => Ops.Median(x, axes, keep) + 0, "np.median(x, AXES) + 0.0", empty: false) with { Gradient = Any, Ulps = 1 },
        Order("partition", Ops.Partition) with { Gradient = Any },
        Order("argpartition", Ops.Argpartition),
        new("topk", random =>
        {
            long[] shape = Shape(random, 1);
            int? axis = random.Next(6) == 0 ? null : random.Next(-shape.Length, shape.Length);
            int k = random.Next(0, (int)Line(shape, axis) + 1);
            return new OpCall($"topk(x, {k}, {axis?.ToString() ?? "None"})", [new(shape)], a => Ops.TopK(a[0], k, axis), $"topk(x, {k}, {axis?.ToString() ?? "None"})");
        }) { Gradient = Any },
        new("softmax", random =>
        {
            long[] shape = Shape(random, 1, empty: false);
            var (axes, text, _) = DrawAxes(random, shape.Length);
            text = text[..text.IndexOf(", keepdims", StringComparison.Ordinal)];
            return new OpCall($"softmax(x, {text})", [new(shape)], a => Ops.Softmax(a[0], axes), $"softmax(x, {text})");
        }) { Types = Floats, Ulps = 32, Gradient = Any, SameBits = false },
        new("cumsum", random =>
        {
            long[] shape = Shape(random, 1);
            int axis = random.Next(-shape.Length, shape.Length);
            bool reverse = random.Next(2) == 0, inclusive = random.Next(2) == 0;
            string text = $"axis={axis}, reverse={reverse}, inclusive={inclusive}";
            return new OpCall($"cumsum(x, {text})", [new(shape)], a => Ops.Cumsum(a[0], axis, reverse, inclusive), $"cumsum(x, {text})", $"cumsum(np.abs(x), {text})");
        }) { Ulps = 160, Gradient = Any },
        new("sort", random =>
        {
            long[] shape = Shape(random, 1);
            int axis = random.Next(-shape.Length, shape.Length);
            return new OpCall($"sort(x, {axis})", [new(shape)], a => Ops.Sort(a[0], axis), $"np.sort(x, axis={axis}, kind='stable')");
        }) { Gradient = Any },
        new("argsort", random =>
        {
            long[] shape = Shape(random, 1);
            int axis = random.Next(-shape.Length, shape.Length);
            return new OpCall($"argsort(x, {axis})", [new(shape)], a => Ops.Argsort(a[0], axis), $"np.argsort(x, axis={axis}, kind='stable')");
        }),
        new("matmul", random =>
        {
            long m = random.Next(1, 20), k = random.Next(0, 20), n = random.Next(1, 20);
            long[] batch = Shape(random, 0, 2, 3);
            int kind = random.Next(5);
            long[] a = kind == 0 ? [k] : kind == 1 ? [m, k] : [.. Thinner(random, batch), m, k], b = kind == 0 ? [.. batch, k, n] : kind == 1 ? [k] : [.. batch, k, n];
            if (random.Next(3) == 0 && kind > 1) { (a, b) = ([.. batch, m, k], [k, n]); }
            return new OpCall("matmul(x, y)", [new(a), new(b)], v => Ops.MatMul(v[0], v[1]), "np.matmul(x, y)", "np.matmul(np.abs(x), np.abs(y))");
        }) { Types = Floats, Ulps = 24, Gradient = Any, VmapTolerance = 1e-4, SameBits = false },
        new("addmm", random =>
        {
            long m = random.Next(1, 20), k = random.Next(0, 20), n = random.Next(1, 20);
            long[] c = random.Next(4) switch { 0 => [], 1 => [n], 2 => [m, 1], _ => [m, n] };
            // At least 1: the op on absolute values is the scale of its sums, and is infinite where a product is.
            double alpha = random.Next(2, 5) / 2.0, beta = random.Next(2, 5) / 2.0;
            return new OpCall($"addmm(x, y, z, {alpha}, {beta})", [new(c), new([m, k]), new([k, n])], v => Ops.AddMM(v[0], v[1], v[2], alpha, beta), $"np.matmul(y, z) * {alpha} + x * {beta}", $"np.matmul(np.abs(y), np.abs(z)) * {alpha} + np.abs(x) * {beta}");
        }) { Types = Floats, Ulps = 24, Gradient = Any, VmapTolerance = 1e-4, SameBits = false },
    ];
}
