using Engine.Internal.Lanes;
using Engine.Internal.Plans;

namespace Engine.Internal.Backends.Cpu;

/// <summary>Runs a Reduce group: prologue by tiles into the tree, further reduced groups over unfinished states, then the epilogue over the results.</summary>
internal static unsafe class ReduceExecutor
{
    public static void Run(Group group, GroupMemory memory)
    {
        var a = (ReduceAttributes)group.A!;
        ReduceBody body = a.Body;
        DType lane = body.Lane(a.Compute), raw;
        long reduced = 1, results = 1;
        foreach (long n in group.Out[0].Shape) { results *= n; }
        foreach (int axis in a.Axes) { reduced *= group.Space[axis]; }
        if (results == 0) { return; }
        if (body.UsesIndex && reduced > int.MaxValue) { lane = Wide(body, lane, reduced); }
        raw = body.Raw(lane);
        TileOperand to = memory.Out[0];
        ExprProgram? epilogue = group.Epilogue;
        bool direct = epilogue is null && Programs.SameMemory(to.DType, raw) && Views.IsRowMajor(group.Out[0], raw.Size);
        using var temporary = direct ? default : new Scratch(results * raw.Size);
        byte* y = direct ? to.Data : temporary.Data;
        if (reduced == 0) { Fill(y, raw, results, body.Empty ?? throw Errors.EmptyReduction(body.Name, group.Space)); }
        else { Reduce(group, a, memory, lane, y, results); }
        if (direct)
        {
            ExecutorCounters.Traffic(0, results * raw.Size);
            return;
        }
        Finish(group, memory, body, y, lane, results);
    }

    /// <summary>64-bit lanes for a place that 32 bits do not hold; values keep their order exactly.</summary>
    static DType Wide(ReduceBody body, DType lane, long reduced)
    {
        if (reduced > uint.MaxValue)
        {
            throw new EngineOverflowException(body.Name, $"{body.Name}: {reduced} elements have places that uint32 cannot hold. Reduce in parts.");
        }
        return lane switch { DType.Float32 => DType.Float64, DType.Int32 => DType.Int64, DType.UInt32 => DType.UInt64, _ => lane };
    }

    static void Fill(byte* y, DType raw, long count, double value)
    {
        switch (raw)
        {
            case DType.Float32: Fill((float*)y, count, (float)value); break;
            case DType.Float64: Fill((double*)y, count, value); break;
            default:
                int size = raw.Size;
                long bits = (long)value;
                for (long i = 0; i < count; i++) { new ReadOnlySpan<byte>(&bits, size).CopyTo(new Span<byte>(y + (i * size), size)); }
                break;
        }
    }

    static void Fill<T>(T* y, long count, T value) where T : unmanaged
    {
        for (long i = 0; i < count; i++) { y[i] = value; }
    }

    static void Reduce(Group group, ReduceAttributes a, GroupMemory memory, DType lane, byte* y, long results)
    {
        ReduceBody body = a.Body;
        if (Simple(group, a, memory, lane, y)) { return; }
        var space = new ReduceSpace(group.Space, a.Axes, Walkers(group, memory), body.UsesIndex);
        ReduceKernels kernels = body.Kernels(lane);
        int size = lane.Size;
        var (start, end) = space.Groups[0];
        long outer = space.Count(0, start), n = space.Count(start, end), inner = space.Count(end, space.Lengths.Length);
        // Nothing is reduced but axes of length 1: outputs are elements, one after the other.
        byte* scratch = ThreadScratch.Current.Take(ReduceJob.ScratchBytes);
        var job = new ReduceJob { Scratch = scratch, Outer = (nint)outer, N = (nint)n, Inner = (nint)inner, Y = y };
        if (space.Groups.Count == 1)
        {
            First(group, memory, space, kernels, &job, lane);
            return;
        }
        long states = outer * inner, plane = ((states * size) + 63 & ~63L) + 64;
        using var from = new Scratch(plane * body.Values);
        using var to = new Scratch(plane * body.Values);
        byte* x = from.Data, next = to.Data;
        job.Y = x;
        job.Plane = (nint)plane;
        First(group, memory, space, kernels, &job, lane);
        for (int g = 1; g < space.Groups.Count; g++)
        {
            (start, end) = space.Groups[g];
            bool last = g == space.Groups.Count - 1;
            var merge = new ReduceJob
            {
                Scratch = scratch,
                X = x,
                StrideI = (nint)plane,
                Y = last ? y : next,
                Plane = last ? 0 : (nint)plane,
                Outer = (nint)space.Count(0, start),
                N = (nint)space.Count(start, end),
                Inner = (nint)space.Kept(end, space.Lengths.Length),
            };
            kernels.Merge(&merge);
            byte* swap = x;
            x = next;
            next = swap;
        }
    }

