using Xunit;

namespace Engine.Tests.Python;

/// <summary>The CPython module, from Python. Each case starts an interpreter; scripts print what they checked and end
/// with 0.</summary>
public sealed class PythonTests
{
    /// <summary>Every script that needs no library, in every interpreter.</summary>
    public static TheoryData<string, string> Plain()
    {
        var data = new TheoryData<string, string>();
        foreach (string script in (string[])["build.py", "arrays.py", "buffers.py", "capsules.py", "transforms.py", "memory.py", "lifecycle.py", "stubs.py"])
        {
            foreach (string interpreter in Interpreters.All)
            {
                data.Add(script, interpreter);
            }
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(Plain))]
    public void Script_ends_well(string script, string interpreter) => Interpreters.Run(interpreter, script);

    [Theory]
    [InlineData("DEBIAN")]
    [InlineData("PEERS")]
    public void Memory_is_shared_with_NumPy(string interpreter) => Interpreters.Run(interpreter, "sharing.py");

    [Theory]
    [InlineData("DEBIAN", "torch")]
    [InlineData("PEERS", "jax")]
    [InlineData("PEERS", "tensorflow")]
    public void Frameworks_exchange_arrays(string interpreter, string framework) => Interpreters.Run(interpreter, "frameworks.py", [framework]);

    [Theory]
    [InlineData("DEBIAN", "numpy", "torch")]
    [InlineData("PEERS", "numpy", "jax", "tensorflow")]
    public void Every_line_of_the_guide_holds(string interpreter, params string[] modules) =>
        Interpreters.Run(interpreter, "guide.py", [Project.Repository.PathOf("docs/numpy.md"), .. modules]);

    [Theory]
    [InlineData("v3")]
    [InlineData("v4")]
    public void Both_levels_run(string level)
    {
        string flags = File.Exists("/proc/cpuinfo") ? File.ReadAllText("/proc/cpuinfo") : "";
        Assert.SkipWhen(level == "v4" && !flags.Contains("avx512f", StringComparison.Ordinal), "this CPU has no AVX-512: v4 is left out.");
        Interpreters.Run("DEBIAN", "arrays.py", [], ("ENGINE_CPU", level));
    }
}
