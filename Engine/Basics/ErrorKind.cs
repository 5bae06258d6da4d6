namespace Engine;

/// <summary>
/// What kind of mistake an error is. Python raises the exception of the same name (<c>Value</c>: <c>ValueError</c>).
/// </summary>
public enum ErrorKind
{
    /// <summary>A shape, a number or an option that the operation cannot take.</summary>
    Value,
    /// <summary>An argument of a type that the operation cannot take.</summary>
    Type,
    /// <summary>An axis or index outside its range.</summary>
    Index,
    /// <summary>The operation is not possible now: a traced or released array, or values that have no result.</summary>
    Runtime,
    /// <summary>A number outside the range that can be stored.</summary>
    Overflow,
    /// <summary>Not enough memory.</summary>
    Memory,
    /// <summary>Memory cannot be shared the way that was asked for.</summary>
    Buffer,
    /// <summary>A file cannot be opened, read or written.</summary>
    File,
    /// <summary>The operation exists, but not for this case.</summary>
    NotImplemented,
    /// <summary>A component is missing or does not fit.</summary>
    Import,
}

/// <summary>Implemented by every exception that the engine itself throws.</summary>
public interface IEngineError
{
    /// <summary>What kind of mistake it is.</summary>
    ErrorKind Kind { get; }

    /// <summary>The operation that failed, for example <c>MatMul</c>.</summary>
    string Op { get; }

    /// <summary>The operation, what it was given, the rule, and the way out.</summary>
    string Message { get; }
}
