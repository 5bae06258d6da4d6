using System.Runtime.CompilerServices;
using Engine.Internal.Plans;

namespace Engine.Internal.Backends.Cpu;

/// <summary>Runs a Gather group: slices of the source, one after the other.</summary>
internal static unsafe class GatherExecutor
{
    public static void Run(Group group, GroupMemory memory)
    {
        var a = (GatherAttributes)group.A!;
        if (Views.Count(group.Out[0].Shape) == 0) { return; }
        using var plan = new SlicePlan(group, memory, 1, group.In[0], group.Out[0], a.Axes, a.SliceSizes, a.Op);
        switch (group.Out[0].DType.Size)
        {
            case 1: Copy<byte>(group, memory, plan, true); break;
            case 2: Copy<ushort>(group, memory, plan, true); break;
            case 4: Copy<uint>(group, memory, plan, true); break;
            case 8: Copy<ulong>(group, memory, plan, true); break;
            default: Copy<UInt128>(group, memory, plan, true); break;
        }
        long bytes = Views.Count(group.Out[0].Shape) * group.Out[0].DType.Size;
        ExecutorCounters.Traffic(bytes, bytes);
    }

    /// <summary>Slices out of the indexed array, or into it.</summary>
    internal static void Copy<T>(Group group, GroupMemory memory, in SlicePlan plan, bool gather) where T : unmanaged
    {
        if (gather) { new SliceWalk<T, Move<T>>(plan, group.Out[0], group.In[1].Shape.Length).Run(plan, memory.Out[0].Data, memory.In[0].Data, true); }
        else { new SliceWalk<T, Move<T>>(plan, group.In[1], group.In[2].Shape.Length).Run(plan, memory.In[1].Data, memory.Out[0].Data, false); }
    }
}

/// <summary>What happens to an element that meets another.</summary>
internal interface IMeet<T> where T : unmanaged
{
    static abstract T Meet(T there, T update);

    /// <summary>Runs of elements side by side.</summary>
    static abstract void Meet(Span<T> there, ReadOnlySpan<T> updates);
}

/// <summary>The later one stays.</summary>
internal readonly struct Move<T> : IMeet<T> where T : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Meet(T there, T update) => update;

    public static void Meet(Span<T> there, ReadOnlySpan<T> updates) => updates.CopyTo(there);
}

/// <summary>Walks all slices: the indexed array by offsets, the dense one by the coordinates of the index arrays.</summary>
internal readonly unsafe struct SliceWalk<T, TMeet> where T : unmanaged where TMeet : struct, IMeet<T>
{
    readonly long[] batch, batchStrides;

    public SliceWalk(in SlicePlan plan, View dense, int lead)
    {
        batch = dense.Shape[..lead];
        batchStrides = dense.Strides[..lead];
    }

    /// <param name="plan">The slices.</param>
    /// <param name="dense">Element 0 of the dense array.</param>
    /// <param name="indexed">Element 0 of the indexed array.</param>
    /// <param name="gather">To the dense array; else into the indexed one.</param>
    public void Run(in SlicePlan plan, byte* dense, byte* indexed, bool gather)
    {
        int last = plan.Rank - 1;
        long run = plan.Lengths[last], s = plan.IndexedStrides[last], d = plan.DenseStrides[last];
        bool contiguous = run == 1 || (s == sizeof(T) && d == sizeof(T));
        if (last == 0 && Collapses(out long pitch))
        {
            Rows(plan, dense, pitch, d, indexed, s, run, contiguous, gather);
            return;
        }
        var at = new long[batch.Length];
        var inside = new long[plan.Rank];
        long offset = 0;
        for (long b = 0; b < plan.Count; b++)
        {
            byte* x = indexed + plan.Offsets[b], y = dense + offset;
            for (bool more = true; more;)
            {
                if (gather) { Part(y, d, x, s, run, contiguous); }
                else { Part(x, s, y, d, run, contiguous); }
                more = false;
                for (int i = last - 1; i >= 0; i--)
                {
                    x += plan.IndexedStrides[i];
                    y += plan.DenseStrides[i];
                    if (++inside[i] < plan.Lengths[i])
                    {
                        more = true;
                        break;
                    }
                    x -= plan.Lengths[i] * plan.IndexedStrides[i];
                    y -= plan.Lengths[i] * plan.DenseStrides[i];
                    inside[i] = 0;
                }
            }
            for (int i = batch.Length - 1; i >= 0; i--)
            {
                offset += batchStrides[i];
                if (++at[i] < batch[i]) { break; }
                offset -= batch[i] * batchStrides[i];
                at[i] = 0;
            }
        }
    }

    /// <summary>Whether the coordinates of the index arrays are one walk of the dense array; its step.</summary>
    bool Collapses(out long step)
    {
        step = batch.Length == 0 ? 0 : batchStrides[^1];
        for (int i = batch.Length - 1; i > 0; i--)
        {
            if (batchStrides[i - 1] != batchStrides[i] * batch[i]) { return false; }
        }
        return true;
    }

    /// <summary>Slices that are one run each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Rows(in SlicePlan plan, byte* dense, long pitch, long d, byte* indexed, long s, long run, bool contiguous, bool gather)
    {
        long* offsets = plan.Offsets;
        long count = plan.Count;
        if (run == 1)
        {
            for (long b = 0; b < count; b++, dense += pitch)
            {
                byte* x = indexed + offsets[b], to = gather ? dense : x, from = gather ? x : dense;
                Unsafe.WriteUnaligned(to, TMeet.Meet(Unsafe.ReadUnaligned<T>(to), Unsafe.ReadUnaligned<T>(from)));
            }
            return;
        }
        for (long b = 0; b < count; b++, dense += pitch)
        {
            byte* x = indexed + offsets[b];
            if (gather) { Part(dense, d, x, s, run, contiguous); }
            else { Part(x, s, dense, d, run, contiguous); }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Part(byte* to, long stepTo, byte* from, long stepFrom, long run, bool contiguous)
    {
        if (contiguous && run >= 8 && run <= int.MaxValue)
        {
            TMeet.Meet(new Span<T>(to, (int)run), new ReadOnlySpan<T>(from, (int)run));
            return;
        }
        for (long i = 0; i < run; i++, to += stepTo, from += stepFrom)
        {
            T update = Unsafe.ReadUnaligned<T>(from);
            Unsafe.WriteUnaligned(to, TMeet.Meet(Unsafe.ReadUnaligned<T>(to), update));
        }
    }
}
