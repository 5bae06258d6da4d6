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

    /// <summary>Elements from one element of a row to the next in a block; 0 where rows are contiguous there.</summary>
    readonly long pitch;
    long rows;

    /// <param name="group">The group.</param>
    /// <param name="memory">Its memory.</param>
    /// <param name="axis">The axis that rows run along.</param>
    /// <param name="loaded">Element type of a row when loaded.</param>
    /// <param name="stored">Element type of a row to store.</param>
    /// <param name="most">Elements of a block; a block is one row at least.</param>
    /// <param name="across">Blocks hold rows side by side: element i of every row, then element i + 1, each from a multiple of 64 bytes on.</param>
    public RowBlocks(Group group, GroupMemory memory, int axis, DType loaded, DType stored, long most, bool across = false)
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
        long beside = Math.Max(fit, N <= 65536 ? AcrossRows : 1);
        outer = new BoxWalk(lengths, 0, axis, behind == 1 ? fit : 1);
        inner = new BoxWalk(lengths, axis + 1, rank, beside);
        Most = behind == 1 ? Math.Min(fit, Views.Count(lengths.AsSpan(0, axis))) : Math.Min(beside, behind);
        // A line more than a power of two: lines a page apart meet in one cache set.
        pitch = across ? ((Most + 63) & ~63L) + 16 : 0;
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

    /// <summary>Elements from one element of a row to the next in an across block.</summary>
    public readonly long Pitch => pitch;

    /// <summary>Bytes from one element of a row to the next in an operand.</summary>
    public readonly long AxisStride(bool output) => (output ? to : from).Strides[axis];

    /// <summary>Where the block's rows of an operand start, if they lie there as in the block: elements of that type without gaps, row after row (or, across, side by side at any distance of elements). Null where not.</summary>
    public readonly byte* Direct(bool output, DType dtype) => Lie(output, dtype, pitch != 0);

    /// <summary>The same for an across block, where the operand's rows lie one behind the other.</summary>
    public readonly byte* Contiguous(bool output, DType dtype) => Lie(output, dtype, false);

    readonly byte* Lie(bool output, DType dtype, bool across)
    {
        TileOperand operand = output ? to : from;
        if (operand.IsIndex || operand.DType != dtype) { return null; }
        Steps(dtype.Size, across);
        for (int i = 0; i < extents.Length; i++)
        {
            if (extents[i] != 1 && operand.Strides[i] != strides[i] && !(across && i == axis)) { return null; }
        }
        return operand.Data + Offset(operand);
    }

    readonly long Offset(in TileOperand operand)
    {
        long offset = 0;
        for (int i = 0; i < at.Length; i++) { offset += at[i] * operand.Strides[i]; }
        return offset;
    }

    /// <summary>The block's strides: elements of a row side by side (or rows), rows in row-major order of the other axes.</summary>
    readonly void Steps(int size, bool across)
    {
        strides[axis] = across ? size * pitch : size;
        long step = across ? size : size * N;
        for (int i = extents.Length - 1; i >= 0; i--)
        {
            if (i == axis) { continue; }
            strides[i] = step;
            step *= extents[i];
        }
    }

    readonly TileOperand Block(byte* block, DType dtype)
    {
        Steps(dtype.Size, pitch != 0);
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