    /// <summary>Operands that are shaped as the space.</summary>
    static TileOperand[] Walkers(Group group, GroupMemory memory) =>
        [.. memory.In[..group.Prologue!.Inputs.Length], .. memory.Out[1..]];

    /// <summary>Row-major memory and neighbouring axes: no walk to plan. The common case, and the one where planning would show.</summary>
    static bool Simple(Group group, ReduceAttributes a, GroupMemory memory, DType lane, byte* y)
    {
        ExprProgram program = group.Prologue!;
        int value = program.Outputs[^1], first = a.Axes[0], last = a.Axes[^1];
        if (program.Outputs.Length != 1 || value >= program.Inputs.Length || memory.In[value].IsIndex || !Programs.SameMemory(program.TypeOf(value), lane)
            || last - first + 1 != a.Axes.Length || !Views.IsRowMajor(group.In[value], lane.Size))
        {
            return false;
        }
        int size = lane.Size;
        long outer = Views.Count(group.Space.AsSpan(0, first)), n = Views.Count(group.Space.AsSpan(first, a.Axes.Length));
        long inner = Views.Count(group.Space.AsSpan(last + 1));
        // One element an output: outputs fill the vectors.
        if (n == 1) { (outer, inner) = (1, outer * inner); }
        var job = new ReduceJob
        {
            Scratch = ThreadScratch.Current.Take(ReduceJob.ScratchBytes),
            X = memory.In[value].Data,
            End = memory.EndOfIn(value),
            Y = y,
            Outer = (nint)outer,
            N = (nint)n,
            Inner = (nint)inner,
            StrideO = (nint)(n * inner * size),
            StrideN = (nint)(inner * size),
            StrideI = size,
        };
        Run(a.Body.Kernels(lane), &job, size);
        ExecutorCounters.Traffic(outer * n * inner * size, 0);
        return true;
    }

    /// <summary>The innermost group, from memory where that can be walked, else through tiles.</summary>
    static void First(Group group, GroupMemory memory, ReduceSpace space, ReduceKernels kernels, ReduceJob* job, DType lane)
    {
        ExprProgram program = group.Prologue!;
        int value = program.Outputs[^1];
        if (program.Outputs.Length == 1 && value < program.Inputs.Length && !memory.In[value].IsIndex && Programs.SameMemory(program.TypeOf(value), lane)
            && FromMemory(memory, value, space, kernels, job, lane.Size))
        {
            return;
        }
        TreeJob.Run(kernels, new ReduceFeed(group, memory, space, kernels, lane), job, lane.Size, Cost.PerElement(program));
    }

    /// <summary>Few outer positions one after the other, each by several threads; many by this one.</summary>
    static void Run(in ReduceKernels kernels, ReduceJob* job, int size)
    {
        if (job->Outer >= Workers.Count)
        {
            kernels.Run(job);
            return;
        }
        ReduceJob all = *job;
        job->Outer = 1;
        for (nint o = 0; o < all.Outer; o++)
        {
            TreeJob.Run(kernels, null, job, size, size * 0.01);
            job->X += all.StrideO;
            job->Y += all.Inner * size;
        }
        *job = all;
    }

