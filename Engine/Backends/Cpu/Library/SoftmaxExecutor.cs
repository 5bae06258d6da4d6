using System.Runtime.CompilerServices;
using Engine.Internal.Lanes;
using Engine.Internal.Plans;

namespace Engine.Internal.Backends.Cpu;

/// <summary>Runs a claimed softmax, rows of a block at a time: maximum, exp of the differences, their sum, its reciprocal. Rows that are short or lie across memory run side by side, a row to a lane.</summary>
internal static unsafe class SoftmaxExecutor
{
    const int BlockBytes = 32768, AcrossBytes = 1 << 18;

    /// <summary>Rows up to this length run side by side even where each is contiguous; up to that one where they lie across memory.</summary>
    const int ShortRow = 128, LongRow = 16384;
    static readonly ReduceBody maximum = new FloatReduceBody<RowMaximum>("max"), sum = new FloatReduceBody<RowSum>("sum");

    public static void Run(Group group, GroupMemory memory)
    {
        if (Views.Count(group.Space) == 0) { return; }
        DType lane = maximum.Lane(memory.In[0].DType);
        var kernels = RowKernels.Of(lane);
        ReduceKernels max = maximum.Kernels(lane), add = sum.Kernels(lane);
        int size = lane.Size, axis = ((LibraryAttributes)group.A!).Axis;
        // By what pieces of the group have in common: threads must not change the bits.
        if (group.Space[axis] <= (Views.Count(group.Space.AsSpan(axis + 1)) == 1 ? ShortRow : LongRow))
        {
            RunAcross(group, memory, axis, lane, kernels);
            return;
        }
        var rows = new RowBlocks(group, memory, axis, lane, lane, BlockBytes / size);
        nint n = (nint)rows.N;
        using var scratch = new Scratch((2 * rows.Most * n * size) + (rows.Most * size * 2) + 512);
        byte* x = scratch.Data, y = x + (((rows.Most * n * size) + 127) & ~63L);
        using var folded = new Scratch((rows.Most * size) + 64);
        var job = new ReduceJob
        {
            Scratch = ThreadScratch.Current.Take(ReduceJob.ScratchBytes),
            Y = folded.Data,
            N = n,
            Inner = 1,
            StrideO = n * size,
            StrideN = size,
            StrideI = size,
        };
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
            Fold(max, &job, from, count);
            for (long r = 0; r < count; r++) { kernels.ExpOfDifference(from + (r * n * size), to + (r * n * size), n, folded.Data + (r * size)); }
            Fold(add, &job, to, count);
            for (long r = 0; r < count; r++) { kernels.Quotient(to + (r * n * size), to + (r * n * size), n, folded.Data + (r * size)); }
            if (store) { rows.Store(to); }
        }
    }

    static void RunAcross(Group group, GroupMemory memory, int axis, DType lane, in RowKernels kernels)
    {
        int size = lane.Size;
        var rows = new RowBlocks(group, memory, axis, lane, lane, (group.Space[axis] <= ShortRow ? BlockBytes : AcrossBytes) / size, across: true);
        nint n = (nint)rows.N, pitch = (nint)rows.Pitch * size;
        using var scratch = new Scratch(n * pitch);
        var job = new ColumnsJob { N = n, Work = scratch.Data, StrideWork = pitch };
        for (long count = rows.Next(); count > 0; count = rows.Next())
        {
            // Beside memory, through a transpose of the block, or through the program of a cast.
            byte* from = rows.Direct(false, lane), to = rows.Direct(true, lane), behind = rows.Contiguous(false, lane), after = rows.Contiguous(true, lane);
            if (behind != null) { Transposes.Run(scratch.Data, pitch, behind, n * size, n, (nint)count, size); }
            else if (from == null) { rows.Load(scratch.Data); }
            if (behind != null || from != null) { ExecutorCounters.Traffic(count * n * size, 0); }
            bool reads = from != null && behind == null, writes = to != null && after == null;
            job.Rows = (nint)count;
            job.X = reads ? from : scratch.Data;
            job.StrideX = reads ? (nint)rows.AxisStride(false) : pitch;
            job.Y = writes ? to : scratch.Data;
            job.StrideY = writes ? (nint)rows.AxisStride(true) : pitch;
            kernels.Columns(&job);
            if (after != null) { Transposes.Run(after, n * size, scratch.Data, pitch, (nint)count, n, size); }
            else if (to == null) { rows.Store(scratch.Data); }
            if (after != null || to != null) { ExecutorCounters.Traffic(0, count * n * size); }
        }
    }

    static void Fold(in ReduceKernels kernels, ReduceJob* job, byte* rows, long count)
    {
        job->X = rows;
        job->End = rows + (count * job->StrideO);
        job->Outer = (nint)count;
        kernels.Run(job);
    }

    readonly struct RowMaximum : IReduction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static State<V> Identity<V, T, L>() where T : unmanaged where L : struct, ILanes<V, T> => new(L.Const(double.NegativeInfinity));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static State<V> Combine<V, T, L>(State<V> a, State<V> b) where T : unmanaged where L : struct, ILanes<V, T> => new(L.Max(a.A, b.A));
    }

    readonly struct RowSum : IReduction
    {
        // -0 + x = x for every x; +0 is not such.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static State<V> Identity<V, T, L>() where T : unmanaged where L : struct, ILanes<V, T> => new(L.Const(-0.0));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static State<V> Combine<V, T, L>(State<V> a, State<V> b) where T : unmanaged where L : struct, ILanes<V, T> => new(L.Add(a.A, b.A));
    }
}
