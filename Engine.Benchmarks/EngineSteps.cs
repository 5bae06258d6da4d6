using static Engine.Ops;

namespace Engine.Benchmarks;

/// <summary>The training steps in C#: the same arithmetic as Python/steps.py.</summary>
internal static class EngineSteps
{
    public static Func<NDArray[]> Mlp(NDArray[] inputs)
    {
        var w = Network(784, 512, 512, 10);
        var (x, y) = (inputs[0], OneHot(inputs[1]));
        var both = ValueAndGrad<NDArray[]>(Loss!);
        var step = Compile((NDArray[] w, NDArray x, NDArray y) =>
        {
            var (loss, gradient) = both(w, x, y);
            return (NDArray[])[loss, .. gradient!];
        });
        return () => step(w, x, y);
    }

    public static Func<NDArray[]> Digits(NDArray[] inputs)
    {
        var w = Network(64, 256, 256, 10);
        var (x, y) = (inputs[0], OneHot(inputs[1]));
        NDArray[] mean = [.. w.Select(p => Ready(Full(p.Shape, 1e-3f)))], square = [.. w.Select(p => Ready(Full(p.Shape, 1e-3f)))];
        var both = ValueAndGrad<NDArray[]>(Loss!);
        var step = Compile((NDArray[] w, NDArray[] mean, NDArray[] square, NDArray[] data) =>
        {
            var (loss, g) = both(w, data[0], data[1]);
            var results = new List<NDArray> { loss };
            for (int i = 0; i < w.Length; i++)
            {
                var m = 0.9f * mean[i] + 0.1f * g![i];
                var s = 0.999f * square[i] + 0.001f * g[i] * g[i];
                results.AddRange(w[i] - 3e-3f * (m / (Sqrt(s) + 1e-8f) + 0.1f * w[i]), m, s);
            }
            return (NDArray[])[.. results];
        });
        return () => step(w, mean, square, [x, y]);
    }

    public static Func<NDArray[]> Transformer(NDArray[] inputs)
    {
        var x = inputs[0];
        long width = x.Shape[2];
        NDArray[] w =
        [
            Weight(1, width, 3 * width), Weight(2, width, width), Weight(3, width, 4 * width), Weight(4, 4 * width, width),
            .. Enumerable.Range(0, 4).Select(_ => Ready(Ones([width]))),
        ];
        var both = ValueAndGrad<NDArray[]>((w, x) => Block(w!, x));
        var step = Compile((NDArray[] w, NDArray x) =>
        {
            var (loss, gradient) = both(w, x);
            return (NDArray[])[loss, .. gradient!];
        });
        return () => step(w, x);
    }

    static NDArray Block(NDArray[] w, NDArray x)
    {
        const int Heads = 8;
        long batch = x.Shape[0], length = x.Shape[1], width = x.Shape[2], size = width / Heads;
        var qkv = Reshape(MatMul(LayerNorm(x, w[4], w[5]), w[0]), [batch, length, 3, Heads, size]);
        NDArray Part(int i) => Transpose(qkv[.., .., i], (int[])[0, 2, 1, 3]);
        var scores = MatMul(Part(0), Transpose(Part(1), (int[])[0, 1, 3, 2])) * Math.Pow(size, -0.5);
        var mixed = Transpose(MatMul(Softmax(scores, -1), Part(2)), (int[])[0, 2, 1, 3]);
        x += MatMul(Reshape(mixed, [batch, length, width]), w[1]);
        var h = MatMul(LayerNorm(x, w[6], w[7]), w[2]);
        x += MatMul(h * 0.5f * (1 + Erf(h * 0.70710678f)), w[3]);
        return (x * x).Mean();
    }

    static NDArray LayerNorm(NDArray x, NDArray weight, NDArray bias)
    {
        var d = x - Mean(x, -1, keepDims: true);
        return d * Rsqrt(Mean(d * d, -1, keepDims: true) + 1e-5f) * weight + bias;
    }

    static NDArray Loss(NDArray[] w, NDArray x, NDArray y)
    {
        for (int i = 0; i < w.Length; i += 2)
        {
            x = MatMul(x, w[i]) + w[i + 1];
            x = i + 2 < w.Length ? Maximum(x, 0) : x;
        }
        return Logsumexp(x, -1).Mean() - (x * y).Sum() / x.Shape[0];
    }

    static NDArray[] Network(params long[] widths) =>
        [.. widths.Zip(widths.Skip(1)).SelectMany((w, i) => (NDArray[])[Weight(i, w.First, w.Second), Ready(Zeros([w.Second]))])];

    static NDArray Weight(int seed, long rows, long columns) =>
        Ready(new RandomKey(seed).Normal([rows, columns]) * Math.Pow(rows, -0.5));

    static NDArray OneHot(NDArray labels) => Ready((labels[Ellipsis, NewAxis] == Arange(10)).AsType(DType.Float32));

    static NDArray Ready(NDArray x)
    {
        Eval(x);
        return x;
    }
}
