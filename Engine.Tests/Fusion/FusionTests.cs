using Engine.Internal.Graph;
using Engine.Testing;
using Engine.Tests.Harness;
using Xunit;

namespace Engine.Tests.Fusion;

/// <summary>Passes over memory, counted. Counters are the process's: no other test runs meanwhile.</summary>
[Collection(nameof(BackendSwap))]
public class FusionTests(ITestOutputHelper output)
{
    static long Passes(params NDArray[] roots)
    {
        long before = Counters.Groups;
        Ops.Eval(roots);
        return Counters.Groups - before;
    }

    [Fact]
    public void RandomGraphsTakeNoMorePassesThanTheModel()
    {
        int total = 0, bound = 0, reduced = 0;
        for (int i = 0; i < (Settings.Full ? 3000 : 300); i++)
        {
            int seed = Settings.SeedFor("fusion", DType.Float32, i);
            (FusionModel graph, int[] roots) = FusionModel.Draw(seed);
            int limit = graph.Bound(roots);
            long passes = 0;
            Exception? failure = Record.Exception(() => passes = Passes([.. roots.Select(graph.Array)]));
            Assert.True(failure == null, $"seed {seed}, results {string.Join(", ", roots.Select(r => $"%{r}"))}\n{graph}\n{failure}");
            Assert.True(passes <= limit, $"seed {seed}, results {string.Join(", ", roots.Select(r => $"%{r}"))}: {passes} passes, the model needs {limit}\n{graph}");
            total += (int)passes;
            bound += limit;
            reduced += limit > 1 ? 1 : 0;
        }
        Assert.True(total > 0 && reduced > 10, "the graphs were too plain to show anything");
        output.WriteLine($"{Settings.Text}: {total} passes, {bound} allowed, {reduced} graphs needed more than one");
    }

    [Fact]
    public void FusedGraphsGiveTheBitsOfOneOpAtATime()
    {
        for (int i = 0; i < (Settings.Full ? 1000 : 100); i++)
        {
            int seed = Settings.SeedFor("fusion bits", DType.Float32, i);
            (FusionModel together, int[] roots) = FusionModel.Draw(seed);
            (FusionModel alone, _) = FusionModel.Draw(seed);
            Ops.Eval([.. roots.Select(together.Array)]);
            for (int k = 0; k < alone.Count; k++) { Ops.Eval(alone.Array(k)); }
            foreach (int r in roots)
            {
                Assert.True(HostReader.Read(alone.Array(r)).Difference(HostReader.Read(together.Array(r))) is not { } difference, $"seed {seed}: {HostReader.Read(alone.Array(r)).Difference(HostReader.Read(together.Array(r)))}");
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(300)]
    public void TwoReductionsOfOnePassMeetInAThird(int n)
    {
        NDArray x = NDArray.From(Enumerable.Range(1, n).Select(i => (double)i).ToArray());
        Ops.Eval(x);
        NDArray t = x * 5, sum = Ops.Sum(t * 2) + Ops.Sum(t * 3), other = Ops.Sum(t * 3) - Ops.Max(t);
        double total = n * (n + 1) / 2.0;
        Assert.Equal(25 * total, sum.Item<double>());
        Assert.Equal(15 * total - 5 * n, other.Item<double>());
    }

    [Fact]
    public void AReductionReadsWhatAPassWithAnEpilogueWrites()
    {
        NDArray x = Ops.Ones([5, 61]) * 2;
        Ops.Eval(x);
        NDArray a = x + 1, first = Ops.Tanh(Ops.Sum(a * 0.001, 1, true)), second = Ops.Sum(a, 1, true);
        Ops.Eval(first, second);
        ArrayCheck.Equal(Ops.Full([5, 1], 183f), second);
        ArrayCheck.Close(Ops.Full([5, 1], (float)Math.Tanh(0.183)), first, 1e-5);
    }

    [Fact]
    public void AChainOfFiveOpsIsOnePass()
    {
        NDArray x = Ops.Ones([1_000_000]) * 0.5;
        Ops.Eval(x);
        Assert.Equal(1, Passes(Ops.Tanh((Ops.Exp(x) + 1) * 0.5 - x)));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(1000)]
    public void AVmappedOpTakesAsManyPassesAsTheOp(int batch)
    {
        NDArray x = Ops.Ones([batch, 8]) * 0.5, y = Ops.Ones([8]) * 2;
        Ops.Eval([x, y]);
        NDArray plain = Body(x[0], y), mapped = Ops.Vmap<NDArray, NDArray, NDArray>(Body, [0, null])(x, y);
        Assert.Equal(Passes(plain), Passes(mapped));
        static NDArray Body(NDArray a, NDArray b) => Ops.Sum(Ops.Exp(a) * b);
    }
}
