using Engine.Internal.Memory;
using Engine.Internal.Plans;

namespace Engine.Internal.Graph;

/// <summary>Where a result of a trace comes from.</summary>
/// <param name="Constant">A value that was there when the trace was made; null where the result lies in a buffer.</param>
/// <param name="Buffer">The buffer.</param>
/// <param name="DType">Element type.</param>
/// <param name="Layout">Layout over the buffer.</param>
internal sealed record TracedResult(NDArray? Constant, int Buffer, DType DType, Layout Layout);

/// <summary>A graph over arguments that was planned once: it runs again and again without its function, its nodes or the planner.</summary>
/// <remarks>Buffers are the arguments first, then constants and what groups write. What dies inside is given back, or taken over by the next, as in a plan that runs once.</remarks>
internal sealed class Trace
{
    sealed class Step(Group group)
    {
        public readonly Group Group = group;
        /// <summary>Buffers that get memory before it runs, each with the buffer that it may take over, or -1.</summary>
        public readonly List<(int Buffer, int Donor)> First = [];
        /// <summary>Buffers that nothing needs any more when it has run.</summary>
        public readonly List<int> Last = [];
    }

    readonly Backend backend = Backend.Current;
    readonly int arguments;
    readonly PlanBuffer[] buffers;
    readonly Step[] steps;
    readonly TracedResult[] results;
    Plan? idle;

    /// <param name="groups">In the order in which they run.</param>
    /// <param name="buffers">Arguments first; those with storage are constants.</param>
    /// <param name="arguments">How many arguments there are.</param>
    /// <param name="results">The results.</param>
    public Trace(List<Group> groups, List<PlanBuffer> buffers, int arguments, TracedResult[] results)
    {
        this.arguments = arguments;
        this.buffers = [.. buffers];
        this.results = results;
        steps = [.. groups.Select(g => new Step(g))];
        for (int b = arguments; b < this.buffers.Length; b++) { this.buffers[b].Storage?.Hold(); }
        foreach (TracedResult result in results)
        {
            if (result.Constant is { } constant) { Lifetime.Claim(constant); }
        }
        FindLifetimes();
    }

    /// <summary>What a back end claims depends on which it is.</summary>
    public bool IsCurrent => backend == Backend.Current;

    /// <summary>Passes over memory.</summary>
    public int Groups => steps.Length;

    void FindLifetimes()
    {
        var first = new int[buffers.Length];
        var last = new int[buffers.Length];
        Array.Fill(first, -1);
        for (int g = 0; g < steps.Length; g++)
        {
            foreach (View view in steps[g].Group.Out)
            {
                if (first[view.Buffer] < 0) { first[view.Buffer] = g; }
                last[view.Buffer] = g;
            }
            foreach (View view in steps[g].Group.In)
            {
                if (view.Buffer >= 0) { last[view.Buffer] = g; }
            }
        }
        foreach (TracedResult result in results)
        {
            if (result.Constant is null) { last[result.Buffer] = int.MaxValue; }
        }
        for (int b = 0; b < buffers.Length; b++)
        {
            if (last[b] < int.MaxValue && steps.Length > 0 && buffers[b].Storage is null) { steps[last[b]].Last.Add(b); }
            if (b >= arguments && first[b] >= 0 && buffers[b].Storage is null) { steps[first[b]].First.Add((b, -1)); }
        }
        foreach (Step step in steps) { FindDonors(step); }
    }

    // A result may lie where an operand of its size lay that nothing reads later: element by element, or in place where the kernel works so.
    void FindDonors(Step step)
    {
        Group group = step.Group;
        var taken = new HashSet<int>();
        for (int k = 0; k < step.First.Count; k++)
        {
            int b = step.First[k].Buffer;
            if (buffers[b].Bytes <= Storage.SmallBytes) { continue; }
            foreach (View view in group.In)
            {
                int d = view.Buffer;
                if (d < 0 || buffers[d].Bytes != buffers[b].Bytes || !step.Last.Contains(d) || taken.Contains(d) || !TakesOver(group, view, b)) { continue; }
                step.First[k] = (b, d);
                taken.Add(d);
                break;
            }
        }
    }

