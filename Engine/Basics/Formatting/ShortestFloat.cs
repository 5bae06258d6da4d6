using System.Globalization;

namespace Engine.Internal;

/// <summary>The shortest decimal that reads back as the same bfloat16.</summary>
internal static class ShortestFloat
{
    /// <summary>A double whose own shortest text is that decimal.</summary>
    public static double Value(BFloat16 value)
    {
        double exact = (double)value;
        if (exact == 0 || !double.IsFinite(exact)) { return exact; }
        // Four significant digits tell all bfloat16 numbers apart.
        for (int digits = 0; digits < 4; digits++)
        {
            string format = digits switch { 0 => "E0", 1 => "E1", 2 => "E2", _ => "E3" };
            string text = exact.ToString(format, CultureInfo.InvariantCulture);
            double rounded = double.Parse(text, CultureInfo.InvariantCulture);
            if (((BFloat16)rounded).Bits == value.Bits) { return rounded; }
        }
        return exact;
    }
}
