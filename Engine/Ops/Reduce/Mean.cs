using Engine.Internal.Graph;

namespace Engine.Internal.Operations;

[Op("mean", "(a, /, axis=None, keepdims=False, *, stream=None)")]
internal static partial class Mean
{
    /// <summary>Arithmetic mean over axes.</summary>
    /// <param name="a">Any shape, real; integers and bool are taken as float32.</param>
    /// <param name="axis">The axes that go; all where none is given.</param>
    /// <param name="keepDims">Leave them with length 1.</param>
    /// <returns>The reduced shape, float.</returns>
    /// <exception cref="AxisException">An axis is out of range.</exception>
    /// <remarks>Sum, then one division by the count. Over no elements NaN. Derivative 1 / count.</remarks>
    public static Node Of(Node a, Axes axis = default, bool keepDims = false)
    {
        a = Operands.As(a, Promotion.AtLeastFloat(Operands.Real(OpName, a.DType)));
        Node sum = Sum.Of(a, axis, keepDims);
        double count = 1;
        foreach (int i in axis.Normalize(OpName, a.Ndim)) { count *= a.Shape[i]; }
        return sum / Build.Constant(a.DType, count);
    }
}
