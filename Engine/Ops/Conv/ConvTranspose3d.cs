using Engine.Internal.Graph;

namespace Engine.Internal.Operations;

[Op("conv_transpose3d", "(input, weight, /, stride=1, padding=0, dilation=1, output_padding=0, groups=1, *, stream=None)")]
internal static partial class ConvTranspose3d
{
    /// <summary>Transposed convolution over three spatial axes, channels last: every input element adds its multiple of the kernel to the output.</summary>
    /// <param name="input">(N, D, H, W, C).</param>
    /// <param name="weight">(M, KD, KH, KW, C / groups).</param>
    /// <param name="stride">Step of the kernel in the output, one for all axes or one for each.</param>
    /// <param name="padding">Elements of the output that are left out at both ends, for all axes or for each.</param>
    /// <param name="dilation">Distance of neighbours of the kernel.</param>
    /// <param name="outputPadding">Elements that the output has more at its end, for all axes or for each.</param>
    /// <param name="groups">Parts of the channels that are convolved apart.</param>
    /// <returns>(N, D', H', W', M) in the promoted float dtype; a length is (length - 1) stride + (kernel - 1) dilation + 1 - 2 padding + output padding.</returns>
    /// <exception cref="ShapeException">The axes or channels do not fit, or nothing is left.</exception>
    /// <exception cref="DTypeException">The input is not float, or an operand is complex.</exception>
    /// <exception cref="OptionException">A stride, dilation or number of groups is not positive.</exception>
    /// <remarks>float16 and bfloat16 accumulate in float32 and are rounded once. Derivatives are convolutions, too.</remarks>
    public static Node Of(Node input, Node weight, long[] stride = null!, long[] padding = null!, long[] dilation = null!, long[] outputPadding = null!, int groups = 1) =>
        ConvGeneral.Transposed(OpName, 3, input, weight, stride, padding, dilation, outputPadding, groups);
}
