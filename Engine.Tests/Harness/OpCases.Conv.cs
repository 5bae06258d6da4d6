using System.Globalization;

namespace Engine.Tests.Harness;

internal static partial class OpCases
{
    /// <summary>Shapes and numbers of a convolution that exists.</summary>
    sealed record Conv(long[] Input, long[] Weight, long[] Stride, long[] Low, long[] High, long[] KernelDilation, long[] InputDilation, int Groups, bool Flip)
    {
        public string Python(string x, string w) => string.Create(CultureInfo.InvariantCulture,
            $"conv({x}, {w}, {Tuple(Stride)}, {Tuple(Low)}, {Tuple(High)}, {Tuple(KernelDilation)}, {Tuple(InputDilation)}, {Groups}, {(Flip ? "True" : "False")})");

        public OpCall Call(string op, Func<NDArray, NDArray, NDArray> f) =>
            new($"{op} as {Python("x", "y")}", [new(Input), new(Weight)], v => f(v[0], v[1]), Python("x", "y"), Python("np.abs(x)", "np.abs(y)"));

        bool Exists => Enumerable.Range(0, Stride.Length).All(i =>
            (Input[i + 1] == 0 ? 0 : ((Input[i + 1] - 1) * InputDilation[i]) + 1) + Low[i] + High[i] > (Weight[i + 1] - 1) * KernelDilation[i]);

        /// <summary>Few and many channels, grouped and depthwise, long and short rows. <paramref name="change"/> makes it one that the op can say.</summary>
        public static Conv Draw(Random random, int axes, Func<Conv, Conv> change)
        {
            while (true)
            {
                bool depthwise = random.Next(5) == 0, wide = random.Next(4) == 0;
                int groups = depthwise ? random.Next(4, 21) : random.Next(3) == 0 ? random.Next(2, 4) : 1;
                long c = depthwise ? 1 : wide ? random.Next(16, 21) : random.Next(random.Next(20) == 0 ? 0 : 1, 6), m = depthwise ? random.Next(1, 3) : wide ? random.Next(1, 40) : random.Next(1, 6);
                long[] Each(int least, int most) => [.. Enumerable.Range(0, axes).Select(_ => (long)random.Next(least, most + 1))];
                long[] length = Each(1, axes == 3 ? 5 : 8), low = Each(-1, 2), high = Each(-1, 2);
                if (axes < 3 && random.Next(4) == 0) { length[^1] = random.Next(9, axes == 1 ? 300 : 20); }
                var conv = change(new Conv([random.Next(12) == 0 ? 0 : random.Next(1, 4), .. length, groups * c], [groups * m, .. Each(1, 3), c], Each(1, 3), low, high, Each(1, 2), Each(1, 3), groups, random.Next(2) == 0));
                if (conv.Exists) { return conv; }
            }
        }
    }

    static long[] Ones(int n) => [.. Enumerable.Repeat(1L, n)];

    static OpCase Convolution(string op, Func<Random, OpCall> draw) => new(op, draw) { Types = Floats, Ulps = 24, Gradient = Any, VmapTolerance = 1e-4, SameBits = false };

    static OpCase Plain(string op, int axes, Func<NDArray, NDArray, Conv, NDArray> f) => Convolution(op, random =>
    {
        Conv conv = Conv.Draw(random, axes, c => c with { High = c.Low, InputDilation = Ones(axes), Flip = false });
        return conv.Call(op, (x, w) => f(x, w, conv));
    });

    static OpCase Transposed(string op, int axes, Func<NDArray, NDArray, long[], long[], long[], long[], int, NDArray> f) => Convolution(op, random =>
    {
        long[] padding = [], more = [], stride = [];
        Conv conv = Conv.Draw(random, axes, c =>
        {
            (padding, more, stride) = ([.. c.Low.Select(p => Math.Max(0, p))], [.. c.High.Select(p => Math.Max(0, p))], c.InputDilation);
            long[] low = [.. padding.Select((p, i) => (c.KernelDilation[i] * (c.Weight[i + 1] - 1)) - p)];
            return c with { Stride = Ones(axes), Low = low, High = [.. low.Select((p, i) => p + more[i])], Flip = true };
        });
        return conv.Call(op, (x, w) => f(x, w, stride, padding, conv.KernelDilation, more, conv.Groups));
    });

    static IEnumerable<OpCase> Convolutions() =>
    [
        Plain("conv1d", 1, (x, w, c) => Ops.Conv1d(x, w, c.Stride[0], c.Low[0], c.KernelDilation[0], c.Groups)),
        Plain("conv2d", 2, (x, w, c) => Ops.Conv2d(x, w, c.Stride, c.Low, c.KernelDilation, c.Groups)),
        Plain("conv3d", 3, (x, w, c) => Ops.Conv3d(x, w, c.Stride, c.Low, c.KernelDilation, c.Groups)),
        Transposed("conv_transpose1d", 1, (x, w, stride, padding, dilation, more, groups) => Ops.ConvTranspose1d(x, w, stride[0], padding[0], dilation[0], more[0], groups)),
        Transposed("conv_transpose2d", 2, (x, w, stride, padding, dilation, more, groups) => Ops.ConvTranspose2d(x, w, stride, padding, dilation, more, groups)),
        Transposed("conv_transpose3d", 3, (x, w, stride, padding, dilation, more, groups) => Ops.ConvTranspose3d(x, w, stride, padding, dilation, more, groups)),
        Convolution("conv_general", random =>
        {
            Conv c = Conv.Draw(random, random.Next(1, 4), c => c);
            return c.Call("conv_general", (x, w) => Ops.ConvGeneral(x, w, c.Stride, (c.Low, c.High), c.KernelDilation, c.InputDilation, c.Groups, c.Flip));
        }),
    ];
}
