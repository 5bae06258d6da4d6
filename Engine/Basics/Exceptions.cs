namespace Engine;

/// <summary>Shapes do not fit each other or the operation.</summary>
/// <param name="op">The operation that failed.</param>
/// <param name="message">What it was given, the rule, and the way out.</param>
/// <param name="kind">What kind of mistake it is.</param>
public sealed class ShapeException(string op, string message, ErrorKind kind = ErrorKind.Value)
    : ArgumentException(message), IEngineError
{
    /// <inheritdoc/>
    public ErrorKind Kind => kind;

    /// <inheritdoc/>
    public string Op => op;
}

/// <summary>An element type that the operation does not take.</summary>
/// <param name="op">The operation that failed.</param>
/// <param name="message">What it was given, the rule, and the way out.</param>
/// <param name="kind">What kind of mistake it is.</param>
public sealed class DTypeException(string op, string message, ErrorKind kind = ErrorKind.Value)
    : ArgumentException(message), IEngineError
{
    /// <inheritdoc/>
    public ErrorKind Kind => kind;

    /// <inheritdoc/>
    public string Op => op;
}

/// <summary>An argument other than a shape, element type, axis or index that the operation does not take.</summary>
/// <param name="op">The operation that failed.</param>
/// <param name="message">What it was given, the rule, and the way out.</param>
/// <param name="kind">What kind of mistake it is.</param>
public sealed class OptionException(string op, string message, ErrorKind kind = ErrorKind.Value)
    : ArgumentException(message), IEngineError
{
    /// <inheritdoc/>
    public ErrorKind Kind => kind;

    /// <inheritdoc/>
    public string Op => op;
}

/// <summary>An axis that the array does not have.</summary>
/// <param name="op">The operation that failed.</param>
/// <param name="message">What it was given, the rule, and the way out.</param>
/// <param name="kind">What kind of mistake it is.</param>
public sealed class AxisException(string op, string message, ErrorKind kind = ErrorKind.Index)
    : ArgumentOutOfRangeException(null, message), IEngineError
{
    /// <inheritdoc/>
    public ErrorKind Kind => kind;

    /// <inheritdoc/>
    public string Op => op;
}

/// <summary>An index outside the length of its axis.</summary>
/// <param name="op">The operation that failed.</param>
/// <param name="message">What it was given, the rule, and the way out.</param>
/// <param name="kind">What kind of mistake it is.</param>
public sealed class IndexException(string op, string message, ErrorKind kind = ErrorKind.Index)
    : ArgumentOutOfRangeException(null, message), IEngineError
{
    /// <inheritdoc/>
    public ErrorKind Kind => kind;

    /// <inheritdoc/>
    public string Op => op;
}

/// <summary>A traced array was used in a way that needs its values, or outside the function that is traced.</summary>
/// <param name="op">The operation that failed.</param>
/// <param name="message">What it was given, the rule, and the way out.</param>
/// <param name="kind">What kind of mistake it is.</param>
public sealed class TraceException(string op, string message, ErrorKind kind = ErrorKind.Value)
    : InvalidOperationException(message), IEngineError
{
    /// <inheritdoc/>
    public ErrorKind Kind => kind;

    /// <inheritdoc/>
    public string Op => op;
}

/// <summary>Memory cannot be shared the way that was asked for.</summary>
/// <param name="op">The operation that failed.</param>
/// <param name="message">What it was given, the rule, and the way out.</param>
/// <param name="kind">What kind of mistake it is.</param>
public sealed class BufferException(string op, string message, ErrorKind kind = ErrorKind.Buffer)
    : InvalidOperationException(message), IEngineError
{
    /// <inheritdoc/>
    public ErrorKind Kind => kind;

    /// <inheritdoc/>
    public string Op => op;
}

/// <summary>The device does not exist or cannot do what was asked for.</summary>
/// <param name="op">The operation that failed.</param>
/// <param name="message">What it was given, the rule, and the way out.</param>
/// <param name="kind">What kind of mistake it is.</param>
public sealed class DeviceException(string op, string message, ErrorKind kind = ErrorKind.Value)
    : InvalidOperationException(message), IEngineError
{
    /// <inheritdoc/>
    public ErrorKind Kind => kind;

    /// <inheritdoc/>
    public string Op => op;
}

/// <summary>The values have no result, for example a singular matrix.</summary>
/// <param name="op">The operation that failed.</param>
/// <param name="message">What it was given, the rule, and the way out.</param>
/// <param name="kind">What kind of mistake it is.</param>
public sealed class NumericException(string op, string message, ErrorKind kind = ErrorKind.Runtime)
    : ArithmeticException(message), IEngineError
{
    /// <inheritdoc/>
    public ErrorKind Kind => kind;

    /// <inheritdoc/>
    public string Op => op;
}

/// <summary>The array's memory was given up before.</summary>
/// <param name="op">The operation that failed.</param>
/// <param name="message">What it was given, the rule, and the way out.</param>
/// <param name="kind">What kind of mistake it is.</param>
public sealed class ReleasedException(string op, string message, ErrorKind kind = ErrorKind.Runtime)
    : ObjectDisposedException(null, message), IEngineError
{
    /// <inheritdoc/>
    public ErrorKind Kind => kind;

    /// <inheritdoc/>
    public string Op => op;
}

/// <summary>Not enough memory on the device.</summary>
/// <param name="op">The operation that failed.</param>
/// <param name="message">What it was given, the rule, and the way out.</param>
/// <param name="kind">What kind of mistake it is.</param>
public sealed class DeviceMemoryException(string op, string message, ErrorKind kind = ErrorKind.Memory)
    : OutOfMemoryException(message), IEngineError
{
    /// <inheritdoc/>
    public ErrorKind Kind => kind;

    /// <inheritdoc/>
    public string Op => op;
}

/// <summary>A number outside the range that can be stored.</summary>
/// <param name="op">The operation that failed.</param>
/// <param name="message">What it was given, the rule, and the way out.</param>
/// <param name="kind">What kind of mistake it is.</param>
public sealed class EngineOverflowException(string op, string message, ErrorKind kind = ErrorKind.Overflow)
    : OverflowException(message), IEngineError
{
    /// <inheritdoc/>
    public ErrorKind Kind => kind;

    /// <inheritdoc/>
    public string Op => op;
}

/// <summary>A file is not what its format says.</summary>
/// <param name="op">The operation that failed.</param>
/// <param name="message">What it was given, the rule, and the way out.</param>
/// <param name="kind">What kind of mistake it is.</param>
public sealed class FileDataException(string op, string message, ErrorKind kind = ErrorKind.Runtime)
    : IOException(message), IEngineError
{
    /// <inheritdoc/>
    public ErrorKind Kind => kind;

    /// <inheritdoc/>
    public string Op => op;
}
