using Engine.Internal.Plans;

namespace Engine.Internal.Graph;

internal sealed partial class Planner
{
    [ThreadStatic]
    static Planner? spare;

    readonly bool dry;

    public Planner(bool dry = false) => this.dry = dry;

    /// <summary>A planner of this thread; a nested evaluation gets its own.</summary>
    public static Planner Rent()
    {
        Planner planner = spare ?? new Planner();
        spare = null;
        return planner;
    }

    public static void Return(Planner planner) => spare = planner;

    /// <summary>Under the gate. False: another plan computes a node of this one; wait, holding nothing.</summary>
    public bool Plan(ReadOnlySpan<NDArray> roots)
    {
        if (!Collect(roots)) { return false; }
        MarkNeeds(roots);
        FormGroups(roots.Length == 1);
        CountReaders();
        if (!dry) { Counters.Plans++; }
        return true;
    }

    /// <summary>Under the gate. All groups, with buffers that have no memory.</summary>
    public Plan LowerAll()
    {
        foreach (PlannedGroup group in groups) { Lower(group); }
        var all = new Plan();
        all.Groups.AddRange(plan.Groups);
        all.Buffers.AddRange(plan.Buffers);
        foreach (Group group in all.Groups) { PlanCheck.Group(all, group); }
        return all;
    }
}
