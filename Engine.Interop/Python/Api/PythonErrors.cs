using System.Text;

namespace Engine.Interop.Python;

/// <summary>A Python error is set already: unwinds the managed frames and leaves it alone.</summary>
internal sealed class PythonErrorSet : Exception;

/// <summary>An error of a given Python type.</summary>
internal sealed class PythonException(nint type, string message) : Exception(message)
{
    public nint Type => type;

    public static PythonException TypeError(string message) => new(Globals.TypeError, message);

    public static PythonException ValueError(string message) => new(Globals.ValueError, message);

    public static PythonException RuntimeError(string message) => new(Globals.RuntimeError, message);
}

/// <summary>Exceptions into Python's error indicator.</summary>
internal static unsafe class Raise
{
    /// <summary>Sets the Python error that stands for an exception and returns 0. Never throws; called in the catch
    /// of every function that Python calls.</summary>
    public static nint Null(Exception e)
    {
        Set(e);
        return 0;
    }

    /// <summary>The same for functions that return a status.</summary>
    public static int Minus(Exception e)
    {
        Set(e);
        return -1;
    }

    private static void Set(Exception e)
    {
        if (e is PythonErrorSet)
        {
            return;
        }
        nint type = TypeFor(e);
        // A runtime's message may be missing only where memory is short.
        if (e is OutOfMemoryException && e is not IEngineError)
        {
            Py.PyErr_SetNone(Globals.MemoryError);
            return;
        }
        string message = e is IEngineError or PythonException or IOException or UnauthorizedAccessException || type != Globals.RuntimeError ? e.Message : $"{e.GetType().Name}: {e.Message}";
        try
        {
            fixed (byte* p = Encoding.UTF8.GetBytes(message + "\0"))
            {
                Py.PyErr_SetString(type, p);
            }
        }
        catch (OutOfMemoryException)
        {
            Py.PyErr_SetNone(type);
        }
    }

    private static nint TypeFor(Exception e) => e switch
    {
        PythonException p => p.Type,
        IEngineError g => g.Kind switch
        {
            ErrorKind.Value => Globals.ValueError,
            ErrorKind.Type => Globals.TypeError,
            ErrorKind.Index => Globals.IndexError,
            ErrorKind.Overflow => Globals.OverflowError,
            ErrorKind.Memory => Globals.MemoryError,
            ErrorKind.Buffer => Globals.BufferError,
            _ => Globals.RuntimeError,
        },
        IndexOutOfRangeException => Globals.IndexError,
        ArgumentException or FormatException => Globals.ValueError,
        InvalidCastException => Globals.TypeError,
        OutOfMemoryException => Globals.MemoryError,
        InsufficientExecutionStackException => Globals.RecursionError,
        OverflowException => Globals.OverflowError,
        DivideByZeroException => Globals.ZeroDivisionError,
        NotSupportedException => Globals.NotImplementedError,
        _ => Globals.RuntimeError,
    };
}
