using Engine.Testing;

namespace Engine.Tests.Harness;

/// <summary>The table of cases, by op name. A test fails for an op of the catalogue that has none.</summary>
internal static partial class OpCases
{
    public static IReadOnlyList<OpCase> All { get; } =
        WithDerived([.. Elementwise(), .. Reductions(), .. Shapes(), .. Indexing(), .. Creation(), .. Layers(), .. Convolutions(), .. Others()]);

    static DType[] Floats => [.. ArraySpec.Floats];
    static DType[] Everything => Enum.GetValues<DType>();
    static DType[] NoBool => [.. ArraySpec.Numbers.Where(t => t != DType.Bool)];
    static (double, double) Any => (-3, 3);
    static (double, double) Positive => (0.5, 4);

    internal static long[] Shape(Random random, int least = 0, int most = 4, int length = 6, bool empty = true)
    {
        var r = new long[random.Next(least, most + 1)];
        for (int d = 0; d < r.Length; d++) { r[d] = random.Next(8) == 0 ? random.Next(empty ? 0 : 1, 2) : random.Next(1, length + 1); }
        if (random.Next(6) == 0 && r.Length > 0) { r[^1] = random.Next(60, 150); }      // longer than a vector and a leaf
        return r;
    }

    /// <summary>A shape that broadcasts to another.</summary>
    static long[] Thinner(Random random, long[] shape)
    {
        long[] r = [.. shape[random.Next(shape.Length + 1)..]];
        for (int d = 0; d < r.Length; d++) { if (random.Next(3) == 0) { r[d] = 1; } }
        return random.Next(2) == 0 ? [.. shape] : r;
    }

    static string Tuple(params ReadOnlySpan<long> values)
    {
        var s = new System.Text.StringBuilder("(");
        foreach (long v in values) { s.Append(v).Append(','); }
        return s.Append(')').ToString();
    }

    static OpCase Unary(string op, Func<NDArray, NDArray> f, string python) => new(op, random =>
    {
        long[] shape = Shape(random);
        return new OpCall($"{op}(x)", [new(shape)], a => f(a[0]), python);
    });

    static OpCase Binary(string op, Func<NDArray, NDArray, NDArray> f, string python) => new(op, random =>
    {
        long[] big = Shape(random), small = Thinner(random, big);
        bool swap = random.Next(2) == 0;
        return new OpCall($"{op}(x, y)", [new(swap ? small : big), new(swap ? big : small)], a => f(a[0], a[1]), python);
    });

    static IEnumerable<OpCase> Elementwise() =>
    [
        Unary("negative", Ops.Negative, "-x") with { Types = NoBool, Gradient = Any },
        Unary("abs", Ops.Abs, "np.abs(x)") with { Gradient = Positive },
        Unary("sign", Ops.Sign, "sign(x)"),
        Unary("square", Ops.Square, "x * x") with { Gradient = Any },
        Unary("floor", Ops.Floor, "np.floor(x).astype(x.dtype)") with { Types = [.. ArraySpec.Numbers] },
        Unary("exp", Ops.Exp, "np.exp(x)") with { Mpfr = true, Ulps = 2, Gradient = Any },
        Unary("log", Ops.Log, "np.log(x)") with { Mpfr = true, Ulps = 2, Gradient = Positive },
        Unary("log1p", Ops.Log1p, "np.log1p(x)") with { Mpfr = true, Ulps = 2, Gradient = Positive },
        Unary("tanh", Ops.Tanh, "np.tanh(x)") with { Mpfr = true, Ulps = 2, Gradient = Any },
        Unary("sigmoid", Ops.Sigmoid, "1 / (1 + np.exp(-x))") with { Mpfr = true, Ulps = 2, Gradient = Any },
        Unary("erf", Ops.Erf, "erf(x)") with { Mpfr = true, Ulps = 2, Gradient = Any },
        Unary("erfinv", Ops.Erfinv, "erfinv(x)") with { Ulps = 3, Gradient = (-0.9, 0.9), Types = [DType.Float16, DType.BFloat16, DType.Float32] },
        Unary("sin", Ops.Sin, "np.sin(x)") with { Mpfr = true, Ulps = 2, Gradient = Any },
        Unary("cos", Ops.Cos, "np.cos(x)") with { Mpfr = true, Ulps = 2, Gradient = Any },
        Unary("sqrt", Ops.Sqrt, "np.sqrt(x)") with { Mpfr = true, Gradient = Positive },
        Unary("rsqrt", Ops.Rsqrt, "1 / np.sqrt(x)") with { Mpfr = true, Ulps = 2, Gradient = Positive },
        Unary("logical_not", Ops.LogicalNot, "np.logical_not(x)"),
        Unary("isnan", Ops.IsNaN, "np.isnan(x)"),
        Unary("stop_gradient", Ops.StopGradient, "x") with { Types = Everything },
        Binary("add", Ops.Add, "x + y") with { Gradient = Any },
        Binary("subtract", Ops.Subtract, "x ^ y if x.dtype == bool else x - y") with { Gradient = Any },
        Binary("multiply", Ops.Multiply, "x * y") with { Gradient = Any },
        Binary("divide", Ops.Divide, "x / y") with { Gradient = Positive },
        Binary("floor_divide", Ops.FloorDivide, "floor_divide(x, y)") with { Reference = Reference.Lane },
        Binary("remainder", Ops.Remainder, "remainder(x, y)") with { Reference = Reference.Lane, Gradient = null },
        Binary("power", Ops.Power, "power(x, y)") with { Mpfr = true, Ulps = 2, Gradient = Positive },
        Binary("maximum", Ops.Maximum, "maximum(x, y)") with { Gradient = Any, HasKinks = true },
        Binary("minimum", Ops.Minimum, "minimum(x, y)") with { Gradient = Any, HasKinks = true },
        Binary("equal", Ops.Equal, "x == y") with { Types = Everything },
        Binary("not_equal", Ops.NotEqual, "x != y") with { Types = Everything },
        Binary("less", Ops.Less, "x < y"),
        Binary("less_equal", Ops.LessEqual, "x <= y"),
        Binary("greater", Ops.Greater, "x > y"),
        Binary("greater_equal", Ops.GreaterEqual, "x >= y"),
        Binary("logical_and", Ops.LogicalAnd, "np.logical_and(x, y)"),
        Binary("logical_or", Ops.LogicalOr, "np.logical_or(x, y)"),
        new("where", random =>
        {
            long[] big = Shape(random);
            Input[] inputs = [new(Thinner(random, big), InputKind.Condition), new(Thinner(random, big)), new(big)];
            return new OpCall("where(x, y, z)", inputs, a => Ops.Where(a[0], a[1], a[2]), "np.where(x, y, z)");
        }) { Gradient = Any },
        new("clip", random =>
        {
            long[] big = Shape(random);
            return new OpCall("clip(x, y, z)", [new(big), new(Thinner(random, big)), new(Thinner(random, big))], a => Ops.Clip(a[0], a[1], a[2]), "minimum(maximum(x, y), z)");
        }) { Gradient = Any, HasKinks = true },
        new("astype", random =>
        {
            DType to = (DType)random.Next(15);
            return new OpCall($"astype(x, {to})", [new(Shape(random))], a => Ops.AsType(a[0], to), $"astype(x, '{HostArray.Name(to)}')");
        }) { Types = Everything, Reference = Reference.Lane },
    ];
}
