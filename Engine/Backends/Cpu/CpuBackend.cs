using Engine.Internal.Plans;

namespace Engine.Internal.Backends.Cpu;

/// <summary>Runs groups on the calling thread.</summary>
internal sealed class CpuBackend : Backend
{
    [ThreadStatic] static GroupMemory? idle;

    public override bool Claims(LibraryKernel kernel, ReadOnlySpan<DType> types, int ndim) =>
        kernel == LibraryKernel.Softmax && ndim > 0 && types.Length > 0 && types[0].IsFloat;

    public override bool RunsLanes => true;

    public override void Run(Plan plan, Group group)
    {
        // Taken while in use: a kernel that evaluates arrays of its own would find none and make another.
        GroupMemory memory = idle ?? new GroupMemory();
        idle = null;
        memory.Bind(plan, group);
        try
        {
            Run(group, memory);
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

    static void Run(Group group, GroupMemory memory)
    {
        switch (group.Kind)
        {
            case GroupKind.Map: TileExecutor.Run(group.Prologue!, group.Space, memory.In, memory.Out); break;
            case GroupKind.Reduce: ReduceExecutor.Run(group, memory); break;
            case GroupKind.Scan: ScanExecutor.Run(group, memory); break;
            case GroupKind.MatMul: MatMulExecutor.Run(group, memory); break;
            case GroupKind.Gather: GatherExecutor.Run(group, memory); break;
            case GroupKind.Scatter: ScatterExecutor.Run(group, memory); break;
            case GroupKind.Sort: SortExecutor.Run(group, memory); break;
            case GroupKind.Random: RandomExecutor.Run(group, memory); break;
            case GroupKind.Library: SoftmaxExecutor.Run(group, memory); break;
        }
    }
}
