using Engine.Internal.Lanes;
using Engine.Internal.Plans;

namespace Engine.Internal.Backends.Cpu;

/// <summary>Runs a Scan group: blocks in logical order through memory that stays in cache, or row by row where operands lie as the kernel wants them.</summary>
internal sealed unsafe class ScanExecutor
{
    /// <summary>Elements that the rule scans from nothing; see <see cref="Scanner{V,T,L,TOp}"/>.</summary>
    const int Block = 4096;

    readonly ScanAttributes attributes;
    readonly ReduceKernels kernels;
    readonly DType lane;
    readonly int size, rank, axis, lead;
    readonly long[] lengths, extents, at, dense;
    readonly ExprProgram load, store;
    readonly TileOperand[] from, ins;
    readonly TileOperand to;
    readonly TileOperand[] tile = new TileOperand[1], result = new TileOperand[1];
    readonly bool isPlain;

    ScanExecutor(Group group, GroupMemory memory, ScanAttributes a)
    {
        attributes = a;
        lane = a.Body.Lane(a.Compute);
        // The kernels have no smaller lanes: the carry wraps to the same bits when it is narrowed.
        if (lane.Size < 4) { lane = lane.IsSigned ? DType.Int32 : DType.UInt32; }
        kernels = a.Body.Kernels(lane);
        if (kernels.ScanBlock == null)
        {
            throw new DTypeException(a.Body.Name, $"{a.Body.Name} cannot be scanned: its state has {a.Body.Values} values.");
        }
        size = lane.Size;
        lead = a.Inclusive ? 0 : 1;
        lengths = group.Space;
        rank = lengths.Length;
        axis = a.Axis;
        extents = new long[rank];
        at = new long[rank];
        dense = new long[rank];
        DType source = memory.In[0].DType, target = memory.Out[0].DType;
        load = group.Prologue is { } prologue ? Programs.WithLast(prologue, lane) : Programs.Cast(source, lane);
        store = Programs.Cast(lane, target);
        from = memory.In[..load.Inputs.Length].ToArray();
        to = memory.Out[0];
        for (int i = 0; i < from.Length; i++) { Turn(ref from[i]); }
        Turn(ref to);
        to.Padded = false;
        ins = (TileOperand[])from.Clone();
        isPlain = group.Prologue is null && source == lane && target == lane && a.Inclusive && !from[0].IsIndex;
    }

    public static void Run(Group group, GroupMemory memory)
    {
        foreach (long n in group.Space)
        {
            if (n == 0) { return; }
        }
        new ScanExecutor(group, memory, (ScanAttributes)group.A!).Run();
    }

    /// <summary>A reverse scan walks backwards.</summary>
    void Turn(ref TileOperand operand)
    {
        if (!attributes.Reverse) { return; }
        operand.Strides = (long[])operand.Strides.Clone();
        long back = (lengths[axis] - 1) * operand.Strides[axis];
        if (operand.IsIndex) { operand.Offset += back; }
        else { operand.Data += back; }
        operand.Strides[axis] = -operand.Strides[axis];
    }

    void Run()
    {
        long inner = 1;
        for (int i = axis + 1; i < rank; i++) { inner *= lengths[i]; }
        if (inner == 1) { Rows(); }
        else { Columns(inner); }
    }

    void Rows()
    {
        long n = lengths[axis];
        for (int i = axis; i < rank; i++) { (at[i], extents[i]) = (0, 1); }
        long each = Math.Min(n, Block), most = n <= Block ? Math.Max(1, 8192 / n) : 1;
        bool direct = isPlain && (n == 1 || (from[0].Strides[axis] == size && to.Strides[axis] == size));
        using var block = new Scratch(((most * (each + lead)) + 64) * size);
        byte* offset = stackalloc byte[8];
        var walk = new BoxWalk(lengths, 0, axis, direct ? 1 : most);
        for (long rows = walk.First(extents, at); rows > 0; rows = walk.Next(extents, at))
        {
            for (long b = 0; b < n; b += each)
            {
                at[axis] = b;
                extents[axis] = Math.Min(each, n - b);
                if (direct)
                {
                    kernels.ScanBlock(Place(from[0]), Place(to), (nint)extents[axis], offset, b == 0);
                    continue;
                }
                long pitch = (extents[axis] + lead) * size;
                Load(block.Data);
                for (long r = 0; r < rows; r++)
                {
                    byte* row = block.Data + (r * pitch), x = row + (lead * size);
                    // What an exclusive block starts with is what was before it.
                    if (lead > 0)
                    {
                        if (b == 0) { Empty(row, 1); }
                        else { Buffer.MemoryCopy(offset, row, size, size); }
                    }
                    kernels.ScanBlock(x, x, (nint)extents[axis], offset, b == 0);
                }
                Store(block.Data);
            }
            at[axis] = 0;
        }
        if (direct) { CountPlain(); }
    }

