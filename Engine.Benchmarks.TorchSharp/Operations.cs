using System.Globalization;
using System.Text.Json.Nodes;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Engine.Benchmarks;

/// <summary>What each op of a case is in TorchSharp.</summary>
internal static class Operations
{
    /// <summary>Draws the inputs into the current dispose scope and returns what is repeated.</summary>
    public static Action Of(JsonNode work)
    {
        var dtype = (string)work["dtype"]! switch
        {
            "float32" => ScalarType.Float32,
            "float64" => ScalarType.Float64,
            "float16" => ScalarType.Float16,
            "bfloat16" => ScalarType.BFloat16,
            "complex64" => ScalarType.ComplexFloat32,
            var other => throw new NotSupportedException(other),
        };
        Tensor[] x = [.. work["inputs"]!.AsArray().Select(spec => Draw((string)spec!, dtype))];
        long? axis = (long?)work["axis"];
        string op = (string)work["op"]!;
        if (op == "conv2d")
        {
            x = [x[0].permute(0, 3, 1, 2), x[1].permute(0, 3, 1, 2)];
        }
        return op switch
        {
            "one_build" => () => x[0].add(1).Dispose(),
            "one_add" => () => x[0].add(x[0]).Dispose(),
            "one_item" => () => Item(x[0]),
            "max" or "argmax" or "sum" or "mean" => () => Reduced(op, x[0], axis).Dispose(),
            _ when Function(op) is { } f => () => Scoped(f, x),
            _ => throw new NotSupportedException($"no {op}"),
        };
    }

    static void Item(Tensor x)
    {
        using var y = x.add(1);
        y.item<float>();
    }

    static void Scoped(Func<Tensor[], object> f, Tensor[] x)
    {
        using var scope = NewDisposeScope();
        f(x);
    }

    static Func<Tensor[], object>? Function(string op) => op switch
    {
        "matmul" => x => matmul(x[0], x[1]),
        "add" => x => x[0] + x[1],
        "pow" => x => pow(x[0], x[1]),
        "chain" => x => exp(x[0] * x[0] * -0.5f) * x[1] + sqrt(abs(x[0]) + 1) * 0.5f,
        "exp" => x => exp(x[0]),
        "log" => x => log(x[0]),
        "tanh" => x => tanh(x[0]),
        "sin" => x => sin(x[0]),
        "erf" => x => special.erf(x[0]),
        "gelu" => x => F.gelu(x[0]),
        "softmax" => x => F.softmax(x[0], -1),
        "layer_norm_rows" => x => F.layer_norm(x[0], [x[0].shape[^1]], x[1], x[2]),
        "attention" => x => F.scaled_dot_product_attention(x[0], x[1], x[2]),
        "conv2d" => x => F.conv2d(x[0], x[1], padding: [1, 1]),
        "transpose" => x => x[0].t().contiguous(),
        "take" => x => x[0].index_select(0, x[1]),
        "cumsum" => x => cumsum(x[0], 0),
        "sort" => x => sort(x[0]),
        "argsort" => x => argsort(x[0]),
        _ => null,
    };

    static Tensor Reduced(string op, Tensor x, long? axis) => (op, axis) switch
    {
        ("sum", null) => x.sum(),
        ("sum", { } a) => x.sum(a),
        ("mean", null) => x.mean(),
        ("mean", { } a) => x.mean([a]),
        ("max", null) => x.max(),
        ("max", { } a) => x.amax([a]),
        (_, null) => x.argmax(),
        (_, { } a) => x.argmax(a),
    };

    static Tensor Draw(string spec, ScalarType dtype)
    {
        if (spec.Split('<') is [var count, var bound])
        {
            return randint(long.Parse(bound, CultureInfo.InvariantCulture), [long.Parse(count, CultureInfo.InvariantCulture)], ScalarType.Int32);
        }
        long[] shape = [.. spec.TrimStart('+').Split('x').Select(n => long.Parse(n, CultureInfo.InvariantCulture))];
        return spec[0] == '+' ? (rand(shape) * 1.9f + 0.1f).to_type(dtype) : randn(shape).to_type(dtype);
    }
}
