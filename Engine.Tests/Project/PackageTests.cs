using System.IO.Compression;
using System.Xml.Linq;
using Xunit;

namespace Engine.Tests.Project;

/// <summary>What `dotnet cake --target=Pack` would publish.</summary>
public class PackageTests
{
    [Fact]
    public void Packages_have_their_names_licence_readme_and_exact_dependencies()
    {
        using var folder = new ScratchFolder();
        foreach (var project in new[] { "Engine", "Engine.Interop", "Engine.Testing", "Engine.Metal" })
        {
            // What these tests were built with is packed as it is.
            var (exit, output) = Repository.Run(
                "dotnet",
                ["pack", Path.Combine(project, project + ".csproj"), "-c", Repository.Configuration, "--no-build", "-o", folder.Root, "-v", "q", "--nologo"],
                Repository.Root);
            Assert.True(exit == 0, output);
        }
        var packages = Directory.GetFiles(folder.Root, "*.nupkg");
        Assert.Equal(
            ["Lanewise.Engine", "Lanewise.Engine.Interop", "Lanewise.Engine.Testing"],
            packages.Select(p => Path.GetFileName(p).Replace(".0.1.0.nupkg", "", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        foreach (var package in packages)
        {
            using var archive = ZipFile.OpenRead(package);
            Assert.Contains(archive.Entries, e => e.FullName == "README.md");
            Assert.DoesNotContain(archive.Entries, e => e.FullName.Contains("analyzers", StringComparison.Ordinal));
            Assert.Contains(archive.Entries, e => e.FullName.StartsWith("lib/net10.0/", StringComparison.Ordinal) && e.FullName.EndsWith(".xml", StringComparison.Ordinal));
            using var text = archive.Entries.Single(e => e.FullName.EndsWith(".nuspec", StringComparison.Ordinal)).Open();
            var metadata = XDocument.Load(text).Root!.Elements().Single();
            Assert.Equal("MIT", Value(metadata, "license"));
            Assert.Equal("README.md", Value(metadata, "readme"));
            var dependencies = metadata.Descendants().Where(e => e.Name.LocalName == "dependency")
                .ToDictionary(e => e.Attribute("id")!.Value, e => e.Attribute("version")!.Value);
            Assert.All(dependencies.Where(d => d.Key.StartsWith("Lanewise", StringComparison.Ordinal)), d => Assert.Equal("[0.1.0]", d.Value));
            Assert.Equal(Value(metadata, "id") != "Lanewise.Engine", dependencies.ContainsKey("Lanewise.Engine"));
        }
    }

    [Fact]
    public void The_library_depends_on_numerics_tensors_alone()
    {
        var ours = typeof(NDArray).Assembly.GetReferencedAssemblies().Select(a => a.Name!)
            .Where(n => !n.StartsWith("System.", StringComparison.Ordinal) || n == "System.Numerics.Tensors");
        Assert.All(ours, n => Assert.Equal("System.Numerics.Tensors", n));
    }

    static string Value(XElement metadata, string name) => metadata.Elements().Single(e => e.Name.LocalName == name).Value;
}
