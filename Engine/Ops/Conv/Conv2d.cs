using Engine.Internal.Graph;

namespace Engine.Internal.Operations;

[Op("conv2d", "(input, weight, /, stride=1, padding=0, dilation=1, groups=1, *, stream=None)")]
internal static partial class Conv2d
{
    /// <summary>Convolution (in the sense of correlation) over two spatial axes, channels last.</summary>
    /// <param name="input">(N, H, W, C).</param>
    /// <param name="weight">(M, KH, KW, C / groups).</param>
    /// <param name="stride">Step of the kernel, one for all axes or one for each.</param>
    /// <param name="padding">Zeros at both ends, for all axes or for each; negative numbers take elements away.</param>
    /// <param name="dilation">Distance of neighbours of the kernel.</param>
    /// <param name="groups">Parts of the channels that are convolved apart.</param>
    /// <returns>(N, H', W', M) in the promoted float dtype.</returns>
    /// <exception cref="ShapeException">The axes or channels do not fit, or the kernel is longer than the padded input.</exception>
    /// <exception cref="DTypeException">The input is not float, or an operand is complex.</exception>
    /// <exception cref="OptionException">A stride, dilation or number of groups is not positive.</exception>
    /// <remarks>float16 and bfloat16 accumulate in float32 and are rounded once. Derivatives are convolutions, too.</remarks>
    public static Node Of(Node input, Node weight, long[] stride = null!, long[] padding = null!, long[] dilation = null!, int groups = 1) =>
        ConvGeneral.Of(OpName, 2, input, weight, stride, padding, padding, dilation, [], groups, false);
}
