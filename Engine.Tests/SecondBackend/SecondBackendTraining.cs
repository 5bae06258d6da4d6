using Engine.Internal.Plans;
using Engine.Testing;
using Engine.Tests.Harness;
using Xunit;

namespace Engine.Tests.SecondBackend;

/// <summary>A network trains on the second back end as it does on the first.</summary>
[Collection(nameof(BackendSwap))]
public class SecondBackendTraining
{
    const int Steps = 12;

    static NDArray Logits(NDArray[] w, NDArray x) => Ops.MatMul(Ops.Tanh(Ops.MatMul(x, w[0]) + w[1]), w[2]) + w[3];

    static NDArray Loss(NDArray[] w, NDArray x, NDArray y)
    {
        NDArray z = Logits(w, x);
        return (Ops.Logsumexp(z, -1) - Ops.TakeAlongAxis(z, y[Ops.Ellipsis, Ops.NewAxis], -1).Squeeze(-1)).Mean();
    }

    static double[] Train()
    {
        var random = new Random(3);
        NDArray x = NDArray.From([.. Enumerable.Range(0, 96 * 64).Select(_ => (float)random.NextDouble())], [96, 64]);
        NDArray y = NDArray.From([.. Enumerable.Range(0, 96).Select(_ => random.Next(10))]);
        var (first, second) = new RandomKey(0).Split();
        NDArray[] w = [first.Normal([64, 32]) * 0.1, Ops.Zeros([32]), second.Normal([32, 10]) * 0.1, Ops.Zeros([10])];
        var step = Ops.ValueAndGrad<NDArray[]>(Loss);
        var losses = new double[Steps];
        for (int i = 0; i < Steps; i++)
        {
            var (loss, g) = step(w, x, y);
            for (int p = 0; p < w.Length; p++) { w[p] -= g[p] * 0.5; }
            Ops.Eval([loss, .. w]);
            losses[i] = HostReader.Read(loss).DoubleAt(0);
        }
        return losses;
    }

    [Fact]
    public void LossesFallAlike()
    {
        double[] kernels = Train();
        Backend before = Backend.Current;
        var reference = new ReferenceBackend();
        double[] interpreted;
        try
        {
            Backend.Current = reference;
            interpreted = Train();
        }
        finally
        {
            Backend.Current = before;
        }
        Assert.True(kernels[^1] < kernels[0] * 0.99);
        for (int i = 0; i < Steps; i++) { Assert.Equal(kernels[i], interpreted[i], 1e-4); }
        Assert.All((GroupKind[])[GroupKind.Map, GroupKind.Reduce, GroupKind.MatMul, GroupKind.Gather, GroupKind.Random], k => Assert.True(reference.Ran.ContainsKey(k), $"no {k} group ran"));
    }
}
