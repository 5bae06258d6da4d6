using System.Globalization;
using Engine.Internal.Plans;
using Engine.Testing;
using Engine.Tests.Oracles;
using Engine.Tests.SecondBackend;

namespace Engine.Tests.Harness;

/// <summary>What is checked of a trial. Each gives null, or a sentence about what is wrong.</summary>
internal static class OpChecks
{
    /// <summary>Values against others' results: MPFR element by element, else NumPy.</summary>
    public static string? Values(Trial t, PythonOracle python)
    {
        HostArray got = t.Run();
        if (t.Case.Mpfr && Mpfr.IsAvailable && HostArray.IsFloat(got.DType)) { return ByMpfr(t, got); }
        string mode = t.Case.Reference == Reference.Wide ? "wide" : "lane";
        HostArray want = python.Reference(t.Call.Python, mode, got.DType, t.Plain, t.Hosts);
        if (!want.Shape.AsSpan().SequenceEqual(got.Shape)) { return $"the shape is {HostArray.ShapeText(got.Shape)}, NumPy's {HostArray.ShapeText(want.Shape)}"; }
        HostArray? Scale(string? expression) => expression != null && HostArray.IsFloat(got.DType) ? python.Reference(expression, mode, DType.Float64, t.Plain, t.Hosts) : null;
        HostArray? magnitude = Scale(t.Call.Magnitude), peak = Scale(t.Call.Peak) ?? magnitude;
        for (long i = 0; i < got.Count; i++)
        {
            if (!Agrees(got, want, magnitude, peak, i, t.Case.Ulps + (got.DType == DType.Float64 ? 0.5 : 0)))
            {
                return $"element {i} of {HostArray.ShapeText(got.Shape)} is {got.Text(i)}, NumPy's is {want.Text(i)} (allowed: {t.Case.Ulps} ulp)";
            }
        }
        return null;
    }

    static bool Agrees(HostArray got, HostArray want, HostArray? magnitude, HostArray? peak, long i, double ulps)
    {
        if (HostArray.IsComplex(got.DType))
        {
            System.Numerics.Complex a = got.ComplexAt(i), b = want.ComplexAt(i);
            return Ulp.Error(a.Real, b.Real, got.DType) <= ulps && Ulp.Error(a.Imaginary, b.Imaginary, got.DType) <= ulps;
        }
        if (!HostArray.IsFloat(got.DType)) { return got.Bits(i) == want.Bits(i); }
        (double x, double y) = (got.DoubleAt(i), want.DoubleAt(i));
        if (magnitude != null && double.IsFinite(x) && double.IsFinite(y))
        {
            return Math.Abs(x - y) <= ulps * FloatFormat.Of(got.DType).UlpAt(magnitude.DoubleAt(i));
        }
        if (peak != null && !(double.IsFinite(x) && double.IsFinite(y)) && Overflows(peak.DoubleAt(i), got.DType)) { return true; }
        return Ulp.Error(x, y, got.DType) <= ulps;
    }

    /// <summary>A sum may leave the range on its way, though the exact total lies inside.</summary>
    static bool Overflows(double magnitude, DType t)
    {
        FloatFormat f = FloatFormat.Of(t);
        return magnitude >= Math.ScaleB(0.99, f.LargestUlp + f.Precision);
    }

    static string? ByMpfr(Trial t, HostArray got)
    {
        long[][] at = [.. t.Hosts.Select(h => Broadcast(h.Shape, got.Shape))];
        for (long i = 0; i < got.Count; i++)
        {
            double a = Operand(t.Hosts[0], at[0][i], got.DType), b = t.Hosts.Length > 1 ? Operand(t.Hosts[1], at[1][i], got.DType) : 0;
            double error = Mpfr.Error(t.Case.Op, a, b, got.DoubleAt(i), got.DType);
            if (!(error <= t.Case.Ulps))
            {
                return string.Create(CultureInfo.InvariantCulture, $"{t.Case.Op}({a:R}{(t.Hosts.Length > 1 ? $", {b:R}" : "")}) gives {got.Text(i)}, exact is {Mpfr.Value(t.Case.Op, a, b):R}: {error:0.###} ulp (allowed: {t.Case.Ulps})");
            }
        }
        return null;
    }

    /// <summary>An integer comes to the result's dtype first.</summary>
    static double Operand(HostArray h, long i, DType result)
    {
        double v = h.DoubleAt(i);
        return result == DType.Float32 ? (float)v : v;
    }

