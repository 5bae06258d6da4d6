using System.Text.Json;
using System.Text.Json.Serialization;

namespace Engine.Benchmarks;

/// <summary>One implementation of one case; an element of results.json. Where there is no time, the note says why.</summary>
internal sealed record Measurement
{
    public required string Case { get; init; }
    public required string DType { get; init; }
    public required string Size { get; init; }
    public required int Threads { get; init; }
    public required string Implementation { get; init; }
    public string? Version { get; init; }
    public double? MedianNs { get; init; }
    public double? Low { get; init; }
    public double? High { get; init; }
    public double Bytes { get; init; }
    public double Flops { get; init; }

    /// <summary>Nanoseconds that the machine needs at least, if nothing else were in the way; null where neither bytes nor FLOPs say.</summary>
    public double? Roof { get; init; }

    /// <summary>Which roof: a level of memory, or FMA.</summary>
    public string? RoofName { get; init; }

    /// <summary>The kernels that the implementation's OpenBLAS chose.</summary>
    public string? Core { get; init; }

    public int Samples { get; init; }

    /// <summary>Not loaded, another version than listed, died, or took too long.</summary>
    public bool Failed { get; init; }

    public string? Note { get; init; }

    /// <summary>For the engine: each aim of the case, and the ratio to the best peer in any event.</summary>
    public Verdict[]? Verdicts { get; init; }

    [JsonIgnore]
    public string Key => $"{Case}/{DType}/{Size}";

    [JsonIgnore]
    public bool IsOurs => Implementation.StartsWith("engine-", StringComparison.Ordinal);

    [JsonIgnore]
    public double? RoofShare => Roof / MedianNs;
}

/// <summary>What a row of ours reached: the median of the paired ratios, 95 % bounds, and whether the lower one is at least 0.97 x the aim.</summary>
/// <param name="Against">Whom: a peer's name, roof, ns, or our own float32 rate.</param>
/// <param name="Aim">Null where the ratio is only told.</param>
internal sealed record Verdict(string Against, double? Aim, double Ratio, double Low, double High)
{
    const double Tolerance = 0.97;

    public bool? Passed => Aim is null ? null : Low >= Tolerance * Aim;
}

/// <summary>What the results were measured on, and the single numbers that are no timing of an implementation.</summary>
internal sealed record Machine(string Cpu, string System, string Runtime, int Cores, bool Quick, string Date, List<Roofs> Roofs, List<Fact> Facts);

/// <summary>A single number, with the most that it may be.</summary>
internal sealed record Fact(string What, double Value, string Unit, double? AtMost = null);

/// <summary>The files below artifacts/bench.</summary>
internal static class Store
{
    public static string Folder => Path.Combine("artifacts", "bench");

    static readonly JsonSerializerOptions s_json = new()
    {
        WriteIndented = true,
        // DType is written "dtype".
        PropertyNamingPolicy = new SnakeCase(),
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static T? Read<T>(string name) =>
        File.Exists(Path.Combine(Folder, name)) ? JsonSerializer.Deserialize<T>(File.ReadAllText(Path.Combine(Folder, name)), s_json) : default;

    public static void Write<T>(string name, T value)
    {
        Directory.CreateDirectory(Folder);
        File.WriteAllText(Path.Combine(Folder, name), JsonSerializer.Serialize(value, s_json) + "\n");
    }

    sealed class SnakeCase : JsonNamingPolicy
    {
        public override string ConvertName(string name) => name == "DType" ? "dtype" : SnakeCaseLower.ConvertName(name);
    }
}
