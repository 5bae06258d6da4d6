using Engine.Internal.Memory;

namespace Engine.Internal.Plans;

/// <summary>Memory that a plan reads or writes. Bytes counts from the storage's start.</summary>
internal sealed class PlanBuffer
{
    /// <summary>Given for inputs; set by the planner's runner (allocated or donated) before the group that first writes it runs.</summary>
    public Storage? Storage;
    public long Bytes;
}

/// <summary>Groups in an order in which they can run. The runner gives memory to a group's outputs, submits the group and commits its results before the next.</summary>
internal sealed class Plan
{
    public readonly List<PlanBuffer> Buffers = [];
    public readonly List<Group> Groups = [];
}

/// <summary>Runs groups. Kernels see pointers, strides and counts; no node and no op.</summary>
internal abstract class Backend
{
    /// <summary>Whether a composite is run whole. Depends on dtypes, ranks and attributes only.</summary>
    public abstract bool Claims(LibraryKernel kernel, ReadOnlySpan<DType> types, int ndim);

    /// <summary>Runs lane bodies as the CPU's kernels do, so that one small op needs no plan.</summary>
    public virtual bool RunsLanes => false;

    /// <summary>Runs one group to its end. Every buffer that the group names has its storage. Throws what only values can tell (IndexException).</summary>
    public abstract void Run(Plan plan, Group group);

    /// <summary>Where plans go. Engine.Tests puts its second back end here.</summary>
    public static Backend Current { get; set; } = null!;
}
