using Xunit;

namespace Engine.Tests.Project;

/// <summary>The layers: read from the built assembly, method bodies included, and its debug information.</summary>
public class LayerTests
{
    [Fact]
    public void Nothing_names_a_layer_above_its_own()
    {
        var references = AssemblyReferences.Read(typeof(NDArray).Assembly.Location);
        var wrong = references
            .Where(r => !Layers.MayName(r.FromLayer, r.ToLayer))
            .Select(r => $"{r.FromLayer} -> {r.ToLayer}: {r.From} names {r.To}")
            .Distinct()
            .Order(StringComparer.Ordinal)
            .ToList();
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        // The reader really saw every layer.
        Assert.All(Layers.Names, l => Assert.Contains(references, r => r.FromLayer == l));
    }

    [Fact]
    public void Namespaces_follow_folders()
    {
        var wrong = AssemblyReferences.Misplaced(typeof(NDArray).Assembly.Location).ToList();
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Theory]
    [InlineData("/a/Engine/Engine/Graph/Node.cs", "Graph")]
    [InlineData("/_/Engine/Backends/Cpu/Tiles/Run.cs", "Backends")]
    [InlineData("/_/Engine/Ops/Unary/Exp.cs", "Ops")]
    [InlineData("/_/Engine/NDArray.Printing.cs", Layers.Face)]
    [InlineData("/_/Engine/IO/Npz.cs", Layers.Face)]
    [InlineData("/_/Engine/obj/Release/net10.0/Generated.g.cs", null)]
    internal void A_file_belongs_to_its_folder(string path, string? layer) => Assert.Equal(layer, Layers.OfFile(path));

    [Theory]
    [InlineData("Lanes", "Graph")]
    [InlineData("Basics", "Memory")]
    [InlineData("Graph", "Ops")]
    [InlineData("Backends", "Graph")]
    [InlineData("Transforms", Layers.Face)]
    internal void Arrows_upwards_are_refused(string from, string to) => Assert.False(Layers.MayName(from, to));
}