    static bool TakesOver(Group group, View from, int buffer)
    {
        int readers = 0;
        foreach (View view in group.In) { readers += view.Buffer == from.Buffer ? 1 : 0; }
        if (readers != 1) { return false; }
        if (group.Kind == GroupKind.Scatter) { return ReferenceEquals(group.In[0], from) && SameWalk(from, group.Out[0]); }
        return group.Kind == GroupKind.Map && group.Out.Length == 1 && group.Out[0].Buffer == buffer && SameWalk(from, group.Out[0]);
    }

    static bool SameWalk(View a, View b) =>
        a.DType.Size == b.DType.Size && a.Offset == b.Offset && a.Shape.AsSpan().SequenceEqual(b.Shape) && a.Strides.AsSpan().SequenceEqual(b.Strides);

    /// <summary>Runs the graph over arguments of the dtypes and shapes that it was traced with.</summary>
    /// <param name="arrays">Evaluated, row-major from the first byte of their memory on; the caller holds them.</param>
    /// <param name="give">Which of them may be overwritten.</param>
    /// <returns>The results, each a value with no claim.</returns>
    public Node[] Run(ReadOnlySpan<NDArray> arrays, ReadOnlySpan<bool> give)
    {
        var values = new Storage[arrays.Length];
        for (int i = 0; i < values.Length; i++) { values[i] = Values.Of(arrays[i]); }
        Plan plan = Interlocked.Exchange(ref idle, null) ?? NewPlan();
        List<PlanBuffer> memory = plan.Buffers;
        try
        {
            for (int i = 0; i < arguments; i++)
            {
                memory[i].Storage = values[i];
                values[i].Hold();
            }
            foreach (Step step in steps)
            {
                foreach (var (b, donor) in step.First) { memory[b].Storage = Take(memory, donor, give) ?? Storage.Allocate(memory[b].Bytes); }
                backend.Run(plan, step.Group);
                Counters.Count();
                foreach (int b in step.Last) { Drop(memory[b]); }
            }
            var nodes = new Node[results.Length];
            for (int i = 0; i < nodes.Length; i++) { nodes[i] = Result(results[i], memory); }
            return nodes;
        }
        finally
        {
            for (int b = 0; b < buffers.Length; b++)
            {
                if (buffers[b].Storage is null) { Drop(memory[b]); }
            }
            Volatile.Write(ref idle, plan);
        }
    }

    // The holder of an argument's memory and this run are two.
    Storage? Take(List<PlanBuffer> memory, int donor, ReadOnlySpan<bool> give)
    {
        if (donor < 0 || memory[donor].Storage is not { } storage) { return null; }
        if (donor < arguments && !(give[donor] && storage.Holds == 2 && storage.IsOwn)) { return null; }
        // Given back as the donor's when the group has run.
        storage.Hold();
        return storage;
    }

    static void Drop(PlanBuffer buffer)
    {
        buffer.Storage?.Drop();
        buffer.Storage = null;
    }

    static Node Result(TracedResult result, List<PlanBuffer> memory)
    {
        if (result.Constant is { } constant) { return Build.Alias(constant); }
        Storage storage = memory[result.Buffer].Storage!;
        storage.Hold();
        return Build.Value(storage, result.DType, result.Layout);
    }

    Plan NewPlan()
    {
        var plan = new Plan();
        foreach (PlanBuffer buffer in buffers) { plan.Buffers.Add(new PlanBuffer { Bytes = buffer.Bytes, Storage = buffer.Storage }); }
        return plan;
    }

    /// <summary>Gives the constants back.</summary>
    public void Release()
    {
        for (int b = arguments; b < buffers.Length; b++) { Drop(buffers[b]); }
        foreach (TracedResult result in results)
        {
            if (result.Constant is { } constant) { Lifetime.Release(constant); }
        }
    }
}
