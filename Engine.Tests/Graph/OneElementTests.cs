using Engine.Internal;
using Engine.Internal.Graph;
using Engine.Tests.Harness;
using FsCheck.Xunit;
using Xunit;
using static Engine.Ops;

namespace Engine.Tests.Graph;

/// <summary>Graphs of single elements run op by op, without a plan; constants in them are shared.</summary>
[Collection(nameof(BackendSwap))]
public class OneElementTests
{
    static readonly Func<NDArray, NDArray, NDArray>[] ops =
    [
        (a, b) => a + b, (a, b) => a * b, (a, b) => Maximum(a, b), (a, b) => a - 2, (a, b) => Exp(Minimum(a, 1)), (a, b) => Where(a < b, a, b),
        (a, b) => Reshape(a, [1]) + b, (a, b) => Sum(a) * b, (a, b) => BroadcastTo(a, [1, 1])[0, 0] - b,
    ];

    /// <summary>A random graph: values[i] = op(values[x], values[y]).</summary>
    static NDArray Graph(NDArray start, int[] choices)
    {
        List<NDArray> values = [start, start * 0.5];
        foreach (int choice in choices)
        {
            NDArray a = values[choice / 16 % values.Count], b = values[^1];
            values.Add(ops[choice % 16 % ops.Length](a, b));
        }
        return values[^1];
    }

    [Property(MaxTest = 60)]
    public void HasTheValuesOfTheSameGraphOverManyElements(ushort[] choices)
    {
        int[] drawn = [.. choices.Select(c => (int)c)];
        float one = Item(Graph(0.75f + Zeros([]), drawn));
        // Three equal elements take a plan; the graph adds axes of length 1, so Vmap keeps the elements apart.
        float[] many = Vmap((NDArray x) => Reshape(Graph(x, drawn), []))(Full([3], 0.75f)).ToArray<float>();
        Assert.Equal([one, one, one], many);
    }

    static float Item(NDArray x) => Reshape(x, []).Item<float>();

    [Fact]
    public void TakesNoPlan()
    {
        NDArray x = NDArray.From([1f], [1]), y = x;
        for (int i = 0; i < 1000; i++) { y = y * 0.5 + x; }
        long plans = Counters.Plans, groups = Counters.Groups;
        Assert.Equal(2, y.Item<float>());
        Assert.Equal(plans, Counters.Plans);
        Assert.Equal(2000, Counters.Groups - groups);
    }

    [Fact]
    public void AConstantThatLeavesTheGraphIsTheCallersOwn()
    {
        NDArray Differs() => ArrayEqual(Zeros([2]), Zeros([3]));
        using (var lease = Differs().Borrow<bool>()) { lease.Span[0] = true; }
        Assert.False(Differs().Item<bool>());
        NDArray slope = Grad((NDArray x) => x)(Ones([]));
        using (var lease = slope.Borrow<float>()) { lease.Span[0] = 5; }
        Assert.Equal(5, slope.Item<float>());
        Assert.Equal(1, Grad((NDArray x) => x)(Ones([])).Item<float>());
        Assert.Equal(3, (Zeros([]) + 3).Item<float>());
    }
}
