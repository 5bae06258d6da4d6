using Engine.Tests.Project;
using Xunit;

namespace Engine.Tests.Harness;

/// <summary>Plants faults in a copy of the library, one at a time; the tests named beside each must see it. Part of the full run.</summary>
public sealed class FaultTests(ITestOutputHelper output) : IDisposable
{
    static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    readonly ScratchFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>What is wrong, where, the right text, the wrong text, and the arguments of the test program that must fail.</summary>
    sealed record Fault(string Name, string File, string Right, string Wrong, params string[] Tests);

    static readonly Fault[] All =
    [
        new("a stride with the wrong sign", "Engine/Ops/Shape/Views.cs", "strides[i] = input.Strides[i] * step[i];", "strides[i] = input.Strides[i] * Math.Abs(step[i]);", "-class", "Engine.Tests.Properties.IndexTests"),
        new("a dropped edge copy", "Engine/Backends/Cpu/Tiles/TileExecutor.Feeds.cs", "if (p + ((bytes + 63) & ~63) <= f.Limit)", "if (bytes > 0)", "-class", "Engine.Tests.Harness.GuardedTests"),
        new("no un-broadcast", "Engine/Ops/Kinds/Elementwise.cs", "Cast.To(Unbroadcast(c, inputs[i].Shape), inputs[i].DType)", "Cast.To(c, inputs[i].DType)", "--op", "add", "--cases", "200"),
        new("an export that is donated", "Engine/Memory/Storage.cs", "(_header == null || Volatile.Read(ref _header->References) == 1)", "true", "-class", "Engine.Tests.Graph.DonationTests"),
        new("swapped operands", "Engine/Ops/Elementwise/Subtract.cs", "L.Sub(x, y);", "L.Sub(y, x);", "--op", "subtract", "--cases", "50"),
        new("a wrong derivative", "Engine/Ops/Elementwise/Multiply.cs", "ChainX(Node g, Node x, Node y, Node z) => g * y;", "ChainX(Node g, Node x, Node y, Node z) => g * x;", "--op", "multiply", "--cases", "50"),
        new("a maximum that loses NaN", "Engine/Ops/Reduce/Max.cs", "new(L.Max(a.A, b.A));", "new(L.Select(L.Lt(a.A, b.A), b.A, a.A));", "--op", "max", "--cases", "400"),
        new("a tree of another width", "Engine/Lanes/Reduce/ReduceJob.cs", "inner >= 64 ? 1 : 1 << BitOperations.Log2((uint)(64 / inner))", "inner >= 32 ? 1 : 1 << BitOperations.Log2((uint)(32 / inner))", "--op", "sum", "--cases", "400"),
        new("a mapped axis that is reduced", "Engine/Ops/Kinds/Reduction.cs", "Array.ConvertAll(axes, a => a + 1)", "Array.ConvertAll(axes, a => a)", "--op", "max", "--cases", "100"),
        new("negative indices that do not wrap", "Engine/Backends/Cpu/Gather/SlicePlan.cs", "if (i < 0 && !unsigned) { i += length; }", "if (i < 0 && !unsigned) { i += length - 1; }", "--op", "take", "--cases", "100"),
        new("a scan without its carry", "Engine/Lanes/Reduce/Scanner.cs", "if (!first) { v = Join(L.Load(carry + c), v); }", "if (!first && c > 0) { v = Join(L.Load(carry + c), v); }", "--op", "cumsum", "--cases", "400"),
        new("halves that are not rounded between ops", "Engine/Backends/Cpu/Tiles/TilePlanBuilder.cs", "bool half = IsHalf(call.DType);", "bool half = false;", "-class", "Engine.Tests.Harness.HarnessTests"),
    ];

    [Fact]
    public void EveryPlantedFaultIsCaught()
    {
        Assert.SkipUnless(Settings.Full, "planted faults are part of the full run (ENGINE_FULL=1): left out.");
        string sources = Path.Combine(folder.Root, "copy"), program = Path.Combine(folder.Root, "program");
        Copy(Repository.Root, sources);
        Copy(AppContext.BaseDirectory, program);
        var missed = new List<string>();
        foreach (Fault fault in All)
        {
            string path = Path.Combine(sources, fault.File), right = File.ReadAllText(path);
            Assert.True(right.Contains(fault.Right, StringComparison.Ordinal), $"{fault.File} has no '{fault.Right}' any more: choose the fault '{fault.Name}' anew");
            File.WriteAllText(path, right.Replace(fault.Right, fault.Wrong, StringComparison.Ordinal));
            (int built, string log) = Repository.Run("dotnet", ["build", "Engine/Engine.csproj", "-c", Repository.Configuration, "-v", "q", "--nologo"], sources, Limit);
            Assert.True(built == 0, $"{fault.Name} does not compile:\n{log}");
            File.Copy(Path.Combine(sources, "Engine", "bin", Repository.Configuration, "net10.0", "Engine.dll"), Path.Combine(program, "Engine.dll"), true);
            (int code, string text) = Repository.Run("dotnet", [Path.Combine(program, "Engine.Tests.dll"), .. fault.Tests], program, Limit);
            output.WriteLine($"{fault.Name}: {(code == 0 ? "MISSED" : "caught")}");
            if (code == 0 || text.Contains("There is no op", StringComparison.Ordinal)) { missed.Add(fault.Name); }
            File.WriteAllText(path, right);
        }
        Assert.True(missed.Count == 0, $"Not caught: {string.Join("; ", missed)}");
    }

    static void Copy(string from, string to)
    {
        string[] not = ["bin", "obj", "artifacts", "build", "TestResults", ".git"];
        Directory.CreateDirectory(to);
        foreach (string file in Directory.GetFiles(from)) { File.Copy(file, Path.Combine(to, Path.GetFileName(file))); }
        foreach (string child in Directory.GetDirectories(from).Where(d => !not.Contains(Path.GetFileName(d)))) { Copy(child, Path.Combine(to, Path.GetFileName(child))); }
    }
}
