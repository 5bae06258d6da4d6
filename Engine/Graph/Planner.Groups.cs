using Engine.Internal.Memory;

namespace Engine.Internal.Graph;

/// <summary>One pass over memory, as the planner sees it: a set of slots.</summary>
internal sealed class PlannedGroup
{
    public readonly List<int> Members = [];
    /// <summary>The slot that is not a Map: a Reduce at the end, an Assemble, a Kernel; -1 where there is none.</summary>
    public int Head = -1;
    /// <summary>Maps over the results of the Reduce or Kernel, run while they are hot.</summary>
    public readonly List<int> Epilogue = [];
    public int Level, Phase, First;
    public long[] Space = [];
}

internal sealed partial class Planner
{
    readonly List<PlannedGroup> groups = [];
    readonly PlannedGroup one = new();
    int[] parent = new int[32];

    // Under the gate. Which nodes keep their value; what is not needed and escaped is remembered as seen.
    void MarkNeeds(ReadOnlySpan<NDArray> roots)
    {
        foreach (NDArray root in roots)
        {
            if (root.HasValue) { continue; }
            root.Set(NodeFlags.Root);
            slots[root.Slot].Held++;
        }
        foreach (var (node, expansion) in expanded)
        {
            if (!expansion.HasValue && node.Mark == stamp) { slots[expansion.Slot].Held++; }
        }
        // Consumers before producers. A cheap node that an earlier plan fused away is kept when something new wants it: not when all that wants it was fused away with it and is kept now.
        for (int i = count - 1; i >= 0; i--)
        {
            ref Slot s = ref slots[i];
            NDArray x = s.Node;
            x.Set(NodeFlags.InPlan);
            bool escaped = x.Has(NodeFlags.Escaped), seen = x.Has(NodeFlags.Seen);
            int sure = Volatile.Read(ref x.Claims) - s.Uses - s.Held - (escaped ? 1 : 0);
            s.Need = x.Has(NodeFlags.Root | NodeFlags.KeepEdges) || sure > 0 || (escaped && ((seen && s.Wanted) || x.Op.IsDear(x))) || ReadsSharedMemory(s);
            if (escaped && !s.Need) { x.Set(NodeFlags.Seen); }
            if (s.Need && seen) { continue; }
            for (int k = s.Edge; k < s.Edge + s.Edges; k++)
            {
                if (edges[k].Slot >= 0) { slots[edges[k].Slot].Wanted = true; }
            }
        }
    }

    // What others may write between two readings is read once.
    bool ReadsSharedMemory(in Slot s)
    {
        if (s.Kind is SlotKind.View or SlotKind.Alias) { return false; }
        for (int k = s.Edge; k < s.Edge + s.Edges; k++)
        {
            NDArray? leaf = edges[k].Leaf ?? slots[edges[k].Slot].BaseLeaf;
            if (leaf?.Value is Storage { IsShared: true }) { return true; }
        }
        return false;
    }

    int Find(int i)
    {
        while (parent[i] != i) { i = parent[i] = parent[parent[i]]; }
        return i;
    }

    // The producer that may share a pass with its consumer over this space; -1 where there is none.
    int Fusable(in Edge e, long[] space)
    {
        if (e.Slot < 0) { return -1; }
        ref Slot t = ref slots[e.Slot];
        return t.Kind is SlotKind.Map or SlotKind.Index && SameShape(t.Space, t.Layout.Shape) && SameShape(t.Space, space) ? e.Slot : -1;
    }

    static bool SameShape(long[] a, long[] b) => ReferenceEquals(a, b) || a.AsSpan().SequenceEqual(b);

