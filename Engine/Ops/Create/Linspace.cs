using Engine.Internal.Graph;

namespace Engine.Internal.Operations;

[Op("linspace", "(start, stop, num=50, endpoint=True, dtype=float32, stream=None)")]
internal static partial class Linspace
{
    /// <summary>num numbers from start to stop at equal distances.</summary>
    /// <param name="start">First number.</param>
    /// <param name="stop">Last number; left out where <paramref name="endpoint"/> is false.</param>
    /// <param name="num">How many.</param>
    /// <param name="endpoint">Whether stop is one of them.</param>
    /// <param name="dtype">The dtype; float32 where none is given.</param>
    /// <returns>One axis of num elements; computed in float64, rounded once; the last is stop exactly.</returns>
    /// <exception cref="OptionException">num is negative.</exception>
    public static Node Of(double start, double stop, int num = 50, bool endpoint = true, DType? dtype = null)
    {
        if (num < 0) { throw Errors.OptionNegative(OpName, "num", num); }
        int intervals = Math.Max(1, endpoint ? num - 1 : num);
        Node i = Iota.Along([num], 0);
        Node value = Cast.To(i, DType.Float64) * Build.Constant(DType.Float64, (stop - start) / intervals) + Build.Constant(DType.Float64, start);
        if (endpoint && num > 1) { value = Where.Of(Equal.Of(i, Build.Constant(DType.Int64, num - 1L)), Build.Constant(DType.Float64, stop), value); }
        return Cast.To(value, dtype ?? DType.Float32);
    }
}
