using Engine.Internal.Plans;

namespace Engine.Internal.Graph;

/// <summary>Computes pending nodes. Any number of threads may call it; a plan that meets a node of a running plan waits before it marks anything.</summary>
internal static class Evaluator
{
    /// <summary>Gives every root a value. The roots are claimed while it runs; a floating root must be claimed by its caller to keep its value.</summary>
    public static void Eval(params ReadOnlySpan<NDArray> roots) => Eval(roots, CancellationToken.None);

    /// <summary>The same; between passes it may be cancelled, which leaves what is not computed as it was.</summary>
    public static void Eval(ReadOnlySpan<NDArray> roots, CancellationToken cancel)
    {
        bool pending = false;
        foreach (NDArray root in roots) { pending |= !root.HasValue; }
        if (!pending) { return; }
        if (roots.Length == 1 && TryRunSmall(roots[0])) { return; }
        Device.CheckAsked();
        Planner planner = Planner.Rent();
        bool started = false;
        foreach (NDArray root in roots) { Lifetime.Claim(root); }
        try
        {
            lock (Lifetime.Gate)
            {
                while (!planner.Plan(roots))
                {
                    planner.Clean();
                    Monitor.Wait(Lifetime.Gate);
                }
                started = true;
            }
            planner.Run(cancel);
        }
        finally
        {
            lock (Lifetime.Gate)
            {
                planner.Clean();
                foreach (NDArray root in roots) { Lifetime.Release(root); }
                if (started) { Monitor.PulseAll(Lifetime.Gate); }
            }
            Planner.Return(planner);
        }
    }

    /// <summary>Gives a node its value where that takes no plan.</summary>
    public static bool TryRunSmall(NDArray root)
    {
        if (root.Op is not ElementwiseOp) { return false; }
        Device.CheckAsked();
        lock (Lifetime.Gate) { return root.HasValue || SmallOp.TryRunAll(root); }
    }

    /// <summary>The plan that Eval would run now, without running it.</summary>
    public static Plan Describe(params ReadOnlySpan<NDArray> roots)
    {
        var planner = new Planner(dry: true);
        foreach (NDArray root in roots) { Lifetime.Claim(root); }
        try
        {
            lock (Lifetime.Gate)
            {
                while (!planner.Plan(roots))
                {
                    planner.Clean();
                    Monitor.Wait(Lifetime.Gate);
                }
                return planner.LowerAll();
            }
        }
        finally
        {
            lock (Lifetime.Gate)
            {
                planner.Clean();
                foreach (NDArray root in roots) { Lifetime.Release(root); }
            }
        }
    }
}
