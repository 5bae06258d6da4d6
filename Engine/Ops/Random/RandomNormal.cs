using Engine.Internal.Graph;

namespace Engine.Internal.Operations;

[Op("normal", "(shape=[], dtype=float32, loc=None, scale=None, key=None, stream=None)", Module = "random")]
internal static partial class RandomNormal
{
    /// <summary>Normally distributed numbers.</summary>
    /// <param name="shape">The shape.</param>
    /// <param name="dtype">float16, bfloat16 or float32, the default.</param>
    /// <param name="loc">Mean, broadcast; 0 where none is given.</param>
    /// <param name="scale">Standard deviation, broadcast; 1 where none is given.</param>
    /// <param name="key">Two uint32.</param>
    /// <returns>The shape. sqrt(2) erfinv of a uniform number in (-1, 1): MLX's for the same key, within 4 ulp.</returns>
    /// <exception cref="DTypeException">Another dtype.</exception>
    public static Node Of(long[] shape, DType? dtype = null, Node? loc = null, Node? scale = null, Node? key = null)
    {
        DType t = dtype ?? DType.Float32;
        if (!t.IsFloat || t == DType.Float64)
        {
            throw Errors.DType(OpName, $"{t.Name} is not offered; draw float32 and convert with astype", t == DType.Float64 ? ErrorKind.Runtime : ErrorKind.Value);
        }
        Node low = Build.Constant(DType.Float32, MathF.BitIncrement(-1)), high = Build.Constant(DType.Float32, 1L);
        Node uniform = RandomUniform.Of(low, high, shape, DType.Float32, Keys.Given(OpName, key));
        Node sample = t == DType.Float32 ? NormalQuantile.Of(uniform) : Cast.To(Erfinv.Of(uniform), t) * Build.Constant(t, Math.Sqrt(2));
        if (scale is { } s) { sample = sample * Operands.As(s, t); }
        return loc is { } mean ? sample + Operands.As(mean, t) : sample;
    }
}
