using System.Runtime.InteropServices;
using Engine.Testing;

namespace Engine.Tests.Oracles;

/// <summary>The MPFR library: elementary functions with 200 bits, and the error of a candidate in ulp of the exact value.</summary>
internal sealed unsafe partial class Mpfr
{
    const string Library = "libmpfr.so.6";
    const int Nearest = 0;

    /// <summary>mpfr_t. The library writes it.</summary>
    [StructLayout(LayoutKind.Sequential)]
    struct Number
    {
        public readonly long Precision;
        public readonly int Sign;
        public readonly long Exponent;
        public readonly ulong* Limbs;

        public Number()
        {
            Sign = 1;
            (Precision, Exponent) = (0, 0);
            Limbs = null;
        }
    }

    [LibraryImport(Library)] private static partial void mpfr_init2(Number* x, long precision);
    [LibraryImport(Library)] private static partial void mpfr_set_d(Number* x, double v, int rounding);
    [LibraryImport(Library)] private static partial double mpfr_get_d(Number* x, int rounding);
    [LibraryImport(Library)] private static partial float mpfr_get_flt(Number* x, int rounding);
    [LibraryImport(Library)] private static partial void mpfr_sub_d(Number* r, Number* x, double v, int rounding);
    [LibraryImport(Library)] private static partial void mpfr_add_ui(Number* r, Number* x, ulong v, int rounding);
    [LibraryImport(Library)] private static partial void mpfr_ui_div(Number* r, ulong a, Number* x, int rounding);
    [LibraryImport(Library)] private static partial void mpfr_mul_2si(Number* r, Number* x, long e, int rounding);
    [LibraryImport(Library)] private static partial void mpfr_neg(Number* r, Number* x, int rounding);
    [LibraryImport(Library)] private static partial void mpfr_exp(Number* r, Number* x, int rounding);
    [LibraryImport(Library)] private static partial int mpfr_nan_p(Number* x);
    [LibraryImport(Library)] private static partial int mpfr_inf_p(Number* x);
    [LibraryImport(Library)] private static partial int mpfr_zero_p(Number* x);
    [LibraryImport(Library)] private static partial int mpfr_signbit(Number* x);

    static readonly nint Handle = NativeLibrary.TryLoad(Library, out nint h) ? h : 0;
    [ThreadStatic] static Mpfr? current;

    readonly Number* x, y, r, t;

    Mpfr()
    {
        x = (Number*)NativeMemory.Alloc((nuint)(4 * sizeof(Number)));
        y = x + 1;
        r = x + 2;
        t = x + 3;
        mpfr_init2(x, 53);
        mpfr_init2(y, 53);
        mpfr_init2(r, 200);
        mpfr_init2(t, 260);
    }

    public static bool IsAvailable => Handle != 0;

    static Mpfr Current => current ??= new Mpfr();

    /// <summary>Our op names that MPFR spells differently.</summary>
    static readonly Dictionary<string, string> Names = new()
    {
        ["rsqrt"] = "rec_sqrt",
        ["power"] = "pow",
        ["arcsin"] = "asin",
        ["arccos"] = "acos",
        ["arctan"] = "atan",
        ["arctan2"] = "atan2",
        ["arcsinh"] = "asinh",
        ["arccosh"] = "acosh",
        ["arctanh"] = "atanh",
        ["divide"] = "div",
        ["add"] = "add",
        ["subtract"] = "sub",
        ["multiply"] = "mul",
        ["square"] = "sqr",
    };

    static readonly HashSet<string> Binary = ["pow", "atan2", "div", "add", "sub", "mul"];

    /// <summary>Whether there is a reference for an op of this name.</summary>
    public static bool Knows(string name) =>
        IsAvailable && (name == "sigmoid" || NativeLibrary.TryGetExport(Handle, "mpfr_" + Names.GetValueOrDefault(name, name), out _));

    /// <summary>f(a) or f(a, b), rounded once to double.</summary>
    public static double Value(string name, double a, double b = 0)
    {
        Current.Compute(name, a, b);
        return Special(name, a) ?? mpfr_get_d(Current.r, Nearest);
    }

    /// <summary>f(a) or f(a, b), rounded once to single.</summary>
    public static float Single(string name, double a, double b = 0)
    {
        Current.Compute(name, a, b);
        return (float?)Special(name, a) ?? mpfr_get_flt(Current.r, Nearest);
    }

    /// <summary>|got - f(a, b)| in ulp of the exact value in the format of <paramref name="t"/>; infinity for a wrong special value.</summary>
    public static double Error(string name, double a, double b, double got, DType t)
    {
        Mpfr m = Current;
        m.Compute(name, a, b);
        return Special(name, a) is { } special ? Ulp.Error(got, special, t) : m.Compare(got, FloatFormat.Of(t));
    }

    /// <summary>IEEE 754's rSqrt(-0) is -inf; MPFR says +inf.</summary>
    static double? Special(string name, double a) => name == "rsqrt" && a == 0 ? (double.IsNegative(a) ? double.NegativeInfinity : double.PositiveInfinity) : null;

    void Compute(string name, double a, double b)
    {
        mpfr_set_d(x, a, Nearest);
        if (name == "sigmoid")
        {
            mpfr_neg(r, x, Nearest);
            mpfr_exp(t, r, Nearest);
            mpfr_add_ui(t, t, 1, Nearest);
            mpfr_ui_div(r, 1, t, Nearest);
            return;
        }
        string native = Names.GetValueOrDefault(name, name);
        nint f = NativeLibrary.GetExport(Handle, "mpfr_" + native);
        if (Binary.Contains(native))
        {
            mpfr_set_d(y, b, Nearest);
            ((delegate* unmanaged<Number*, Number*, Number*, int, int>)f)(r, x, y, Nearest);
        }
        else
        {
            ((delegate* unmanaged<Number*, Number*, int, int>)f)(r, x, Nearest);
        }
    }

    double Compare(double got, FloatFormat f)
    {
        if (mpfr_nan_p(r) != 0 || double.IsNaN(got)) { return mpfr_nan_p(r) != 0 && double.IsNaN(got) ? 0 : double.PositiveInfinity; }
        if (mpfr_signbit(r) != 0 != double.IsNegative(got)) { return double.PositiveInfinity; }
        if (mpfr_zero_p(r) != 0) { return got == 0 ? 0 : double.PositiveInfinity; }
        if (mpfr_inf_p(r) != 0) { return double.IsInfinity(got) ? 0 : double.PositiveInfinity; }
        long ulp = Math.Clamp(r->Exponent - f.Precision, f.SmallestUlp, f.LargestUlp);   // |r| lies in [2^(e-1), 2^e)
        if (double.IsInfinity(got))
        {
            mpfr_mul_2si(r, r, -ulp, Nearest);
            double v = Math.Abs(mpfr_get_d(r, Nearest)), top = Math.ScaleB(1, f.Precision);
            return v >= top ? 0 : top - v;
        }
        mpfr_sub_d(r, r, got, Nearest);
        mpfr_mul_2si(r, r, -ulp, Nearest);
        return Math.Abs(mpfr_get_d(r, Nearest));
    }
}
