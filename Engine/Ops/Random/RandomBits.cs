using Engine.Internal.Graph;
using Engine.Internal.Plans;

namespace Engine.Internal.Operations;

/// <summary>Random words of a key: Threefry-2x32, 20 rounds (Salmon et al. 2011), numbered as MLX numbers them, so that equal keys give equal bits.</summary>
internal sealed class RandomBits(long[] shape, int width) : KernelOp("random_bits")
{
    /// <summary>Keys (..., 2) to words (..., shape) of 1, 2 or 4 bytes.</summary>
    public static Node Of(Node key, long[] shape, int width) => Build.Make(new RandomBits(shape, width), key);

    public override GroupKind Kind => GroupKind.Random;

    public override (DType DType, Layout Layout) Infer(ReadOnlySpan<Node> inputs)
    {
        Keys.Check(Name, inputs[0]);
        DType dtype = width switch { 1 => DType.UInt8, 2 => DType.UInt16, _ => DType.UInt32 };
        return (dtype, Layout.RowMajor([.. inputs[0].Shape[..^1], .. shape], width));
    }

    public override Attributes Lower(ReadOnlySpan<Node> inputs, Node output) => new RandomAttributes(width);

    public override Node?[] Vjp(ReadOnlySpan<Node> inputs, Node output, Node cotangent, ReadOnlySpan<bool> wanted) => [null];

    public override Node? Jvp(ReadOnlySpan<Node> inputs, Node output, ReadOnlySpan<Node?> tangents) => null;

    public override (Node Output, int? Axis) Vmap(ReadOnlySpan<Node> inputs, ReadOnlySpan<int?> axes) => (Build.Make(this, Batch.Move(inputs[0], axes[0]!.Value, 0)), 0);
}

/// <summary>Keys are pairs of uint32.</summary>
internal static class Keys
{
    public static void Check(string op, Node key)
    {
        if (key.DType != DType.UInt32 || key.Ndim == 0 || key.Shape[^1] != 2)
        {
            throw Errors.Option(op, $"a key is an array of two uint32, given {Shapes.Text(key.Shape)} of {key.DType.Name}; make one with random.key(seed) or new RandomKey(seed)");
        }
    }

    /// <summary>The key of a seed: its high and its low half.</summary>
    public static Node Of(ulong seed) => Build.Words((uint)(seed >> 32), (uint)seed);

    /// <summary>The key, which the caller must have.</summary>
    public static Node Given(string op, Node? key) => key ?? throw Errors.Option(op, "no key; pass one (new RandomKey(seed))");
}
