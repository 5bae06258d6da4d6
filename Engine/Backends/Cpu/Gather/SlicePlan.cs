using System.Runtime.InteropServices;
using Engine.Internal.Plans;

namespace Engine.Internal.Backends.Cpu;

/// <summary>Slices of an array at places that index arrays name: where each starts, and how one is walked.</summary>
internal unsafe ref struct SlicePlan
{
    /// <summary>Bytes from the array's element 0 to each slice, in row-major order of the index arrays.</summary>
    public readonly long* Offsets;

    /// <summary>Number of slices.</summary>
    public readonly long Count;

    /// <summary>Walk of one slice: lengths and byte strides in the indexed array and in the dense one beside it, outermost first.</summary>
    public readonly long[] Lengths, IndexedStrides, DenseStrides;
    public readonly int Rank;
    readonly Scratch memory;

    /// <summary>Reads and checks the indices; nothing is written before that is done.</summary>
    /// <exception cref="IndexException">An index is out of range.</exception>
    public SlicePlan(Group group, GroupMemory operands, int firstIndex, View array, View dense, int[] axes, long[] sizes, string op)
    {
        long[] batch = group.In[firstIndex].Shape;
        Count = Views.Count(batch);
        memory = new Scratch(Count * 16);
        Offsets = (long*)memory.Data;
        long* index = Offsets + Count;
        NativeMemory.Clear(Offsets, (nuint)(Count * 8));
        long[] strides = Shapes.RowMajorStrides(batch, 8);
        try
        {
            for (int k = 0; k < axes.Length; k++)
            {
                int axis = axes[k];
                long length = array.Shape[axis], stride = array.Strides[axis];
                TileOperand from = operands.In[firstIndex + k];
                TileExecutor.Run(Programs.Cast(from.DType, DType.Int64), batch, [from], [TileOperand.Memory((byte*)index, DType.Int64, strides, true)]);
                ExecutorCounters.Traffic(0, -Count * 8);
                bool unsigned = from.DType == DType.UInt64;
                for (long b = 0; b < Count; b++)
                {
                    long i = index[b];
                    if (i < 0 && !unsigned) { i += length; }
                    if ((ulong)i >= (ulong)length) { throw Errors.IndexOutOfRange(op, index[b], axis, length); }
                    Offsets[b] += i * stride;
                }
            }
        }
        catch
        {
            memory.Dispose();
            throw;
        }
        int lead = batch.Length, rank = 0, size = array.DType.Size;
        var lengths = new long[sizes.Length];
        var indexed = new long[sizes.Length];
        var beside = new long[sizes.Length];
        for (int i = 0; i < sizes.Length; i++)
        {
            if (sizes[i] == 1) { continue; }
            long s = array.Strides[i], d = dense.Strides[lead + i];
            if (rank > 0 && indexed[rank - 1] == s * sizes[i] && beside[rank - 1] == d * sizes[i]) { lengths[rank - 1] *= sizes[i]; }
            else { lengths[rank++] = sizes[i]; }
            (indexed[rank - 1], beside[rank - 1]) = (s, d);
        }
        if (rank == 0) { (lengths, indexed, beside, rank) = ([1], [size], [size], 1); }
        (Lengths, IndexedStrides, DenseStrides, Rank) = (lengths, indexed, beside, rank);
    }

    public readonly void Dispose() => memory.Dispose();
}
