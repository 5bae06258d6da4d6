using System.Runtime.CompilerServices;
using Engine.Internal.Lanes;
using Engine.Internal.Plans;

namespace Engine.Internal.Backends.Cpu;

/// <summary>Runs a claimed softmax, rows of a block at a time: maximum, exp of the differences, their sum, quotients. Sums follow the rule of reductions, so the bits are those of the ops it stands for.</summary>
internal static unsafe class SoftmaxExecutor
{
    const int BlockBytes = 32768;
    static readonly ReduceBody maximum = new FloatReduceBody<RowMaximum>("max"), sum = new FloatReduceBody<RowSum>("sum");

    public static void Run(Group group, GroupMemory memory)
    {
        if (Views.Count(group.Space) == 0) { return; }
        DType lane = maximum.Lane(memory.In[0].DType);
        var kernels = RowKernels.Of(lane);
        ReduceKernels max = maximum.Kernels(lane), add = sum.Kernels(lane);
        int size = lane.Size;
        var rows = new RowBlocks(group, memory, ((LibraryAttributes)group.A!).Axis, lane, lane, BlockBytes / size);
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
