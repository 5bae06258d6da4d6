using System.Globalization;

namespace Engine.Testing;

public static partial class ArrayCheck
{
    /// <summary>Checks the derivatives of a function of one array; see <see cref="Gradient(Func{NDArray[], NDArray}, NDArray[], int, int)"/>.</summary>
    public static void Gradient(Func<NDArray, NDArray> f, NDArray x, int seed = 0, int order = 2)
    {
        ArgumentNullException.ThrowIfNull(f);
        Gradient((NDArray[] a) => f(a[0]), new[] { x }, seed, order);
    }

    /// <summary>Checks the derivatives of a function of two arrays; see <see cref="Gradient(Func{NDArray[], NDArray}, NDArray[], int, int)"/>.</summary>
    public static void Gradient(Func<NDArray, NDArray, NDArray> f, NDArray x, NDArray y, int seed = 0, int order = 2)
    {
        ArgumentNullException.ThrowIfNull(f);
        Gradient((NDArray[] a) => f(a[0], a[1]), new[] { x, y }, seed, order);
    }

    /// <summary>
    /// Checks the derivatives of <paramref name="f"/> at <paramref name="x"/>, in float64, along a random direction v and for a random weight w of the result:
    /// reverse mode (w . f)' . v, forward mode w . (f' v) and central differences must agree; with order 2 also the derivative of the gradient along v, by reverse over
    /// reverse and forward over reverse, against differences of the gradient. Stay away from kinks: differences know nothing of them.
    /// </summary>
    public static void Gradient(Func<NDArray[], NDArray> f, NDArray[] x, int seed = 0, int order = 2)
    {
        ArgumentNullException.ThrowIfNull(f);
        ArgumentNullException.ThrowIfNull(x);
        var random = new Random(seed);
        HostArray[] at = [.. x.Select(a => Widen(HostReader.Read(a)))], v = Directions(at, random);
        HostArray result = HostReader.Read(f([.. at.Select(ToArray)]));
        if (!HostArray.IsFloat(result.DType)) { throw new ArrayCheckException($"The function gives {HostArray.Name(result.DType)}, which has no derivative."); }
        HostArray w = Normal(result.Shape, random);
        NDArray Weighted(NDArray[] a) => (f(a) * ToArray(w)).Sum();
        double Value(double t) => HostReader.Read(Weighted(Moved(at, v, t))).DoubleAt(0);
        double[] Slopes(HostArray[] p) => Flat(Ops.Grad<NDArray[]>(Weighted)([.. p.Select(ToArray)]));
        double[] direction = [.. v.SelectMany(Doubles)], gradient = Slopes(at);
        double reverse = Dot(gradient, direction), scale = Math.Max(1, Norm(gradient) * Norm(direction));
        Agree(Difference(Value), reverse, scale, "The gradient along a random direction by differences and by reverse mode");
        var (_, tangents) = Ops.Jvp(a => [f(a)], [.. at.Select(ToArray)], [.. v.Select(ToArray)]);
        double forward = Dot(Flat([(tangents[0] * ToArray(w)).Sum()]), [1]);
        Agree(reverse, forward, scale, "The derivative along a random direction by reverse and by forward mode", 1e-9);
        if (order < 2) { return; }
        NDArray Along(NDArray[] a)
        {
            NDArray[] g = Ops.Grad<NDArray[]>(Weighted)(a);
            NDArray total = (g[0] * ToArray(v[0])).Sum();
            for (int i = 1; i < g.Length; i++) { total += (g[i] * ToArray(v[i])).Sum(); }
            return total;
        }
        double[] second = Flat(Ops.Grad<NDArray[]>(Along)([.. at.Select(ToArray)]));
        double curvature = Dot(second, direction);
        double secondScale = Math.Max(scale, Norm(second) * Norm(direction));
        Agree(Difference(t => Dot(Slopes([.. Moved(at, v, t).Select(HostReader.Read)]), direction)), curvature, secondScale, "The second derivative along a random direction by differences of the gradient and by reverse over reverse");
        var (_, turned) = Ops.Jvp(a => [Along(a)], [.. at.Select(ToArray)], [.. v.Select(ToArray)]);
        Agree(curvature, HostReader.Read(turned[0]).DoubleAt(0), secondScale, "The second derivative by reverse over reverse and by forward over reverse", 1e-9);
    }

    /// <summary>Central differences at h and h/2, extrapolated: the error is of fourth order.</summary>
    static double Difference(Func<double, double> f)
    {
        const double H = 1e-3;
        double wide = (f(H) - f(-H)) / (2 * H), narrow = (f(H / 2) - f(-H / 2)) / H;
        return (4 * narrow - wide) / 3;
    }

    static void Agree(double a, double b, double scale, string what, double tolerance = 1e-6)
    {
        if (!(Math.Abs(a - b) <= tolerance * scale))
        {
            throw new ArrayCheckException(string.Create(CultureInfo.InvariantCulture, $"{what} differ: {a:R} and {b:R} (allowed: {tolerance * scale:g3})."));
        }
    }

    static HostArray Widen(HostArray a)
    {
        HostArray r = HostArray.Empty(DType.Float64, a.Shape);
        for (long i = 0; i < r.Count; i++) { ValueGen.Float(r.Bytes.AsSpan((int)(8 * i), 8), DType.Float64, a.DoubleAt(i)); }
        return r;
    }

    /// <summary>Normal numbers, scaled so that the largest is 1: differences move no element further than their step.</summary>
    static HostArray[] Directions(HostArray[] at, Random random)
    {
        HostArray[] v = [.. at.Select(a => Normal(a.Shape, random))];
        double largest = v.SelectMany(Doubles).Select(Math.Abs).DefaultIfEmpty(1).Max();
        foreach (HostArray a in v)
        {
            for (long i = 0; i < a.Count; i++) { ValueGen.Float(a.Bytes.AsSpan((int)(8 * i), 8), DType.Float64, a.DoubleAt(i) / largest); }
        }
        return v;
    }

    static HostArray Normal(long[] shape, Random random)
    {
        HostArray r = HostArray.Empty(DType.Float64, shape);
        for (long i = 0; i < r.Count; i++)
        {
            double normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            ValueGen.Float(r.Bytes.AsSpan((int)(8 * i), 8), DType.Float64, normal);
        }
        return r;
    }

    static NDArray[] Moved(HostArray[] at, HostArray[] v, double t)
    {
        var r = new NDArray[at.Length];
        for (int k = 0; k < r.Length; k++)
        {
            HostArray p = HostArray.Empty(DType.Float64, at[k].Shape);
            for (long i = 0; i < p.Count; i++) { ValueGen.Float(p.Bytes.AsSpan((int)(8 * i), 8), DType.Float64, at[k].DoubleAt(i) + t * v[k].DoubleAt(i)); }
            r[k] = ToArray(p);
        }
        return r;
    }

    static NDArray ToArray(HostArray a) => ArrayCase.Place(a, ArrayLayout.Contiguous);

    static IEnumerable<double> Doubles(HostArray a)
    {
        for (long i = 0; i < a.Count; i++) { yield return a.DoubleAt(i); }
    }

    static double[] Flat(NDArray[] arrays) => [.. arrays.SelectMany(a => Doubles(HostReader.Read(a)))];

    static double Dot(double[] a, double[] b)
    {
        double s = 0;
        for (int i = 0; i < a.Length; i++) { s += a[i] * b[i]; }
        return s;
    }

    static double Norm(double[] a) => Math.Sqrt(Dot(a, a));
}
