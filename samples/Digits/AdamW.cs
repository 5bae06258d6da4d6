using Engine;
using static Engine.Ops;

namespace Samples;

/// <summary>Adam with decoupled weight decay. The updates are expressions: they run, fused, when the caller evaluates.</summary>
internal sealed class AdamW(NDArray[] w, double decay)
{
    const double Beta1 = 0.9;
    const double Beta2 = 0.999;
    const double Epsilon = 1e-8;

    readonly NDArray[] _mean = [.. w.Select(p => ZerosLike(p))];
    readonly NDArray[] _square = [.. w.Select(p => ZerosLike(p))];
    int _steps;

    /// <summary>The moments, to be evaluated together with the parameters.</summary>
    public NDArray[] State => [.. _mean, .. _square];

    public void Update(NDArray[] w, NDArray[] gradient, double rate)
    {
        _steps++;
        double unbias1 = 1 / (1 - Math.Pow(Beta1, _steps));
        double unbias2 = 1 / (1 - Math.Pow(Beta2, _steps));
        for (int p = 0; p < w.Length; p++)
        {
            var g = gradient[p];
            _mean[p] = Beta1 * _mean[p] + (1 - Beta1) * g;
            _square[p] = Beta2 * _square[p] + (1 - Beta2) * g * g;
            var step = _mean[p] * unbias1 / (Sqrt(_square[p] * unbias2) + Epsilon);
            // Biases do not decay.
            w[p] -= rate * (w[p].Ndim == 2 ? step + decay * w[p] : step);
        }
    }
}
