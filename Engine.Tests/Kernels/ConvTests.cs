using Xunit;
using static Engine.Ops;

namespace Engine.Tests.Kernels;

/// <summary>Convolutions whose answer is plain to see; the harness has the values of all of them.</summary>
public class ConvTests
{
    static NDArray Row(params float[] values) => NDArray.From(values, [1, values.Length, 1]);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(3_000_017)]
    public void HolesOfAnySizeAreLeftOut(int holes)
    {
        // x0 0 0 ... x1 with the kernel (1, 2, 3) padded by 2: each element leaves the kernel reversed.
        var y = ConvGeneral(Row(5, 7), Row(1, 2, 3), padding: 2, inputDilation: [holes]).ToArray<float>();
        var want = new float[holes + 4];
        float[] kernel = [3, 2, 1];
        for (int k = 0; k < 3; k++)
        {
            want[k] += 5 * kernel[k];
            want[holes + k] += 7 * kernel[k];
        }
        Assert.Equal(holes + 1 + 4 - 2, y.Length);
        Assert.Equal(want[..y.Length], y);
    }

    [Fact]
    public void StridesStepOverHoles()
    {
        for (int holes = 1; holes <= 6; holes++)
        {
            for (int stride = 1; stride <= 6; stride++)
            {
                for (int dilation = 1; dilation <= 3; dilation++)
                {
                    for (int padding = 0; padding <= 3; padding++)
                    {
                        NDArray x = Row(1, 2, 4, 8, 16, 3, 5, 7), w = Row(1, 10, 100);
                        NDArray whole = ConvGeneral(x, w, padding: padding, kernelDilation: [dilation], inputDilation: [holes]);
                        NDArray part = ConvGeneral(x, w, stride: [stride], padding: padding, kernelDilation: [dilation], inputDilation: [holes]);
                        Assert.Equal(whole[.., Slice(null, null, stride)].ToArray<float>(), part.ToArray<float>());
                        Assert.Equal(Plain([1, 2, 4, 8, 16, 3, 5, 7], [1, 10, 100], padding, dilation, holes), whole.ToArray<float>());
                    }
                }
            }
        }
    }

    static float[] Plain(float[] x, float[] w, int padding, int dilation, int holes)
    {
        var wide = new float[((x.Length - 1) * holes) + 1 + (2 * padding)];
        for (int i = 0; i < x.Length; i++) { wide[padding + (i * holes)] = x[i]; }
        var y = new float[wide.Length - ((w.Length - 1) * dilation)];
        for (int i = 0; i < y.Length; i++)
        {
            for (int k = 0; k < w.Length; k++) { y[i] += wide[i + (k * dilation)] * w[k]; }
        }
        return y;
    }
}
