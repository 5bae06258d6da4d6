namespace Engine.Internal;

/// <summary>NumPy's text of a scalar.</summary>
internal static unsafe class NumPyScalar
{
    public static string Text(byte* at, DType dtype)
    {
        if (!dtype.IsInexact) { return Element.Whole(at, dtype); }
        if (!dtype.IsComplex) { return Real(at, dtype, zero: true, plus: false); }
        DType part = Promotion.RealType(dtype);
        double real = Element.Real(at, part);
        byte* imaginary = at + part.Size;
        if (real == 0 && !double.IsNegative(real)) { return Real(imaginary, part, zero: false, plus: false) + "j"; }
        return "(" + Real(at, part, zero: false, plus: false) + Real(imaginary, part, zero: false, plus: true) + "j)";
    }

    // Positional from 1e-4 to where the digits of the type end, "1.0" with its zero; else scientific.
    static string Real(byte* at, DType dtype, bool zero, bool plus)
    {
        double value = Element.Real(at, dtype);
        string sign = plus && !(value < 0 || (value == 0 && double.IsNegative(value))) ? "+" : "";
        if (double.IsNaN(value)) { return sign + "nan"; }
        if (double.IsInfinity(value)) { return sign + (value < 0 ? "-inf" : "inf"); }
        DecimalDigits digits = Element.Digits(at, dtype);
        double size = Math.Abs(value);
        bool positional = size == 0 || (size >= 1e-4 && size < Cutoff(dtype));
        return sign + (positional ? digits.Positional(zero ? 1 : 0) : digits.Scientific());
    }

    static double Cutoff(DType dtype) => dtype switch
    {
        DType.Float64 => 1e16,
        DType.Float32 => 1e6,
        _ => 1e3,
    };
}
