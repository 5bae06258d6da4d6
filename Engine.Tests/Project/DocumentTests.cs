using Engine.Tests.Oracles;
using Xunit;

namespace Engine.Tests.Project;

/// <summary>Documents that repeat something say the same.</summary>
public class DocumentTests
{
    [Fact]
    public void The_example_op_of_contributing_is_the_tested_one()
    {
        var example = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Data", "Sinh.cs.txt"));
        Assert.Contains(example, File.ReadAllText(Repository.PathOf("CONTRIBUTING.md")), StringComparison.Ordinal);
    }

    [Fact]
    public void The_property_of_the_readme_is_a_tested_one()
    {
        var example = File.ReadAllText(Repository.PathOf("Engine.Tests/Project/ReadmeProperty.cs"));
        Assert.Contains(example, File.ReadAllText(Repository.PathOf("README.md")), StringComparison.Ordinal);
    }

    [Fact]
    public void The_python_of_the_readme_runs()
    {
        var python = Environment.GetEnvironmentVariable("ENGINE_PYTHON_DEBIAN");
        Requirement.Check(python is not null && File.Exists(python), "python", "The interpreter of ENGINE_PYTHON_DEBIAN");
        Requirement.Check(File.Exists(Repository.PathOf("artifacts/python/engine/__init__.py")), "python", "The Python module");
        var text = File.ReadAllText(Repository.PathOf("README.md"));
        var code = text.Split("```python\n")[1].Split("```")[0];
        var environment = new Dictionary<string, string?> { ["PYTHONPATH"] = Repository.PathOf("artifacts/python") };
        var (exit, output) = Repository.Run(python!, ["-c", code], Repository.Root, environment: environment);
        Assert.True(exit == 0, output);
        Assert.StartsWith("array([7, 1, 2], dtype=float32)", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Relative_links_lead_somewhere()
    {
        var links =
            from file in new[] { "README.md", "CONTRIBUTING.md", "CHANGELOG.md" }.Concat(Directory.GetFiles(Repository.PathOf("docs"), "*.md"))
            from part in File.ReadAllText(Repository.PathOf(file)).Split("](").Skip(1)
            let target = part[..part.IndexOf(')', StringComparison.Ordinal)].Split('#')[0]
            where target.Length > 0 && !target.Contains("://", StringComparison.Ordinal)
            select (file, target, Path.Combine(Path.GetDirectoryName(Repository.PathOf(file))!, target));
        Assert.All(links, l => Assert.True(File.Exists(l.Item3) || Directory.Exists(l.Item3), $"{l.file} links to {l.target}"));
    }
}
