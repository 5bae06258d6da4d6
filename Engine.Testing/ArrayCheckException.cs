namespace Engine.Testing;

/// <summary>A check of <see cref="ArrayCheck"/> failed; the message says what was compared and where it differs.</summary>
public sealed class ArrayCheckException : Exception
{
    /// <summary>With what was found.</summary>
    public ArrayCheckException(string message) : base(message) { }

    /// <summary>With what was found and what caused it.</summary>
    public ArrayCheckException(string message, Exception innerException) : base(message, innerException) { }

    /// <summary>Without words.</summary>
    public ArrayCheckException() { }
}
