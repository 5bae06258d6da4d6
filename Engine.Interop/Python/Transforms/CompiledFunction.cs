using System.Runtime.InteropServices;
using Engine.Internal.Graph;
using Engine.Internal.Transforms;

namespace Engine.Interop.Python;

/// <summary>compile(): the function is called once for each signature (structure, constants, shapes and dtypes of its
/// arguments); after that the recorded and planned graph runs.</summary>
/// <param name="function">The user's function.</param>
/// <param name="inputs">Lists and dicts of arrays that the function reads besides its arguments, or None; a reference
/// is held.</param>
/// <param name="outputs">Lists and dicts whose arrays the function replaces, or None; a reference is held.</param>
internal sealed unsafe class CompiledFunction(nint function, nint inputs, nint outputs) : TransformedFunction(function)
{
    private const string Name = "compile";

    /// <summary>What a trace returns, and the objects that its arguments held: references are held.</summary>
    private sealed record Signature(Tree Result, nint ResultObject, nint[] Objects);

    private readonly Compiled<Signature> _compiled = new();
    private readonly List<Signature> _signatures = [];

    public override void Drop()
    {
        _compiled.Clear();
        foreach (Signature signature in _signatures)
        {
            Py.Py_DecRef(signature.ResultObject);
            foreach (nint o in signature.Objects)
            {
                Py.Py_DecRef(o);
            }
        }
        _signatures.Clear();
        Py.Py_DecRef(inputs);
        Py.Py_DecRef(outputs);
    }

    public override nint Call(nint args, nint keywords)
    {
        var arrays = new List<nint>();
        Tree positional = Tree.Flatten(args, arrays, constants: true, Name);
        Tree? named = keywords == 0 ? null : Tree.Flatten(keywords, arrays, constants: true, Name);
        int own = arrays.Count;
        Tree? captured = inputs == Globals.None ? null : Tree.Flatten(inputs, arrays, constants: false, Name);
        var numbers = new List<long>();
        var objects = new List<nint>();
        positional.Describe(numbers, objects, Name);
        named?.Describe(numbers, objects, Name);
        captured?.Describe(numbers, objects, Name);
        var nodes = new Node[arrays.Count];
        for (int i = 0; i < nodes.Length; i++)
        {
            nodes[i] = new Node(ArrayObject.Of(arrays[i]));
        }
        // The containers let go of what they hold while the function is traced.
        foreach (Node x in nodes)
        {
            Lifetime.Claim(x.Array);
        }
        Node[] results = [];
        try
        {
            (results, Signature signature) = _compiled.Call(
                tracers => Trace(tracers, positional, named, captured, nodes.AsSpan(own).ToArray(), objects),
                nodes,
                CollectionsMarshal.AsSpan(numbers),
                [],
                known => Same(known.Objects, objects),
                Gil.Without);
            int at = 0;
            nint result = signature.Result.Build(results, ref at);
            if (outputs != Globals.None)
            {
                Replace(results, ref at);
            }
            return result;
        }
        finally
        {
            TransformCalls.Give(results, nodes);
        }
    }

    // One call of the user's function on tracers. What it captures is replaced meanwhile.
    private (Node[] Results, Signature Signature) Trace(Node[] tracers, Tree positional, Tree? named, Tree? captured, Node[] originals, List<nint> objects)
    {
        int next = 0;
        nint tuple = positional.Build(tracers, ref next);
        nint dict = named is null ? 0 : named.Build(tracers, ref next);
        if (captured is not null)
        {
            captured.Fill(inputs, tracers, ref next, Name);
        }
        nint result = 0;
        try
        {
            result = Ref.Check(Py.PyObject_Call(Function, tuple, dict));
            var found = new List<nint>();
            Tree tree = Tree.Flatten(result, found, constants: true, Name);
            if (outputs != Globals.None)
            {
                Tree.Flatten(outputs, found, constants: false, Name);
            }
            var nodes = new Node[found.Count];
            for (int i = 0; i < nodes.Length; i++)
            {
                nodes[i] = new Node(ArrayObject.Of(found[i]));
                Lifetime.Claim(nodes[i].Array);
            }
            var signature = new Signature(tree, result, [.. objects]);
            foreach (nint o in objects)
            {
                Py.Py_IncRef(o);
            }
            _signatures.Add(signature);
            result = 0;
            return (nodes, signature);
        }
        finally
        {
            Py.Py_DecRef(tuple);
            if (dict != 0)
            {
                Py.Py_DecRef(dict);
            }
            if (result != 0)
            {
                Py.Py_DecRef(result);
            }
            if (captured is not null)
            {
                Restore(originals);
            }
        }
    }

    // What the function itself put into the containers is an output or lost, as in MLX.
    private void Restore(Node[] originals)
    {
        var now = new List<nint>();
        Tree tree = Tree.Flatten(inputs, now, constants: false, Name);
        if (now.Count == originals.Length)
        {
            int next = 0;
            tree.Fill(inputs, originals, ref next, Name);
        }
    }

    private void Replace(ReadOnlySpan<Node> results, ref int at)
    {
        var arrays = new List<nint>();
        Tree tree = Tree.Flatten(outputs, arrays, constants: false, Name);
        if (arrays.Count != results.Length - at)
        {
            throw PythonException.ValueError($"{Name}(): the captured outputs held {results.Length - at} arrays when the function was traced and hold {arrays.Count} now; keep their structure");
        }
        tree.Fill(outputs, results, ref at, Name);
    }

    // Equal and of one type: 1, 1.0 and True are three signatures.
    private static bool Same(nint[] known, List<nint> objects)
    {
        if (known.Length != objects.Count)
        {
            return false;
        }
        for (int i = 0; i < known.Length; i++)
        {
            if (known[i] == objects[i])
            {
                continue;
            }
            if (Ref.Type(known[i]) != Ref.Type(objects[i]))
            {
                return false;
            }
            int equal = Py.PyObject_RichCompareBool(known[i], objects[i], 2);
            if (equal < 0)
            {
                throw new PythonErrorSet();
            }
            if (equal == 0)
            {
                return false;
            }
        }
        return true;
    }
}
