using Engine.Internal.Plans;
using Engine.Testing;
using Engine.Tests.Harness;
using Samples;
using Xunit;

namespace Engine.Tests.SecondBackend;

/// <summary>The Digits sample's own code trains its network on the second back end as it does on the first.</summary>
[Collection(nameof(BackendSwap))]
public class SecondBackendTraining(ITestOutputHelper output)
{
    const int Epochs = 2;

    sealed record Trained(NDArray[] Initial, Result Result);

    // 480 images: 384 for training, in three batches, and 96 for the test.
    static Trained Train() => new(
        Network.Create(new RandomKey(7)),
        Training.Run(DigitsData.Load().At([.. Enumerable.Range(0, 480)]), 0, (_, _) => { }, Epochs));

    [Fact]
    public void DigitsAreLearntAlike()
    {
        Trained kernels = Train();
        Backend before = Backend.Current;
        var reference = new ReferenceBackend();
        Trained interpreted;
        try
        {
            Backend.Current = reference;
            interpreted = Train();
            Ops.Eval(interpreted.Initial);
        }
        finally
        {
            Backend.Current = before;
        }
        Assert.All((GroupKind[])[GroupKind.Map, GroupKind.Reduce, GroupKind.MatMul, GroupKind.Gather, GroupKind.Scatter, GroupKind.Random], k => Assert.True(reference.Ran.ContainsKey(k), $"no {k} group ran"));

        // Random numbers and elementwise ops have their bits: the same split and the same weights at the start.
        (Result a, Result b) = (kernels.Result, interpreted.Result);
        Assert.Equal(a.Test.Images, b.Test.Images);
        Assert.Equal(a.Test.Labels, b.Test.Labels);
        Assert.All(kernels.Initial.Zip(interpreted.Initial), w => Assert.Null(HostReader.Read(w.First).Difference(HostReader.Read(w.Second))));

        // Matrix products have not: the reference sums in double precision, so a product differs by a few ulp of what it sums.
        output.WriteLine($"losses {string.Join(" ", a.Losses)} and {string.Join(" ", b.Losses)}; {b.Seconds:F1} s interpreted");
        Assert.All(a.Losses.Zip(b.Losses), l => Assert.Equal(l.First, l.Second, 1e-5 * l.First));
        Assert.True(a.Losses[^1] < 0.8 * a.Losses[0], $"the loss went from {a.Losses[0]} to {a.Losses[^1]}");
        // Adam divides by the gradient's size, so where a gradient is only the rounding of its sum, the step, of 3e-3 at most, is free: such weights are few.
        foreach ((NDArray x, NDArray y) in a.Weights.Zip(b.Weights))
        {
            (HostArray p, HostArray q) = (HostReader.Read(x), HostReader.Read(y));
            double[] apart = [.. Enumerable.Range(0, (int)p.Count).Select(i => Math.Abs(p.DoubleAt(i) - q.DoubleAt(i)))];
            output.WriteLine($"{p.Count} weights: {apart.Max():G3} apart at most, {apart.Average():G3} on average, {apart.Count(d => d > 1e-5)} by more than 1e-5");
            Assert.InRange(apart.Count(d => d > 1e-5), 0, p.Count / 1000);
            Assert.All(apart, d => Assert.InRange(d, 0, 1e-3));
        }
        Assert.Equal(a.Predictions, b.Predictions);
    }
}
