using Engine.Internal.Graph;

namespace Engine.Interop.Python;

/// <summary>vmap(): the function over one more axis of its arguments.</summary>
/// <param name="function">The user's function.</param>
/// <param name="inAxes">An int, None, or a tree of them; a reference is held.</param>
/// <param name="outAxes">The same for results.</param>
internal sealed unsafe class VmapFunction(nint function, nint inAxes, nint outAxes) : TransformedFunction(function)
{
    public override void Drop()
    {
        Py.Py_DecRef(inAxes);
        Py.Py_DecRef(outAxes);
    }

    public override nint Call(nint args, nint keywords)
    {
        if (keywords != 0 && Py.PyDict_Size(keywords) > 0)
        {
            throw PythonException.ValueError("vmap(): the mapped function takes no keyword arguments");
        }
        var arrays = new List<nint>();
        Tree tree = Tree.Flatten(args, arrays, constants: false, "vmap");
        var inputs = new Node[arrays.Count];
        for (int i = 0; i < inputs.Length; i++)
        {
            inputs[i] = new Node(ArrayObject.Of(arrays[i]));
        }
        var axes = new List<int?>();
        tree.Spread(inAxes, axes, "vmap");
        using var call = new PythonCall(Function, "vmap");
        List<int?>? placed = null;
        Node[] results = TransformCalls.Vmap(
            tracers =>
            {
                int next = 0;
                return call.Run(tree.Build(tracers, ref next), 0, constants: false);
            },
            inputs,
            [.. axes],
            i =>
            {
                if (placed is null)
                {
                    placed = [];
                    call.Output!.Spread(outAxes, placed, "vmap");
                }
                return placed[i];
            });
        try
        {
            int at = 0;
            return call.Output!.Build(results, ref at);
        }
        finally
        {
            TransformCalls.Give(results);
        }
    }
}