    // Levels first: an edge that a pass cannot cross raises the level, so that nodes of one level and one space can share a pass without a cycle. Then every Map sinks to the lowest level of its
    // consumers, so that it joins the pass that wants it. Proof: docs/planner.md.
    void FormGroups(bool oneRoot)
    {
        if (oneRoot && IsOnePass())
        {
            FormOne();
            return;
        }
        if (parent.Length < count) { parent = new int[slots.Length]; }
        for (int i = 0; i < count; i++)
        {
            ref Slot s = ref slots[i];
            parent[i] = i;
            s.Level = 0;
            bool fuses = s.Kind is SlotKind.Map or SlotKind.Reduce;
            for (int k = s.Edge; k < s.Edge + s.Edges; k++)
            {
                int t = edges[k].Slot;
                if (t < 0) { continue; }
                if (s.Kind is SlotKind.View or SlotKind.Alias) { s.Level = Math.Max(s.Level, slots[t].Level); }
                else if (fuses && Fusable(edges[k], s.Space) >= 0) { s.Level = Math.Max(s.Level, slots[t].Level); }
                else { s.Level = Math.Max(s.Level, LevelOfBase(t) + 1); }
            }
        }
        Sink();
        for (int i = 0; i < count; i++)
        {
            ref Slot s = ref slots[i];
            if (s.Kind != SlotKind.Map) { continue; }
            for (int k = s.Edge; k < s.Edge + s.Edges; k++)
            {
                int t = Fusable(edges[k], s.Space);
                if (t >= 0 && slots[t].Level == s.Level) { parent[Find(t)] = Find(i); }
            }
        }
        Assign();
        FindStored();
        AttachEpilogues();
        foreach (var group in groups) { group.First = group.Members[0]; }
        groups.Sort(static (a, b) => a.Level != b.Level ? a.Level.CompareTo(b.Level) : a.Phase != b.Phase ? a.Phase.CompareTo(b.Phase) : a.First.CompareTo(b.First));
        for (int g = 0; g < groups.Count; g++)
        {
            foreach (int i in groups[g].Members) { slots[i].Group = g; }
            foreach (int i in groups[g].Epilogue) { slots[i].Group = g; }
        }
    }

    // What most graphs are: maps over one space, all of them behind one root. What follows would make one group of them, too.
    bool IsOnePass()
    {
        for (int i = 0; i < count; i++)
        {
            ref Slot s = ref slots[i];
            if (s.Kind != SlotKind.Map || !SameShape(s.Space, slots[0].Space) || !SameShape(s.Space, s.Layout.Shape)) { return false; }
        }
        return count > 0;
    }

    void FormOne()
    {
        PlannedGroup group = one;
        group.Members.Clear();
        (group.Head, group.Level, group.Phase, group.First, group.Space) = (-1, 0, 0, 0, slots[0].Space);
        for (int i = 0; i < count; i++)
        {
            slots[i].Group = 0;
            slots[i].Stored = slots[i].Need;
            group.Members.Add(i);
        }
        groups.Add(group);
    }

    int LevelOfBase(int t) => slots[t].Base >= 0 ? slots[slots[t].Base].Level : -1;

    void Sink()
    {
        Span<int> lowest = count <= 256 ? stackalloc int[count] : new int[count];
        lowest.Fill(int.MaxValue);
        for (int i = count - 1; i >= 0; i--)
        {
            ref Slot s = ref slots[i];
            if (s.Kind is SlotKind.Map or SlotKind.Index && lowest[i] != int.MaxValue) { s.Level = Math.Max(s.Level, lowest[i]); }
            bool fuses = s.Kind is SlotKind.Map or SlotKind.Reduce;
            for (int k = s.Edge; k < s.Edge + s.Edges; k++)
            {
                int t = edges[k].Slot;
                if (t < 0) { continue; }
                // What reads a view reads its base: the bound passes through.
                if (s.Kind is SlotKind.View or SlotKind.Alias) { lowest[t] = Math.Min(lowest[t], lowest[i]); }
                else if (fuses && Fusable(edges[k], s.Space) >= 0) { lowest[t] = Math.Min(lowest[t], s.Level); }
                else { lowest[t] = Math.Min(lowest[t], s.Level - 1); }
            }
        }
    }

    void Assign()
    {
        Span<int> groupOf = count <= 256 ? stackalloc int[count] : new int[count];
        groupOf.Fill(-1);
        for (int i = 0; i < count; i++)
        {
            ref Slot s = ref slots[i];
            if (s.Kind is SlotKind.View or SlotKind.Alias) { continue; }
            if (s.Kind is SlotKind.Map or SlotKind.Index)
            {
                int root = Find(i);
                if (groupOf[root] < 0)
                {
                    groupOf[root] = groups.Count;
                    groups.Add(new PlannedGroup { Level = s.Level, Space = s.Space });
                }
                s.Group = groupOf[root];
                groups[s.Group].Members.Add(i);
                continue;
            }
            if (s.Kind == SlotKind.Reduce)
            {
                int t = Fusable(edges[s.Edge], s.Space);
                if (t >= 0 && slots[t].Level == s.Level)
                {
                    // The producer's group is complete only at the end; its number is known now.
                    PlannedGroup with = groups[slots[t].Group];
                    if (with.Head < 0)
                    {
                        with.Head = i;
                        s.Group = slots[t].Group;
                        continue;
                    }
                    s.Group = groups.Count;
                    groups.Add(new PlannedGroup { Level = s.Level, Phase = 1, Head = i, Space = s.Space });
                    groups[^1].Members.Add(i);
                    continue;
                }
            }
            s.Group = groups.Count;
            groups.Add(new PlannedGroup { Level = s.Level, Head = i, Space = s.Space });
            groups[^1].Members.Add(i);
        }
        foreach (var group in groups)
        {
            if (group.Head >= 0 && group.Members[^1] != group.Head && !group.Members.Contains(group.Head)) { group.Members.Add(group.Head); }
        }
    }

