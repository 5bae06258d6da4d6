using Engine;
using static Engine.Ops;

namespace Samples;

/// <summary>A network 64-256-256-10 with ReLU. Its parameters are an array of arrays: weight, bias, weight, bias, ...</summary>
internal static class Network
{
    static readonly long[] Widths = [DigitsData.Pixels, 256, 256, 10];

    /// <summary>Normal weights of variance 2 / inputs, which keeps the scale of a ReLU layer's output; zero biases.</summary>
    public static NDArray[] Create(RandomKey key)
    {
        var parameters = new List<NDArray>();
        for (int layer = 1; layer < Widths.Length; layer++)
        {
            (key, var draw) = key.Split();
            parameters.Add(draw.Normal([Widths[layer - 1], Widths[layer]]) * Math.Sqrt(2.0 / Widths[layer - 1]));
            parameters.Add(Zeros([Widths[layer]]));
        }
        return [.. parameters];
    }

    public static NDArray Logits(NDArray[] w, NDArray x)
    {
        for (int i = 0; i < w.Length; i += 2)
        {
            x = MatMul(x, w[i]) + w[i + 1];
            x = i + 2 < w.Length ? Maximum(x, 0) : x;
        }
        return x;
    }

    /// <summary>Mean cross-entropy.</summary>
    public static NDArray Loss(NDArray[] w, NDArray x, NDArray y)
    {
        var z = Logits(w, x);
        return (Logsumexp(z, axis: -1) - TakeAlongAxis(z, y[Ellipsis, NewAxis], axis: -1).Squeeze(-1)).Mean();
    }

    public static NDArray Predict(NDArray[] w, NDArray x) => Logits(w, x).Argmax(-1);
}