    void Columns(long inner)
    {
        long n = lengths[axis], width = 2048 / size;
        bool direct = isPlain;
        long step = size;
        for (int i = rank - 1; i > axis && direct; i--)
        {
            direct = lengths[i] == 1 || (from[0].Strides[i] == step && to.Strides[i] == step);
            step *= lengths[i];
        }
        long rows = Math.Max(1, 8192 / Math.Min(width, inner));
        using var block = new Scratch((((rows + lead) * width) + 64) * size);
        using var carry = new Scratch((width + 64) * size);
        var outer = new BoxWalk(lengths, 0, axis, 1);
        var strips = new BoxWalk(lengths, axis + 1, rank, width);
        for (long o = outer.First(extents, at); o > 0; o = outer.Next(extents, at))
        {
            for (long lanes = strips.First(extents, at); lanes > 0; lanes = strips.Next(extents, at))
            {
                nint pitch = (nint)lanes * size;
                for (long r = 0; r < n; r += rows)
                {
                    at[axis] = r;
                    extents[axis] = Math.Min(rows, n - r);
                    if (direct)
                    {
                        kernels.ScanRows(Place(from[0]), Place(to), (nint)lanes, (nint)from[0].Strides[axis], (nint)to.Strides[axis], (nint)extents[axis], carry.Data, r == 0);
                        continue;
                    }
                    byte* x = block.Data + (lead * pitch);
                    Load(block.Data);
                    if (lead > 0)
                    {
                        if (r == 0) { Empty(block.Data, lanes); }
                        else { Buffer.MemoryCopy(carry.Data, block.Data, pitch, pitch); }
                    }
                    kernels.ScanRows(x, x, (nint)lanes, pitch, pitch, (nint)extents[axis], carry.Data, r == 0);
                    Store(block.Data);
                }
                at[axis] = 0;
            }
        }
        if (direct) { CountPlain(); }
    }

    void CountPlain()
    {
        long count = 1;
        foreach (long n in lengths) { count *= n; }
        ExecutorCounters.Traffic(count * size, count * size);
    }

    byte* Place(in TileOperand operand)
    {
        byte* p = operand.Data;
        for (int i = 0; i < rank; i++) { p += at[i] * operand.Strides[i]; }
        return p;
    }

    /// <summary>The block's memory as the box sees it: one more place along the axis where the scan is exclusive.</summary>
    long Tile(byte* block, bool behindLead)
    {
        long step = size, count = 1;
        for (int i = rank - 1; i >= 0; i--)
        {
            dense[i] = step;
            step *= extents[i] + (i == axis ? lead : 0);
            count *= extents[i];
        }
        tile[0] = TileOperand.Memory(block + (behindLead ? lead * dense[axis] : 0), lane, dense, lead == 0);
        return count;
    }

    void Load(byte* block)
    {
        long count = Tile(block, true);
        for (int k = 0; k < from.Length; k++)
        {
            if (!from[k].IsIndex)
            {
                ins[k].Data = Place(from[k]);
                continue;
            }
            ins[k].Offset = from[k].Offset;
            for (int i = 0; i < rank; i++) { ins[k].Offset += at[i] * from[k].Strides[i]; }
        }
        TileExecutor.Run(load, extents, ins, tile);
        ExecutorCounters.Traffic(0, -count * size);
    }

    void Store(byte* block)
    {
        long count = Tile(block, false);
        result[0] = to;
        result[0].Data = Place(to);
        TileExecutor.Run(store, extents, tile, result);
        ExecutorCounters.Traffic(-count * size, 0);
    }

    void Empty(byte* p, long count)
    {
        double value = attributes.Body.Empty ?? 0;
        for (long i = 0; i < count; i++, p += size)
        {
            switch (lane)
            {
                case DType.Float32: *(float*)p = (float)value; break;
                case DType.Float64: *(double*)p = value; break;
                case DType.Int32 or DType.UInt32: *(int*)p = (int)value; break;
                default: *(long*)p = (long)value; break;
            }
        }
    }
}
