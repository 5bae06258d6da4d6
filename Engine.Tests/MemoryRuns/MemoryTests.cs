using Engine.Tests.Harness;
using Xunit;

namespace Engine.Tests.MemoryRuns;

/// <summary>No Dispose and no collection of the user's: engine memory stays bounded and flat.</summary>
public class MemoryTests(ITestOutputHelper output)
{
    const long MiB = 1 << 20;

    public static TheoryData<string> Names => [.. Scenarios.Names];

    [Theory, MemberData(nameof(Names))]
    public void MemoryStaysBounded(string name)
    {
        MemoryReport r = MemoryReport.Parse(ChildRuns.Start(["memory", name]));
        output.WriteLine(r.ToString());
        long limit = r.Live > 160 * MiB ? r.Live * 16 / 10 : 256 * MiB;
        Assert.True(r.Peak <= limit, $"{name}: {r.Peak / MiB} MiB at once, {limit / MiB} are allowed ({r})");
        Assert.True(r.Resident[3] <= r.Resident[2] * 1.1, $"{name}: the resident size grows: {r}");
        Assert.True(r.Forced <= r.Allocated / (64 * MiB) + 1, $"{name}: {r.Forced} collections for {r.Allocated / MiB} MiB of blocks");
        // Results of up to 1 KiB live in managed memory and are not counted.
        Assert.True(r.Allocated > 0 == (name != "small") && r.Peak > 0 == (name != "small"), $"{name} did nothing: {r}");
    }
}
