using Engine.Internal.Graph;
using Engine.Internal.Plans;

namespace Engine.Internal.Operations;

[Op("layer_norm", "(x, weight, bias, eps, *, stream=None)", Module = "fast")]
internal sealed partial class LayerNorm(double epsilon, bool hasWeight, bool hasBias) : Normalization(OpName, epsilon, hasWeight, hasBias)
{
    /// <summary>Rows brought to mean 0 and variance 1: (x - mean) / sqrt(variance + eps) times a weight plus a bias, over the last axis.</summary>
    /// <param name="x">One axis at least, float.</param>
    /// <param name="weight">One factor for each element of a row, or none.</param>
    /// <param name="bias">One summand for each element of a row, or none.</param>
    /// <param name="eps">Added to the variance.</param>
    /// <returns>Same shape, in the dtype where the operands meet.</returns>
    /// <exception cref="ShapeException">There is no axis, or weight or bias do not fit the rows.</exception>
    /// <exception cref="DTypeException">The rows are no floats.</exception>
    /// <remarks>float16 and bfloat16 are computed in float32 and rounded once. The variance is that of the differences, never a difference of squares. Within 8 ulp of
    /// max|x| / sqrt(variance + eps) |weight| + |bias| in float32 and float64 where no square leaves their range.</remarks>
    public static Node Of(Node x, Node? weight, Node? bias, double eps) => Build.Make(new LayerNorm(eps, weight is not null, bias is not null), Checked(OpName, x, weight, bias));

    protected override LibraryKernel Kernel => LibraryKernel.LayerNorm;

    protected override Node Scaled(Node x)
    {
        Node difference = x - Mean.Of(x, -1, keepDims: true);
        return difference * Rsqrt.Of(Mean.Of(Square.Of(difference), -1, keepDims: true) + Build.Constant(x.DType, Epsilon));
    }
}
