using System.Globalization;
using System.Text;

namespace Engine.Internal;

/// <summary>
/// Arrays as text. <c>data</c> is the address of element 0; strides are in bytes and may be negative or 0.
/// </summary>
internal static unsafe class ArrayFormatter
{
    /// <summary>As MLX prints it: <c>array([1, 2], dtype=int32)</c>.</summary>
    /// <param name="data">Element 0.</param>
    /// <param name="shape">Lengths.</param>
    /// <param name="strides">Bytes from one element to the next.</param>
    /// <param name="dtype">Element type.</param>
    /// <param name="precision">Digits behind the point; negative: six significant digits.</param>
    public static string Mlx(byte* data, long[] shape, long[] strides, DType dtype, int precision = -1)
    {
        const int EdgeItems = 3;
        var text = new StringBuilder("array(");
        foreach (ShownPart part in new ShownParts(shape, strides, EdgeItems))
        {
            switch (part.Kind)
            {
                case ShownKind.Open: text.Append('['); break;
                case ShownKind.Close: text.Append(']'); break;
                case ShownKind.Ellipsis: text.Append("..."); break;
                case ShownKind.Separator when part.Depth == shape.Length - 1: text.Append(", "); break;
                case ShownKind.Separator: text.Append(",\n").Append(' ', 7 + part.Depth); break;
                default: AppendMlx(text, data + part.Offset, dtype, precision); break;
            }
        }
        return text.Append(", dtype=").Append(dtype.Name).Append(')').ToString();
    }

    /// <summary>One number as MLX prints it.</summary>
    public static string MlxReal(double value, int precision = -1)
    {
        if (double.IsNaN(value)) { return double.IsNegative(value) ? "-nan" : "nan"; }
        if (double.IsInfinity(value)) { return value < 0 ? "-inf" : "inf"; }
        DecimalDigits digits = DecimalDigits.Of(value);
        if (precision >= 0) { return digits.RoundPositional(precision).Positional(precision); }
        digits = digits.RoundScientific(5);
        return digits.Exponent is < -4 or > 5 ? digits.Scientific() : digits.Positional();
    }

    /// <summary>As NumPy's <c>str</c> prints it.</summary>
    public static string NumPy(byte* data, long[] shape, long[] strides, DType dtype) =>
        Formatted(data, shape, strides, dtype, null, null);

    /// <summary>
    /// As NumPy's <c>str</c> prints it, or, with a .NET format, every element in that format in columns.
    /// </summary>
    /// <param name="data">Element 0.</param>
    /// <param name="shape">Lengths.</param>
    /// <param name="strides">Bytes from one element to the next.</param>
    /// <param name="dtype">Element type.</param>
    /// <param name="format">A .NET format such as <c>F3</c>; null, empty or <c>G</c>: NumPy's own.</param>
    /// <param name="provider">For the format; null: invariant.</param>
    public static string Formatted(
        byte* data, long[] shape, long[] strides, DType dtype, string? format, IFormatProvider? provider)
    {
        const int Threshold = 1000;
        const int EdgeItems = 3;
        double count = 1;
        foreach (long n in shape) { count *= n; }
        if (count == 0) { return "[]"; }
        bool own = string.IsNullOrEmpty(format) || format is "G" or "g";
        if (shape.Length == 0 && own) { return NumPyScalar.Text(data, dtype); }

        var shown = new ShownParts(shape, strides, count > Threshold ? EdgeItems : long.MaxValue);
        var offsets = new List<long>();
        foreach (ShownPart part in shown)
        {
            if (part.Kind == ShownKind.Element) { offsets.Add(part.Offset); }
        }
        string[] words = own
            ? NumPyColumns.Words(data, offsets, dtype)
            : NumPyColumns.Words(data, offsets, dtype, format!, provider ?? CultureInfo.InvariantCulture);
        return shape.Length == 0 ? words[0] : Layout(shown, shape.Length, words);
    }

    // Rows are filled up to the line width; an axis further out adds one more line between its items.
    static string Layout(ShownParts shown, int ndim, string[] words)
    {
        const int LineWidth = 75;
        var text = new StringBuilder();
        int width = LineWidth - ndim, line = ndim, next = 0;
        bool separated = false;
        foreach (ShownPart part in shown)
        {
            switch (part.Kind)
            {
                case ShownKind.Open:
                    text.Append('[');
                    (line, separated) = (ndim, false);
                    break;
                case ShownKind.Close: text.Append(']'); break;
                case ShownKind.Separator when part.Depth == ndim - 1: separated = true; break;
                case ShownKind.Separator: text.Append('\n', ndim - 1 - part.Depth).Append(' ', part.Depth + 1); break;
                case ShownKind.Ellipsis when part.Depth < ndim - 1: text.Append("..."); break;
                default:
                    string word = part.Kind == ShownKind.Element ? words[next++] : "...";
                    if (separated)
                    {
                        text.Append(' ');
                        line++;
                    }
                    if (line > ndim && line + word.Length > width)
                    {
                        while (text[^1] == ' ') { text.Length--; }
                        text.Append('\n').Append(' ', ndim);
                        line = ndim;
                    }
                    text.Append(word);
                    line += word.Length;
                    separated = false;
                    break;
            }
        }
        return text.ToString();
    }

    static void AppendMlx(StringBuilder text, byte* at, DType dtype, int precision)
    {
        if (!dtype.IsInexact)
        {
            text.Append(Element.Whole(at, dtype));
            return;
        }
        DType part = Promotion.RealType(dtype);
        text.Append(MlxReal(Element.Real(at, part), precision));
        if (!dtype.IsComplex) { return; }
        double imaginary = Element.Real(at + part.Size, part);
        text.Append(imaginary < 0 ? "" : "+").Append(MlxReal(imaginary, precision)).Append('j');
    }
}
