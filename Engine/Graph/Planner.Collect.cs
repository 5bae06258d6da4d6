using Engine.Internal.Plans;

namespace Engine.Internal.Graph;

/// <summary>What a slot of a plan is.</summary>
internal enum SlotKind : byte { Alias, View, Map, Index, Reduce, Assemble, Kernel }

/// <summary>One pending node of a plan.</summary>
internal struct Slot
{
    public NDArray Node;
    public SlotKind Kind;
    /// <summary>First edge in <c>edges</c> and how many.</summary>
    public int Edge, Edges;
    public DType Type;
    /// <summary>Layout that the value will have, over the memory of <see cref="Base"/>.</summary>
    public Layout Layout;
    /// <summary>Slot whose memory holds the value: itself, or what a view looks into; -1 where that is <see cref="BaseLeaf"/>.</summary>
    public int Base;
    public NDArray? BaseLeaf;
    /// <summary>Shape of the iteration space of a Map, Index or Reduce.</summary>
    public long[] Space;
    /// <summary>Claims that come from edges of this plan, and from the plan itself.</summary>
    public int Uses, Held;
    /// <summary>Keeps its value when the plan is done.</summary>
    public bool Need;
    /// <summary>Something reads it that is not a kept node of an earlier plan.</summary>
    public bool Wanted;
    /// <summary>Its group writes it to memory.</summary>
    public bool Stored;
    public int Level, Group;
    /// <summary>Its value number in program number <see cref="Program"/>.</summary>
    public int Value, Program;
    /// <summary>Groups and views that still read the memory.</summary>
    public int Readers;
    public Memory.Storage? Storage;
    public UInt128 Scalar;
    public bool HasScalar;
    /// <summary>Number of the group that was last counted off <see cref="Readers"/>.</summary>
    public int LastReader;
    /// <summary>The views of this memory, as a list through their <see cref="NextView"/>.</summary>
    public int FirstView, NextView;
}

/// <summary>An input of a slot, seen through aliases: a slot or a value.</summary>
internal struct Edge
{
    public int Slot;
    public NDArray? Leaf;
}

/// <summary>Finds what must run, decides what keeps its value, forms groups, runs them. Design and proofs: docs/planner.md.</summary>
internal sealed partial class Planner
{
    static int stamp;

    readonly Dictionary<NDArray, NDArray> expanded = new(ReferenceEqualityComparer.Instance);
    Slot[] slots = new Slot[32];
    Edge[] edges = new Edge[64];
    NDArray[] stack = new NDArray[32];
    int count, edgeCount;

    // Under the gate. False: a node is computed by another plan; nothing is marked, wait and try again.
    bool Collect(ReadOnlySpan<NDArray> roots)
    {
        int me = ++stamp, depth = 0;
        foreach (NDArray root in roots)
        {
            if (root.HasValue || root.Mark == me) { continue; }
            if (root.Has(NodeFlags.InPlan)) { return false; }
            Push(root, me, ref depth);
            while (depth > 0)
            {
                NDArray x = stack[depth - 1];
                if (x.Slot < Children(x))
                {
                    NDArray input = Child(x, x.Slot++);
                    if (input.HasValue || input.Mark == me) { continue; }
                    if (input.Has(NodeFlags.InPlan)) { return false; }
                    Push(input, me, ref depth);
                    continue;
                }
                stack[--depth] = null!;
                Add(x);
            }
        }
        return true;
    }

    void Push(NDArray x, int me, ref int depth)
    {
        if (x.Op is Leaf || x.Has(NodeFlags.Dead))
        {
            throw !x.Has(NodeFlags.Abstract) ? Errors.Released("eval") : x.Has(NodeFlags.Freed) ? Errors.TraceEnded("eval", "vmap") : Errors.Traced("eval", "a transform");
        }
        if (x.Op is CompositeOp composite) { Expand(x, composite); }
        x.Mark = me;
        x.Slot = 0;
        if (depth == stack.Length) { Array.Resize(ref stack, depth * 2); }
        stack[depth++] = x;
    }

    int Children(NDArray x) => expanded.Count > 0 && expanded.ContainsKey(x) ? 1 : x.InputCount;

    NDArray Child(NDArray x, int i) => expanded.Count > 0 && expanded.TryGetValue(x, out NDArray? root) ? root : x.Input(i);

