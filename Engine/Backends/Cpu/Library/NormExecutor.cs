using Engine.Internal.Plans;

namespace Engine.Internal.Backends.Cpu;

/// <summary>Runs a claimed rms_norm or layer_norm, a block of rows at a time.</summary>
internal static unsafe class NormExecutor
{
    const int BlockBytes = 32768;

    public static void Run(Group group, GroupMemory memory)
    {
        if (Views.Count(group.Space) == 0) { return; }
        var a = (NormAttributes)group.A!;
        DType lane = memory.In[0].DType == DType.Float64 ? DType.Float64 : DType.Float32;
        var kernel = NormKernels.Of(lane);
        int size = lane.Size;
        var rows = new RowBlocks(group, memory, a.Axis, lane, lane, BlockBytes / size);
        long n = rows.N, row = ((n * size) + 127) & ~63L, block = ((rows.Most * n * size) + 127) & ~63L;
        using var scratch = new Scratch((2 * row) + (2 * block));
        byte* x = scratch.Data + (2 * row), y = x + block;
        // Read before the first result is written, which may lie in their memory.
        byte* weight = a.HasWeight ? Read(memory.In[1], lane, n, scratch.Data) : null;
        byte* bias = a.HasBias ? Read(memory.In[^1], lane, n, scratch.Data + row) : null;
        var job = new NormJob { N = (nint)n, Weight = weight, Bias = bias, Epsilon = a.Epsilon, Centred = a.Kernel == LibraryKernel.LayerNorm };
        for (long count = rows.Next(); count > 0; count = rows.Next())
        {
            byte* from = rows.Direct(false, lane), to = rows.Direct(true, lane);
            bool store = to == null;
            if (from == null)
            {
                rows.Load(x);
                from = x;
            }
            else { ExecutorCounters.Traffic(count * n * size, 0); }
            if (store) { to = y; }
            else { ExecutorCounters.Traffic(0, count * n * size); }
            job.X = from;
            job.Y = to;
            job.Rows = (nint)count;
            kernel(&job);
            if (store) { rows.Store(to); }
        }
    }

    static byte* Read(TileOperand from, DType lane, long n, byte* to)
    {
        TileExecutor.Run(Programs.Cast(from.DType, lane), [n], [from], [TileOperand.Memory(to, lane, [lane.Size], true)]);
        return to;
    }
}
