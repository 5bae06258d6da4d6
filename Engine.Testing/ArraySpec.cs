namespace Engine.Testing;

/// <summary>What arrays a generator may draw.</summary>
public sealed record ArraySpec
{
    /// <summary>The dtypes to draw from; all but complex by default.</summary>
    public IReadOnlyList<DType> DTypes { get; init; } = Numbers;

    /// <summary>The layouts to draw from; all by default.</summary>
    public IReadOnlyList<ArrayLayout> Layouts { get; init; } = Enum.GetValues<ArrayLayout>();

    /// <summary>The fewest axes.</summary>
    public int MinRank { get; init; }

    /// <summary>The most axes.</summary>
    public int MaxRank { get; init; } = 4;

    /// <summary>The longest axis. Lengths 0 and 1 are drawn often, because they are where mistakes are.</summary>
    public int MaxLength { get; init; } = 7;

    /// <summary>Whether an axis may have length 0.</summary>
    public bool AllowEmpty { get; init; } = true;

    /// <summary>Whether floats may be NaN, infinite, a negative zero, subnormal or the largest, and integers at their limits.</summary>
    public bool SpecialValues { get; init; } = true;

    /// <summary>Ordinary floats lie between minus and plus this; ordinary integers too, as far as their type goes.</summary>
    public double Scale { get; init; } = 8;

    /// <summary>Every dtype but the complex ones.</summary>
    public static IReadOnlyList<DType> Numbers { get; } = [.. Enum.GetValues<DType>().Where(t => t is not (DType.Complex64 or DType.Complex128))];

    /// <summary>float16, bfloat16, float32, float64.</summary>
    public static IReadOnlyList<DType> Floats { get; } = [DType.Float16, DType.BFloat16, DType.Float32, DType.Float64];

    /// <summary>The eight integer types.</summary>
    public static IReadOnlyList<DType> Integers { get; } =
        [DType.UInt8, DType.UInt16, DType.UInt32, DType.UInt64, DType.Int8, DType.Int16, DType.Int32, DType.Int64];
}