    // The composite becomes an alias of its expansion, unless the back end runs it whole. Where an open frame wants its edges they stay, and the expansion is the plan's alone.
    void Expand(NDArray x, CompositeOp composite)
    {
        var inputs = new Node[x.InputCount];
        for (int i = 0; i < inputs.Length; i++) { inputs[i] = x.Input(i); }
        if (composite.Library(inputs) is { } library && IsClaimed(library, x, inputs)) { return; }
        NDArray expansion;
        using (Frames.Untracked()) { expansion = composite.Expand(inputs); }
        if (x.Has(NodeFlags.KeepEdges))
        {
            Lifetime.Claim(expansion);
            expanded.Add(x, expansion);
            return;
        }
        bool took = x.Has(NodeFlags.Took);
        if (took) { Lifetime.Claim(expansion); }
        x.Op = Identity.Instance;
        x.A = expansion;
        x.B = null;
        x.More = null;
        if (!took) { return; }
        foreach (Node input in inputs) { Lifetime.Release(input); }
    }

    static bool IsClaimed(LibraryAttributes library, NDArray x, Node[] inputs)
    {
        var types = new DType[inputs.Length + 1];
        for (int i = 0; i < inputs.Length; i++) { types[i] = inputs[i].DType; }
        types[^1] = x.DType;
        return Backend.Current.Claims(library.Kernel, types, x.Layout.Ndim);
    }

    // All inputs of x have a value or a slot.
    void Add(NDArray x)
    {
        if (count == slots.Length) { Array.Resize(ref slots, count * 2); }
        int n = Children(x);
        while (edgeCount + n > edges.Length) { Array.Resize(ref edges, edges.Length * 2); }
        ref Slot s = ref slots[count];
        s = new Slot { Node = x, Type = x.DType, Edge = edgeCount, Edges = n, Layout = x.Layout, Base = count, Space = x.Layout.Shape, Group = -1, LastReader = -1, FirstView = -1, NextView = -1 };
        bool took = x.Has(NodeFlags.Took);
        for (int i = 0; i < n; i++)
        {
            NDArray input = Child(x, i);
            ref Edge e = ref edges[edgeCount++];
            e = default;
            e.Slot = -1;
            if (input.HasValue)
            {
                e.Leaf = input;
                continue;
            }
            int t = input.Slot;
            if (took) { slots[t].Uses++; }
            // Through aliases, to what they stand for.
            if (slots[t].Kind == SlotKind.Alias)
            {
                ref Edge through = ref edges[slots[t].Edge];
                e = through;
            }
            else { e.Slot = t; }
        }
        x.Slot = count;
        Classify(ref s);
        count++;
    }

    void Classify(ref Slot s)
    {
        switch (s.Node.Op)
        {
            case ElementwiseOp: s.Kind = SlotKind.Map; break;
            case ViewOp { IsAlias: true }:
            case CompositeOp when expanded.ContainsKey(s.Node):
                s.Kind = SlotKind.Alias;
                Look(ref s, static (_, layout, _) => layout);
                break;
            case ViewOp:
                s.Kind = SlotKind.View;
                Look(ref s, static (op, layout, size) => ((ViewOp)op).View(layout, size));
                break;
            case IndexOp: s.Kind = SlotKind.Index; break;
            case ReduceOp:
                s.Kind = SlotKind.Reduce;
                s.Space = s.Node.A!.Layout.Shape;
                break;
            case AssembleOp: s.Kind = SlotKind.Assemble; break;
            default: s.Kind = SlotKind.Kernel; break;
        }
    }

    // A view (or alias) lies in the memory of its input; where it cannot, it is a copy: a Map over the input's space.
    void Look(ref Slot s, Func<Op, Layout, int, Layout?> view)
    {
        ref Edge e = ref edges[s.Edge];
        Layout input = e.Leaf is not null ? e.Leaf.Layout : slots[e.Slot].Layout;
        Layout? layout = view(s.Node.Op, input, s.Node.DType.Size);
        if (layout is null)
        {
            s.Kind = SlotKind.Map;
            s.Space = input.Shape;
            s.Layout = Layout.RowMajor(s.Node.Layout.Shape, s.Node.DType.Size);
            return;
        }
        s.Layout = layout;
        if (e.Leaf is not null) { (s.Base, s.BaseLeaf) = (-1, e.Leaf); }
        else { (s.Base, s.BaseLeaf) = (slots[e.Slot].Base, slots[e.Slot].BaseLeaf); }
        if (s.Base < 0) { return; }
        s.NextView = slots[s.Base].FirstView;
        slots[s.Base].FirstView = count;
    }
}
