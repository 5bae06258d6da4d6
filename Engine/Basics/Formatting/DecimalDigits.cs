using System.Globalization;
using System.Text;

namespace Engine.Internal;

/// <summary>
/// A finite number as decimal digits: d.ddd x 10^Exponent. Rounding is that of C and of NumPy: by the exact value, ties
/// to even.
/// </summary>
internal readonly struct DecimalDigits
{
    /// <summary>Without leading or trailing zeros; "0" for zero.</summary>
    public readonly string Digits;
    public readonly int Exponent;
    public readonly bool Negative;
    readonly double _exact;

    DecimalDigits(string digits, int exponent, bool negative, double exact) =>
        (Digits, Exponent, Negative, _exact) = (digits, exponent, negative, exact);

    public static DecimalDigits Of(double value) => Read(value.ToString("R", CultureInfo.InvariantCulture), value);

    public static DecimalDigits Of(float value) => Read(value.ToString("R", CultureInfo.InvariantCulture), value);

    public static DecimalDigits Of(Half value) =>
        Read(value.ToString("R", CultureInfo.InvariantCulture), (double)value);

    public static DecimalDigits Of(BFloat16 value) =>
        Read(ShortestFloat.Value(value).ToString("R", CultureInfo.InvariantCulture), (double)value);

    bool IsZero => Digits == "0";

    /// <summary>At <paramref name="digits"/> digits behind the first.</summary>
    public DecimalDigits RoundScientific(int digits) => Round(digits + 1);

    /// <summary>At <paramref name="digits"/> digits behind the point.</summary>
    public DecimalDigits RoundPositional(int digits) => Round((long)Exponent + 1 + digits);

    /// <summary>Digits behind the point that it takes.</summary>
    public int FractionLength => IsZero ? 0 : Math.Max(0, Digits.Length - 1 - Exponent);

    /// <summary>
    /// d.dddde+XX. At least that many digits behind the first; a point only where digits follow, unless asked for.
    /// </summary>
    public string Scientific(int minDigits = 0, bool point = false, int exponentDigits = 2)
    {
        var text = new StringBuilder();
        if (Negative) { text.Append('-'); }
        text.Append(Digits[0]);
        if (point || minDigits > 0 || Digits.Length > 1) { text.Append('.'); }
        text.Append(Digits, 1, Digits.Length - 1).Append('0', Math.Max(0, minDigits - (Digits.Length - 1)));
        text.Append(Exponent < 0 ? "e-" : "e+");
        string size = Math.Abs(Exponent).ToString(CultureInfo.InvariantCulture);
        return text.Append(size.PadLeft(exponentDigits, '0')).ToString();
    }

    /// <summary>
    /// ddd.dddd. At least that many digits behind the point; a point only where digits follow, unless asked for.
    /// </summary>
    public string Positional(int minDigits = 0, bool point = false)
    {
        var text = new StringBuilder();
        if (Negative) { text.Append('-'); }
        int whole = Exponent + 1;
        if (whole <= 0) { text.Append('0'); }
        else { text.Append(Digits, 0, Math.Min(whole, Digits.Length)).Append('0', Math.Max(0, whole - Digits.Length)); }
        int fraction = FractionLength;
        if (point || minDigits > 0 || fraction > 0) { text.Append('.'); }
        if (fraction > 0)
        {
            text.Append('0', Math.Max(0, -whole));
            text.Append(Digits, Math.Max(0, whole), Digits.Length - Math.Max(0, whole));
        }
        return text.Append('0', Math.Max(0, minDigits - fraction)).ToString();
    }

    // The shortest digits round as the exact value does, unless what is cut off is exactly 5: a shorter number between
    // the two would
    // have been the shortest. More digits than the shortest come from the exact value.
    DecimalDigits Round(long count)
    {
        if (IsZero || count == Digits.Length) { return this; }
        bool exact = count > Digits.Length || (count >= 0 && count == Digits.Length - 1 && Digits[^1] == '5');
        DecimalDigits from = exact ? Exact() : this;
        if (count >= from.Digits.Length) { return from; }
        if (count < 0) { return Zero(); }
        int n = (int)count;
        char next = from.Digits[n];
        bool tie = next == '5' && from.Digits.Length == n + 1;
        bool up = tie ? n > 0 && (from.Digits[n - 1] & 1) == 1 : next >= '5';
        char[] digits = from.Digits[..n].ToCharArray();
        int exponent = from.Exponent;
        if (up)
        {
            int i = n - 1;
            while (i >= 0 && digits[i] == '9') { digits[i--] = '0'; }
            if (i >= 0) { digits[i]++; }
            else
            {
                digits = ['1', .. digits];
                exponent++;
            }
        }
        string rounded = new string(digits).TrimEnd('0');
        return rounded.Length == 0 ? Zero() : new DecimalDigits(rounded, exponent, Negative, _exact);
    }

    DecimalDigits Zero() => new("0", 0, Negative, 0);

    /// <summary>
    /// All digits of the binary number: mantissa x 2^e as an integer, or mantissa x 5^-e with the point moved.
    /// </summary>
    DecimalDigits Exact()
    {
        long bits = BitConverter.DoubleToInt64Bits(_exact);
        int biased = (int)(bits >> 52) & 0x7FF;
        long mantissa = (bits & 0xFFFFFFFFFFFFF) | (biased == 0 ? 0 : 1L << 52);
        int power = Math.Max(biased, 1) - 1075;
        const uint Base = 1_000_000_000;
        var parts = new List<uint> { (uint)(mantissa % Base), (uint)(mantissa / Base) };
        uint factor = power >= 0 ? 2u : 5u;
        for (int i = Math.Abs(power); i > 0;)
        {
            int step = Math.Min(i, 12);
            ulong times = 1;
            for (int k = 0; k < step; k++) { times *= factor; }
            ulong carry = 0;
            for (int p = 0; p < parts.Count; p++)
            {
                ulong product = (parts[p] * times) + carry;
                parts[p] = (uint)(product % Base);
                carry = product / Base;
            }
            if (carry > 0) { parts.Add((uint)carry); }
            i -= step;
        }
        var text = new StringBuilder();
        for (int p = parts.Count - 1; p >= 0; p--) { text.Append(CultureInfo.InvariantCulture, $"{parts[p]:D9}"); }
        string all = text.ToString().TrimStart('0');
        int exponent = all.Length - 1 + Math.Min(power, 0);
        return new DecimalDigits(all.TrimEnd('0'), exponent, Negative, _exact);
    }

    // Reads what "R" writes: [-]digits[.digits][E+-exponent].
    static DecimalDigits Read(string text, double exact)
    {
        bool negative = text[0] == '-';
        ReadOnlySpan<char> number = text.AsSpan(negative ? 1 : 0);
        int exponent = 0;
        int e = number.IndexOf('E');
        if (e >= 0)
        {
            exponent = int.Parse(number[(e + 1)..], CultureInfo.InvariantCulture);
            number = number[..e];
        }
        int point = number.IndexOf('.');
        string digits = point < 0 ? number.ToString() : string.Concat(number[..point], number[(point + 1)..]);
        exponent += (point < 0 ? number.Length : point) - 1;
        string significant = digits.TrimStart('0');
        exponent -= digits.Length - significant.Length;
        significant = significant.TrimEnd('0');
        return significant.Length == 0 ? new("0", 0, negative, 0) : new(significant, exponent, negative, exact);
    }
}
