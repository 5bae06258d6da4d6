using Engine.Internal.Memory;
using Engine.Internal.Plans;

namespace Engine.Internal.Graph;

internal sealed partial class Planner
{
    readonly Plan plan = new();
    readonly Dictionary<Storage, int> leafBuffers = new(ReferenceEqualityComparer.Instance);
    readonly List<(NDArray Leaf, Storage Storage)> donated = [];
    readonly List<int> unallocated = [];
    // Views of leaves that have their value and still hold on to their inputs.
    readonly List<NDArray> kept = [];
    int[] buffers = new int[32];

    // How many groups read each stored slot.
    void CountReaders()
    {
        if (buffers.Length < count) { buffers = new int[slots.Length]; }
        Span<int> last = count <= 256 ? stackalloc int[count] : new int[count];
        last.Fill(-1);
        buffers.AsSpan(0, count).Fill(-1);
        for (int g = 0; g < groups.Count; g++)
        {
            PlannedGroup group = groups[g];
            for (int m = 0; m < group.Members.Count + group.Epilogue.Count; m++)
            {
                ref Slot s = ref slots[m < group.Members.Count ? group.Members[m] : group.Epilogue[m - group.Members.Count]];
                for (int k = s.Edge; k < s.Edge + s.Edges; k++)
                {
                    int t = edges[k].Slot;
                    int at = t < 0 ? -1 : slots[t].Base;
                    if (at < 0 || slots[at].Group == g || last[at] == g) { continue; }
                    last[at] = g;
                    slots[at].Readers++;
                }
            }
        }
    }

    public void Run(CancellationToken cancel)
    {
        lock (Lifetime.Gate)
        {
            for (int i = 0; i < count; i++)
            {
                if (slots[i].Kind is SlotKind.View or SlotKind.Alias && slots[i].Base < 0) { CommitView(i); }
            }
        }
        for (int g = 0; g < groups.Count; g++)
        {
            cancel.ThrowIfCancellationRequested();
            PlannedGroup planned = groups[g];
            lock (Lifetime.Gate) { Lower(planned); }
            Allocate();
            // Lower may give several groups (the parts of an Assemble); they share one commit.
            foreach (Group group in plan.Groups)
            {
                PlanCheck.Group(plan, group);
                Backend.Current.Run(plan, group);
                Counters.Count();
            }
            plan.Groups.Clear();
            lock (Lifetime.Gate) { Commit(g); }
        }
    }

    // Not under the gate: making room may collect and run the callbacks of foreign memory.
    void Allocate()
    {
        foreach (int slot in unallocated)
        {
            ref Slot s = ref slots[slot];
            PlanBuffer buffer = plan.Buffers[buffers[slot]];
            s.Storage = buffer.Storage = Storage.Allocate(buffer.Bytes);
        }
        unallocated.Clear();
    }

    // Results become values; what this group was the last to read goes back; its nodes are forgotten.
    void Commit(int g)
    {
        PlannedGroup planned = groups[g];
        donated.Clear();
        CommitMembers(planned.Members, g);
        CommitMembers(planned.Epilogue, g);
        plan.Buffers.Clear();
        leafBuffers.Clear();
        buffers.AsSpan(0, count).Fill(-1);
    }

    void CommitMembers(List<int> members, int g)
    {
        foreach (int i in members)
        {
            ref Slot s = ref slots[i];
            NDArray x = s.Node;
            if (s.Stored)
            {
                if (s.Layout.Count == 1 && SameShape(s.Layout.Shape, x.Layout.Shape)) { ToScalar(ref s); }
                for (int v = s.FirstView; v >= 0; v = slots[v].NextView) { CommitView(v); }
                // A value that is kept for its shared input alone may have died with the view that was its only reader.
                if (s.Need && !x.Has(NodeFlags.Dead))
                {
                    if (s.HasScalar)
                    {
                        x.Scalar = s.Scalar;
                        Volatile.Write(ref x.Value, Build.ScalarMark);
                    }
                    else
                    {
                        s.Storage!.Hold();
                        if (x.Has(NodeFlags.Escaped)) { s.Storage.MarkEscaped(); }
                        x.Layout = s.Layout;
                        Volatile.Write(ref x.Value, s.Storage);
                    }
                    Lifetime.DropInputs(x);
                }
                if (s.Readers == 0) { DropStorage(ref s); }
            }
            for (int k = s.Edge; k < s.Edge + s.Edges; k++)
            {
                int t = edges[k].Slot;
                int at = t < 0 ? -1 : slots[t].Base;
                if (at < 0 || slots[at].Group == g || slots[at].LastReader == g) { continue; }
                slots[at].LastReader = g;
                if (--slots[at].Readers == 0) { DropStorage(ref slots[at]); }
            }
            Forget(ref s);
        }
    }

