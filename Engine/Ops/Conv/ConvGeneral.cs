using static System.FormattableString;
using static Engine.Internal.Shapes;
using Engine.Internal.Graph;
using Engine.Internal.Plans;

namespace Engine.Internal.Operations;

[Op("conv_general", "(input, weight, /, stride=1, padding=0, kernel_dilation=1, input_dilation=1, groups=1, flip=False, *, stream=None)")]
internal sealed partial class ConvGeneral(ConvAttributes a, long[] spatial) : KernelOp(OpName)
{
    /// <summary>The longest axis with its padding, and the longest kernel with its dilation.</summary>
    const long Longest = 1L << 52;

    /// <summary>Convolution (in the sense of correlation) over one to three spatial axes, channels last.</summary>
    /// <param name="input">(N, spatial..., C).</param>
    /// <param name="weight">(M, kernel..., C / groups).</param>
    /// <param name="stride">Step of the kernel, one for all axes or one for each.</param>
    /// <param name="padding">Zeros at both ends of the axes, or at each end; negative numbers take elements away.</param>
    /// <param name="kernelDilation">Distance of neighbours of the kernel.</param>
    /// <param name="inputDilation">Distance of neighbours of the input, with zeros between them.</param>
    /// <param name="groups">Parts of the channels that are convolved apart.</param>
    /// <param name="flip">Turns the kernel around, as mathematics defines convolution.</param>
    /// <returns>(N, spatial'..., M) in the promoted float dtype.</returns>
    /// <exception cref="ShapeException">The axes or channels do not fit, or the kernel is longer than the padded input.</exception>
    /// <exception cref="DTypeException">The input is not float, or an operand is complex.</exception>
    /// <exception cref="OptionException">A stride, dilation or number of groups is not positive.</exception>
    /// <remarks>float16 and bfloat16 accumulate in float32 and are rounded once. Derivatives are convolutions, too.</remarks>
    public static Node Of(Node input, Node weight, long[] stride = null!, Padding padding = default, long[] kernelDilation = null!, long[] inputDilation = null!, int groups = 1, bool flip = false) =>
        Of(OpName, 0, input, weight, stride, padding.Low, padding.High, kernelDilation, inputDilation, groups, flip);

    /// <summary>For a name of its own. <paramref name="axes"/>: how many spatial axes it has, 0 for any.</summary>
    public static Node Of(string op, int axes, Node input, Node weight, ReadOnlySpan<long> stride, ReadOnlySpan<long> low, ReadOnlySpan<long> high, ReadOnlySpan<long> kernelDilation, ReadOnlySpan<long> inputDilation, int groups, bool flip)
    {
        (input, weight) = Operand(op, axes, input, weight, groups);
        int n = input.Ndim - 2;
        var a = new ConvAttributes(Each(op, "stride", stride, n, 1, 1), Each(op, "padding", low, n, 0), Each(op, "kernel_dilation", kernelDilation, n, 1, 1), Each(op, "input_dilation", inputDilation, n, 1, 1), groups, flip);
        return Make(op, a, Each(op, "padding", high, n, 0), input, weight);
    }

    /// <summary>Transposed: the gradient of a convolution in its input.</summary>
    public static Node Transposed(string op, int axes, Node input, Node weight, ReadOnlySpan<long> stride, ReadOnlySpan<long> padding, ReadOnlySpan<long> dilation, ReadOnlySpan<long> outputPadding, int groups)
    {
        (input, weight) = Operand(op, axes, input, weight, groups);
        int n = axes;
        long[] pad = Each(op, "padding", padding, n, 0), more = Each(op, "output_padding", outputPadding, n, 0), step = Each(op, "dilation", dilation, n, 1, 1);
        long[] low = new long[n], high = new long[n], ones = new long[n];
        for (int i = 0; i < n; i++)
        {
            low[i] = Short(op, ((Int128)step[i] * (weight.Shape[i + 1] - 1)) - pad[i]);
            high[i] = Short(op, (Int128)low[i] + more[i]);
            ones[i] = 1;
        }
        return Make(op, new ConvAttributes(ones, low, step, Each(op, "stride", stride, n, 1, 1), groups, true), high, input, weight);
    }

