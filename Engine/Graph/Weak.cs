using System.Numerics;

namespace Engine.Internal.Graph;

/// <summary>Weak literals: constants whose dtype an op chooses. They are kept wide until then.</summary>
internal static class Weak
{
    public static NDArray From(bool value) => Make(DType.Bool, value ? 1u : 0u);

    public static NDArray From(long value) => Make(value is >= int.MinValue and <= int.MaxValue ? DType.Int32 : DType.Int64, (ulong)value);

    public static NDArray From(double value) => Make(DType.Float32, BitConverter.DoubleToUInt64Bits(value));

    public static NDArray From(Complex value) => Make(DType.Complex64, Scalars.From(value, DType.Complex128));

    static NDArray Make(DType dtype, UInt128 wide) => new(Leaf.Instance, dtype, Scalars.Layout(dtype))
    {
        Value = Build.ScalarMark,
        Scalar = wide,
        FlagBits = (int)(NodeFlags.Literal | NodeFlags.Weak),
    };

    /// <summary>The dtype that holds a weak literal's bits.</summary>
    public static DType Wide(DType dtype) => dtype switch { DType.Float32 => DType.Float64, DType.Complex64 => DType.Complex128, _ => DType.Int64 };

    /// <summary>The bytes of a one-element value that lives in its node, in the node's dtype.</summary>
    public static UInt128 Bits(NDArray node) => node.Has(NodeFlags.Weak) ? Scalars.Convert(node.Scalar, Wide(node.DType), node.DType) : node.Scalar;

    // Constants met lately: a program writes the same few again and again. Entries are immutable, so that a race costs one more object at worst.
    static readonly NDArray?[] constants = new NDArray?[256];

    /// <summary>The literal as a constant of a fixed dtype.</summary>
    public static Node Strong(Node literal, DType dtype)
    {
        UInt128 bits = Scalars.Convert(literal.Array.Scalar, Wide(literal.DType), dtype);
        ulong key = ((ulong)bits ^ (ulong)(bits >> 64)) + (ulong)dtype;
        ref NDArray? entry = ref constants[(key * 0x9E3779B97F4A7C15) >> 56];
        if (entry is { } known && known.DType == dtype && known.Scalar == bits) { return known; }
        return entry = Build.Constant(dtype, bits);
    }
}
