namespace Engine.Internal.Backends.Cpu;

/// <summary>A convolution over three spatial axes without holes in the input. Channels lie side by side in X and Y; W is row-major (group, M, kernel, C). Lengths count elements, steps bytes.</summary>
internal unsafe struct ConvSpace
{
    public byte* X, W, Y;

    /// <summary>C and M: channels of one group.</summary>
    public long Batch, Groups, C, M;
    public fixed long Input[3], Output[3], Kernel[3], Stride[3], Low[3], Dilation[3];

    /// <summary>Batch and spatial axes.</summary>
    public fixed long StepX[4], StepY[4];

    public readonly long Taps => Kernel[0] * Kernel[1] * Kernel[2];

    public readonly long Depth => Taps * C;

    public readonly long Positions => Output[0] * Output[1] * Output[2];
}
