using System.Globalization;
using System.Text.RegularExpressions;
using Engine.Tests.Harness;
using Engine.Tests.Project;
using Engine.Tests.Oracles;
using Xunit;

namespace Engine.Tests.Kernels;

/// <summary>The loops of three kernels, as the JIT and as the AOT compiler wrote them: vectors, and no call. A body that stops being inlined costs tens of times.</summary>
public partial class MachineCodeTests
{
    /// <summary>A kernel: the names of it that a listing of the JIT, or the AOT image's symbols, must have.</summary>
    static readonly (string Name, string Jit, string Aot)[] kernels =
    [
        ("exp over a tile", "Kernel`4[float,*:Unary[*.Exp]", "Kernel_4<Single__*__Unary<Engine_Engine_Internal_Operations_Exp>"),
        ("sum of rows", "Reducer`4[*,float,*.Sum]:Abreast", "Reducer_4<*__Single__*_Operations_Sum>__Abreast"),
        ("product's tile", "Gemm`3[*,float,*]:Tile*", "Gemm_3<*__Single__*__Tile*"),
    ];

    static bool Matches(string name, string pattern) => Regex.IsMatch(name, Regex.Escape(pattern).Replace("\\*", ".*", StringComparison.Ordinal));

    [Fact]
    public void TheJitsLoopsCallNothing()
    {
        string path = Path.GetTempFileName();
        try
        {
            ChildRuns.Start(["kernels"], ("DOTNET_JitStdOutFile", path), ("DOTNET_JitDisasm", "Unary Abreast Tile*"));
            string[] methods = File.ReadAllText(path).Split("; Assembly listing for method ");
            foreach (var (name, pattern, _) in kernels)
            {
                string? listing = methods.LastOrDefault(m => Matches(m.Split('\n')[0], pattern));
                Assert.True(listing is not null, $"{name}: the JIT compiled no {pattern}");
                Check(name, [.. JitLines(listing!)]);
            }
        }
        finally { File.Delete(path); }
    }

    [Theory]
    [InlineData("v3")]
    [InlineData("v4")]
    public void TheImagesLoopsCallNothing(string level)
    {
        string image = Repository.PathOf($"artifacts/obj/python/{level}/publish/Engine.Python.so");
        Requirement.Check(File.Exists(image) && File.Exists($"{image}.dbg"), "python", "artifacts/obj/python (dotnet cake --target=Python)");
        Requirement.Check(File.Exists("/usr/bin/objdump") && File.Exists("/usr/bin/nm"), "linker", "objdump and nm (binutils)");
        string[] symbols = Run("/usr/bin/nm", "-S", "--defined-only", $"{image}.dbg").Split('\n');
        foreach (var (name, _, pattern) in kernels)
        {
            string? symbol = symbols.LastOrDefault(s => s.Contains(" t ", StringComparison.Ordinal) && Matches(s, pattern));
            Assert.True(symbol is not null, $"{name}: the image has no {pattern}");
            string[] parts = symbol!.Split(' ');
            long start = long.Parse(parts[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture), size = long.Parse(parts[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            string text = Run("/usr/bin/objdump", "-d", "--no-show-raw-insn", $"--start-address={start}", $"--stop-address={start + size}", image);
            Check(name, [.. AotLines(text)]);
        }
    }

    static string Run(string program, params string[] arguments)
    {
        var (exit, output) = Repository.Run(program, arguments, Repository.Root);
        Assert.True(exit == 0, output);
        return output;
    }

    /// <summary>One instruction, where it stands, and where it jumps to (-1: nowhere).</summary>
    readonly record struct Line(string Text, int Place, int Target);

    static IEnumerable<Line> JitLines(string listing)
    {
        var labels = new Dictionary<string, int>();
        var lines = new List<(string Text, string? Target)>();
        foreach (string raw in listing.Split('\n'))
        {
            string line = raw.Trim();
            if (LabelPattern().Match(line) is { Success: true } label) { labels[label.Groups[1].Value] = lines.Count; }
            else if (line.Length > 0 && line[0] != ';') { lines.Add((line, JumpPattern().Match(line) is { Success: true } jump ? jump.Groups[1].Value : null)); }
        }
        return lines.Select((l, i) => new Line(l.Text, i, l.Target is { } t && labels.TryGetValue(t, out int at) ? at : -1));
    }

    static IEnumerable<Line> AotLines(string text)
    {
        var places = new Dictionary<string, int>();
        var lines = new List<string>();
        foreach (string raw in text.Split('\n'))
        {
            if (AddressPattern().Match(raw) is not { Success: true } m) { continue; }
            places[m.Groups[1].Value] = lines.Count;
            lines.Add(m.Groups[2].Value);
        }
        return lines.Select((l, i) => new Line(l, i, AotJumpPattern().Match(l) is { Success: true } j && places.TryGetValue(j.Groups[1].Value, out int at) ? at : -1));
    }

    static void Check(string name, Line[] lines)
    {
        int loops = 0;
        foreach (Line line in lines)
        {
            if (line.Target < 0 || line.Target > line.Place) { continue; }
            Line[] loop = lines[line.Target..(line.Place + 1)];
            if (!loop.Any(l => VectorPattern().IsMatch(l.Text))) { continue; }
            loops++;
            foreach (Line l in loop) { Assert.False(l.Text.StartsWith("call", StringComparison.Ordinal), $"{name}: a loop has {l.Text}"); }
        }
        Assert.True(loops > 0, $"{name}: no loop over vectors was found in\n{string.Join("\n", lines.Select(l => l.Text))}");
    }

    [GeneratedRegex(@"^(G_M\w+):")]
    private static partial Regex LabelPattern();

    [GeneratedRegex(@"^j\w+\s+(?:SHORT\s+)?(G_M\w+)")]
    private static partial Regex JumpPattern();

    [GeneratedRegex(@"^\s*([0-9a-f]+):\s+(.*)$")]
    private static partial Regex AddressPattern();

    [GeneratedRegex(@"^j\w+\s+(?:0x)?([0-9a-f]+)")]
    private static partial Regex AotJumpPattern();

    // Packed or scalar lanes: the width is the machine's.
    [GeneratedRegex(@"\b[xyz]mm\d")]
    private static partial Regex VectorPattern();
}
