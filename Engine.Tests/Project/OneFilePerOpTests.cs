using System.Security.Cryptography;
using Engine.Tests.Oracles;
using Xunit;

namespace Engine.Tests.Project;

/// <summary>Adding an op adds one file: in a copy of the sources, Sinh.cs alone brings sinh everywhere.</summary>
public sealed class OneFilePerOpTests : IDisposable
{
    static readonly string[] NotSources = ["bin", "obj", "artifacts", "build", "TestResults", ".git", "BenchmarkDotNet.Artifacts", "__pycache__"];

    static readonly TimeSpan Limit = TimeSpan.FromMinutes(15);

    static readonly string[] Widths = ["512", "256", "128", "vector", "one"];

    readonly ScratchFolder _folder = new();

    string Copy => Path.Combine(_folder.Root, "copy");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void One_file_brings_an_op_everywhere()
    {
        CopySources(Repository.Root, Copy);
        var before = Contents(Copy);
        File.Copy(
            Path.Combine(AppContext.BaseDirectory, "Data", "Sinh.cs.txt"), Path.Combine(Copy, "Engine", "Ops", "Elementwise", "Sinh.cs"));

        Dotnet("build", "Engine.Tests/Engine.Tests.csproj", "-c", "Release", "-v", "q", "--nologo");
        var api = File.ReadAllLines(Path.Combine(Copy, "api.txt"));
        Tests("--write-api");
        var added = File.ReadAllLines(Path.Combine(Copy, "api.txt")).Except(api).ToArray();
        Assert.Equal(
            ["Engine.NDArray.Sinh() -> Engine.NDArray", "Engine.Ops.Sinh(Engine.NDArray a) -> static Engine.NDArray"], added.Order(StringComparer.Ordinal));

        // Values, layouts, fusion, the second back end, vmap and gradients: the harness knows the op from the catalogue.
        Assert.Contains("ok", Tests("--op", "sinh", "--seed", "1", "--cases", "100"), StringComparison.Ordinal);
        var hashes = Widths.Select(w => Run("dotnet", [TestProgram, "--child", "hashes", "sinh"], ("ENGINE_LANES", w)).Split('\n')).ToList();
        Assert.Equal(Widths, hashes.Select(h => h[0]));
        Assert.Single(hashes.Select(h => h[1]).Distinct());

        Program();
        Assert.Equal(["Engine/Ops/Elementwise/Sinh.cs", "api.txt"], Changed(before));
        Python();
    }

