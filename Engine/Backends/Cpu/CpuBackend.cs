using Engine.Internal.Plans;

namespace Engine.Internal.Backends.Cpu;

/// <summary>Runs groups on the calling thread, with the help of <see cref="Workers"/> where they are large.</summary>
internal sealed class CpuBackend : Backend
{
    [ThreadStatic] static GroupMemory? idle;

    public override bool Claims(LibraryKernel kernel, ReadOnlySpan<DType> types, int ndim) =>
        kernel is LibraryKernel.Softmax or LibraryKernel.RmsNorm or LibraryKernel.LayerNorm && ndim > 0 && types.Length > 0 && types[0].IsFloat;

    public override bool RunsLanes => true;

    public override void Run(Plan plan, Group group)
    {
        // Taken while in use: a kernel that evaluates arrays of its own would find none and make another.
        GroupMemory memory = idle ?? new GroupMemory();
        idle = null;
        memory.Bind(plan, group);
        try
        {
            if (Share(group, memory) is var (job, parts)) { Workers.Run(job, parts); }
            else { RunAlone(group, memory); }
            memory.WriteBack();
        }
        finally
        {
            memory.Release();
            idle = memory;
        }
        GroupCounters.Add(group.Kind);
        GC.KeepAlive(plan);
    }

    /// <summary>The group as a job for several threads; null where it is too small or cannot be cut.</summary>
    static (Job Job, int Parts)? Share(Group group, GroupMemory memory)
    {
        int parts;
        if (group.Kind == GroupKind.Map)
        {
            parts = Workers.Parts(Cost.Of(group), long.MaxValue);
            return parts == 1 ? null : (new MapJob(group, memory, parts), parts);
        }
        if (Workers.Parts(Cost.Of(group), long.MaxValue) == 1 || GroupCut.Find(group) is not { } cut) { return null; }
        parts = Workers.Parts(Cost.Of(group), cut.Length / cut.Grain);
        // Fewer pieces than threads: a reduction cuts its rows instead.
        return parts == 1 || (parts < Workers.Count && group.Kind == GroupKind.Reduce) ? null : (new SplitJob(group, memory, cut, parts), parts);
    }

    /// <summary>Runs a group, or a piece of one, on this thread.</summary>
    public static void RunAlone(Group group, GroupMemory memory)
    {
        switch (group.Kind)
        {
            case GroupKind.Map: TileExecutor.Run(group.Prologue!, group.Space, memory.In, memory.Out); break;
            case GroupKind.Reduce: ReduceExecutor.Run(group, memory); break;
            case GroupKind.Scan: ScanExecutor.Run(group, memory); break;
            case GroupKind.MatMul: MatMulExecutor.Run(group, memory); break;
            case GroupKind.Conv: ConvExecutor.Run(group, memory); break;
            case GroupKind.Gather: GatherExecutor.Run(group, memory); break;
            case GroupKind.Scatter: ScatterExecutor.Run(group, memory); break;
            case GroupKind.Sort: SortExecutor.Run(group, memory); break;
            case GroupKind.Random: RandomExecutor.Run(group, memory); break;
            case GroupKind.Library when group.A is NormAttributes: NormExecutor.Run(group, memory); break;
            case GroupKind.Library: SoftmaxExecutor.Run(group, memory); break;
        }
    }
}
