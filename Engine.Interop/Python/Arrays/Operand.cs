using System.Numerics;
using Engine.Internal.Graph;

namespace Engine.Interop.Python;

/// <summary>Python objects that take part in an operation: arrays as they are, numbers as weak scalars, foreign
/// arrays converted.</summary>
internal static unsafe class Operand
{
    /// <summary>What an object is, as far as operators care.</summary>
    public enum Kind
    {
        Array,
        Scalar,
        Foreign,
        Container,
        Other,
    }

    public static Kind Classify(nint o)
    {
        nint type = Ref.Type(o);
        if (type == ArrayObject.Type)
        {
            return Kind.Array;
        }
        if (type == Globals.FloatType || type == Globals.LongType || type == Globals.BoolType || type == Globals.ComplexType)
        {
            return Kind.Scalar;
        }
        if (type == Globals.UnicodeType || type == Globals.ListType || type == Globals.TupleType || type == Globals.DictType || type == Globals.BytesType)
        {
            return Kind.Container;
        }
        if (ArrayObject.Is(o))
        {
            return Kind.Array;
        }
        if (IsNumber(o))
        {
            return Kind.Scalar;
        }
        return Foreign.IsArray(o) ? Kind.Foreign : Kind.Other;
    }

    /// <summary>Whether an object is a Python number: an int, a float (NumPy's float64 is one), a complex number or a
    /// bool.</summary>
    public static bool IsNumber(nint o) => Ref.Is(o, Globals.FloatType) || Ref.Is(o, Globals.LongType) || Ref.Is(o, Globals.ComplexType);

    /// <summary>A weak scalar: it takes the dtype of what it meets.</summary>
    /// <param name="o">A Python number.</param>
    /// <param name="other">The dtype it meets, where that is known: an integer must fit.</param>
    public static Node Scalar(nint o, DType? other)
    {
        nint type = Ref.Type(o);
        if (type == Globals.BoolType)
        {
            return new Node(Weak.From(o == Globals.True));
        }
        if (Ref.Is(o, Globals.FloatType))
        {
            return new Node(Weak.From(Number.Double(o)));
        }
        if (Ref.Is(o, Globals.ComplexType))
        {
            return new Node(Weak.From(new Complex(Py.PyComplex_RealAsDouble(o), Py.PyComplex_ImagAsDouble(o))));
        }
        int overflow;
        long value = Py.PyLong_AsLongLongAndOverflow(o, &overflow);
        if (value == -1 && Py.PyErr_Occurred() != 0)
        {
            throw new PythonErrorSet();
        }
        if (overflow != 0)
        {
            if (overflow > 0 && other == DType.UInt64)
            {
                return Build.Constant(DType.UInt64, (UInt128)Number.UInt64(o));
            }
            throw PythonException.RuntimeError("a Python int beyond 64 bits cannot take part in an operation");
        }
        if (other is DType d && !Number.Fits(value, d))
        {
            throw PythonException.ValueError($"converting {value} to {DTypes.Name(d)} would overflow");
        }
        return new Node(Weak.From(value));
    }

    /// <summary>An operand of a function that takes scalars or arrays.</summary>
    /// <param name="o">The argument.</param>
    /// <param name="other">The argument it is combined with, or 0: a scalar must fit its dtype, and a foreign array
    /// is converted to it.</param>
    /// <param name="function">For messages.</param>
    /// <param name="parameter">For messages.</param>
    public static Node Any(nint o, nint other, string function, string parameter)
    {
        if (Ref.Type(o) == ArrayObject.Type)
        {
            return new Node(ArrayObject.Of(o));
        }
        DType? dtype = other != 0 && ArrayObject.Is(other) ? ArrayObject.Of(other).DType : null;
        switch (Classify(o))
        {
            case Kind.Array:
                return new Node(ArrayObject.Of(o));
            case Kind.Scalar:
                return Scalar(o, dtype);
            case Kind.Foreign:
                return Temporaries.Keep(Foreign.Array(o, dtype));
            default:
                if (o == Globals.None)
                {
                    throw PythonException.TypeError($"{function}(): '{parameter}' must be a number or an array, None was given");
                }
                throw PythonException.ValueError($"{function}(): '{parameter}' must be a number or an array, an object of type {Text.TypeName(o)} was given");
        }
    }

    /// <summary>The two operands of an operator. False: the operator is left to the other object.</summary>
    public static bool Pair(nint a, nint b, string symbol, out Node x, out Node y)
    {
        if (Ref.Type(a) == ArrayObject.Type && Ref.Type(b) == ArrayObject.Type)
        {
            x = new Node(ArrayObject.Of(a));
            y = new Node(ArrayObject.Of(b));
            return true;
        }
        Kind ka = Classify(a), kb = Classify(b);
        x = y = default;
        if (ka == Kind.Array)
        {
            x = new Node(ArrayObject.Of(a));
            return Other(b, kb, x.DType, symbol, out y);
        }
        if (kb == Kind.Array)
        {
            y = new Node(ArrayObject.Of(b));
            return Other(a, ka, y.DType, symbol, out x);
        }
        return false;
    }

    /// <summary>The two operands of @, which takes arrays only. False: the operator is left to the other
    /// object.</summary>
    public static bool Arrays(nint a, nint b, string symbol, out Node x, out Node y)
    {
        x = y = default;
        if (!ArrayObject.Is(a) || !ArrayObject.Is(b))
        {
            nint other = ArrayObject.Is(a) ? b : a;
            throw PythonException.TypeError($"'{symbol}' is defined between arrays, not with an object of type {Text.TypeName(other)}");
        }
        x = new Node(ArrayObject.Of(a));
        y = new Node(ArrayObject.Of(b));
        return true;
    }

    /// <summary>pow() with a modulus is not defined.</summary>
    public static void NoModulus(nint o)
    {
        if (o != 0 && o != Globals.None)
        {
            throw PythonException.TypeError("pow() of arrays takes no modulus");
        }
    }

    /// <summary>True division has floating results, which an integer array's own object does not turn into.</summary>
    public static void CheckInPlaceDivision(Node x)
    {
        if (!x.DType.IsInexact)
        {
            throw PythonException.ValueError($"/= would turn an array of {DTypes.Name(x.DType)} into floating point: use a = a / b, or //=");
        }
    }

    /// <summary>a == b and its like; a is an array.</summary>
    public static nint Compare(nint a, nint b, int op)
    {
        string symbol = op switch { 0 => "<", 1 => "<=", 2 => "==", 3 => "!=", 4 => ">", _ => ">=" };
        bool equality = op is 2 or 3;
        Kind kind = Classify(b);
        if (equality && kind is Kind.Container or Kind.Other)
        {
            return b == Globals.None
                ? throw PythonException.TypeError($"'{symbol}' between an array and None is not defined: use 'is'")
                : Ref.Bool(op == 3);
        }
        return Pair(a, b, symbol, out Node x, out Node y) ? ArrayObject.New(OpTable.Compare(op, x, y)) : Ref.New(Globals.NotImplemented);
    }

    private static bool Other(nint o, Kind kind, DType dtype, string symbol, out Node x)
    {
        x = default;
        switch (kind)
        {
            case Kind.Array:
                x = new Node(ArrayObject.Of(o));
                return true;
            case Kind.Scalar:
                x = Scalar(o, dtype);
                return true;
            case Kind.Foreign:
                x = Temporaries.Keep(Foreign.Array(o, dtype));
                return true;
            case Kind.Container:
                throw PythonException.ValueError($"'{symbol}' is not defined between an array and an object of type {Text.TypeName(o)}: convert it with engine.core.array first");
            default:
                return false;
        }
    }
}
