using System.Text.RegularExpressions;
using Xunit;

namespace Engine.Tests.Project;

/// <summary>What a user sees who starts a console project and writes `using Engine; using static Engine.Ops;`.</summary>
public partial class ConsoleProjectTests
{
    [Fact]
    public void Public_names_and_the_base_library_compile_side_by_side()
    {
        var names = typeof(NDArray).Assembly.GetExportedTypes()
            .Where(t => t is { Namespace: "Engine", IsNested: false, IsGenericTypeDefinition: false } && !t.Name.Contains('<', StringComparison.Ordinal))
            .Select(t => t.Name)
            .Order(StringComparer.Ordinal)
            .ToList();
        Assert.Contains("NDArray", names);
        var program = $$"""
            using Engine;
            using static Engine.Ops;

            // Every public type by its bare name.
            string[] types = [{{string.Join(", ", names.Select(n => $"nameof({n})"))}}];
            Console.WriteLine(types.Length);

            // The base library's names still mean what they meant.
            int[] numbers = [3, 1, 2];
            Array.Sort(numbers);
            Console.WriteLine(Math.Exp(0) + Math.Abs(-1) + Math.Max(1, 2) + numbers.Sum() + numbers.Max() + Enumerable.Range(0, 3).Sum());
            using Stream stream = new MemoryStream();
            Random random = new(1);
            Memory<int> memory = numbers;
            Range range = 1..;
            Index index = ^1;
            Console.WriteLine(stream.Length + random.Next(1) + memory.Length + numbers[range].Length + numbers[index]);
            Task task = Task.CompletedTask;
            await task;
            Console.WriteLine(string.Join(',', numbers.Where(n => n > 1).Select(n => n.ToString())) + File.Exists("none") + Path.GetFileName("a/b"));

            // And ours, unqualified.
            NDArray x = Arange(6).Reshape([2, 3]);
            NDArray y = Exp(x) + Sum(x, axis: 0) + Maximum(x, 1) + x[.., ^1][.., NewAxis] + x[Ellipsis, Slice(0, null, 2)].Max();
            var (key, other) = new RandomKey(0).Split();
            Eval(y, key.Uniform([2]), other.Normal([2]));
            Console.WriteLine(y.Shape.Length + " " + x.Sum().Item<int>());
            """;
        Assert.EndsWith("2 15", RunProgram(program), StringComparison.Ordinal);
    }

    [Fact]
    public void Examples_of_the_readme_compile_and_run()
    {
        var blocks = CodePattern().Matches(File.ReadAllText(Repository.PathOf("README.md"))).Select(m => m.Groups[1].Value)
            .Where(b => !b.Contains("[Property", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(blocks);
        Assert.All(blocks, b => RunProgram(b));
    }

    [Fact]
    public void Assigning_to_an_index_is_refused_with_the_way_out()
    {
        using var folder = new ScratchFolder();
        folder.WriteConsoleProject("""
            using Engine;
            NDArray x = 1f;
            x[0] = 2f;
            """);
        var (exit, output) = Repository.Run("dotnet", ["build", "-c", "Release", "-v", "q", "--nologo"], folder.Root);
        Assert.True(exit != 0, output);
        Assert.Contains("At(", output, StringComparison.Ordinal);
    }

    [Fact]
    public void An_array_is_not_a_condition()
    {
        using var folder = new ScratchFolder();
        folder.WriteConsoleProject("""
            using Engine;
            NDArray x = 1f;
            if (x == x) { Console.WriteLine("never"); }
            """);
        var (exit, output) = Repository.Run("dotnet", ["build", "-c", "Release", "-v", "q", "--nologo"], folder.Root);
        Assert.True(exit != 0, output);
        Assert.Contains("to 'bool'", output, StringComparison.Ordinal);
    }

    static string RunProgram(string program)
    {
        using var folder = new ScratchFolder();
        folder.WriteConsoleProject(program);
        var (exit, output) = Repository.Run("dotnet", ["build", "-c", "Release", "-v", "q", "--nologo", "-o", "out"], folder.Root);
        Assert.True(exit == 0, output);
        (exit, output) = Repository.Run("dotnet", ["out/Probe.dll"], folder.Root);
        Assert.True(exit == 0, output);
        return output.TrimEnd();
    }

    [GeneratedRegex("^```csharp\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CodePattern();
}
