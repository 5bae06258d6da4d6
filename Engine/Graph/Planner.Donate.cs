using Engine.Internal.Memory;

namespace Engine.Internal.Graph;

internal sealed partial class Planner
{
    // Memory that result `slot` of a Map group may take over: an operand read element by element, here for the last time.
    Storage? Donor(PlannedGroup group, int slot)
    {
        ref Slot x = ref slots[slot];
        if (dry || x.Layout.Count * x.Type.Size <= Storage.SmallBytes) { return null; }
        foreach (int m in group.Members)
        {
            ref Slot s = ref slots[m];
            for (int k = s.Edge; k < s.Edge + s.Edges; k++)
            {
                Edge e = edges[k];
                Layout layout = e.Leaf is not null ? e.Leaf.Layout : slots[e.Slot].Layout;
                DType dtype = e.Leaf is not null ? e.Leaf.DType : slots[e.Slot].Type;
                if (!layout.Contiguous || layout.Offset != 0 || dtype.Size != x.Type.Size || !SameShape(layout.Shape, group.Space)) { continue; }
                Storage? storage = e.Leaf is not null ? TakeLeaf(group, e.Leaf) : e.Slot >= 0 && slots[e.Slot].Base == e.Slot && slots[e.Slot].Group != x.Group ? TakeTemporary(group, e.Slot) : null;
                if (storage is null) { continue; }
                Counters.Donations++;
                return storage;
            }
        }
        return null;
    }

    // A value whose every claim comes from members of this group that die or get their value now.
    Storage? TakeLeaf(PlannedGroup group, NDArray leaf)
    {
        if (leaf.Has(NodeFlags.Escaped | NodeFlags.KeepEdges | NodeFlags.Literal | NodeFlags.Tracer) || leaf.Value is not Storage { CanDonate: true } storage) { return null; }
        int here = 0;
        foreach (int m in group.Members)
        {
            ref Slot s = ref slots[m];
            int before = here;
            for (int k = s.Edge; k < s.Edge + s.Edges; k++)
            {
                if (edges[k].Slot >= 0 && ReferenceEquals(slots[edges[k].Slot].BaseLeaf, leaf)) { return null; }
                if (!ReferenceEquals(edges[k].Leaf, leaf)) { continue; }
                if (!Lets(s)) { return null; }
                here++;
            }
            if (here == before) { continue; }
            // Through an alias the claim is the alias's, however many read it: only direct reads count.
            int direct = 0;
            for (int i = 0, inputs = s.Node.InputCount; i < inputs; i++) { direct += ReferenceEquals(s.Node.Input(i), leaf) ? 1 : 0; }
            if (direct != here - before) { return null; }
        }
        if (here != Volatile.Read(ref leaf.Claims)) { return null; }
        leaf.Value = null;
        donated.Add((leaf, storage));
        return storage;
    }

    // The member gives its inputs up with this plan.
    static bool Lets(in Slot s) => s.Node.Has(NodeFlags.Took) && !s.Node.Has(NodeFlags.KeepEdges) && (s.Need || !s.Node.Has(NodeFlags.Escaped));

    Storage? TakeTemporary(PlannedGroup group, int t)
    {
        ref Slot d = ref slots[t];
        if (d.Need || d.Readers != 1 || d.Storage is not { CanDonate: true } storage) { return null; }
        foreach (int m in group.Members)
        {
            ref Slot s = ref slots[m];
            for (int k = s.Edge; k < s.Edge + s.Edges; k++)
            {
                // Read here through a view as well: the elements would not meet.
                int at = edges[k].Slot;
                if (at >= 0 && at != t && slots[at].Base == t) { return null; }
            }
        }
        d.Storage = null;
        return storage;
    }

    // Input 0 of an Assemble or an in-place kernel, when this is its last reader and it fills the whole result.
    Storage? Taken(int head, int edge)
    {
        ref Slot s = ref slots[head];
        Edge e = edges[edge];
        if (dry || s.Layout.Count * s.Type.Size <= Storage.SmallBytes) { return null; }
        Layout layout = e.Leaf is not null ? e.Leaf.Layout : slots[e.Slot].Layout;
        if (!layout.Contiguous || layout.Offset != 0) { return null; }
        // The other inputs must not lie in the same memory.
        for (int k = s.Edge; k < s.Edge + s.Edges; k++)
        {
            if (k == edge) { continue; }
            Edge other = edges[k];
            NDArray? leaf = other.Leaf ?? slots[other.Slot].BaseLeaf;
            if (e.Leaf is not null && leaf?.Value is Storage && ReferenceEquals(leaf.Value, e.Leaf.Value)) { return null; }
            if (e.Slot >= 0 && other.Slot >= 0 && slots[other.Slot].Base == e.Slot) { return null; }
        }
        var alone = groups[s.Group];
        Storage? storage = e.Leaf is not null ? TakeLeaf(alone, e.Leaf) : slots[e.Slot].Base == e.Slot ? TakeTemporary(alone, e.Slot) : null;
        if (storage is not null) { Counters.Donations++; }
        return storage;
    }
}
