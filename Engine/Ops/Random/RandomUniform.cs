using Engine.Internal.Graph;

namespace Engine.Internal.Operations;

[Op("uniform", "(low=0, high=1, shape=[], dtype=float32, key=None, stream=None)", Module = "random")]
internal static partial class RandomUniform
{
    /// <summary>Numbers spread evenly over [low, high).</summary>
    /// <param name="low">Lower end, broadcast to the shape.</param>
    /// <param name="high">Upper end, broadcast to the shape.</param>
    /// <param name="shape">The shape.</param>
    /// <param name="dtype">float16, bfloat16 or float32, the default.</param>
    /// <param name="key">Two uint32.</param>
    /// <returns>The shape. Equal keys give equal bits, those of MLX.</returns>
    /// <exception cref="DTypeException">Another dtype.</exception>
    /// <exception cref="ShapeException">A bound does not broadcast to the shape.</exception>
    public static Node Of(Node low, Node high, long[] shape, DType? dtype = null, Node? key = null)
    {
        DType t = dtype ?? DType.Float32;
        if (!t.IsFloat || t == DType.Float64)
        {
            throw Errors.DType(OpName, $"{t.Name} is not offered; the numbers have 32 random bits: draw float32 and convert with astype", t == DType.Float64 ? ErrorKind.Runtime : ErrorKind.Value);
        }
        Shapes.Count(OpName, shape);
        low = Operands.As(low, t);
        high = Operands.As(high, t);
        Shapes.CheckBroadcastTo(OpName, low.Shape, shape);
        Shapes.CheckBroadcastTo(OpName, high.Shape, shape);
        return Unit(Keys.Given(OpName, key), shape, t) * (high - low) + low;
    }

    /// <summary>[0, 1): 32 bits over 2^32, at most the largest number below 1 of the dtype.</summary>
    static Node Unit(Node key, long[] shape, DType t)
    {
        Node unit = Cast.To(RandomBits.Of(key, shape, 4), DType.Float32) / Build.Constant(DType.Float32, 4294967295.0);
        double top = t switch { DType.Float16 => (double)Half.BitDecrement((Half)1), DType.BFloat16 => 0.99609375, _ => MathF.BitDecrement(1) };
        return Cast.To(Minimum.Of(unit, Build.Constant(DType.Float32, top)), t);
    }
}
