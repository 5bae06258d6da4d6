using Engine.Internal.Memory;
using Xunit;

namespace Engine.Tests.Memory;

/// <summary>Tests that read the process-wide counters: nothing else runs beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class MemoryTestGroup
{
    public const string Name = "Memory counters";

    /// <summary>Starts from nothing dead and nothing cached.</summary>
    internal static void Settle()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        EngineMemory.Trim();
        EngineMemory.ResetPeak();
    }
}