    /// <summary>For every element of a result, the flat index in an operand that is broadcast to it.</summary>
    static long[] Broadcast(long[] from, long[] to)
    {
        var r = new long[to.Aggregate(1L, (n, d) => n * d)];
        for (long i = 0; i < r.Length; i++)
        {
            long rest = i, step = 1;
            for (int d = to.Length - 1, k = from.Length - 1; k >= 0; d--, k--)
            {
                r[i] += from[k] == 1 ? 0 : rest % to[d] * step;
                rest /= to[d];
                step *= from[k];
            }
        }
        return r;
    }

    /// <summary>Every layout gives the bits of the contiguous one.</summary>
    public static string? Layouts(Trial t, IEnumerable<ArrayLayout> layouts)
    {
        HostArray want = t.Run(ArrayLayout.Contiguous);
        foreach (ArrayLayout layout in layouts)
        {
            if (Difference(t, want, t.Run(layout)) is { } difference) { return $"contiguous and {layout} differ: {difference}"; }
        }
        return null;
    }

    /// <summary>Inside a fused expression, and one op at a time, the bits are those of the op alone.</summary>
    public static string? Fusion(Trial t)
    {
        HostArray want = t.Run();
        NDArray result = t.Call.Call([.. t.Arrays().Select(a => Neutral(Neutral(a)))]);
        if (Difference(t, want, HostReader.Read(Neutral(result))) is { } fused) { return $"fused with its neighbours it differs: {fused}"; }
        NDArray[] evaluated = t.Arrays();
        Ops.Eval(evaluated);
        NDArray alone = t.Call.Call(evaluated);
        Ops.Eval(alone);
        return Difference(t, want, HostReader.Read(Neutral(alone))) is { } step ? $"one op at a time it differs: {step}" : null;
    }

    /// <summary>Elementwise work that changes nothing: choosing between an array and itself.</summary>
    static NDArray Neutral(NDArray x) => HostArray.IsComplex(x.DType) ? Ops.StopGradient(x) : Ops.Where(Ops.Equal(x, x), x, x);

    /// <summary>The interpreter of recorded programs gives the same bits (or, for sums in another order, near values).</summary>
    public static string? SecondBackend(Trial t)
    {
        HostArray want = t.Run();
        Backend kernels = Backend.Current;
        var reference = new ReferenceBackend();
        try
        {
            Backend.Current = reference;
            HostArray got = t.Run();
            return Difference(t, want, got) is { } d ? $"the back ends differ: {d}" : null;
        }
        finally
        {
            Backend.Current = kernels;
        }
    }

    /// <summary>Bits, or values within the op's tolerance where no bits are promised.</summary>
    static string? Difference(Trial t, HostArray want, HostArray got)
    {
        if (t.Case.SameBits) { return want.Difference(got); }
        HostArray? magnitude = t.Call.Magnitude is { } ? AbsoluteRun(t) : null;
        for (long i = 0; i < want.Count; i++)
        {
            if (!Agrees(got, want, magnitude, magnitude, i, 2 * t.Case.Ulps)) { return $"element {i}: {want.Text(i)} and {got.Text(i)}"; }
        }
        return want.Shape.AsSpan().SequenceEqual(got.Shape) && want.DType == got.DType ? null : $"{want} and {got}";
    }

    /// <summary>The op on absolute values, the scale of what it sums, unless the call has a better one.</summary>
    static HostArray AbsoluteRun(Trial t) => HostReader.Read(t.Call.Scale is { } scale ? scale(t.Arrays()) : t.Call.Call([.. t.Arrays().Select(Ops.Abs)]));

    /// <summary>Derivatives of order 1 and 2, forward and reverse, against differences.</summary>
    public static string? Gradient(OpCase c, int seed)
    {
        (double low, double high) = c.Gradient ?? throw new InvalidOperationException($"{c.Op} has no range for gradients");
        Trial t = Trial.Draw(c, DType.Float64, ArrayLayout.Contiguous, seed, new ArraySpec { SpecialValues = false });
        for (int again = 1; t.Hosts.Any(h => h.Count is 0 or > 400); again++)
        {
            t = Trial.Draw(c, DType.Float64, ArrayLayout.Contiguous, seed + again, new ArraySpec { SpecialValues = false });
        }
        NDArray[] all = t.Arrays();
        var random = new Random(seed);
        int[] active = [.. Enumerable.Range(0, all.Length).Where(i => t.Call.Inputs[i].Kind == InputKind.Value)];
        NDArray[] at = [.. active.Select((i, k) => c.HasKinks ? Lattice(t.Hosts[i].Shape, low, high, k, random) : Range(t.Hosts[i].Shape, low, high, random))];
        try
        {
            ArrayCheck.Gradient(x =>
            {
                NDArray[] inputs = [.. all];
                for (int k = 0; k < active.Length; k++) { inputs[active[k]] = x[k]; }
                return t.Call.Call(inputs);
            }, at, seed);
            return null;
        }
        catch (ArrayCheckException e)
        {
            return $"{t.Call.Text}: {e.Message}";
        }
    }