    /// <summary>A hash of every file that is a source, by its path.</summary>
    static Dictionary<string, string> Contents(string root) => Sources(root).ToDictionary(
        f => Path.GetRelativePath(root, f).Replace('\\', '/'), f => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(f))));

    static IEnumerable<string> Sources(string folder) => Directory.GetFiles(folder).Where(f => !NotSources.Contains(Path.GetFileName(f)))
        .Concat(Directory.GetDirectories(folder).Where(d => !NotSources.Contains(Path.GetFileName(d))).SelectMany(Sources));

    /// <summary>Files of the copy that are new, gone or other than before.</summary>
    string[] Changed(Dictionary<string, string> before)
    {
        var after = Contents(Copy);
        return [.. before.Keys.Union(after.Keys).Where(f => before.GetValueOrDefault(f) != after.GetValueOrDefault(f)).Order(StringComparer.Ordinal)];
    }

    /// <summary>The function, the method, the transforms and the recorder's text.</summary>
    void Program()
    {
        using var probe = new ScratchFolder();
        probe.WriteConsoleProject(
            """
            using Engine;
            using Engine.Internal.Lanes;
            using Engine.Internal.Operations;
            using static Engine.Ops;

            NDArray x = NDArray.From([-2.0, -1e-9, 0.5, 30.0]);
            double[] points = x.ToArray<double>();
            NDArray v = NDArray.From([1.0, 1.0, 1.0, 1.0]);
            Near(Ops.Sinh(x), Math.Sinh);
            Near(x.Sinh(), Math.Sinh);
            Near(Grad<NDArray>(a => a.Sinh().Sum())(x), Math.Cosh);
            Near(Grad<NDArray>(a => Grad<NDArray>(b => b.Sinh().Sum())(a).Sum())(x), Math.Sinh);
            Near(Jvp(a => [Ops.Sinh(a[0])], [x], [v]).Tangents[0], Math.Cosh);
            Near(Vmap<NDArray, NDArray>(a => a.Sinh())(x), Math.Sinh);
            Console.WriteLine(Explain(x.Sinh()));
            Console.WriteLine(new FloatUnaryBody<Sinh>("sinh").Program(DType.Float32).Explain());

            void Near(NDArray actual, Func<double, double> expected)
            {
                double[] values = actual.ToArray<double>();
                for (int i = 0; i < points.Length; i++)
                {
                    double e = expected(points[i]);
                    if (Math.Abs(values[i] - e) > 1e-12 * (1 + Math.Abs(e))) { throw new InvalidOperationException($"{points[i]}: {values[i]} instead of {e}"); }
                }
            }
            """,
            Path.GetDirectoryName(TestProgram),
            // The name of an assembly that sees internals, to read what the recorder wrote.
            "<AssemblyName>Engine.Benchmarks</AssemblyName>");
        var (exit, output) = Repository.Run("dotnet", ["run", "-c", "Release"], probe.Root, Limit);
        Assert.True(exit == 0, output);
        Assert.Contains("sinh", output, StringComparison.Ordinal);
        Assert.Contains("return %", output, StringComparison.Ordinal);
    }

    /// <summary>The function and its line in the stub, in a module built from the copy.</summary>
    void Python()
    {
        var python = new[] { "DEBIAN", "PEERS", "312", "313" }.Select(n => Environment.GetEnvironmentVariable("ENGINE_PYTHON_" + n))
            .FirstOrDefault(p => p is not null && File.Exists(p));
        Requirement.Check(python is not null && OperatingSystem.IsLinux(), "python", "An interpreter for the module with sinh");
        Dotnet(
            "publish", "Engine.Interop/Python/Engine.Python.csproj", "-c", "Release", "-r", "linux-x64", "-p:IlcInstructionSet=x86-64-v3",
            "-o", "artifacts/publish", "-v", "q", "--nologo");
        var tree = Path.Combine(Copy, "artifacts", "python", "engine");
        Directory.CreateDirectory(Path.Combine(tree, "_v3"));
        File.Copy(Directory.GetFiles(Path.Combine(Copy, "artifacts", "publish"), "*.so").Single(), Path.Combine(tree, "_v3", "core.abi3.so"));
        foreach (var file in Directory.GetFiles(Path.Combine(Copy, "python", "engine")))
        {
            File.Copy(file, Path.Combine(tree, Path.GetFileName(file)));
        }
        const string Check = """
            import math, engine.core as mx
            x = mx.array([-2.0, 0.0, 0.5])
            y = mx.sinh(x).tolist()
            assert all(abs(a - math.sinh(b)) < 1e-6 * abs(a) + 1e-12 for a, b in zip(y, x.tolist())), y
            g = mx.grad(lambda a: mx.sinh(a).sum())(x).tolist()
            assert all(abs(a - math.cosh(b)) < 1e-6 * a for a, b in zip(g, x.tolist())), g
            assert "Hyperbolic sine" in mx.sinh.__doc__
            assert "def sinh(" in mx._stub_text()
            print("sinh is here")
            """;
        var environment = new Dictionary<string, string?> { ["PYTHONPATH"] = Path.Combine(Copy, "artifacts", "python"), ["ENGINE_CPU"] = "v3" };
        var (exit, output) = Repository.Run(python!, ["-c", Check], Copy, Limit, environment);
        Assert.True(exit == 0, output);
        Assert.Contains("sinh is here", output, StringComparison.Ordinal);
    }

    string TestProgram => Path.Combine(Copy, "Engine.Tests", "bin", "Release", "net10.0", "Engine.Tests.dll");

    string Dotnet(params string[] arguments) => Run("dotnet", arguments);

    string Tests(params string[] arguments) => Run("dotnet", [TestProgram, .. arguments]);

    string Run(string program, string[] arguments, params (string Name, string Value)[] environment)
    {
        var variables = environment.ToDictionary(e => e.Name, e => (string?)e.Value);
        var (exit, output) = Repository.Run(program, arguments, Copy, Limit, variables);
        Assert.True(exit == 0, output);
        return output.Trim();
    }

    static void CopySources(string from, string to)
    {
        foreach (var file in Sources(from))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
