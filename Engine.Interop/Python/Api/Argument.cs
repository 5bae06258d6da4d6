using Engine.Internal.Graph;

namespace Engine.Interop.Python;

/// <summary>Arguments of functions into C# values. Each says what it wants when it gets something else.</summary>
internal static unsafe class Argument
{
    private static PythonException Wrong(string function, string parameter, string wanted, nint o) =>
        PythonException.TypeError($"{function}(): '{parameter}' must be {wanted}, an object of type {Text.TypeName(o)} was given");

    /// <summary>An array object; numbers and foreign arrays are not taken.</summary>
    public static Node Array(nint o, string function, string parameter) =>
        ArrayObject.Is(o) ? new Node(ArrayObject.Of(o)) : throw Wrong(function, parameter, "an array", o);

    /// <summary>A number or an array.</summary>
    public static Node Any(nint o, string function, string parameter) => Operand.Classify(o) switch
    {
        Operand.Kind.Array => new Node(ArrayObject.Of(o)),
        Operand.Kind.Scalar => Operand.Scalar(o, null),
        Operand.Kind.Foreign => Temporaries.Keep(Foreign.Array(o, null)),
        _ => throw Wrong(function, parameter, "a number or an array", o),
    };

    /// <summary>A number or an array; null where None is given.</summary>
    public static Node? AnyOrNone(nint o, string function, string parameter) => o == 0 || o == Globals.None ? (Node?)null : Any(o, function, parameter);

    /// <summary>An array; null where None is given.</summary>
    public static Node? ArrayOrNone(nint o, string function, string parameter) => o == 0 || o == Globals.None ? (Node?)null : Array(o, function, parameter);

    /// <summary>An array; null where None or a word is given, which <see cref="IsWord"/> looks at.</summary>
    public static Node? ArrayOrWord(nint o, string function, string parameter) => Ref.Is(o, Globals.UnicodeType) ? null : ArrayOrNone(o, function, parameter);

    /// <summary>Whether the word is given; no other one is taken.</summary>
    public static bool IsWord(nint o, string function, string parameter, string word)
    {
        if (o == 0 || !Ref.Is(o, Globals.UnicodeType))
        {
            return false;
        }
        string text = Text.Of(o);
        return text == word ? true : throw new OptionException(function, $"{function}: there is no {parameter} '{text}'; give '{word}' or an array.");
    }

    /// <summary>A Python number.</summary>
    public static Node Number(nint o, string function, string parameter) =>
        Operand.IsNumber(o) ? Operand.Scalar(o, null) : throw Wrong(function, parameter, "a number", o);

    public static Node? NumberOrNone(nint o, string function, string parameter) => o == 0 || o == Globals.None ? (Node?)null : Number(o, function, parameter);

    /// <summary>Arrays from arguments of their own.</summary>
    public static Node[] Arrays(nint* args, nint n, string function, string parameter)
    {
        var xs = new Node[n];
        for (int i = 0; i < xs.Length; i++)
        {
            xs[i] = Array(args[i], function, parameter);
        }
        return xs;
    }

    /// <summary>A list or tuple of arrays, or an array for its rows.</summary>
    public static Node[] Arrays(nint o, string function, string parameter)
    {
        if (ArrayObject.Is(o))
        {
            return Core.Rows(new Node(ArrayObject.Of(o)), function);
        }
        return List(o, function, parameter);
    }

    /// <summary>A list or tuple of arrays.</summary>
    public static Node[] List(nint o, string function, string parameter)
    {
        bool list = Ref.Is(o, Globals.ListType);
        if (!list && !Ref.Is(o, Globals.TupleType))
        {
            throw Wrong(function, parameter, "a list of arrays", o);
        }
        var xs = new Node[list ? Py.PyList_Size(o) : Py.PyTuple_Size(o)];
        for (int i = 0; i < xs.Length; i++)
        {
            xs[i] = Array(list ? Py.PyList_GetItem(o, i) : Py.PyTuple_GetItem(o, i), function, parameter);
        }
        return xs;
    }

    /// <summary>None for null, an int, or several.</summary>
    public static int[]? Axes(nint o, string function, string parameter)
    {
        if (o == 0 || o == Globals.None)
        {
            return null;
        }
        long[] values = Ints(o, function, parameter, "None, an int, or a sequence of ints");
        var axes = new int[values.Length];
        for (int i = 0; i < axes.Length; i++)
        {
            axes[i] = Narrow(values[i], function, parameter);
        }
        return axes;
    }

    /// <summary>Axes from arguments of their own, none of them meaning the default: transpose(1, 0) is transpose((1,
    /// 0)).</summary>
    public static int[]? AxesOf(nint* args, nint n, string function, string parameter)
    {
        if (n == 0)
        {
            return null;
        }
        if (n == 1)
        {
            return Axes(args[0], function, parameter);
        }
        var axes = new int[n];
        for (int i = 0; i < axes.Length; i++)
        {
            axes[i] = Int(args[i], function, parameter);
        }
        return axes;
    }

