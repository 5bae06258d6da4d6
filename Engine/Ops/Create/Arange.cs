using Engine.Internal.Graph;

namespace Engine.Internal.Operations;

[Op("arange", "(start, stop=None, step=None, dtype=None, *, stream=None)")]
internal static partial class Arange
{
    /// <summary>Evenly spaced numbers from start up to, not including, stop. With one number: from 0 up to it.</summary>
    /// <param name="start">First number, or the end where it is alone.</param>
    /// <param name="stop">The end.</param>
    /// <param name="step">The distance, 1 where none is given; may be negative.</param>
    /// <param name="dtype">The dtype; int32 (int64 where the numbers need it) for integers, else float32.</param>
    /// <returns>One axis of max(0, ceil((stop - start) / step)) elements. Element i is start + i step, rounded once.</returns>
    /// <exception cref="OptionException">The step is 0, a number is not finite, or an argument is no number.</exception>
    /// <exception cref="DTypeException">The dtype is bool or complex.</exception>
    public static Node Of(Node start, Node? stop = null, Node? step = null, DType? dtype = null)
    {
        if (stop is null) { (start, stop) = (Weak.From(0L), start); }
        Node by = step ?? Weak.From(1L);
        bool whole = IsWhole(start) && IsWhole(stop.Value) && IsWhole(by);
        double first = Number(start), end = Number(stop.Value), distance = Number(by);
        if (distance == 0) { throw Errors.Option(OpName, "the step is 0; give a positive or negative one"); }
        double length = Math.Ceiling((end - first) / distance);
        if (!double.IsFinite(length) && end != first) { throw Errors.Option(OpName, $"from {first} to {end} by {distance} has no finite number of elements; give finite numbers"); }
        if (length >= Shapes.MaxCount) { throw Errors.TooLarge([long.MaxValue]); }
        long count = Math.Max(0, (long)length);
        DType type = dtype ?? (!whole ? DType.Float32 : Math.Abs(first) <= int.MaxValue && Math.Abs(end) <= int.MaxValue ? DType.Int32 : DType.Int64);
        if (type == DType.Bool || type.IsComplex) { throw Errors.DTypeNotSupported(OpName, type, "count in an integer or float dtype and convert with astype"); }
        Node index = Iota.Along([count], 0);
        if (whole)
        {
            long from = Integer(start), each = Integer(by);
            return Cast.To(Iota.Of([count], from, [each]), type);
        }
        Node value = Cast.To(index, DType.Float64) * Build.Constant(DType.Float64, distance) + Build.Constant(DType.Float64, first);
        return Cast.To(value, type);
    }

    static bool IsWhole(Node a) => !a.DType.IsInexact;

    static UInt128 Bits(Node a) => a.Count == 1 && a.Array.HasValue ? a.IsWeak ? a.Array.Scalar : Values.First(a)
        : throw Errors.Option(OpName, "start, stop and step are numbers, not arrays; use item() first");

    static DType Held(Node a) => a.IsWeak ? Weak.Wide(a.DType) : a.DType;

    static double Number(Node a) => a.DType.IsComplex ? throw Errors.Option(OpName, "start, stop and step are real numbers")
        : Scalars.ToDouble(Bits(a), Held(a)) is var v && double.IsFinite(v) ? v : throw Errors.Option(OpName, "a number is not finite; give finite ones");

    static long Integer(Node a) => Scalars.ToLong(Bits(a), Held(a));
}
