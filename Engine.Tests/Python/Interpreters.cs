using Engine.Tests.Oracles;
using Engine.Tests.Project;
using Xunit;

namespace Engine.Tests.Python;

/// <summary>The interpreters that the module is tried in, and runs of scripts in them.</summary>
internal static class Interpreters
{
    /// <summary>Ends of the names ENGINE_PYTHON_...: Debian's with NumPy 1.24 and PyTorch 1.13, the peers' with NumPy
    /// 2.4, JAX and TensorFlow, and newer ones without libraries.</summary>
    public static readonly string[] All = ["DEBIAN", "PEERS", "312", "313"];

    /// <summary>Those that have NumPy.</summary>
    public static readonly string[] WithNumPy = ["DEBIAN", "PEERS"];

    public static string Tree => Repository.PathOf("artifacts/python");

    public static string Script(string name) => Repository.PathOf("Engine.Tests/Python/" + name);

    /// <summary>The interpreter, or a skipped test.</summary>
    public static string Find(string name)
    {
        string? path = Environment.GetEnvironmentVariable("ENGINE_PYTHON_" + name);
        bool frameworks = WithNumPy.Contains(name);
        Requirement.Check(path is not null && File.Exists(path), frameworks ? "frameworks" : "python", $"ENGINE_PYTHON_{name}");
        Requirement.Check(Directory.Exists(Tree), "python", "artifacts/python (dotnet cake --target=Python)");
        return path!;
    }

    /// <summary>Runs a script with the module importable. It fails unless it ends well and was built from the tested
    /// assembly.</summary>
    public static string Run(string interpreter, string script, IEnumerable<string>? arguments = null, params (string Name, string Value)[] environment)
    {
        string python = Find(interpreter);
        var variables = new Dictionary<string, string?>
        {
            ["PYTHONPATH"] = Tree,
            ["PYTHONDONTWRITEBYTECODE"] = "1",
            ["ENGINE_BUILD_ID"] = typeof(NDArray).Assembly.ManifestModule.ModuleVersionId.ToString(),
            ["OPENBLAS_NUM_THREADS"] = "1",
        };
        foreach ((string name, string value) in environment)
        {
            variables[name] = value;
        }
        (int code, string output) = Repository.Run(python, ["-X", "faulthandler", Script(script), .. arguments ?? []], Repository.Root, TimeSpan.FromMinutes(5), variables);
        Assert.True(code == 0, $"{script} in {python}: exit code {code}\n{output}");
        return output;
    }
}
