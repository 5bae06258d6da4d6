using Engine.Internal.Plans;

namespace Engine.Internal.Backends.Cpu;

/// <summary>A Map in parts: runs of tiles.</summary>
internal sealed class MapJob(Group group, GroupMemory memory, int parts) : Job
{
    protected override void Run(int part) => TileExecutor.Run(group.Prologue!, group.Space, memory.In, memory.Out, part, parts);
}
