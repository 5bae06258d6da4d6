using Engine.Internal.Memory;
using Engine.Internal.Plans;

namespace Engine.Internal.Graph;

internal sealed partial class Planner
{
    /// <summary>Plans a graph over tracers that have no value, to run again and again.</summary>
    /// <param name="roots">Its results, claimed by the caller.</param>
    /// <param name="tracers">Its arguments, in tracers of an open frame.</param>
    public static Trace Record(NDArray[] roots, Node[] tracers)
    {
        Evaluator.Eval(Concrete(roots));
        // A tracer stands for memory while its graph is planned.
        var memory = new Storage[tracers.Length];
        for (int i = 0; i < tracers.Length; i++)
        {
            NDArray tracer = tracers[i];
            memory[i] = Storage.Placeholder(tracer.Layout.Count * tracer.DType.Size);
            tracer.Value = memory[i];
        }
        var planner = new Planner(dry: true);
        lock (Lifetime.Gate)
        {
            try
            {
                while (!planner.Plan(roots))
                {
                    planner.Clean();
                    Monitor.Wait(Lifetime.Gate);
                }
                foreach (Storage storage in memory)
                {
                    planner.leafBuffers[storage] = planner.plan.Buffers.Count;
                    planner.plan.Buffers.Add(new PlanBuffer { Storage = storage, Bytes = storage.Bytes });
                }
                Plan all = planner.LowerAll();
                var results = Array.ConvertAll(roots, planner.Traced);
                for (int i = 0; i < memory.Length; i++) { all.Buffers[i].Storage = null; }
                return new Trace(all.Groups, planner.plan.Buffers, memory.Length, results);
            }
            finally
            {
                planner.Clean();
                foreach (Node tracer in tracers) { tracer.Array.Value = null; }
            }
        }
    }

    // What does not depend on an argument is computed once.
    static NDArray[] Concrete(NDArray[] roots)
    {
        var found = new List<NDArray>();
        var seen = new HashSet<NDArray>(ReferenceEqualityComparer.Instance);
        var stack = new Stack<NDArray>(roots);
        while (stack.TryPop(out NDArray? x))
        {
            if (x.HasValue || !seen.Add(x)) { continue; }
            if (!x.Has(NodeFlags.Abstract))
            {
                found.Add(x);
                continue;
            }
            for (int i = 0, n = x.InputCount; i < n; i++) { stack.Push(x.Input(i)); }
        }
        return [.. found];
    }

    TracedResult Traced(NDArray root)
    {
        if (!root.Has(NodeFlags.Abstract)) { return new TracedResult(root, -1, root.DType, root.Layout); }
        if (root.Value is Storage storage) { return new TracedResult(null, leafBuffers[storage], root.DType, root.Layout); }
        // Through aliases, to what they stand for.
        Edge e = new() { Slot = root.Slot };
        while (e.Slot >= 0 && slots[e.Slot].Kind == SlotKind.Alias) { e = edges[slots[e.Slot].Edge]; }
        if (e.Slot < 0) { return Traced(e.Leaf!, root.DType, e.Leaf!.Layout); }
        ref Slot s = ref slots[e.Slot];
        if (s.Base < 0) { return Traced(s.BaseLeaf!, root.DType, s.Layout); }
        return new TracedResult(null, BufferOf(s.Base), root.DType, s.Layout);
    }

    TracedResult Traced(NDArray leaf, DType dtype, Layout layout) => new(null, LeafBuffer(leaf), dtype, layout);
}
