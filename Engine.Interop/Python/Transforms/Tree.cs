using Engine.Internal.Graph;

namespace Engine.Interop.Python;

/// <summary>The structure of nested lists, tuples and dicts around arrays; the arrays themselves are a flat list
/// beside it.</summary>
internal sealed unsafe class Tree
{
    private enum Kind
    {
        Array,
        Constant,
        List,
        Tuple,
        Named,
        Dict,
    }

    private readonly Kind _kind;
    private readonly Tree[] _children;

    // Dict keys, a named tuple's type, or a constant; borrowed from the object that the tree was read from, which
    // outlives it.
    private readonly nint[] _objects;

    private Tree(Kind kind, Tree[] children, nint[] objects)
    {
        _kind = kind;
        _children = children;
        _objects = objects;
    }

    /// <summary>Reads a structure.</summary>
    /// <param name="o">Any object.</param>
    /// <param name="arrays">Receives the arrays' objects, borrowed.</param>
    /// <param name="constants">Whether other objects are taken as they are; otherwise they are an error.</param>
    /// <param name="function">For messages.</param>
    public static Tree Flatten(nint o, List<nint> arrays, bool constants, string function)
    {
        if (Ref.Type(o) == ArrayObject.Type || ArrayObject.Is(o))
        {
            arrays.Add(o);
            return new Tree(Kind.Array, [], []);
        }
        bool list = Ref.Is(o, Globals.ListType), tuple = !list && Ref.Is(o, Globals.TupleType);
        if (!list && !tuple && !Ref.Is(o, Globals.DictType))
        {
            return constants
                ? new Tree(Kind.Constant, [], [o])
                : throw PythonException.ValueError($"{function}(): a tree of arrays is needed, an object of type {Text.TypeName(o)} was found in it");
        }
        // Python's own limit on recursion: a list that holds itself is an error and no crash.
        if (Py.Py_EnterRecursiveCall(Text.Z(" while reading a tree of arrays"u8)) != 0)
        {
            throw new PythonErrorSet();
        }
        try
        {
            return list || tuple ? FlattenSequence(o, list, arrays, constants, function) : FlattenDict(o, arrays, constants, function);
        }
        finally
        {
            Py.Py_LeaveRecursiveCall();
        }
    }

    private static Tree FlattenSequence(nint o, bool list, List<nint> arrays, bool constants, string function)
    {
        var children = new Tree[list ? Py.PyList_Size(o) : Py.PyTuple_Size(o)];
        for (int i = 0; i < children.Length; i++)
        {
            children[i] = Flatten(list ? Py.PyList_GetItem(o, i) : Py.PyTuple_GetItem(o, i), arrays, constants, function);
        }
        bool named = !list && Ref.Type(o) != Globals.TupleType && Py.PyObject_HasAttrString(o, Text.Z("_fields"u8)) != 0;
        return new Tree(list ? Kind.List : named ? Kind.Named : Kind.Tuple, children, named ? [Ref.Type(o)] : []);
    }

    private static Tree FlattenDict(nint o, List<nint> arrays, bool constants, string function)
    {
        var children = new List<Tree>();
        var keys = new List<nint>();
        nint at = 0, key, value;
        while (Py.PyDict_Next(o, &at, &key, &value) != 0)
        {
            keys.Add(key);
            children.Add(Flatten(value, arrays, constants, function));
        }
        return new Tree(Kind.Dict, [.. children], [.. keys]);
    }

    /// <summary>The structure for comparison: numbers, and the objects in it, borrowed.</summary>
    /// <exception cref="PythonException">A constant is no number, string or None: whether two are equal may be a
    /// question.</exception>
    public void Describe(List<long> numbers, List<nint> objects, string function)
    {
        if (_kind == Kind.Constant && !IsPlain(_objects[0]))
        {
            throw PythonException.ValueError($"{function}(): arguments are trees of arrays and constants (int, float, str, None); an object of type {Text.TypeName(_objects[0])} was found");
        }
        numbers.Add((int)_kind + ((long)_children.Length << 8));
        objects.AddRange(_objects);
        foreach (Tree child in _children)
        {
            child.Describe(numbers, objects, function);
        }
    }

    private static bool IsPlain(nint o) =>
        o == Globals.None || Ref.Is(o, Globals.LongType) || Ref.Is(o, Globals.FloatType) || Ref.Is(o, Globals.UnicodeType);

