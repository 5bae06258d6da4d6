using Engine.Internal.Graph;

namespace Engine.Internal.Operations;

[Op("addmm", "(c, a, b, /, alpha=1.0, beta=1.0, *, stream=None)")]
internal static partial class AddMM
{
    /// <summary>alpha a b + beta c; the product is scaled and added to while it is in a cache.</summary>
    /// <param name="c">A shape that broadcasts to the product's.</param>
    /// <param name="a">(..., M, K), or (K).</param>
    /// <param name="b">(..., K, N), or (K).</param>
    /// <param name="alpha">Factor of the product.</param>
    /// <param name="beta">Factor of c.</param>
    /// <returns>The product's shape and the promoted float dtype of all three.</returns>
    /// <exception cref="ShapeException">a and b have no product, or c does not broadcast to it.</exception>
    /// <exception cref="DTypeException">All are integers, or one is complex.</exception>
    /// <remarks>The value of the expression: float16 and bfloat16 are rounded after the product, each factor and the sum.</remarks>
    public static Node Of(Node c, Node a, Node b, double alpha = 1.0, double beta = 1.0)
    {
        DType t = Operands.Real(OpName, Operands.Common(OpName, c, Operands.As(a, Operands.Common(OpName, a, b))));
        if (!t.IsFloat) { throw Errors.DTypesNotSupported(OpName, a.DType, b.DType, "addmm multiplies floats; convert with astype(float32) first"); }
        Node product = MatMul.Of(Operands.As(a, t), Operands.As(b, t));
        c = Operands.As(c, t);
        Shapes.CheckBroadcastTo(OpName, c.Shape, product.Shape);
        return (alpha == 1 ? product : product * Build.Constant(t, alpha)) + (beta == 1 ? c : c * Build.Constant(t, beta));
    }
}
