using Engine.Testing;

namespace Engine.Tests.Harness;

/// <summary>What an input of a drawn call holds.</summary>
internal enum InputKind
{
    /// <summary>Values of the trial's dtype.</summary>
    Value,
    /// <summary>Bool.</summary>
    Condition,
    /// <summary>Int32 positions along an axis of length Bound, negative ones too.</summary>
    Index,
    /// <summary>One Int32 below Bound, not negative.</summary>
    Place,
    /// <summary>Two UInt32 words.</summary>
    Key,
}

/// <summary>An input of a drawn call.</summary>
internal sealed record Input(long[] Shape, InputKind Kind = InputKind.Value, long Bound = 0);

/// <summary>In which precision the reference computes.</summary>
internal enum Reference
{
    /// <summary>Floats as float64 (float64 itself as long double), integers in the result's dtype first where that is a float.</summary>
    Wide,
    /// <summary>Floats as they are computed: halves as float32. For functions that jump, where a wider reference would jump elsewhere.</summary>
    Lane,
}

/// <summary>One way to call an op.</summary>
/// <param name="Text">What is called, for messages.</param>
/// <param name="Inputs">Shapes and contents of the inputs.</param>
/// <param name="Call">The call.</param>
/// <param name="Python">The same in NumPy over x, y, z.</param>
/// <param name="Peak">In NumPy: the largest value on the way to the result, where that is not the magnitude: beyond the range an infinity is right too.</param>
/// <param name="Magnitude">In NumPy: what one ulp is measured against, where that is not the result itself (sums).</param>
/// <param name="Scale">The same by the engine's own ops, where it is not the call on absolute values.</param>
internal sealed record OpCall(string Text, Input[] Inputs, Func<NDArray[], NDArray> Call, string Python, string? Magnitude = null, string? Peak = null, Func<NDArray[], NDArray>? Scale = null);

/// <summary>How an op is tried: everything that its kind cannot tell.</summary>
internal sealed record OpCase(string Op, Func<Random, OpCall> Draw)
{
    /// <summary>Dtypes of the inputs of kind Value.</summary>
    public DType[] Types { get; init; } = [.. ArraySpec.Numbers];

    /// <summary>Error allowed against the reference, in ulp of the result's dtype. Integers and bools must be equal.</summary>
    public double Ulps { get; init; } = 0.51;

    /// <summary>MPFR's reference is used instead of NumPy's for floating results.</summary>
    public bool Mpfr { get; init; }

    public Reference Reference { get; init; } = Reference.Wide;

    /// <summary>Where gradients are checked; null: the op has none, or it is zero.</summary>
    public (double Low, double High)? Gradient { get; init; }

    /// <summary>Where two inputs meet there is a kink: gradients are taken where no value of one is near one of another.</summary>
    public bool HasKinks { get; init; }

    /// <summary>Vmap gives the loop's bits; else values within this relative tolerance (another tree, another product).</summary>
    public double? VmapTolerance { get; init; }

    /// <summary>The reference is MLX's own generator.</summary>
    public bool IsRandom { get; init; }

    /// <summary>The result depends on nothing but shapes or keys: there are no layouts to vary.</summary>
    public bool NoArrays { get; init; }

    /// <summary>Both back ends give the same bits (not so where sums are in another order: matmul).</summary>
    public bool SameBits { get; init; } = true;
}
