using System.Globalization;

namespace Engine.Testing;

/// <summary>Checks for property-based tests of code that uses arrays. Each throws <see cref="ArrayCheckException"/> with a text that says where.</summary>
public static partial class ArrayCheck
{
    /// <summary>Same dtype, same shape and the same bits; one NaN is like another, but -0 is not 0.</summary>
    public static void Equal(NDArray expected, NDArray actual)
    {
        ArgumentNullException.ThrowIfNull(expected);
        ArgumentNullException.ThrowIfNull(actual);
        if (HostReader.Read(expected).Difference(HostReader.Read(actual)) is { } difference)
        {
            throw new ArrayCheckException($"Expected and actual differ: {difference}.");
        }
    }

    /// <summary>
    /// Same shape, and every element within a tolerance: |actual - expected| at most <paramref name="absolute"/> + <paramref name="relative"/> * |expected|.
    /// Equal infinities and NaN against NaN pass. By default relative is 8 ulp of the narrower of the two dtypes, absolute 0.
    /// </summary>
    public static void Close(NDArray expected, NDArray actual, double? relative = null, double absolute = 0)
    {
        ArgumentNullException.ThrowIfNull(expected);
        ArgumentNullException.ThrowIfNull(actual);
        HostArray want = HostReader.Read(expected), got = HostReader.Read(actual);
        CloseTo(want, got, relative ?? Math.Max(Unit(want.DType), Unit(got.DType)) * 8, absolute, "Expected and actual");
    }

    /// <summary>Same shape, and every element at most <paramref name="ulps"/> representable numbers of actual's dtype away.</summary>
    public static void WithinUlps(NDArray expected, NDArray actual, double ulps)
    {
        ArgumentNullException.ThrowIfNull(expected);
        ArgumentNullException.ThrowIfNull(actual);
        HostArray want = HostReader.Read(expected), got = HostReader.Read(actual);
        SameShape(want, got, "Expected and actual");
        for (long i = 0; i < want.Count; i++)
        {
            double error = Ulp.Error(got.DoubleAt(i), want.DoubleAt(i), got.DType);
            if (!(error <= ulps))
            {
                throw new ArrayCheckException(string.Create(CultureInfo.InvariantCulture,
                    $"Element {i} of {HostArray.ShapeText(want.Shape)}: expected {want.Text(i)}, actual {got.Text(i)}, {error:0.##} ulp apart, {ulps} are allowed."));
            }
        }
    }

    /// <summary>One ulp at 1.</summary>
    internal static double Unit(DType t) => HostArray.IsFloat(t) || HostArray.IsComplex(t) ? Math.ScaleB(1, 1 - FloatFormat.Of(t).Precision) : 0;

    internal static void CloseTo(HostArray want, HostArray got, double relative, double absolute, string what)
    {
        SameShape(want, got, what);
        for (long i = 0; i < want.Count; i++)
        {
            System.Numerics.Complex a = want.ComplexAt(i), b = got.ComplexAt(i);
            if (!Near(a.Real, b.Real, relative, absolute) || !Near(a.Imaginary, b.Imaginary, relative, absolute))
            {
                throw new ArrayCheckException(string.Create(CultureInfo.InvariantCulture,
                    $"{what} differ: element {i} of {HostArray.ShapeText(want.Shape)} is {want.Text(i)} in the first and {got.Text(i)} in the second; allowed are {absolute} + {relative} * |value|."));
            }
        }
    }

    static bool Near(double a, double b, double relative, double absolute) =>
        a == b || double.IsNaN(a) && double.IsNaN(b) || double.IsFinite(a) && double.IsFinite(b) && Math.Abs(a - b) <= absolute + relative * Math.Abs(a);

    static void SameShape(HostArray a, HostArray b, string what)
    {
        if (!a.Shape.AsSpan().SequenceEqual(b.Shape))
        {
            throw new ArrayCheckException($"{what} differ: the shapes are {HostArray.ShapeText(a.Shape)} and {HostArray.ShapeText(b.Shape)}.");
        }
    }
}
