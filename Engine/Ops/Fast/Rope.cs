using Engine.Internal.Graph;

namespace Engine.Internal.Operations;

[Op("rope", "(a, dims, *, traditional, base, scale, offset, freqs=None, stream=None)", Module = "fast")]
internal static partial class Rope
{
    /// <summary>Rotary position encoding: pairs of features turned by angles that grow with the position, which is the last axis but one.</summary>
    /// <param name="a">(B, ..., T, D), three axes at least, float.</param>
    /// <param name="dims">How many features to turn, from the first; an even number. The others stay.</param>
    /// <param name="traditional">Pairs are neighbours (2i, 2i + 1); else they are (i, i + dims / 2).</param>
    /// <param name="base">Pair i turns by base^(-2i / dims) at each position; give either this or <paramref name="freqs"/>.</param>
    /// <param name="scale">Factor of the positions.</param>
    /// <param name="offset">The first position: an integer, or one for each of the B.</param>
    /// <param name="freqs">dims / 2 numbers: pair i turns by 1 / freqs[i] at each position.</param>
    /// <returns>Same shape and dtype.</returns>
    /// <exception cref="ShapeException">Too few axes, or dims, offset or freqs do not fit them.</exception>
    /// <exception cref="DTypeException">Features that are no floats, or an offset that is no integer.</exception>
    /// <exception cref="OptionException">Both base and freqs are given, or neither.</exception>
    /// <remarks>Angles, their sines and cosines are computed in float64, so that late positions are as good as early ones; features in float32 or float64. Within 2 ulp of the length of
    /// the pair, in float64 times 1 + its angle. Linear in the features: the gradient turns back.</remarks>
    public static Node Of(Node a, int dims, bool traditional, double? @base, double scale, Node offset, Node? freqs = null)
    {
        Check(a, dims, @base, offset, freqs);
        DType t = a.DType, wide = t.Size == 2 ? DType.Float32 : t;
        long length = a.Shape[^2], half = dims / 2;
        // (B or 1, 1..., T, 1) positions times (half) frequencies.
        var batch = new long[a.Ndim];
        batch.AsSpan().Fill(1);
        batch[0] = offset.Ndim == 0 ? 1 : offset.Shape[0];
        Node position = Reshape.Quiet(Operands.As(offset, DType.Float64), batch) + Reshape.Quiet(Cast.To(Iota.Along([length], 0), DType.Float64), [length, 1]);
        Node frequency = freqs is { } f ? Build.Constant(DType.Float64, 1L) / Cast.To(f, DType.Float64)
            : Exp.Of(Cast.To(Iota.Along([half], 0), DType.Float64) * Build.Constant(DType.Float64, -Math.Log(@base!.Value) / half));
        Node angle = position * Build.Constant(DType.Float64, scale) * frequency, cos = Cast.To(Cos.Of(angle), wide), sin = Cast.To(Sin.Of(angle), wide);
        Node x = Cast.To(a, wide), first = Part(x, 0, traditional ? 2 : 1, half), second = Part(x, traditional ? 1 : half, traditional ? 2 : 1, half);
        Node[] turned = [(first * cos) - (second * sin), (first * sin) + (second * cos)];
        Node all = traditional ? Reshape.Quiet(Concatenate.Of([ExpandDims.Of(turned[0], -1), ExpandDims.Of(turned[1], -1)], -1), [.. a.Shape[..^1], dims]) : Concatenate.Of(turned, -1);
        return Cast.To(dims == a.Shape[^1] ? all : Concatenate.Of([all, Part(x, dims, 1, a.Shape[^1] - dims)], -1), t);
    }

    static void Check(Node a, int dims, double? @base, Node offset, Node? freqs)
    {
        if (!a.DType.IsFloat) { throw Errors.DType(OpName, $"features of {a.DType.Name} are not supported; convert them with astype(float32) first"); }
        if (a.Ndim < 3) { throw Errors.TooFewAxes(OpName, a.Shape, 3); }
        if (dims <= 0 || dims % 2 != 0 || dims > a.Shape[^1]) { throw Errors.Shape(OpName, $"dims = {dims} features cannot be turned in pairs where there are {a.Shape[^1]}; give an even number from 2 to {a.Shape[^1]}"); }
        if (@base is null == freqs is null) { throw Errors.Option(OpName, @base is null ? "neither base nor freqs is given; give one of them" : "both base and freqs are given; give one of them"); }
        if (!offset.DType.IsInteger) { throw Errors.DType(OpName, $"the offset is {offset.DType.Name}; give an integer, a whole number of positions"); }
        if (offset.Ndim > 1 || (offset.Ndim == 1 && offset.Shape[0] != 1 && offset.Shape[0] != a.Shape[0])) { throw Errors.Shape(OpName, $"offsets of shape {Shapes.Text(offset.Shape)} do not fit {Shapes.Text(a.Shape)}; give one, or one for each of the {a.Shape[0]}"); }
        if (freqs is { } f && (f.Ndim != 1 || f.Shape[0] != dims / 2)) { throw Errors.Shape(OpName, $"freqs of shape {Shapes.Text(f.Shape)} do not fit dims = {dims}; give {dims / 2} numbers in one axis"); }
    }

    /// <summary>Every step-th of the last axis.</summary>
    static Node Part(Node x, long start, long step, long count)
    {
        var from = new long[x.Ndim];
        var steps = new long[x.Ndim];
        steps.AsSpan().Fill(1);
        (from[^1], steps[^1]) = (start, step);
        return StridedSlice.Of(x, from, steps, [.. x.Shape[..^1], count]);
    }
}