    static (Node Input, Node Weight) Operand(string op, int axes, Node input, Node weight, int groups)
    {
        DType given = Operands.Strong(input).DType, t = Operands.Real(op, Operands.Common(op, input, weight));
        if (!given.IsFloat) { throw Errors.DTypesNotSupported(op, given, weight.DType, $"{op} takes a float input; convert with astype(float32) first"); }
        (input, weight) = (Operands.As(input, t), Operands.As(weight, t));
        int n = axes > 0 ? axes : input.Ndim - 2;
        if (n is < 1 or > 3 || input.Ndim != n + 2)
        {
            throw Errors.Shape(op, Invariant($"the input is {Text(input.Shape)}, and must be (N, {(axes > 0 ? axes.ToString(System.Globalization.CultureInfo.InvariantCulture) : "1 to 3")} spatial axes, C). Insert axes with ExpandDims, or move the channels to the end with Transpose."));
        }
        if (weight.Ndim != input.Ndim) { throw Errors.Shape(op, $"the weight is {Text(weight.Shape)} for an input of {Text(input.Shape)}. It must have as many axes: (M, kernel..., C / groups)."); }
        if (groups < 1) { throw Errors.OptionNotPositive(op, "groups", groups); }
        long channels = input.Shape[^1];
        if (channels % groups != 0 || weight.Shape[0] % groups != 0 || weight.Shape[^1] != channels / groups)
        {
            throw Errors.Shape(op, Invariant($"the channels of the input {Text(input.Shape)} and the weight {Text(weight.Shape)} do not fit in {groups} group{(groups == 1 ? "" : "s")}. ") +
                Invariant($"The weight's last axis must be the input's {channels} channels divided by the groups, and its first a multiple of the groups. Channels are last in both: move them with Transpose."));
        }
        return (input, weight);
    }

    /// <summary>One number for each axis.</summary>
    static long[] Each(string op, string name, ReadOnlySpan<long> given, int n, long nothing, long least = -Longest)
    {
        if (given.Length > 1 && given.Length != n) { throw Errors.Option(op, Invariant($"{name} is {Text(given)} for {n} spatial {(n == 1 ? "axis" : "axes")}. Give one number, or one for each axis.")); }
        var each = new long[n];
        for (int i = 0; i < n; i++)
        {
            each[i] = given.Length == 0 ? nothing : given[given.Length == 1 ? 0 : i];
            if (least == 1 && each[i] < 1) { throw Errors.OptionNotPositive(op, name, each[i]); }
            Short(op, each[i]);
        }
        return each;
    }

    static long Short(string op, Int128 length) => Int128.Abs(length) <= Longest ? (long)length : throw Errors.Option(op, "an axis with its padding and dilation has more than 2^52 elements. Use smaller numbers.");

    static Node Make(string op, ConvAttributes a, long[] high, Node input, Node weight)
    {
        var spatial = new long[a.Stride.Length];
        for (int i = 0; i < spatial.Length; i++)
        {
            long length = input.Shape[i + 1], kernel = weight.Shape[i + 1];
            long padded = Short(op, (length == 0 ? 0 : ((Int128)(length - 1) * a.InputDilation[i]) + 1) + a.Low[i] + high[i]), reach = Short(op, ((Int128)(kernel - 1) * a.KernelDilation[i]) + 1);
            if (kernel == 0 || padded < reach)
            {
                throw Errors.Shape(op, Invariant($"along spatial axis {i} the padded input has {padded} elements and the kernel, with its dilation, {Math.Max(0, reach)}; the input is {Text(input.Shape)}, the weight {Text(weight.Shape)}. ") +
                    "The kernel must not be empty, nor longer than the input: use more padding or a smaller kernel.");
            }
            spatial[i] = ((padded - reach) / a.Stride[i]) + 1;
        }
        return IsProduct(a, spatial, input, weight) ? Product(input, weight) : Build.Make(new ConvGeneral(a, spatial), input, weight);
    }

    /// <summary>A kernel of one element at every element is a matrix.</summary>
    static bool IsProduct(ConvAttributes a, long[] spatial, Node input, Node weight)
    {
        bool one = a.Groups == 1;
        for (int i = 0; i < spatial.Length; i++) { one &= weight.Shape[i + 1] == 1 && spatial[i] == input.Shape[i + 1] && a.Low[i] == 0 && a.Stride[i] == 1 && a.InputDilation[i] == 1; }
        return one;
    }

    static Node Product(Node input, Node weight) => MatMul.Of(input, Transpose.Quiet(Reshape.Quiet(weight, [weight.Shape[0], weight.Shape[^1]]), [1, 0]));

    public override GroupKind Kind => GroupKind.Conv;

    public override (DType DType, Layout Layout) Infer(ReadOnlySpan<Node> inputs) =>
        (inputs[0].DType, Layout.RowMajor([inputs[0].Shape[0], .. spatial, inputs[1].Shape[0]], inputs[0].DType.Size));

    public override Attributes Lower(ReadOnlySpan<Node> inputs, Node output) => a;

    public override Node?[] Vjp(ReadOnlySpan<Node> inputs, Node output, Node cotangent, ReadOnlySpan<bool> wanted) =>
    [
        wanted[0] ? InputGradient(inputs[0], inputs[1], cotangent) : default(Node?),
        wanted[1] ? WeightGradient(inputs[0], inputs[1], cotangent) : default(Node?),
    ];

    static long[] Spatial(Node x) => x.Shape[1..^1];

