namespace Engine.Internal.Graph;

/// <summary>What evaluation did, process-wide: makes fusion testable.</summary>
internal static class Counters
{
    static long groups;

    /// <summary>Passes over memory.</summary>
    public static long Groups => Volatile.Read(ref groups) + Small;

    /// <summary>Ops that ran without a plan. Written under the gate.</summary>
    public static long Small { get; set; }

    /// <summary>Evaluations that planned something. Written under the gate.</summary>
    public static long Plans { get; set; }

    /// <summary>Results that took over an input's memory. Written under the gate.</summary>
    public static long Donations { get; set; }

    public static void Count() => Interlocked.Increment(ref groups);
}
