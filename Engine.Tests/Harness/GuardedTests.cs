using System.Globalization;
using Xunit;

namespace Engine.Tests.Harness;

/// <summary>No kernel reads behind foreign memory. In a process of its own: one that does dies.</summary>
public class GuardedTests(ITestOutputHelper output)
{
    [Fact]
    public void ForeignMemoryIsReadToItsEndAndNoFurther()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "guard pages are set up for Linux: left out.");
        string[] lines = ChildRuns.Start(["guarded"]).Split('\n');
        int runs = int.Parse(lines[^1], CultureInfo.InvariantCulture);
        output.WriteLine($"{runs} runs of {lines.Length - 1} ops");
        Assert.True(runs > 1000);
    }
}
