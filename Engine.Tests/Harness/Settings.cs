using System.Globalization;

namespace Engine.Tests.Harness;

/// <summary>What the environment asks for: ENGINE_SEED, ENGINE_CASES, ENGINE_FULL.</summary>
internal static class Settings
{
    public static int Seed { get; } = Number("ENGINE_SEED", 1);

    /// <summary>Trials for each op and dtype.</summary>
    public static int Cases { get; } = Number("ENGINE_CASES", Full ? 24 : 3);

    public static bool Full => Environment.GetEnvironmentVariable("ENGINE_FULL") == "1";

    public static string Text => $"ENGINE_SEED={Seed} ENGINE_CASES={Cases}{(Full ? " ENGINE_FULL=1" : "")}";

    static int Number(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.Integer, CultureInfo.InvariantCulture, out int n) ? n : otherwise;

    /// <summary>A seed of its own for each op, dtype and number: the same in every run of one ENGINE_SEED. Even ones draw special values.</summary>
    public static int SeedFor(string op, DType type, int trial)
    {
        uint h = 2166136261;
        foreach (char c in $"{op}/{type}/{trial}/{Seed}") { h = (h ^ c) * 16777619; }
        return (int)(h & 0x7FFFFFFE) | (trial & 1);
    }
}