    /// <summary>Puts arrays in the places of those of a structure of lists and dicts: the containers change, the
    /// arrays that were in them do not.</summary>
    /// <param name="o">What the tree was read from.</param>
    /// <param name="arrays">As many as the tree has, from <paramref name="next"/> on.</param>
    /// <param name="next">Moved behind what was used.</param>
    /// <param name="function">For messages.</param>
    public void Fill(nint o, ReadOnlySpan<Node> arrays, ref int next, string function)
    {
        for (int i = 0; i < _children.Length; i++)
        {
            Tree child = _children[i];
            if (child._kind != Kind.Array)
            {
                child.Fill(_kind == Kind.List ? Py.PyList_GetItem(o, i) : _kind == Kind.Dict ? Py.PyDict_GetItemWithError(o, _objects[i]) : Py.PyTuple_GetItem(o, i), arrays, ref next, function);
                continue;
            }
            if (_kind is not Kind.List and not Kind.Dict)
            {
                throw PythonException.ValueError($"{function}(): captured arrays must be in lists or dicts, which the call can change; an array was found in a tuple");
            }
            nint item = ArrayObject.New(arrays[next++]);
            if (_kind == Kind.List)
            {
                Ref.Check(Py.PyList_SetItem(o, i, item));
                continue;
            }
            int status = Py.PyDict_SetItem(o, _objects[i], item);
            Py.Py_DecRef(item);
            Ref.Check(status);
        }
    }

    /// <summary>Number of arrays.</summary>
    public int Count
    {
        get
        {
            if (_kind == Kind.Array)
            {
                return 1;
            }
            int count = 0;
            foreach (Tree child in _children)
            {
                count += child.Count;
            }
            return count;
        }
    }

    /// <summary>A new Python object of this structure around other arrays.</summary>
    /// <param name="arrays">As many as the tree has, from <paramref name="next"/> on.</param>
    /// <param name="next">Moved behind what was used.</param>
    public nint Build(ReadOnlySpan<Node> arrays, ref int next)
    {
        switch (_kind)
        {
            case Kind.Array:
                return ArrayObject.New(arrays[next++]);
            case Kind.Constant:
                return Ref.New(_objects[0]);
            case Kind.List:
                {
                    nint list = Ref.Check(Py.PyList_New(_children.Length));
                    for (int i = 0; i < _children.Length; i++)
                    {
                        Ref.Check(Py.PyList_SetItem(list, i, _children[i].Build(arrays, ref next)));
                    }
                    return list;
                }
            case Kind.Dict:
                {
                    nint dict = Ref.Check(Py.PyDict_New());
                    for (int i = 0; i < _children.Length; i++)
                    {
                        nint value = _children[i].Build(arrays, ref next);
                        Ref.Check(Py.PyDict_SetItem(dict, _objects[i], value));
                        Py.Py_DecRef(value);
                    }
                    return dict;
                }
            default:
                {
                    nint tuple = Ref.Check(Py.PyTuple_New(_children.Length));
                    for (int i = 0; i < _children.Length; i++)
                    {
                        Ref.Check(Py.PyTuple_SetItem(tuple, i, _children[i].Build(arrays, ref next)));
                    }
                    if (_kind == Kind.Tuple)
                    {
                        return tuple;
                    }
                    nint named = Py.PyObject_CallObject(_objects[0], tuple);
                    Py.Py_DecRef(tuple);
                    return Ref.Check(named);
                }
        }
    }

    /// <summary>A value for each array, from an object that is one value for all of them or a prefix of the tree:
    /// vmap's axes.</summary>
    public void Spread(nint axes, List<int?> result, string function)
    {
        if (axes == Globals.None || Py.PyIndex_Check(axes) != 0)
        {
            int? axis = axes == Globals.None ? null : Argument.Int(axes, function, "axes");
            for (int i = Count; i > 0; i--)
            {
                result.Add(axis);
            }
            return;
        }
        bool list = Ref.Is(axes, Globals.ListType), tuple = Ref.Is(axes, Globals.TupleType);
        if ((list || tuple) && _kind is Kind.List or Kind.Tuple or Kind.Named)
        {
            nint n = list ? Py.PyList_Size(axes) : Py.PyTuple_Size(axes);
            if (n == _children.Length)
            {
                for (int i = 0; i < n; i++)
                {
                    _children[i].Spread(list ? Py.PyList_GetItem(axes, i) : Py.PyTuple_GetItem(axes, i), result, function);
                }
                return;
            }
        }
        if (_kind == Kind.Dict && Ref.Is(axes, Globals.DictType))
        {
            for (int i = 0; i < _children.Length; i++)
            {
                nint value = Py.PyDict_GetItemWithError(axes, _objects[i]);
                if (value == 0)
                {
                    throw Py.PyErr_Occurred() != 0 ? new PythonErrorSet() : Mismatch(function);
                }
                _children[i].Spread(value, result, function);
            }
            return;
        }
        throw Mismatch(function);
    }

    private static PythonException Mismatch(string function) =>
        PythonException.ValueError($"{function}(): axes are an int, None, or a tree of them that is shaped as the arguments are");
}
