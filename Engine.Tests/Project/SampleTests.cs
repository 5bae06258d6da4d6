using System.Globalization;
using System.Text.RegularExpressions;
using Engine.Tests.Oracles;
using Xunit;

namespace Engine.Tests.Project;

/// <summary>The samples, run as a user would.</summary>
public partial class SampleTests
{
    static readonly bool Full = Environment.GetEnvironmentVariable("ENGINE_FULL") == "1";

    [Fact]
    public void The_face_runs()
    {
        var (exit, output) = RunSample("Face");
        Assert.True(exit == 0, output);
        Assert.Contains("on cpu", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Digits_are_recognised()
    {
        using var folder = new ScratchFolder();
        var (exit, output) = RunSample("Digits", "--seeds", Full ? "0-4" : "0-0", "--out", folder.Root);
        Assert.True(exit == 0, output);
        var runs = RunPattern().Matches(output);
        Assert.Equal(Full ? 5 : 1, runs.Count);
        Assert.All(runs, r => Assert.True(Number(r.Groups[1]) >= 97, output));
        Assert.StartsWith("accuracy ", output.TrimEnd().Split('\n')[^1], StringComparison.Ordinal);
        Assert.All(new[] { "weights.npz", "test.npz", "digits.png" }, f => Assert.True(new FileInfo(Path.Combine(folder.Root, f)).Length > 1000, f));
    }

    [Theory]
    [InlineData("ENGINE_PYTHON_DEBIAN")]
    [InlineData("ENGINE_PYTHON_PEERS")]
    public void Python_reads_the_weights(string interpreter)
    {
        var python = Environment.GetEnvironmentVariable(interpreter);
        Requirement.Check(python is not null && File.Exists(python), "python", $"The interpreter of {interpreter}");
        Requirement.Check(File.Exists(Repository.PathOf("artifacts/python/engine/__init__.py")), "python", "The Python module");
        using var folder = new ScratchFolder();
        var (exit, output) = RunSample("Digits", "--out", folder.Root, "--python", python!);
        Assert.True(exit == 0, output);
        var agree = AgreePattern().Match(output);
        Assert.True(agree.Success && Number(agree.Groups[1]) >= 358, output);
    }

    [Theory]
    [InlineData("--seeds", "4-0")]
    [InlineData("--seed", "x")]
    [InlineData("--none", "1")]
    [InlineData("--seed")]
    public void A_wrong_command_line_prints_the_usage(params string[] arguments)
    {
        var (exit, output) = RunSample("Digits", arguments);
        Assert.Equal(2, exit);
        Assert.StartsWith("usage:", output, StringComparison.Ordinal);
    }

    static (int ExitCode, string Output) RunSample(string name, params string[] arguments)
    {
        var program = Repository.PathOf($"samples/{name}/bin/{Repository.Configuration}/net10.0/{name}.dll");
        return Repository.Run("dotnet", [program, .. arguments], Repository.Root);
    }

    static double Number(Group text) => double.Parse(text.Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^seed \d+: .*accuracy ([\d.]+) %", RegexOptions.Multiline)]
    private static partial Regex RunPattern();

    [GeneratedRegex(@"agrees on (\d+) of 359 predictions")]
    private static partial Regex AgreePattern();
}