    static unsafe void ToScalar(ref Slot s)
    {
        Storage storage = s.Storage!;
        UInt128 bits = 0;
        int size = s.Node.DType.Size;
        var from = storage.Small is { } small ? small.AsSpan(0, size) : new Span<byte>(storage.Data, size);
        from.CopyTo(new Span<byte>(&bits, size));
        (s.Scalar, s.HasScalar) = (bits, true);
    }

    static void DropStorage(ref Slot s)
    {
        s.Storage?.Drop();
        s.Storage = null;
    }

    static void Forget(ref Slot s)
    {
        s.Node.Clear(NodeFlags.InPlan | NodeFlags.Root);
        s.Node = null!;
    }

    // A view that is kept shares its base's memory.
    void CommitView(int i)
    {
        ref Slot s = ref slots[i];
        NDArray x = s.Node;
        if (s.Need)
        {
            if (s.Base >= 0)
            {
                ref Slot b = ref slots[s.Base];
                if (b.HasScalar)
                {
                    // Base and view must see the same memory, so the one element stays in a storage.
                    b.HasScalar = false;
                }
                b.Storage!.Hold();
                x.Layout = s.Layout;
                Volatile.Write(ref x.Value, b.Storage);
            }
            else if (s.BaseLeaf!.Has(NodeFlags.Literal))
            {
                x.Scalar = Weak.Bits(s.BaseLeaf);
                x.Layout = s.Layout.Count == 1 ? Layout.RowMajor(s.Layout.Shape, x.DType.Size) : s.Layout;
                Volatile.Write(ref x.Value, s.Layout.Count == 1 ? Build.ScalarMark : LiteralStorage(s.BaseLeaf));
            }
            else
            {
                Storage storage = Values.ToStorage(s.BaseLeaf);
                storage.Hold();
                x.Layout = s.Layout;
                Volatile.Write(ref x.Value, storage);
            }
            if (x.Has(NodeFlags.Escaped)) { (x.Value as Storage)?.MarkEscaped(); }
            // A leaf that dies with this view may have others in the plan: it goes when the plan is done.
            if (s.Base < 0) { kept.Add(x); }
            else { Lifetime.DropInputs(x); }
        }
        x.Clear(NodeFlags.InPlan | NodeFlags.Root);
    }

    static unsafe Storage LiteralStorage(NDArray literal)
    {
        var storage = Storage.Allocate(literal.DType.Size);
        UInt128 bits = Weak.Bits(literal);
        new ReadOnlySpan<byte>(&bits, literal.DType.Size).CopyTo(storage.Small);
        return storage;
    }

    // After a plan, and after one that threw.
    public void Clean()
    {
        foreach (var (leaf, storage) in donated)
        {
            // The group that took the memory failed before it wrote: the value is whole.
            for (int i = 0; i < count; i++)
            {
                if (ReferenceEquals(slots[i].Storage, storage)) { slots[i].Storage = null; }
            }
            Volatile.Write(ref leaf.Value, storage);
        }
        donated.Clear();
        for (int i = 0; i < count; i++)
        {
            slots[i].Node?.Clear(NodeFlags.InPlan | NodeFlags.Root);
            slots[i].Storage?.Drop();
            slots[i] = default;
        }
        foreach (NDArray view in kept) { Lifetime.DropInputs(view); }
        kept.Clear();
        foreach (NDArray expansion in expanded.Values) { Lifetime.Release(expansion); }
        expanded.Clear();
        edges.AsSpan(0, edgeCount).Clear();
        count = edgeCount = 0;
        groups.Clear();
        plan.Groups.Clear();
        plan.Buffers.Clear();
        leafBuffers.Clear();
        unallocated.Clear();
    }
}
