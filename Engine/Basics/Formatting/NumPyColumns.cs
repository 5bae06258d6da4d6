namespace Engine.Internal;

/// <summary>NumPy's texts of an array's elements: one format for all, so that they stand in columns.</summary>
internal static unsafe class NumPyColumns
{
    public static string[] Words(byte* data, List<long> offsets, DType dtype)
    {
        var words = new string[offsets.Count];
        if (dtype.IsComplex)
        {
            DType part = Promotion.RealType(dtype);
            string[] real = Floats(data, offsets, part, plus: false);
            string[] imaginary = Floats(data + part.Size, offsets, part, plus: true);
            for (int i = 0; i < words.Length; i++)
            {
                string number = imaginary[i].TrimEnd(' ');
                words[i] = real[i] + number + "j" + new string(' ', imaginary[i].Length - number.Length);
            }
            return words;
        }
        if (dtype.IsFloat) { return Floats(data, offsets, dtype, plus: false); }
        for (int i = 0; i < words.Length; i++) { words[i] = Element.Whole(data + offsets[i], dtype); }
        return AlignRight(words, dtype is DType.Bool ? "False".Length : 0);
    }

    public static string[] Words(byte* data, List<long> offsets, DType dtype, string format, IFormatProvider provider)
    {
        var words = new string[offsets.Count];
        for (int i = 0; i < words.Length; i++)
        {
            words[i] = Element.Format(data + offsets[i], dtype, format, provider);
        }
        return AlignRight(words, 0);
    }

    static string[] AlignRight(string[] words, int least)
    {
        int width = least;
        foreach (string word in words) { width = Math.Max(width, word.Length); }
        for (int i = 0; i < words.Length; i++) { words[i] = words[i].PadLeft(width); }
        return words;
    }

    /// <summary>
    /// Points in one column. Scientific where numbers are very large, very small, or differ by more than three orders.
    /// </summary>
    static string[] Floats(byte* data, List<long> offsets, DType dtype, bool plus)
    {
        const int Precision = 8;
        var values = new double[offsets.Count];
        double most = 0, least = double.PositiveInfinity;
        bool anyFinite = false, allFinite = true, negativeInfinity = false;
        for (int i = 0; i < values.Length; i++)
        {
            double value = values[i] = Element.Real(data + offsets[i], dtype);
            if (!double.IsFinite(value))
            {
                allFinite = false;
                negativeInfinity |= value < 0;
                continue;
            }
            anyFinite = true;
            if (value == 0) { continue; }
            most = Math.Max(most, Math.Abs(value));
            least = Math.Min(least, Math.Abs(value));
        }
        bool scientific = most > 0
            && (most >= Cutoff(dtype) || least < Rounded(0.0001, dtype) || Rounded(most / least, dtype) > 1000);

        var words = new string[values.Length];
        int left = 0, right = 0, exponentDigits = 2, precision = 0;
        if (anyFinite && scientific)
        {
            for (int i = 0; i < values.Length; i++)
            {
                if (!double.IsFinite(values[i])) { continue; }
                DecimalDigits d = Element.Digits(data + offsets[i], dtype);
                d = d.Digits.Length - 1 > Precision ? d.RoundScientific(Precision) : d;
                precision = Math.Max(precision, d.Digits.Length - 1);
                exponentDigits = Math.Max(exponentDigits, Math.Abs(d.Exponent) >= 100 ? 3 : 2);
                left = Math.Max(left, d.Negative || plus ? 2 : 1);
            }
            right = exponentDigits + 2 + precision;
        }
        for (int i = 0; i < values.Length; i++)
        {
            if (!double.IsFinite(values[i])) { continue; }
            DecimalDigits d = Element.Digits(data + offsets[i], dtype);
            if (scientific)
            {
                d = d.RoundScientific(precision);
                words[i] = Sign(d, plus) + d.Scientific(precision, point: true, exponentDigits);
                continue;
            }
            d = d.FractionLength > Precision ? d.RoundPositional(Precision) : d;
            words[i] = Sign(d, plus) + d.Positional(point: true);
            left = Math.Max(left, words[i].IndexOf('.'));
            right = Math.Max(right, words[i].Length - words[i].IndexOf('.') - 1);
        }
        if (!allFinite) { left = Math.Max(left, 3 + (plus || negativeInfinity ? 1 : 0) - (right + 1)); }
        if (!allFinite) { left = Math.Max(left, 3 - (right + 1)); }
        for (int i = 0; i < values.Length; i++)
        {
            words[i] = !double.IsFinite(values[i])
                ? Special(values[i], plus).PadLeft(left + right + 1)
                : new string(' ', left - words[i].IndexOf('.')) + words[i].PadRight(words[i].IndexOf('.') + 1 + right);
        }
        return words;
    }

    static string Sign(DecimalDigits d, bool plus) => plus && !d.Negative ? "+" : "";

    static string Special(double value, bool plus) =>
        double.IsNaN(value) ? plus ? "+nan" : "nan" : value < 0 ? "-inf" : plus ? "+inf" : "inf";

    // Where the digits of the type end, but for 1e8.
    static double Cutoff(DType dtype) => dtype switch
    {
        DType.Float64 => 1e8,
        DType.Float32 => 1e6,
        _ => 1e3,
    };

    // Comparisons are made in the array's own precision.
    static double Rounded(double value, DType dtype) => dtype switch
    {
        DType.Float16 => (double)(Half)value,
        DType.BFloat16 => (double)(BFloat16)value,
        DType.Float32 => (float)value,
        _ => value,
    };
}