    static bool FromMemory(GroupMemory memory, int input, ReduceSpace space, ReduceKernels kernels, ReduceJob* job, int size)
    {
        TileOperand x = memory.In[input];
        var (start, end) = space.Groups[0];
        int rank = space.Lengths.Length;
        long[] strides = space.Strides(x.Strides);
        if (!space.Collapses(strides, start, end, out long strideN) || !space.Collapses(strides, end, rank, out long strideI)) { return false; }
        // As many of the outer axes as are one walk; the others one by one.
        int split = start;
        while (split > 0 && space.Collapses(strides, split - 1, start, out _)) { split--; }
        space.Collapses(strides, split, start, out long strideO);
        job->StrideO = (nint)strideO;
        job->StrideN = (nint)strideN;
        job->StrideI = (nint)(job->Inner == 1 ? size : strideI);
        job->End = memory.EndOfIn(input);
        job->Outer = (nint)space.Count(split, start);
        if (job->N == 1)
        {
            // Each output is one element: outputs are what lies behind the axis, so that they fill vectors.
            if (job->Inner == 1)
            {
                (job->Inner, job->StrideI, job->Outer, job->StrideO) = (job->Outer, job->StrideO, 1, 0);
                if (job->Inner == 1) { job->StrideI = size; }
            }
            job->StrideN = 0;
        }
        nint step = job->Outer * job->Inner * size;
        Span<long> extents = rank <= 32 ? stackalloc long[rank] : new long[rank];
        Span<long> at = rank <= 32 ? stackalloc long[rank] : new long[rank];
        var walk = new BoxWalk(space.Lengths, 0, split, 1);
        for (long more = walk.First(extents, at); more > 0; more = walk.Next(extents, at))
        {
            job->X = x.Data;
            for (int i = 0; i < split; i++) { job->X += at[i] * strides[i]; }
            Run(kernels, job, size);
            job->Y += step;
        }
        ExecutorCounters.Traffic(Touched(space.Lengths, strides) * size, 0);
        return true;
    }

    /// <summary>Elements of memory behind a view: broadcast axes count once.</summary>
    static long Touched(long[] lengths, long[] strides)
    {
        long count = 1;
        for (int i = 0; i < lengths.Length; i++) { count *= strides[i] == 0 ? 1 : lengths[i]; }
        return count;
    }

    /// <summary>Results to where they belong: through the epilogue, or only cast or moved.</summary>
    static void Finish(Group group, GroupMemory memory, ReduceBody body, byte* y, DType lane, long results)
    {
        long[] shape = group.Out[0].Shape;
        DType raw = body.Raw(lane), result = group.Epilogue is { } e ? e.Inputs[0] : memory.Out[0].DType;
        long[] strides = Shapes.RowMajorStrides(shape, raw.Size);
        ReadOnlySpan<TileOperand> outs = memory.Out[..1];
        DType from = Programs.SameMemory(raw, result) ? result : raw;
        var operand = TileOperand.Memory(y, from, strides, true);
        if (group.Epilogue is not { } epilogue)
        {
            TileExecutor.Run(Programs.Cast(from, result), shape, [operand], outs);
            ExecutorCounters.Traffic(-results * raw.Size, 0);
            return;
        }
        using var cast = from == result ? default : new Scratch(results * result.Size);
        if (from != result)
        {
            var to = TileOperand.Memory(cast.Data, result, Shapes.RowMajorStrides(shape, result.Size), true);
            TileExecutor.Run(Programs.Cast(from, result), shape, [operand], [to]);
            ExecutorCounters.Traffic(-results * raw.Size, -results * result.Size);
            operand = to;
        }
        var ins = new TileOperand[epilogue.Inputs.Length];
        ins[0] = operand;
        memory.In[group.Prologue!.Inputs.Length..].CopyTo(ins.AsSpan(1));
        TileExecutor.Run(epilogue, shape, ins, outs);
        ExecutorCounters.Traffic(-results * result.Size, 0);
    }
}
