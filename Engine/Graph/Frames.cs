namespace Engine.Internal.Graph;

/// <summary>What a frame does with the nodes made in it.</summary>
internal enum FrameKind : byte { Grad, Jvp, Vmap, Compile }

/// <summary>One run of a transform on one thread.</summary>
internal sealed class Frame(FrameKind kind, Frame? parent)
{
    readonly List<NDArray> traced = [];
    readonly List<NDArray> escaped = [];
    readonly List<NDArray> tracers = [];

    public FrameKind Kind => kind;

    public Frame? Parent => parent;

    public int Depth { get; } = parent is null ? 1 : parent.Depth + 1;

    public int Thread { get; } = Environment.CurrentManagedThreadId;

    /// <summary>Index in the table of open frames; what <c>NDArray.Frame</c> holds.</summary>
    public ushort Id { get; set; }

    /// <summary>The node depends on this frame's tracers, and on none further out.</summary>
    public void Traced(NDArray node) => traced.Add(node);

    /// <summary>The node was handed to C# code inside this frame.</summary>
    public void Made(NDArray node) => escaped.Add(node);

    /// <summary>A stand-in for an argument: shares its value under Grad and Jvp, has a shape only under Vmap and Compile.</summary>
    public Node Tracer(Node argument)
    {
        NDArray node;
        if (kind is FrameKind.Grad or FrameKind.Jvp)
        {
            node = Build.Alias(argument);
            Values.Share(argument.Array, node);
            node.Set(NodeFlags.KeepEdges | NodeFlags.Tracer);
            if (node.Frame == 0) { Join(node); }
        }
        else { throw new InvalidOperationException("A tracer without a value is made from a shape."); }
        tracers.Add(node);
        Lifetime.Claim(node);
        return node;
    }

    /// <summary>A tracer that has a shape and a dtype and never a value.</summary>
    public Node Tracer(DType dtype, long[] shape)
    {
        var node = new NDArray(Leaf.Instance, dtype, Layout.RowMajor(shape, dtype.Size)) { FlagBits = (int)(NodeFlags.Tracer | NodeFlags.Abstract) };
        Join(node);
        tracers.Add(node);
        Lifetime.Claim(node);
        return node;
    }

    void Join(NDArray node)
    {
        node.Frame = Id;
        traced.Add(node);
    }

    /// <summary>Gives back what the frame kept. Results keep their escape; everything else that C# code made inside is given back.</summary>
    public void Close(params ReadOnlySpan<Node> results)
    {
        Frames.Remove(this);
        lock (Lifetime.Gate)
        {
            foreach (Node result in results) { Lifetime.Claim(result); }
            foreach (NDArray node in traced)
            {
                node.Frame = 0;
                node.Clear(NodeFlags.KeepEdges);
                if (node.Has(NodeFlags.Abstract)) { node.Set(NodeFlags.Freed); }
                if (node.HasValue) { Lifetime.DropInputs(node); }
            }
            foreach (NDArray node in escaped)
            {
                if (!Contains(results, node)) { Lifetime.Unescape(node); }
                else { parent?.Made(node); }
            }
            foreach (NDArray node in tracers) { Lifetime.Release(node); }
            foreach (Node result in results) { Lifetime.Release(result); }
        }
    }

    static bool Contains(ReadOnlySpan<Node> results, NDArray node)
    {
        foreach (Node result in results)
        {
            if (ReferenceEquals(result.Array, node)) { return true; }
        }
        return false;
    }
}

/// <summary>The open frames.</summary>
internal static class Frames
{
    static readonly Lock gate = new();
    static Frame?[] table = new Frame?[16];

    /// <summary>The innermost open frame of this thread.</summary>
    [field: ThreadStatic]
    public static Frame? Current { get; private set; }

    [ThreadStatic]
    static bool untracked;

    /// <summary>Nodes made until the result is disposed belong to no frame: a plan's own expansions.</summary>
    public static Untrack Untracked()
    {
        bool before = untracked;
        untracked = true;
        return new Untrack(before);
    }

    public readonly ref struct Untrack(bool before)
    {
        public void Dispose() => untracked = before;
    }

    public static Frame Open(FrameKind kind)
    {
        var frame = new Frame(kind, Current);
        lock (gate)
        {
            int id = 1;
            while (id < table.Length && table[id] is not null) { id++; }
            if (id > ushort.MaxValue) { throw Errors.Option("transform", "more than 65,535 transforms are open at once; close some first"); }
            if (id == table.Length)
            {
                var larger = new Frame?[table.Length * 2];
                table.CopyTo(larger, 0);
                Volatile.Write(ref table, larger);
            }
            frame.Id = (ushort)id;
            table[id] = frame;
        }
        return Current = frame;
    }

    public static void Remove(Frame frame)
    {
        Current = frame.Parent;
        lock (gate) { table[frame.Id] = null; }
    }

    public static Frame? Find(ushort id) => Volatile.Read(ref table)[id];

    /// <summary>The frame further out of two (0: none).</summary>
    public static ushort Outer(ushort a, ushort b)
    {
        if (a == 0 || b == 0 || a == b) { return (ushort)(a | b); }
        Frame? x = Find(a), y = Find(b);
        return x is null || (y is not null && y.Depth < x.Depth) ? b : a;
    }

    /// <summary>A new node depends on a tracer: its frame must be open, on this thread.</summary>
    public static void Traced(NDArray node)
    {
        if (untracked)
        {
            node.Frame = 0;
            node.FlagBits &= ~(int)NodeFlags.KeepEdges;
            return;
        }
        Frame? frame = Find(node.Frame);
        if (frame is null) { throw Errors.TraceEnded(node.Op.Name, "transform"); }
        if (frame.Thread != Environment.CurrentManagedThreadId) { throw Errors.TraceThread(node.Op.Name, frame.Kind.ToString()); }
        frame.Traced(node);
    }
}
