using Engine.Internal.Plans;

namespace Engine.Internal.Backends.Cpu;

/// <summary>Groups that the CPU back end ran, by kind, since the process started. Bytes are counted by <see cref="ExecutorCounters"/>.</summary>
internal static class GroupCounters
{
    static readonly long[] groups = new long[(int)GroupKind.Library + 1];

    /// <summary>Groups of a kind that ran.</summary>
    public static long Of(GroupKind kind) => Interlocked.Read(ref groups[(int)kind]);

    public static void Add(GroupKind kind) => Interlocked.Increment(ref groups[(int)kind]);
}
