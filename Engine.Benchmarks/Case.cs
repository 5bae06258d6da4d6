using System.Globalization;

namespace Engine.Benchmarks;

/// <summary>What a row of ours must reach.</summary>
/// <param name="Ours">engine-jit, engine-aot, or engine-* for both.</param>
/// <param name="Against">
/// "best" peer, "eager" peers, names of peers separated by commas, "roof" (share of it), "ns" (at most so many), or
/// "self" (our own float32 rate).
/// </param>
/// <param name="Value">The least ratio of their time to ours, or the nanoseconds.</param>
internal sealed record Aim(string Ours, string Against, double Value);

/// <summary>Work to be measured, as data; what each implementation does with it is a few lines of its own.</summary>
internal sealed record Case(string Name, string Op, string DType, string[] Inputs, params Aim[] Aims)
{
    /// <summary>As printed; by default the first input.</summary>
    public string Size { get; init; } = Inputs[0].TrimStart('+');

    public int? Axis { get; init; }

    /// <summary>Bytes that must be read and written.</summary>
    public double Bytes { get; init; }

    /// <summary>Operations that cannot be avoided; 0 where the bytes are what counts.</summary>
    public double Flops { get; init; }

    /// <summary>Only these implementations; all when null.</summary>
    public string[]? Only { get; init; }

    /// <summary>Our Python module runs here instead of where peers.tsv says.</summary>
    public string? Place { get; init; }

    /// <summary>Whether a peer that only compiles whole functions has something to gain.</summary>
    public bool Fuses { get; init; }

    public string Key => $"{Name}/{DType}/{Size}";

    /// <summary>Lengths of input i.</summary>
    public long[] Shape(int i)
    {
        var spec = Inputs[i].TrimStart('+').Split('<')[0];
        return [.. spec.Split('x').Select(n => long.Parse(n, CultureInfo.InvariantCulture))];
    }

    public long Count(int i) => Shape(i).Aggregate(1L, (a, b) => a * b);

    public static int ItemSize(string dtype) => dtype switch
    {
        "float64" or "complex64" => 8,
        "float16" or "bfloat16" => 2,
        _ => 4,
    };
}
