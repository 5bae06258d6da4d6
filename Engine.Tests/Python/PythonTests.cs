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
        foreach (string script in (string[])["build.py", "arrays.py", "buffers.py", "capsules.py", "transforms.py", "compile.py", "memory.py", "lifecycle.py", "stubs.py", "gil.py"])
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
    public void Both_levels_have_the_bits_of_the_library(string level)
    {
        NeedsLevel(level);
        NDArray x = new RandomKey(5).Normal([1000, 37]), y = new RandomKey(6).Uniform([1000, 37]), h = x.AsType(DType.Float16);
        (string, NDArray)[] results =
        [
            ("normal", x), ("uniform", y), ("exp", Ops.Exp(x)), ("log", Ops.Log(y)), ("sin", Ops.Sin(x * 1e6)), ("tanh", Ops.Tanh(x)),
            ("sigmoid", Ops.Sigmoid(x)), ("erf", Ops.Erf(x)), ("power", Ops.Power(y, x)), ("fused", Ops.Tanh(Ops.Exp(x) * y + 1) / y),
            ("half", Ops.Exp(h * 0.5) + h), ("double", Ops.Exp(x.AsType(DType.Float64))), ("sum", x.Sum()), ("rows", (x * y).Sum(1)),
            ("columns", x.Sum(0)), ("logsumexp", x.Logsumexp(-1)), ("cumsum", x.Cumsum(1)), ("argmax", x.Argmax(0)), ("softmax", x.Softmax(-1)),
        ];
        Interpreters.Run("DEBIAN", "hashes.py", results.Select(r => $"{r.Item1}={Hash(r.Item2)}"), ("ENGINE_CPU", level));
    }

    static void NeedsLevel(string level)
    {
        string flags = File.Exists("/proc/cpuinfo") ? File.ReadAllText("/proc/cpuinfo") : "";
        Assert.SkipWhen(level == "v4" && !flags.Contains("avx512f", StringComparison.Ordinal), "this CPU has no AVX-512: v4 is left out.");
    }

    static string Hash(NDArray x)
    {
        byte[] bytes = new byte[x.ByteCount];
        switch (x.DType)
        {
            case DType.Float64: x.CopyTo<double>(System.Runtime.InteropServices.MemoryMarshal.Cast<byte, double>(bytes.AsSpan())); break;
            case DType.Float16: x.CopyTo<Half>(System.Runtime.InteropServices.MemoryMarshal.Cast<byte, Half>(bytes.AsSpan())); break;
            case DType.UInt32: x.CopyTo<uint>(System.Runtime.InteropServices.MemoryMarshal.Cast<byte, uint>(bytes.AsSpan())); break;
            default: x.CopyTo<float>(System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(bytes.AsSpan())); break;
        }
        return Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes));
    }

    [Theory]
    [InlineData("v3")]
    [InlineData("v4")]
    public void Both_levels_run(string level)
    {
        NeedsLevel(level);
        Interpreters.Run("DEBIAN", "arrays.py", [], ("ENGINE_CPU", level));
    }
}
