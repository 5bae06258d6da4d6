using Engine.Internal.Plans;

namespace Engine.Internal.Backends.Cpu;

/// <summary>A Map in parts: runs of tiles.</summary>
internal sealed class MapJob(Group group, GroupMemory memory, int parts) : Job
{
    // all parts cut the space by one plan
    readonly TilePlan plan = TilePlan.Of(group.Prologue!, TileExecutor.Count(group.Space));

    protected override void Run(int part) => TileExecutor.Run(plan, group.Prologue!, group.Space, memory.In, memory.Out, part, parts);
}
