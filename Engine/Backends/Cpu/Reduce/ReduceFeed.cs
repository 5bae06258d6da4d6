using Engine.Internal.Lanes;
using Engine.Internal.Plans;

namespace Engine.Internal.Backends.Cpu;

/// <summary>Feeds the innermost group of a reduction block by block through its prologue: boxes of the space in logical order, each into memory that stays in cache.</summary>
/// <remarks>Outputs that the prologue has besides are written in the same pass. The bits are those of the whole: blocks are schedule.</remarks>
internal sealed unsafe class ReduceFeed
{
    const int BlockBytes = 16384;

    readonly long[] lengths;
    readonly int start, end;
    readonly ReduceKernels kernels;
    readonly ExprProgram program;
    readonly int size, rank;
    readonly TileOperand[] ins, outs, from, to;
    readonly long[] extents, at;

    public ReduceFeed(Group group, GroupMemory memory, ReduceSpace space, ReduceKernels kernels, DType lane)
    {
        (lengths, this.kernels) = (space.Lengths, kernels);
        (start, end) = space.Groups[0];
        program = Programs.WithLast(group.Prologue!, lane);
        size = lane.Size;
        rank = lengths.Length;
        from = memory.In[..program.Inputs.Length].ToArray();
        to = new TileOperand[program.Outputs.Length];
        memory.Out[1..].CopyTo(to);
        to[^1] = TileOperand.Memory(null, program.TypeOf(program.Outputs[^1]), new long[rank], true);
        for (int i = 0; i < from.Length; i++) { from[i].Strides = space.Strides(from[i].Strides); }
        for (int i = 0; i < to.Length - 1; i++)
        {
            to[i].Strides = space.Strides(to[i].Strides);
            // A box is a part of it.
            to[i].Padded = false;
        }
        ins = (TileOperand[])from.Clone();
        outs = (TileOperand[])to.Clone();
        extents = new long[rank];
        at = new long[rank];
    }

    /// <summary>The elements from <paramref name="first"/> on of the only axis that is reduced.</summary>
    public ReduceFeed(ReduceFeed whole, long first, long count)
    {
        (kernels, program, size, rank, start, end) = (whole.kernels, whole.program, whole.size, whole.rank, whole.start, whole.end);
        lengths = (long[])whole.lengths.Clone();
        lengths[start] = count;
        from = (TileOperand[])whole.from.Clone();
        to = (TileOperand[])whole.to.Clone();
        // The last output is this feed's own block.
        to[^1].Strides = new long[rank];
        for (int i = 0; i < from.Length; i++)
        {
            if (from[i].IsIndex) { from[i].Offset += first * from[i].Strides[start]; }
            else { from[i].Data += first * from[i].Strides[start]; }
        }
        for (int i = 0; i < to.Length - 1; i++) { to[i].Data += first * to[i].Strides[start]; }
        ins = (TileOperand[])from.Clone();
        outs = (TileOperand[])to.Clone();
        extents = new long[rank];
        at = new long[rank];
    }

    /// <summary>Whether runs of the reduced elements can be fed by themselves.</summary>
    public bool IsOneAxis => end == start + 1;

    public void Run(ReduceJob* job)
    {
        long most = BlockBytes / size;
        if (job->N * job->Inner <= most) { Whole(job, most); }
        else { Parts(job, most); }
    }

    /// <summary>Blocks of several outer positions, each whole: reduced from memory.</summary>
    void Whole(ReduceJob* job, long most)
    {
        long each = job->N * job->Inner, outputs = each == 0 ? 0 : job->Inner;
        nint n = job->N, inner = job->Inner;
        using var block = new Scratch((most + 64) * size);
        new BoxWalk(lengths, start, rank, long.MaxValue).First(extents, at);
        var walk = new BoxWalk(lengths, 0, start, Math.Max(1, most / each));
        for (long count = walk.First(extents, at); count > 0; count = walk.Next(extents, at))
        {
            Fill(block.Data);
            job->X = block.Data;
            job->End = block.Data + ((count * each * size) + 63 & ~63L);
            (job->Outer, job->N, job->Inner) = ((nint)count, n, inner);
            (job->StrideO, job->StrideN, job->StrideI) = ((nint)each * size, inner * size, size);
            kernels.Run(job);
            job->Y += count * outputs * size;
        }
    }

    /// <summary>One outer position at a time, by strips of what lies behind the axis and rows along it.</summary>
    void Parts(ReduceJob* job, long most)
    {
        job->A = ReduceJob.Width(job->Inner);
        int a = job->A;
        long width = a > 1 ? job->Inner : 2048 / size;
        using var block = new Scratch(BlockBytes + (8 * Math.Max(a * job->Inner * size, 2048)) + 4096);
        var outer = new BoxWalk(lengths, 0, start, 1);
        var strips = new BoxWalk(lengths, end, rank, width);
        long output = 0;
        for (long o = outer.First(extents, at); o > 0; o = outer.Next(extents, at))
        {
            for (long lanes = strips.First(extents, at); lanes > 0; lanes = strips.Next(extents, at))
            {
                Strip(job, lanes, Math.Max(1, most / lanes), output, block.Data);
                output += lanes;
            }
        }
    }

    void Strip(ReduceJob* job, long lanes, long most, long output, byte* block)
    {
        int a = job->A;
        job->SetLanes((nint)(a * lanes), size, kernels.Vector);
        nint element = (nint)lanes * size, pitch = a * element, leaf = 8 * pitch;
        long have = 0;
        var rows = new BoxWalk(lengths, start, end, most);
        for (long n = rows.First(extents, at); n > 0; n = rows.Next(extents, at))
        {
            Fill(block + (have * element));
            have += n;
            long whole = have / (8 * a);
            if (whole == 0) { continue; }
            kernels.Feed(job, block, pitch, (nint)whole * 8);
            have -= whole * 8 * a;
            Buffer.MemoryCopy(block + (whole * leaf), block, leaf, have * element);
        }
        kernels.Close(job, block, pitch, (nint)(have / a), (nint)(have % a), (nint)output);
    }

    /// <summary>The current box of the space through the prologue.</summary>
    void Fill(byte* block)
    {
        long step = size, count = 1;
        long[] dense = outs[^1].Strides;
        for (int i = rank - 1; i >= 0; i--)
        {
            dense[i] = step;
            step *= extents[i];
            count *= extents[i];
        }
        outs[^1].Data = block;
        for (int k = 0; k < from.Length; k++) { Move(ref ins[k], from[k]); }
        for (int k = 0; k < to.Length - 1; k++) { Move(ref outs[k], to[k]); }
        TileExecutor.Run(program, extents, ins, outs);
        ExecutorCounters.Traffic(0, -count * size);
    }

    void Move(ref TileOperand operand, in TileOperand origin)
    {
        long offset = 0;
        for (int i = 0; i < rank; i++) { offset += at[i] * origin.Strides[i]; }
        if (origin.IsIndex) { operand.Offset = origin.Offset + offset; }
        else { operand.Data = origin.Data + offset; }
    }
}