    // Written to memory: what is needed, and what another group or a view reads.
    void FindStored()
    {
        for (int i = 0; i < count; i++)
        {
            ref Slot s = ref slots[i];
            bool looks = s.Kind is SlotKind.View or SlotKind.Alias;
            if (s.Need) { if (!looks) { s.Stored = true; } else if (s.Base >= 0) { slots[s.Base].Stored = true; } }
            if (looks) { continue; }
            for (int k = s.Edge; k < s.Edge + s.Edges; k++)
            {
                int t = edges[k].Slot;
                if (t < 0) { continue; }
                int at = slots[t].Base;
                if (at >= 0 && (at != t || slots[at].Group != s.Group || Fusable(edges[k], s.Space) < 0)) { slots[at].Stored = true; }
            }
        }
    }

    static bool TakesEpilogue(in Slot s) => s.Kind == SlotKind.Reduce || (s.Kind == SlotKind.Kernel && s.Node.Op is KernelOp { TakesEpilogue: true });

    // One Map group over the results of a reduction (or of a kernel that allows it) may run with it: it reads this reduction and earlier results only, writes one result, and nobody else wants the raw one.
    void AttachEpilogues()
    {
        const int None = -1, Refused = -2;
        Span<int> target = count <= 256 ? stackalloc int[count] : new int[count];
        target.Fill(None);
        for (int i = 0; i < count; i++)
        {
            ref Slot s = ref slots[i];
            if (s.Kind == SlotKind.Alias && !s.Need) { continue; }
            for (int k = s.Edge; k < s.Edge + s.Edges; k++)
            {
                int t = edges[k].Slot;
                int r = t < 0 ? -1 : slots[t].Base;
                if (r < 0 || !TakesEpilogue(slots[r])) { continue; }
                bool fits = s.Kind == SlotKind.Map && t == r && s.Level == slots[r].Level + 1 && (target[r] == None || target[r] == s.Group);
                target[r] = fits ? s.Group : Refused;
            }
        }
        for (int r = 0; r < count; r++)
        {
            if (target[r] < 0 || slots[r].Need || !Fits(r, target[r], out bool later)) { continue; }
            PlannedGroup reduce = groups[slots[r].Group], map = groups[target[r]];
            reduce.Epilogue.AddRange(map.Members);
            if (later) { reduce.Phase = 2; }
            slots[r].Stored = false;
            foreach (int i in map.Members) { slots[i].Group = slots[r].Group; }
            map.Members.Clear();
        }
        groups.RemoveAll(static g => g.Members.Count == 0);
    }

    // later: the epilogue reads another group of the reduction's level, so the pass must come after it.
    bool Fits(int r, int target, out bool later)
    {
        later = false;
        PlannedGroup map = groups[target];
        if (map.Head >= 0 || map.Members.Count == 0 || !SameShape(map.Space, slots[r].Node.Layout.Shape)) { return false; }
        int stored = 0, level = slots[r].Level;
        foreach (int i in map.Members)
        {
            ref Slot s = ref slots[i];
            if (s.Kind != SlotKind.Map || !SameShape(s.Space, s.Layout.Shape)) { return false; }
            stored += s.Stored ? 1 : 0;
            for (int k = s.Edge; k < s.Edge + s.Edges; k++)
            {
                int t = edges[k].Slot;
                int at = t < 0 ? -1 : slots[t].Base;
                if (at < 0 || at == r || slots[at].Group == target) { continue; }
                PlannedGroup other = groups[slots[at].Group];
                if (slots[at].Level > level || slots[at].Group == slots[r].Group || other.Phase == 2) { return false; }
                later |= slots[at].Level == level;
            }
        }
        return stored == 1 && !(later && HasSplit(slots[r].Group));
    }

    // A reduction that was split off a group reads what it stores, right after it.
    bool HasSplit(int group)
    {
        foreach (PlannedGroup other in groups)
        {
            if (other.Phase == 1 && other.Head >= 0 && edges[slots[other.Head].Edge].Slot is >= 0 and int from && slots[from].Group == group) { return true; }
        }
        return false;
    }
}
