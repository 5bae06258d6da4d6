using Engine.Internal.Graph;

namespace Engine.Internal.Operations;

[Op("median", "(a, /, axis=None, keepdims=False, *, stream=None)")]
internal static partial class Median
{
    /// <summary>The middle element over axes; the mean of the two middle ones where their number is even.</summary>
    /// <param name="a">Any shape, real; integers and bool are taken as float32.</param>
    /// <param name="axis">The axes that go; all where none is given.</param>
    /// <param name="keepDims">Leave them with length 1.</param>
    /// <returns>The reduced shape, float.</returns>
    /// <exception cref="AxisException">An axis is out of range.</exception>
    /// <exception cref="ShapeException">There are no elements along the axes.</exception>
    /// <remarks>Linear in the elements. NaN where there is one. Within 1 ulp. The gradient goes to the middle elements, shared by ties.</remarks>
    public static Node Of(Node a, Axes axis = default, bool keepDims = false)
    {
        a = Operands.As(a, Promotion.AtLeastFloat(Operands.Real(OpName, a.DType)));
        int[] axes = axis.Normalize(OpName, a.Ndim);
        if (axes.Length == 0) { return Build.Alias(a); }
        long[] reduced = Shapes.Reduce(a.Shape, axes, keepDims);
        long n = 1;
        foreach (int i in axes) { n *= a.Shape[i]; }
        if (n == 0) { throw Errors.EmptyReduction(OpName, a.Shape); }
        int[] kept = [.. Enumerable.Range(0, a.Ndim).Except(axes)];
        long[] lead = Array.ConvertAll(kept, i => a.Shape[i]);
        Node lines = Reshape.Quiet(Transpose.Quiet(a, [.. kept, .. axes]), [.. lead, n]);
        return Reshape.Quiet(Middle(lines, lead.Length, n), reduced);
    }

    static Node Middle(Node lines, int axis, long n)
    {
        long half = n / 2;
        Node ordered = Build.Make(new Partition(axis, half), lines), upper = StridedSlice.Range(ordered, axis, half, 1);
        // NaN is among the greatest, which a maximum finds.
        Node most = Max.Of(StridedSlice.Range(ordered, axis, half, n - half), axis, keepDims: true), middle = upper;
        if (n % 2 == 0)
        {
            Node lower = Max.Of(StridedSlice.Range(ordered, axis, 0, half), axis, keepDims: true), two = Build.Constant(lines.DType, 2L);
            // Halved first, for their sum could leave the range; equal ones as they are.
            middle = Where.Of(Equal.Of(lower, upper), upper, (lower / two) + (upper / two));
        }
        return Where.Of(IsNaN.Of(most), Build.Constant(lines.DType, double.NaN), middle);
    }
}
