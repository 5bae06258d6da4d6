using System.Text.RegularExpressions;

namespace Engine.Tests.Project;

/// <summary>The layers of the Engine assembly and who may name whom.</summary>
internal static partial class Layers
{
    public const string Face = "public face";

    /// <summary>A layer, its folder below Engine/, its namespace below Engine.Internal, and the layers that it may name besides Basics and itself.</summary>
    static readonly (string Layer, string Space, string[] MayName)[] Table =
    [
        ("Basics", "", []),
        ("Memory", ".Memory", []),
        ("Lanes", ".Lanes", ["Memory"]),
        ("Plans", ".Plans", ["Lanes", "Memory"]),
        ("Backends", ".Backends", ["Plans", "Lanes", "Memory"]),
        ("Graph", ".Graph", ["Plans", "Lanes", "Memory"]),
        ("Ops", ".Operations", ["Graph", "Plans", "Lanes"]),
        ("Transforms", ".Transforms", ["Ops", "Graph"]),
    ];

    /// <summary>The layers of the types in Engine and Engine.Internal, which several folders share: by the folder that declares them.</summary>
    static readonly Lazy<Dictionary<string, string>> SharedSpaces = new(FindTypes);

    public static IEnumerable<string> Names => Table.Select(r => r.Layer).Append(Face);

    public static bool MayName(string from, string to) =>
        from == to || from == Face || to == "Basics" || Table.Single(r => r.Layer == from).MayName.Contains(to);

    /// <summary>The layer of a top-level type, or null for what the compiler itself adds.</summary>
    public static string? OfType(string space, string name)
    {
        if (IsShared(space))
        {
            return SharedSpaces.Value.GetValueOrDefault($"{space}.{name}", Face);
        }
        if (space is "Engine.Internal.IO")
        {
            return Face;
        }
        if (!space.StartsWith("Engine.Internal.", StringComparison.Ordinal))
        {
            return space.StartsWith("Engine.", StringComparison.Ordinal) ? Face : null;
        }
        var below = space["Engine.Internal".Length..];
        return Table.FirstOrDefault(r => r.Space.Length > 0 && (below == r.Space || below.StartsWith(r.Space + ".", StringComparison.Ordinal))).Layer
            ?? throw new InvalidOperationException($"The namespace {space} of {name} belongs to no layer.");
    }

    /// <summary>Whether several layers have types in a namespace.</summary>
    public static bool IsShared(string space) => space is "Engine" or "Engine.Internal";

    /// <summary>The layer of a source file: its folder's, or null for generated files.</summary>
    public static string? OfFile(string path)
    {
        var match = FolderPattern().Match(path.Replace('\\', '/'));
        if (!match.Success)
        {
            return null;
        }
        var folder = match.Groups[1].Value;
        return folder.Length == 0 || folder is "IO/" or "Nn/" or "Optimizers/"
            ? Face
            : Table.FirstOrDefault(r => r.Layer + "/" == folder).Layer;
    }

    static Dictionary<string, string> FindTypes()
    {
        var layers = new Dictionary<string, string>();
        var order = Names.ToList();
        var root = Repository.PathOf("Engine");
        foreach (var file in Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories))
        {
            var relative = "/Engine/" + Path.GetRelativePath(root, file).Replace('\\', '/');
            var text = File.ReadAllText(file);
            var space = SpacePattern().Match(text).Groups[1].Value;
            if (OfFile(relative) is not { } layer || !IsShared(space))
            {
                continue;
            }
            foreach (Match match in TypePattern().Matches(text))
            {
                // A type with parts in several folders is declared by the lowest of them.
                var name = $"{space}.{match.Groups[1].Value}";
                if (!layers.TryGetValue(name, out var known) || order.IndexOf(layer) < order.IndexOf(known))
                {
                    layers[name] = layer;
                }
            }
        }
        return layers;
    }

    [GeneratedRegex(@".*/Engine/((?:[^/]+/)?)(?:[^/]+/)*[^/]+$")]
    private static partial Regex FolderPattern();

    [GeneratedRegex(@"^namespace ([\w.]+)", RegexOptions.Multiline)]
    private static partial Regex SpacePattern();

    [GeneratedRegex(@"^\s*(?:\[[^\]]*\]\s*)?(?:public|internal)[\w\s]*?\b(?:class|struct|record struct|record|interface|enum)\s+(\w+)", RegexOptions.Multiline)]
    private static partial Regex TypePattern();
}
