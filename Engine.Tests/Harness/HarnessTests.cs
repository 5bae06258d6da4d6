using Engine.Internal;
using Engine.Internal.Graph;
using Engine.Internal.Lanes;
using Engine.Testing;
using Engine.Tests.Oracles;
using Xunit;

namespace Engine.Tests.Harness;

/// <summary>Swaps the back end for the whole process: no other test runs meanwhile.</summary>
[CollectionDefinition(nameof(BackendSwap), DisableParallelization = true)]
public class BackendSwap;

/// <summary>Every op of the catalogue, over dtypes and layouts. ENGINE_SEED and ENGINE_CASES choose the trials; ENGINE_FULL=1 takes the whole product of dtypes and layouts.</summary>
[Collection(nameof(BackendSwap))]
public class HarnessTests(ITestOutputHelper output)
{
    public static TheoryData<string> Ops => [.. OpCases.All.Select(c => c.Op).Distinct()];

    public static TheoryData<string> Differentiable => [.. OpCases.All.Where(c => c.Gradient != null).Select(c => c.Op).Distinct()];

    [Fact]
    public void EveryOpHasCasesAndDocs()
    {
        HashSet<string> known = [.. OpCases.All.Select(c => c.Op)];
        string[] missing = [.. OpCatalog.All.Select(o => o.Module is { } m ? $"{m}.{o.Name}" : o.Name).Where(n => !known.Contains(n))];
        Assert.True(missing.Length == 0, $"Ops without a test case: {string.Join(" ", missing)}");
        string[] unknown = [.. known.Except(OpCatalog.All.Select(o => o.Module is { } m ? $"{m}.{o.Name}" : o.Name))];
        Assert.True(unknown.Length == 0, $"Test cases of ops that do not exist: {string.Join(" ", unknown)}");
        string[] silent = [.. OpCatalog.All.Where(o => string.IsNullOrWhiteSpace(o.Docs)).Select(o => o.Name)];
        Assert.True(silent.Length == 0, $"Ops without documentation: {string.Join(" ", silent)}");
    }

    [Theory, MemberData(nameof(Ops))]
    public void ValuesAreThoseOfOthers(string op)
    {
        PythonOracle python = OpCases.All.First(c => c.Op == op).IsRandom ? PythonOracle.Frameworks() : PythonOracle.NumPy();
        Each(op, t => OpChecks.Values(t, python));
    }

    [Theory, MemberData(nameof(Ops))]
    public void LayoutsGiveTheSameBits(string op) => Each(op, t => t.Case.NoArrays ? null : OpChecks.Layouts(t, Settings.Full ? Enum.GetValues<ArrayLayout>() : [t.Layout]));

    [Theory, MemberData(nameof(Ops))]
    public void FusedOrAloneTheBitsAreTheSame(string op) => Each(op, OpChecks.Fusion);

    [Theory, MemberData(nameof(Ops))]
    public void BothBackEndsAgree(string op) => Each(op, OpChecks.SecondBackend);

    [Theory, MemberData(nameof(Ops))]
    public void VmapIsALoop(string op) => Each(op, t => t.Case.NoArrays ? null : OpChecks.Vmap(t));

    [Theory, MemberData(nameof(Differentiable))]
    public void GradientsMatchDifferences(string op)
    {
        int trials = 0;
        foreach (OpCase c in OpCases.All.Where(c => c.Op == op && c.Gradient != null))
        {
            for (int i = 0; i < 2 * Settings.Cases; i++, trials++)
            {
                int seed = Settings.SeedFor(op, DType.Float64, i);
                Assert.True(OpChecks.Gradient(c, seed) is not { } failure, $"{op}, seed {seed}: {OpChecks.Gradient(c, seed)}");
            }
        }
        Assert.True(trials > 0);
        output.WriteLine($"{Settings.Text}: {trials} trials");
    }

    /// <summary>An op's trials: every dtype, and for each its share of layouts (all of them in Full).</summary>
    static IEnumerable<Trial> Trials(string op)
    {
        ArrayLayout[] layouts = Enum.GetValues<ArrayLayout>();
        int count = Settings.Full ? Math.Max(Settings.Cases, layouts.Length) : Settings.Cases;
        foreach (OpCase c in OpCases.All.Where(c => c.Op == op))
        {
            int at = Settings.SeedFor(op, c.Types[0], -1) % layouts.Length;
            foreach (DType type in c.NoArrays ? [DType.Float32] : c.Types)
            {
                for (int i = 0; i < count; i++) { yield return Trial.Draw(c, type, layouts[at++ % layouts.Length], Settings.SeedFor(op, type, i)); }
            }
        }
    }

    /// <summary>The trials of all ops, by class: printed, and none empty. Test programs' output is not shown by every runner, so it is left in a file, too.</summary>
    [Fact]
    public void EveryClassIsTried()
    {
        var total = new Tally();
        foreach (string op in OpCases.All.Select(c => c.Op).Distinct())
        {
            foreach (Trial t in Trials(op)) { total.Count(t); }
        }
        string text = $"{Settings.Text}: {OpCases.All.Select(c => c.Op).Distinct().Count()} ops, trials of each property by class\n{total.Lines()}";
        output.WriteLine(text);
        string folder = Project.Repository.PathOf("artifacts/tests");
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "classes.txt"), text);
        Assert.Empty(total.Empty());
    }

    /// <summary>Runs a check over every dtype and its share of layouts, counts what was seen and fails where a class stayed empty.</summary>
    void Each(string op, Func<Trial, string?> check)
    {
        var tally = new Tally();
        foreach (Trial t in Trials(op))
        {
            string? failure;
            try
            {
                failure = check(t);
            }
            catch (Exception e) when (e is not Xunit.Sdk.IAssertionException)
            {
                failure = $"{e.GetType().Name}: {e.Message}\n{e.StackTrace}";
            }
            Assert.True(failure == null, $"{t}\n{failure}");
            tally.Count(t);
        }
        output.WriteLine($"{Settings.Text}\n{tally}");
        Assert.True(tally.Missing(OpCases.All.First(c => c.Op == op)) is not { Length: > 0 } missing, $"No trial of: {string.Join(", ", tally.Missing(OpCases.All.First(c => c.Op == op)))}");
    }

    /// <summary>Under a JIT every body is compiled at every width; the one-lane body and the tile kernels give the same bits.</summary>
    [Theory, MemberData(nameof(Ops))]
    public void TilesAreTheScalarBody(string op)
    {
        int compared = 0;
        foreach (OpCase c in OpCases.All.Where(c => c.Op == op && !c.NoArrays))
        {
            foreach (DType type in c.Types)
            {
                Trial t = Trial.Draw(c, type, ArrayLayout.Contiguous, Settings.SeedFor(op, type, 0));
                NDArray result = t.Call.Call(t.Arrays());
                if (result.Op is not ElementwiseOp elementwise || elementwise.Body(result.Input(result.InputCount - 1).DType) is not { } body) { continue; }
                DType compute = LaneBody.LaneType(result.Input(result.InputCount - 1).DType);
                if (compute is DType.Complex64 or DType.Complex128) { continue; }
                Assert.True(BodyRunner.Compare(body, compute, Settings.SeedFor(op, type, 1)) is not { } difference, $"{op} {compute}: {BodyRunner.Compare(body, compute, Settings.SeedFor(op, type, 1))}");
                compared++;
            }
        }
        output.WriteLine($"{compared} bodies compared");
    }
}
