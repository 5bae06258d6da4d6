using static Engine.Ops;

namespace Engine.Benchmarks;

/// <summary>Single numbers: the module's size and import, memory of a chain.</summary>
internal static class Facts
{
    public static List<Fact> All()
    {
        var facts = new List<Fact> { new("buffers of a chain of 20 elementwise ops on 64 MB", ChainBuffers(), "buffers", 2) };
        foreach (var (level, bytes) in PythonModule.Images())
        {
            facts.Add(new($"image of engine.core, {level}", bytes / 1e6, "MB"));
        }
        foreach (var name in new[] { "ENGINE_PYTHON_DEBIAN", "ENGINE_PYTHON_PEERS", "ENGINE_PYTHON_312", "ENGINE_PYTHON_313" })
        {
            if (PythonModule.Images().Any() && Environment.GetEnvironmentVariable(name) is { Length: > 0 } python)
            {
                facts.Add(new($"import engine.core, {name}", PythonModule.ImportMilliseconds(python), "ms"));
            }
        }
        return facts;
    }

    public static string Cpu()
    {
        const string Info = "/proc/cpuinfo";
        var lines = File.Exists(Info) ? File.ReadAllLines(Info) : [];
        string Of(string field) => lines.FirstOrDefault(l => l.StartsWith(field, StringComparison.Ordinal))?.Split(':')[1].Trim() ?? "?";
        return $"{Of("model name")} (family {Of("cpu family")}, model {Of("model\t")})";
    }

    /// <summary>The most memory at a time beside the input, in arrays of its size.</summary>
    static double ChainBuffers()
    {
        using var scope = new MemoryScope();
        NDArray x = Ones([1 << 24]);
        Eval(x);
        EngineMemory.ResetPeak();
        long before = EngineMemory.Active;
        NDArray y = x;
        for (int i = 0; i < 10; i++)
        {
            y = Sin(y) * 1.5f;
        }
        Eval(y);
        return (EngineMemory.Peak - before) / (double)x.ByteCount;
    }
}