    /// <summary>A sequence of ints, not a single one.</summary>
    public static long[] Sequence(nint o, string function, string parameter) => Ref.Is(o, Globals.LongType)
        ? throw Wrong(function, parameter, "a sequence of ints", o)
        : Ints(o, function, parameter, "a sequence of ints");

    /// <summary>An int or several.</summary>
    public static long[] Shape(nint o, string function, string parameter) => Ints(o, function, parameter, "an int or a sequence of ints");

    /// <summary>The same from arguments of their own: reshape(2, 3) is reshape((2, 3)).</summary>
    public static long[] Shape(nint* args, nint n, string function, string parameter)
    {
        if (n == 1 && Py.PyIndex_Check(args[0]) == 0)
        {
            return Shape(args[0], function, parameter);
        }
        var values = new long[n];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = Int64(args[i], function, parameter);
        }
        return values;
    }

    /// <summary>An int or several for both ends, or a sequence of ints for each end.</summary>
    public static Padding Padding(nint o, string function, string parameter)
    {
        const string Wanted = "an int, a sequence of ints, or two sequences of ints";
        if (Py.PyIndex_Check(o) != 0 || Ref.Is(o, Globals.UnicodeType) || Py.PySequence_Check(o) == 0 || Py.PySequence_Size(o) != 2)
        {
            return Ints(o, function, parameter, Wanted);
        }
        nint low = Ref.Check(Py.PySequence_GetItem(o, 0));
        try
        {
            if (Py.PyIndex_Check(low) != 0)
            {
                return Ints(o, function, parameter, Wanted);
            }
            nint high = Ref.Check(Py.PySequence_GetItem(o, 1));
            try
            {
                return Py.PyIndex_Check(high) != 0
                    ? throw Wrong(function, parameter, Wanted, o)
                    : (Ints(low, function, parameter, Wanted), Ints(high, function, parameter, Wanted));
            }
            finally
            {
                Py.Py_DecRef(high);
            }
        }
        finally
        {
            Py.Py_DecRef(low);
        }
    }

    public static int Int(nint o, string function, string parameter) => Narrow(Int64(o, function, parameter), function, parameter);

    public static int? IntOrNone(nint o, string function, string parameter) => o == 0 || o == Globals.None ? null : Int(o, function, parameter);

    public static long Int64(nint o, string function, string parameter)
    {
        if (Py.PyIndex_Check(o) == 0)
        {
            throw Wrong(function, parameter, "an int", o);
        }
        return Python.Number.Int64(o);
    }

    public static double Double(nint o, string function, string parameter)
    {
        double d = Py.PyFloat_AsDouble(o);
        if (d == -1 && Py.PyErr_Occurred() != 0)
        {
            if (Py.PyErr_ExceptionMatches(Globals.TypeError) == 0)
            {
                throw new PythonErrorSet();
            }
            Py.PyErr_Clear();
            throw Wrong(function, parameter, "a number", o);
        }
        return d;
    }

    public static double? DoubleOrNone(nint o, string function, string parameter) => o == 0 || o == Globals.None ? null : Double(o, function, parameter);

    public static bool Bool(nint o, string function, string parameter) =>
        o == Globals.True || (o == Globals.False ? false : throw Wrong(function, parameter, "a bool", o));

    public static bool? BoolOrNone(nint o, string function, string parameter) => o == 0 || o == Globals.None ? null : Bool(o, function, parameter);

    public static string Str(nint o, string function, string parameter) =>
        Ref.Is(o, Globals.UnicodeType) ? Text.Of(o) : throw Wrong(function, parameter, "a str", o);

    /// <summary>A dtype; null where None or nothing is given.</summary>
    public static DType? DType(nint o, string function, string parameter) => o == 0 || o == Globals.None ? null : DTypes.Of(o, function, parameter);

    public static nint Callable(nint o, string function, string parameter) =>
        Py.PyCallable_Check(o) != 0 ? o : throw Wrong(function, parameter, "a function", o);

    private static int Narrow(long value, string function, string parameter) => value is >= int.MinValue and <= int.MaxValue
        ? (int)value
        : throw new PythonException(Globals.OverflowError, $"{function}(): '{parameter}' is {value}, which is out of range");

    private static long[] Ints(nint o, string function, string parameter, string wanted)
    {
        if (Py.PyIndex_Check(o) != 0)
        {
            return [Python.Number.Int64(o)];
        }
        if (Ref.Is(o, Globals.UnicodeType) || Py.PySequence_Check(o) == 0)
        {
            throw Wrong(function, parameter, wanted, o);
        }
        nint n = Py.PySequence_Size(o);
        if (n < 0)
        {
            throw new PythonErrorSet();
        }
        var values = new long[n];
        for (int i = 0; i < values.Length; i++)
        {
            nint item = Ref.Check(Py.PySequence_GetItem(o, i));
            try
            {
                values[i] = Py.PyIndex_Check(item) != 0 ? Python.Number.Int64(item) : throw Wrong(function, parameter, wanted, o);
            }
            finally
            {
                Py.Py_DecRef(item);
            }
        }
        return values;
    }
}
