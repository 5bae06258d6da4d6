using static System.FormattableString;
using static Engine.Internal.Shapes;

namespace Engine.Internal;

internal static partial class Errors
{
    // ---- Element types

    public static DTypeException DType(string op, string message, ErrorKind kind = ErrorKind.Value) =>
        new(op, $"{op}: {message}", kind);

    /// <param name="op">The operation.</param>
    /// <param name="dtype">What it was given.</param>
    /// <param name="rule">What it takes, as a whole sentence.</param>
    public static DTypeException DTypeNotSupported(string op, DType dtype, string rule) => DType(
        op, $"the array is {dtype.Name}. {rule} Convert it with AsType first.");

    public static DTypeException DTypesNotSupported(
        string op, DType a, DType b, string rule, ErrorKind kind = ErrorKind.Value) => DType(
        op, $"the arrays are {a.Name} and {b.Name}. {rule} Convert them with AsType first.", kind);

    public static DTypeException ComplexNotYet(string op, DType dtype) => DType(
        op, $"the array is {dtype.Name}. {op} does not take complex numbers. Work on the real and imaginary parts.");

    public static DTypeException NoDType(Type type) => new(
        "DType", $"DType: no element type holds values of type {type.Name}. " +
        "Use bool, an integer, Half, BFloat16, float, double, Complex64 or Complex.");

    public static DTypeException WrongType(string op, DType dtype, DType asked) => DType(
        op, $"the array is {dtype.Name}, {asked.Name} was asked for. " +
        $"Ask for {dtype.Name}, or convert with AsType first.");

    public static DTypeException IndexType(string op, DType dtype) => DType(
        op, $"the index array is {dtype.Name}. Indices must be integers.");

    public static OptionException WeakOverflow(string op, long value, DType dtype) => Option(
        op, Invariant($"Converting {value} to {dtype.Name} would result in overflow. ") +
        "Convert the array to a wider type with AsType first.");

    public static EngineOverflowException ScalarOverflow(string op, string value, DType dtype) => new(
        op, $"{op}: {value} does not fit {dtype.Name}. Use a wider type.");

    // ---- State

    public static ReleasedException Released(string op) => new(
        op, $"{op}: this array was freed before. Keep it, or free it after its last use.");

    public static TraceException Traced(string op, string transform) => new(
        op, $"{op}: this array is being traced by {transform} and has no value yet. " +
        $"Move {op} out of the {Participle(transform)} function, or use Where() instead of if.");

    public static TraceException TraceEnded(string op, string transform) => new(
        op, $"{op}: this array was made inside a function traced by {transform} that has returned. " +
        "Return it from the function instead.");

    public static TraceException TraceThread(string op, string transform) => new(
        op, $"{op}: this array is being traced by {transform} on another thread. Use it on the thread that traces.");

    public static TraceException NoRule(string op, string rule) => new(
        op, $"{op}: there is no {rule} rule. Compute it from other operations, or stop the gradient at its input.");

    static string Participle(string transform) => transform switch
    {
        "Vmap" => "mapped",
        "Compile" => "compiled",
        _ => "traced",
    };

    // ---- Memory

    public static BufferException Buffer(string op, string message) => new(op, $"{op}: {message}");

    public static BufferException NotContiguous(string op, ReadOnlySpan<long> shape) => Buffer(
        op, $"the array of shape {Text(shape)} does not lie in memory without gaps. Use Copy() first.");

    public static BufferException ReadOnly(string op) => Buffer(
        op, "the memory is read-only. Use Copy() first.");

    public static OptionException NegativeBytes(string op, long bytes) => Option(
        op, Invariant($"{bytes} bytes were asked for. The number must be 0 or more."));

    public static DeviceMemoryException OutOfMemory(string op, long asked, long active, long limit) => new(op,
        Invariant($"{op}: {asked} bytes were asked for while {active} of {limit} are in use. ") +
        "Free arrays, work in smaller parts, or raise EngineMemory.Limit.");

    public static DeviceException Device(string op, string message) => new(op, $"{op}: {message}");

    // ---- Values and files

    public static NumericException Numeric(string op, string message) => new(op, $"{op}: {message}");

    public static NumericException Singular(string op) => Numeric(
        op, "a matrix is singular, so that it has no inverse.");

    public static FileDataException File(string op, string message) => new(op, $"{op}: {message}");
}
