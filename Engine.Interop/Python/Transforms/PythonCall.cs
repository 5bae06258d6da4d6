using Engine.Internal.Graph;

namespace Engine.Interop.Python;

/// <summary>One call of a user's function from inside a transform: arrays in, arrays out.</summary>
internal sealed unsafe class PythonCall(nint function, string name) : IDisposable
{
    // Kept until the transform is done: the output's structure borrows from it.
    private nint _result;

    /// <summary>The structure of what the function returned.</summary>
    public Tree? Output { get; private set; }

    /// <summary>Calls the function.</summary>
    /// <param name="args">A tuple; its reference is taken over.</param>
    /// <param name="keywords">A dict, or 0; its reference is taken over.</param>
    /// <param name="constants">Whether the result may hold objects that are no arrays.</param>
    /// <param name="check">Looks at the result before its arrays are taken.</param>
    /// <returns>The result's arrays, each with a claim that the transform takes over.</returns>
    public Node[] Run(nint args, nint keywords, bool constants, Action<nint>? check = null)
    {
        nint result = Py.PyObject_Call(function, args, keywords);
        Py.Py_DecRef(args);
        if (keywords != 0)
        {
            Py.Py_DecRef(keywords);
        }
        Ref.Check(result);
        Dispose();
        _result = result;
        check?.Invoke(result);
        var arrays = new List<nint>();
        Output = Tree.Flatten(result, arrays, constants, name);
        var nodes = new Node[arrays.Count];
        for (int i = 0; i < nodes.Length; i++)
        {
            nodes[i] = new Node(ArrayObject.Of(arrays[i]));
        }
        foreach (Node x in nodes)
        {
            Lifetime.Claim(x.Array);
        }
        return nodes;
    }

    public void Dispose()
    {
        if (_result != 0)
        {
            nint result = _result;
            _result = 0;
            Py.Py_DecRef(result);
        }
        Releases.Drain();
    }
}