    /// <summary>The cotangent under the flipped kernel, whose channels change places within each group; stride and input dilation change places, too.</summary>
    Node InputGradient(Node input, Node weight, Node g)
    {
        long m = weight.Shape[0] / a.Groups;
        var low = new long[a.Low.Length];
        for (int i = 0; i < low.Length; i++) { low[i] = ((weight.Shape[i + 1] - 1) * a.KernelDilation[i]) - a.Low[i]; }
        Node turned = Reshape.Quiet(weight, [a.Groups, m, .. weight.Shape[1..]]);
        turned = Transpose.Quiet(turned, [0, turned.Ndim - 1, .. Axes(2, low.Length), 1]);
        turned = Reshape.Quiet(turned, [input.Shape[^1], .. Spatial(weight), m]);
        return Build.Make(new ConvGeneral(a with { Stride = a.InputDilation, Low = low, InputDilation = a.Stride, Flip = !a.Flip }, Spatial(input)), g, turned);
    }

    /// <summary>The input under the cotangent as kernel, batch and channels exchanged; stride and kernel dilation change places.</summary>
    Node WeightGradient(Node input, Node weight, Node g)
    {
        int n = a.Low.Length;
        long batch = input.Shape[0];
        Node x = Reshape.Quiet(input, [.. input.Shape[..^1], a.Groups, weight.Shape[^1]]);
        x = Reshape.Quiet(Transpose.Quiet(x, [n + 2, .. Axes(1, n + 1), 0]), [weight.Shape[^1], .. Spatial(input), a.Groups * batch]);
        Node k = Transpose.Quiet(g, [n + 1, .. Axes(1, n), 0]);
        Node result = Build.Make(new ConvGeneral(a with { Stride = a.KernelDilation, KernelDilation = a.Stride, Flip = false }, Spatial(weight)), x, k);
        result = Transpose.Quiet(result, [n + 1, .. Axes(1, n), 0]);
        return a.Flip ? Reverse(result) : result;
    }

    static int[] Axes(int first, int count)
    {
        var axes = new int[count];
        for (int i = 0; i < count; i++) { axes[i] = first + i; }
        return axes;
    }

    static Node Reverse(Node x)
    {
        var start = new long[x.Ndim];
        var step = new long[x.Ndim];
        for (int i = 0; i < start.Length; i++) { (start[i], step[i]) = i > 0 && i < x.Ndim - 1 ? (x.Shape[i] - 1, -1) : (0, 1); }
        return StridedSlice.Of(x, start, step, x.Shape);
    }

    public override Node? Jvp(ReadOnlySpan<Node> inputs, Node output, ReadOnlySpan<Node?> tangents)
    {
        Node? left = tangents[0] is { } x ? Build.Make(this, x, inputs[1]) : default(Node?), right = tangents[1] is { } w ? Build.Make(this, inputs[0], w) : default(Node?);
        return left is { } l && right is { } r ? l + r : left ?? right;
    }

    /// <summary>Inputs become more batches, weights more channels of each group, both more groups.</summary>
    public override (Node Output, int? Axis) Vmap(ReadOnlySpan<Node> inputs, ReadOnlySpan<int?> axes)
    {
        Node x = inputs[0], w = inputs[1];
        int last = a.Low.Length + 1;
        if (axes[1] is not { } other)
        {
            x = Batch.Move(x, axes[0]!.Value, 0);
            Node y = Build.Make(this, Reshape.Quiet(x, [x.Shape[0] * x.Shape[1], .. x.Shape[2..]]), w);
            return (Reshape.Quiet(y, [.. x.Shape[..2], .. y.Shape[1..]]), 0);
        }
        w = Batch.Move(w, other, 0);
        long size = w.Shape[0], m = w.Shape[1];
        if (axes[0] is { } axis)
        {
            x = Batch.Move(x, axis, last);
            x = Reshape.Quiet(x, [.. x.Shape[..last], size * x.Shape[^1]]);
            Node y = Build.Make(new ConvGeneral(a with { Groups = checked((int)(a.Groups * size)) }, spatial), x, Reshape.Quiet(w, [size * m, .. w.Shape[2..]]));
            return (Reshape.Quiet(y, [.. y.Shape[..^1], size, m]), last);
        }
        // (size, groups, m / groups) to (groups, size, m / groups)
        w = Transpose.Quiet(Reshape.Quiet(w, [size, a.Groups, m / a.Groups, .. w.Shape[2..]]), [1, 0, .. Axes(2, last + 1)]);
        Node z = Build.Make(this, x, Reshape.Quiet(w, [size * m, .. w.Shape[3..]]));
        z = Reshape.Quiet(z, [.. z.Shape[..^1], a.Groups, size, m / a.Groups]);
        z = Batch.Move(z, last + 1, last);
        return (Reshape.Quiet(z, [.. z.Shape[..(last + 1)], m]), last);
    }
}