    /// <summary>Distinct values, so that no two tie.</summary>
    static NDArray Range(long[] shape, double low, double high, Random random)
    {
        long n = shape.Aggregate(1L, (a, d) => a * d);
        double[] v = [.. Enumerable.Range(0, (int)n).Select(i => low + (high - low) * (i + 0.5 + 0.3 * (random.NextDouble() - 0.5)) / n)];
        random.Shuffle(v);
        return ArrayCase.Place(HostArray.From<double>(DType.Float64, shape, v), ArrayLayout.Contiguous);
    }

    /// <summary>Multiples of 1/2, moved a little for each input.</summary>
    static NDArray Lattice(long[] shape, double low, double high, int input, Random random)
    {
        long n = shape.Aggregate(1L, (a, d) => a * d);
        double[] v = [.. Enumerable.Range(0, (int)n).Select(_ => 0.5 * random.Next((int)Math.Ceiling(2 * low), (int)(2 * high)) + 0.16 * input)];
        return ArrayCase.Place(HostArray.From<double>(DType.Float64, shape, v), ArrayLayout.Contiguous);
    }

    /// <summary>Vmap over each axis of each input, and over the first axis of all, against a loop.</summary>
    public static string? Vmap(Trial t)
    {
        var random = new Random(t.Seed);
        if (t.Case.VmapTolerance != null) { t = Trial.Draw(t.Case, t.Type, t.Layout, t.Seed, new ArraySpec { SpecialValues = false }); }
        for (int k = 0; k < t.Hosts.Length + 1; k++)
        {
            for (int axis = 0; axis <= (k < t.Hosts.Length ? t.Hosts[k].Shape.Length : 0); axis++)
            {
                var axes = new int?[t.Hosts.Length];
                var inputs = new NDArray[t.Hosts.Length];
                for (int i = 0; i < inputs.Length; i++)
                {
                    bool mapped = i == k || k == t.Hosts.Length;
                    axes[i] = mapped ? axis : null;
                    HostArray h = mapped ? Stack(t.Hosts[i], t.Call.Inputs[i], axis, 3, random) : t.Hosts[i];
                    inputs[i] = Place(h, t.Layout);
                }
                if (inputs.Length == 0) { return null; }
                try
                {
                    ArrayCheck.Vmap(t.Call.Call, inputs, axes, t.Case.VmapTolerance);
                }
                catch (ArrayCheckException e)
                {
                    return $"vmap over [{string.Join(", ", axes.Select(a => a?.ToString(CultureInfo.InvariantCulture) ?? "null"))}]: {e.Message}";
                }
            }
        }
        return null;
    }

    static NDArray Place(HostArray h, ArrayLayout layout) => ArrayCase.Place(h, layout == ArrayLayout.Broadcast ? ArrayLayout.Transposed : layout);

    /// <summary>n arrays like h along a new axis: h itself, then others of its kind.</summary>
    static HostArray Stack(HostArray h, Input input, int axis, int n, Random random)
    {
        HostArray[] parts = new HostArray[n];
        for (int i = 0; i < n; i++)
        {
            parts[i] = i == 0 || input.Kind is InputKind.Index or InputKind.Place ? h : ArrayCase.Draw(h.DType, h.Shape, ArrayLayout.Contiguous, random.Next(), new ArraySpec { SpecialValues = false }).Values;
        }
        long[] shape = [.. h.Shape[..axis], n, .. h.Shape[axis..]];
        HostArray r = HostArray.Empty(h.DType, shape);
        int row = HostArray.SizeOf(h.DType) * (int)h.Shape[axis..].Aggregate(1L, (a, d) => a * d);
        for (int o = 0; row > 0 && o < h.Bytes.Length / row; o++)
        {
            for (int i = 0; i < n; i++) { parts[i].Bytes.AsSpan(o * row, row).CopyTo(r.Bytes.AsSpan((o * n + i) * row)); }
        }
        return r;
    }
}
