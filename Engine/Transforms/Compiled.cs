using Engine.Internal.Graph;
using Engine.Internal.Operations;

namespace Engine.Internal.Transforms;

/// <summary>A function that is called once for each signature of its arguments; after that its trace runs instead.</summary>
/// <typeparam name="TLike">What a face wants to know of a trace: the structure of the results.</typeparam>
internal sealed class Compiled<TLike>
{
    sealed record Entry(long[] Key, Trace Trace, TLike Like);

    /// <summary>Runs work that reads arrays.</summary>
    public delegate Node[] Around(ReadOnlySpan<NDArray> arrays, Func<Node[]> work);

    Entry[] entries = [];

    /// <summary>How often the function was called.</summary>
    public int Traces => entries.Length;

    /// <summary>Ownership as in <see cref="Differentiate"/>. Inside another transform the function is called as it is.</summary>
    /// <param name="f">The function: arrays, each with a claim, and what the face wants to know.</param>
    /// <param name="arguments">All arguments.</param>
    /// <param name="structure">What besides dtypes and shapes tells signatures apart.</param>
    /// <param name="give">Arguments whose memory may become a result's.</param>
    /// <param name="fits">What else must hold for a trace to serve; null: nothing.</param>
    /// <param name="around">Runs the trace, and the arguments' evaluation; null: as it is.</param>
    public (Node[] Results, TLike Like) Call(
        Func<Node[], (Node[] Results, TLike Like)> f, Node[] arguments, ReadOnlySpan<long> structure, bool[] give, Func<TLike, bool>? fits = null, Around? around = null)
    {
        if (Frames.Current is not null || Array.Exists(arguments, a => a.Array.Frame != 0)) { return f(arguments); }
        long[] key = Key(arguments, structure);
        Entry entry = Find(key, fits) ?? Add(key, f, arguments);
        Node[] results = around is null ? Run(entry.Trace, arguments, give) : around(Array.ConvertAll(arguments, a => a.Array), () => Run(entry.Trace, arguments, give));
        foreach (Node result in results) { Lifetime.Claim(result); }
        return (results, entry.Like);
    }

    // Constants keep their weak dtype: they are the function's, not the trace's.
    static bool IsConstant(NDArray a) => a.Has(NodeFlags.Literal);

    static long[] Key(Node[] arguments, ReadOnlySpan<long> structure)
    {
        var key = new List<long>(structure.Length + (4 * arguments.Length));
        key.AddRange(structure);
        foreach (Node argument in arguments)
        {
            NDArray a = argument;
            bool constant = IsConstant(a);
            key.Add(((long)a.Layout.Ndim << 16) + (constant ? 256 : 0) + (a.Has(NodeFlags.Weak) ? 512 : 0) + (long)a.DType);
            key.AddRange(a.Layout.Shape);
            if (constant)
            {
                key.Add((long)(ulong)a.Scalar);
                key.Add((long)(ulong)(a.Scalar >> 64));
            }
        }
        return [.. key];
    }

    Entry? Find(long[] key, Func<TLike, bool>? fits)
    {
        foreach (Entry entry in Volatile.Read(ref entries))
        {
            if (entry.Key.AsSpan().SequenceEqual(key) && entry.Trace.IsCurrent && (fits is null || fits(entry.Like))) { return entry; }
        }
        return null;
    }

    Entry Add(long[] key, Func<Node[], (Node[], TLike)> f, Node[] arguments)
    {
        Frame frame = Frames.Open(FrameKind.Compile);
        Node[] outputs = [];
        try
        {
            var inputs = new Node[arguments.Length];
            var tracers = new List<Node>();
            for (int i = 0; i < inputs.Length; i++)
            {
                inputs[i] = arguments[i];
                if (IsConstant(arguments[i])) { continue; }
                inputs[i] = frame.Tracer(arguments[i].DType, arguments[i].Shape);
                tracers.Add(inputs[i]);
            }
            (outputs, TLike like) = f(inputs);
            var entry = new Entry(key, Planner.Record(Array.ConvertAll(outputs, o => o.Array), [.. tracers]), like);
            // No lock is held while the function runs: in Python it may wait for a thread that waits for this one. Two threads may trace the same.
            Entry[] before;
            do { before = Volatile.Read(ref entries); }
            while (Interlocked.CompareExchange(ref entries, [.. before, entry], before) != before);
            return entry;
        }
        finally
        {
            frame.Close();
            foreach (Node output in outputs) { Lifetime.Release(output); }
        }
    }

    static Node[] Run(Trace trace, Node[] arguments, bool[] give)
    {
        var arrays = new List<NDArray>(arguments.Length);
        var may = new List<bool>(arguments.Length);
        List<NDArray>? copies = null;
        for (int i = 0; i < arguments.Length; i++)
        {
            NDArray a = arguments[i];
            if (IsConstant(a)) { continue; }
            if (!a.HasValue || (a.Layout.Contiguous && a.Layout.Offset == 0))
            {
                arrays.Add(a);
                may.Add(give.Length > 0 && give[i]);
                continue;
            }
            arrays.Add(Copied(a, ref copies));
            may.Add(true);
        }
        Evaluator.Eval([.. arrays]);
        try
        {
            // What is computed only now may lie strided, too.
            for (int i = 0; i < arrays.Count; i++)
            {
                if (arrays[i].Layout.Contiguous && arrays[i].Layout.Offset == 0) { continue; }
                arrays[i] = Copied(arrays[i], ref copies);
                Evaluator.Eval(arrays[i]);
            }
            return trace.Run([.. arrays], [.. may]);
        }
        finally
        {
            foreach (NDArray copy in copies ?? []) { Lifetime.Release(copy); }
        }
    }

    static NDArray Copied(NDArray a, ref List<NDArray>? copies)
    {
        NDArray copy = Fill.Of(a.Layout.Shape, a);
        Lifetime.Claim(copy);
        (copies ??= []).Add(copy);
        return copy;
    }

    /// <summary>Gives back what traces keep. Under the caller's care that no call runs.</summary>
    public void Clear()
    {
        foreach (Entry entry in entries) { entry.Trace.Release(); }
        entries = [];
    }
}
