using Engine.Internal.Plans;

namespace Engine.Internal.Backends.Cpu;

/// <summary>Rows along one axis of a group with one operand and one result of its shape: blocks of rows, taken to memory where each is contiguous, and back.</summary>
/// <remarks>Blocks are walked in the order of the space, so that rows that lie across memory are read a cache line, not an element, at a time.</remarks>
internal unsafe struct RowBlocks
{
    /// <summary>Rows of a block at least, where they lie across memory.</summary>
    const long AcrossRows = 16;

    /// <summary>Elements of a row.</summary>
    public readonly long N;

    /// <summary>Rows of the largest block.</summary>
    public readonly long Most;
    readonly int axis;
    readonly long[] lengths, extents, at, strides;
    readonly TileOperand from, to;
    readonly ExprProgram load, store;
    readonly DType loaded, stored;
    readonly BoxWalk outer, inner;
    long rows;

    /// <param name="group">The group.</param>
    /// <param name="memory">Its memory.</param>
    /// <param name="axis">The axis that rows run along.</param>
    /// <param name="loaded">Element type of a row when loaded.</param>
    /// <param name="stored">Element type of a row to store.</param>
    /// <param name="most">Elements of a block; a block is one row at least.</param>
    public RowBlocks(Group group, GroupMemory memory, int axis, DType loaded, DType stored, long most)
    {
        (from, to, this.loaded, this.stored, this.axis) = (memory.In[0], memory.Out[0], loaded, stored, axis);
        to.Padded = false;
        lengths = group.Space;
        int rank = lengths.Length;
        N = lengths[axis];
        extents = new long[rank];
        at = new long[rank];
        strides = new long[rank];
        extents[axis] = N;
        load = Programs.Cast(from.DType, loaded);
        store = Programs.Cast(stored, to.DType);
        long behind = Views.Count(lengths.AsSpan(axis + 1)), fit = Math.Max(1, most / Math.Max(N, 1));
        // Behind the axis a block is a part of the inner axes at one outer place; with nothing behind it, several outer places.
        long across = Math.Max(fit, N <= 65536 ? AcrossRows : 1);
        outer = new BoxWalk(lengths, 0, axis, behind == 1 ? fit : 1);
        inner = new BoxWalk(lengths, axis + 1, rank, across);
        Most = behind == 1 ? Math.Min(fit, Views.Count(lengths.AsSpan(0, axis))) : Math.Min(across, behind);
    }

    /// <summary>Rows of the next block, 0 behind the last.</summary>
    public long Next()
    {
        long more;
        if (rows == 0)
        {
            rows = outer.First(extents, at);
            more = inner.First(extents, at);
        }
        else
        {
            more = inner.Next(extents, at);
            if (more == 0)
            {
                rows = outer.Next(extents, at);
                more = inner.First(extents, at);
            }
        }
        return rows * more;
    }

    /// <summary>Where the block's rows of an operand start, if they lie there as in the block: elements of that type without gaps, row after row. Null where not.</summary>
    public readonly byte* Direct(bool output, DType dtype)
    {
        TileOperand operand = output ? to : from;
        if (operand.IsIndex || operand.DType != dtype) { return null; }
        Steps(dtype.Size);
        for (int i = 0; i < extents.Length; i++)
        {
            if (extents[i] != 1 && operand.Strides[i] != strides[i]) { return null; }
        }
        return operand.Data + Offset(operand);
    }

    readonly long Offset(in TileOperand operand)
    {
        long offset = 0;
        for (int i = 0; i < at.Length; i++) { offset += at[i] * operand.Strides[i]; }
        return offset;
    }

    /// <summary>The block's strides: elements of a row side by side, rows in row-major order of the other axes.</summary>
    readonly void Steps(int size)
    {
        strides[axis] = size;
        long step = size * N;
        for (int i = extents.Length - 1; i >= 0; i--)
        {
            if (i == axis) { continue; }
            strides[i] = step;
            step *= extents[i];
        }
    }

    readonly TileOperand Block(byte* block, DType dtype)
    {
        Steps(dtype.Size);
        return TileOperand.Memory(block, dtype, strides, true);
    }

    public readonly void Load(byte* block)
    {
        TileOperand x = from;
        if (x.IsIndex) { x.Offset += Offset(x); }
        else { x.Data += Offset(x); }
        TileExecutor.Run(load, extents, [x], [Block(block, loaded)]);
        ExecutorCounters.Traffic(0, -Views.Count(extents) * loaded.Size);
    }

    public readonly void Store(byte* block)
    {
        TileOperand y = to;
        y.Data += Offset(y);
        TileExecutor.Run(store, extents, [Block(block, stored)], [y]);
        ExecutorCounters.Traffic(-Views.Count(extents) * stored.Size, 0);
    }
}
