using Engine.Tests.Harness;
using Engine.Tests.Project;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

namespace Engine.Tests;

/// <summary>The test program. Besides the tests it replays one op's properties (--op), does what a test asks of a process of its own (--child) and writes the public API's text (--write-api).</summary>
internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        // The test platform refuses options that it does not know, so ours are taken out before it sees them.
        if (args.Contains("--op"))
        {
            return OpHarness.Main(args);
        }
        if (args.Contains("--child"))
        {
            return ChildRuns.Main(args);
        }
        if (args.Contains("--write-api"))
        {
            await File.WriteAllTextAsync(ApiText.FilePath, ApiText.Write());
            return 0;
        }
        return args.Contains("--server") || args.Contains("--internal-msbuild-node")
            ? await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions)
            : await ConsoleRunner.Run(args);
    }
}
