using Engine.Internal.Graph;

namespace Engine.Interop.Python;

/// <summary>grad() and value_and_grad(): which arguments are differentiated, and the call.</summary>
/// <param name="function">The user's function.</param>
/// <param name="argnums">Positions, or null where only names are given.</param>
/// <param name="single">Whether one gradient is returned rather than a tuple of them.</param>
/// <param name="argnames">Keyword arguments.</param>
/// <param name="value">Whether the function's value is returned too.</param>
internal sealed unsafe class GradFunction(nint function, int[] argnums, bool single, string[] argnames, bool value) : TransformedFunction(function)
{
    private string Name => value ? "value_and_grad" : "grad";

    public override nint Call(nint args, nint keywords)
    {
        CheckArguments(args, keywords);
        var arrays = new List<nint>();
        var positional = new Tree[argnums.Length];
        var named = new Tree[argnames.Length];
        for (int i = 0; i < argnums.Length; i++)
        {
            positional[i] = Tree.Flatten(Py.PyTuple_GetItem(args, argnums[i]), arrays, constants: false, Name);
        }
        for (int i = 0; i < argnames.Length; i++)
        {
            named[i] = Tree.Flatten(Keyword(keywords, argnames[i]), arrays, constants: false, Name);
        }
        if (arrays.Count == 0)
        {
            throw PythonException.ValueError($"{Name}(): the arguments to differentiate hold no array");
        }
        var inputs = new Node[arrays.Count];
        for (int i = 0; i < inputs.Length; i++)
        {
            inputs[i] = new Node(ArrayObject.Of(arrays[i]));
        }
        using var call = new PythonCall(Function, Name);
        (Node[] values, Node[] grads) = TransformCalls.ValueAndGrad(
            tracers =>
            {
                int next = 0;
                nint tuple = Arguments(args, positional, tracers, ref next);
                nint dict = KeywordArguments(keywords, named, tracers, ref next);
                return call.Run(tuple, dict, constants: true, CheckResult);
            },
            inputs);
        try
        {
            nint gradients = Gradients(positional, named, grads);
            if (!value)
            {
                return gradients;
            }
            int at = 0;
            return Ref.Tuple(call.Output!.Build(values, ref at), gradients);
        }
        finally
        {
            TransformCalls.Give(values, grads);
        }
    }

    private void CheckArguments(nint args, nint keywords)
    {
        nint n = Py.PyTuple_Size(args);
        foreach (int i in argnums)
        {
            if (i >= n)
            {
                throw PythonException.ValueError($"{Name}(): argument {i} is to be differentiated, but the function was called with {n} positional arguments");
            }
        }
        foreach (string name in argnames)
        {
            if (Keyword(keywords, name) == 0)
            {
                throw PythonException.ValueError($"{Name}(): the keyword argument '{name}' is to be differentiated, but the function was called without it");
            }
        }
    }

    // A scalar array, or a tuple or list that begins with one.
    private void CheckResult(nint result)
    {
        nint first = result;
        if (Ref.Is(result, Globals.TupleType) && Py.PyTuple_Size(result) > 0)
        {
            first = Py.PyTuple_GetItem(result, 0);
        }
        else if (Ref.Is(result, Globals.ListType) && Py.PyList_Size(result) > 0)
        {
            first = Py.PyList_GetItem(result, 0);
        }
        if (!ArrayObject.Is(first))
        {
            throw PythonException.ValueError(
                $"{Name}(): the function must return an array of one element, or a tuple that begins with one; an object of type {Text.TypeName(first)} was returned");
        }
        NDArray x = ArrayObject.Of(first);
        if (x.Layout.Ndim != 0)
        {
            throw PythonException.ValueError($"{Name}(): the function must return an array without axes, its result has shape ({string.Join(", ", x.Layout.Shape)}); reduce it, for instance by sum()");
        }
    }

    private nint Arguments(nint args, Tree[] trees, ReadOnlySpan<Node> tracers, ref int next)
    {
        nint n = Py.PyTuple_Size(args);
        nint tuple = Ref.Check(Py.PyTuple_New(n));
        for (int i = 0; i < n; i++)
        {
            Ref.Check(Py.PyTuple_SetItem(tuple, i, Ref.New(Py.PyTuple_GetItem(args, i))));
        }
        for (int i = 0; i < trees.Length; i++)
        {
            Ref.Check(Py.PyTuple_SetItem(tuple, argnums[i], trees[i].Build(tracers, ref next)));
        }
        return tuple;
    }

    private nint KeywordArguments(nint keywords, Tree[] trees, ReadOnlySpan<Node> tracers, ref int next)
    {
        if (keywords == 0)
        {
            return 0;
        }
        nint dict = Ref.Check(Py.PyDict_Copy(keywords));
        for (int i = 0; i < trees.Length; i++)
        {
            Set(dict, argnames[i], trees[i].Build(tracers, ref next));
        }
        return dict;
    }

    private nint Gradients(Tree[] positional, Tree[] named, ReadOnlySpan<Node> grads)
    {
        int next = 0;
        nint first;
        if (positional.Length == 0)
        {
            first = Ref.None();
        }
        else if (single)
        {
            first = positional[0].Build(grads, ref next);
        }
        else
        {
            first = Ref.Check(Py.PyTuple_New(positional.Length));
            for (int i = 0; i < positional.Length; i++)
            {
                Ref.Check(Py.PyTuple_SetItem(first, i, positional[i].Build(grads, ref next)));
            }
        }
        if (named.Length == 0)
        {
            return first;
        }
        nint dict = Ref.Check(Py.PyDict_New());
        for (int i = 0; i < named.Length; i++)
        {
            Set(dict, argnames[i], named[i].Build(grads, ref next));
        }
        return Ref.Tuple(first, dict);
    }

    private static nint Keyword(nint keywords, string name)
    {
        if (keywords == 0)
        {
            return 0;
        }
        nint key = Text.New(name);
        nint found = Py.PyDict_GetItemWithError(keywords, key);
        Py.Py_DecRef(key);
        return found == 0 && Py.PyErr_Occurred() != 0 ? throw new PythonErrorSet() : found;
    }

    private static void Set(nint dict, string name, nint owned)
    {
        nint key = Text.New(name);
        int status = Py.PyDict_SetItem(dict, key, owned);
        Py.Py_DecRef(key);
        Py.Py_DecRef(owned);
        Ref.Check(status);
    }
}
