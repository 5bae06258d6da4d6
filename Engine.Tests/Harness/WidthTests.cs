using Xunit;

namespace Engine.Tests.Harness;

/// <summary>The same bits at every vector width; each width runs in a process of its own.</summary>
public class WidthTests(ITestOutputHelper output)
{
    /// <summary>Everyday: one op of each way to compute. ENGINE_FULL=1 takes all.</summary>
    static readonly string[] Few = ["add", "exp", "sin", "power", "floor_divide", "less", "where", "astype", "sum", "logsumexp", "argmax", "cumsum", "matmul"];

    [Fact]
    public void EveryWidthGivesTheSameBits()
    {
        string[] ops = Settings.Full ? [.. OpCases.All.Where(c => c.SameBits || c.Op == "matmul").Select(c => c.Op).Distinct()] : Few;
        string[]? first = null;
        foreach (string width in (string[])["512", "256", "128", "vector", "one"])
        {
            string[] lines = ChildRuns.Start(["hashes", .. ops], ("ENGINE_LANES", width)).Split('\n');
            Assert.Equal(width, lines[0]);
            Assert.Equal(ops.Length + 1, lines.Length);
            first ??= lines;
            Assert.Equal(first[1..], lines[1..]);
        }
        output.WriteLine($"{Settings.Text}: {ops.Length} ops at five widths\n{string.Join("\n", first!)}");
    }
}
