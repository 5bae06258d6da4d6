using Engine.Internal.Graph;
using Engine.Internal.Plans;

namespace Engine.Internal.Operations;

[Op("rms_norm", "(x, weight, eps, *, stream=None)", Module = "fast")]
internal sealed partial class RmsNorm(double epsilon, bool hasWeight) : Normalization(OpName, epsilon, hasWeight, false)
{
    /// <summary>Rows divided by their root mean square: x / sqrt(mean(x^2) + eps) times a weight, over the last axis.</summary>
    /// <param name="x">One axis at least, float.</param>
    /// <param name="weight">One factor for each element of a row, or none.</param>
    /// <param name="eps">Added to the mean square.</param>
    /// <returns>Same shape, in the dtype where the operands meet.</returns>
    /// <exception cref="ShapeException">There is no axis, or the weight does not fit the rows.</exception>
    /// <exception cref="DTypeException">The rows are no floats.</exception>
    /// <remarks>float16 and bfloat16 are computed in float32 and rounded once. Within 8 ulp in float32 and float64 where no square leaves their range.</remarks>
    public static Node Of(Node x, Node? weight, double eps) => Build.Make(new RmsNorm(eps, weight is not null), Checked(OpName, x, weight, null));

    protected override LibraryKernel Kernel => LibraryKernel.RmsNorm;

    protected override Node Scaled(Node x) => x * Rsqrt.Of(Mean.Of(Square.Of(x), -1, keepDims: true) + Build.Constant(x.DType, Epsilon));
}
