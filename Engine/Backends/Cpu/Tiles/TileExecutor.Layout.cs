using System.Runtime.CompilerServices;
using Engine.Internal.Lanes;

namespace Engine.Internal.Backends.Cpu;

internal static unsafe partial class TileExecutor
{
    /// <summary>Fills strides and limits; merges axes that all operands can walk as one. Axes of length 1 go.</summary>
    static int Collapse(ReadOnlySpan<long> space, ReadOnlySpan<TileOperand> ins, ReadOnlySpan<TileOperand> outs, Feed* feed, long* lengths)
    {
        int feeds = ins.Length + outs.Length, rank = 0;
        for (int axis = 0; axis < space.Length; axis++)
        {
            long n = space[axis];
            if (n == 1)
            {
                continue;
            }
            bool merge = rank > 0;
            for (int i = 0; i < feeds && merge; i++)
            {
                long stride = (i < ins.Length ? ins[i] : outs[i - ins.Length]).Strides[axis];
                merge = feed[i].Strides[rank - 1] == stride * n;
            }
            rank += merge ? 0 : 1;
            lengths[rank - 1] = merge ? lengths[rank - 1] * n : n;
            for (int i = 0; i < feeds; i++)
            {
                feed[i].Strides[rank - 1] = (i < ins.Length ? ins[i] : outs[i - ins.Length]).Strides[axis];
            }
        }
        for (int i = 0; i < feeds; i++)
        {
            ref readonly TileOperand o = ref i < ins.Length ? ref ins[i] : ref outs[i - ins.Length];
            ref Feed f = ref feed[i];
            f.Size = LaneSize.Of(o.DType);
            f.Held = null;
            f.HeldCount = 0;
            f.Staged = false;
            if (rank == 0)
            {
                f.Strides[0] = f.Size;
            }
            if (o.IsIndex)
            {
                f.Mode = Mode.Index;
                f.Base = (byte*)o.Offset;
                f.Size = sizeof(long);
                continue;
            }
            f.Mode = Mode.Direct;
            f.Base = o.Data;
            byte* end = o.Data + f.Size;
            for (int axis = 0; axis < rank; axis++)
            {
                end += Math.Max(0, f.Strides[axis] * (lengths[axis] - 1));
            }
            f.End = end;
            f.Limit = o.Padded ? (byte*)(((nint)end + 63) & ~63) : end;
        }
        if (rank == 0)
        {
            lengths[0] = 1;
            rank = 1;
        }
        return rank;
    }

    /// <summary>Chooses the axis that tiles divide: the axes inside it fit a tile together.</summary>
    static void Divide(ref Cut cut, int tile)
    {
        int m = cut.Rank - 1;
        long inner = 1;
        while (m > 0 && inner * cut.Lengths[m] <= tile / 2)
        {
            inner *= cut.Lengths[m--];
        }
        long length = cut.Lengths[m], most = tile / inner, runs = (length + most - 1) / most;
        if (runs > 1)
        {
            // even runs, whole vectors where that is possible: then an output needs no staging
            long run = (length + runs - 1) / runs, unit = 64 / Math.Min(64, inner & -inner);
            run = (run + unit - 1) / unit * unit;
            most = run <= most ? run : most >= 2 * unit ? most / unit * unit : (length + runs - 1) / runs;
            runs = (length + most - 1) / most;
        }
        else
        {
            most = length;
        }
        (cut.Axis, cut.Inner, cut.Run, cut.Runs, cut.Whole, cut.Outer) = (m, inner, most, runs, length, 1);
        for (int axis = 0; axis < m; axis++)
        {
            cut.Outer *= cut.Lengths[axis];
        }
        cut.Tiles = cut.Outer * runs;
    }

    /// <summary>One step over dense operands keeps nothing between steps: long runs of whole vectors, and what is left as a tile of its own.</summary>
    static bool DivideWide(TilePlan plan, Feed* feed, int feeds, ref Cut cut)
    {
        if (plan.Passes != 1 || cut.Rank != 1 || cut.Lengths[0] <= plan.Tile)
        {
            return false;
        }
        for (int i = 0; i < feeds; i++)
        {
            ref Feed f = ref feed[i];
            bool one = f.Strides[0] == 0 && i < plan.Inputs && !plan.InputDense[i];
            if (f.Mode == Mode.Index || f.Staged || !(one || f.Strides[0] == f.Size)) { return false; }
        }
        long length = cut.Lengths[0], whole = length & ~63L;
        (cut.Axis, cut.Inner, cut.Run, cut.Whole, cut.Outer) = (0, 1, WideRun, whole, 1);
        cut.Tiles = cut.Runs = (whole + WideRun - 1) / WideRun + (whole < length ? 1 : 0);
        return true;
    }

    static void Count(ref Cut cut, Feed* feed, int inputs, int feeds, long count, long tiles)
    {
        long loaded = 0, stored = 0;
        for (int i = 0; i < feeds; i++)
        {
            if (feed[i].Mode == Mode.Index)
            {
                continue;
            }
            long elements = count;
            for (int axis = 0; axis < cut.Rank; axis++)
            {
                if (feed[i].Strides[axis] == 0) { elements /= cut.Lengths[axis]; }
            }
            if (i < inputs) { loaded += elements * feed[i].Size; }
            else { stored += elements * feed[i].Size; }
        }
        ExecutorCounters.Map(tiles, loaded, stored);
    }

    /// <summary>Marks outputs that lie on inputs which are read after they are written.</summary>
    static void Stage(TilePlan plan, ReadOnlySpan<TileOperand> ins, Feed* feed, ref Cut cut)
    {
        for (int k = 0; k < plan.Outputs; k++)
        {
            ref Feed f = ref feed[ins.Length + k];
            for (int i = 0; i < ins.Length && !f.Staged; i++)
            {
                bool crossed = plan.InputLast[i] > plan.OutputFirst[k] || feed[i].Size != f.Size;
                f.Staged = crossed && !ins[i].IsIndex && Overlap(ref feed[i], ref f, ref cut);
            }
        }
    }

    /// <summary>How each operand meets the tiles. Steps are copied where an input is splatted: its readers stand still.</summary>
    static Step* Classify(TilePlan plan, Feed* feed, ref Cut cut, Step* steps)
    {
        bool splat = false;
        for (int i = 0; i < plan.Inputs + plan.Outputs; i++)
        {
            ref Feed f = ref feed[i];
            if (f.Mode == Mode.Index)
            {
                continue;
            }
            bool one = i < plan.Inputs && !plan.InputDense[i] && IsOne(ref f, ref cut);
            f.Mode = IsDense(ref f, ref cut) ? Mode.Direct : one ? Mode.Splat : Mode.Gather;
            splat |= f.Mode == Mode.Splat;
        }
        if (!splat)
        {
            return plan.First;
        }
        Unsafe.CopyBlockUnaligned(steps, plan.First, (uint)(plan.StepCount * sizeof(Step)));
        foreach (var (input, step, operand) in plan.Readers)
        {
            if (feed[input].Mode == Mode.Splat)
            {
                if (operand == 0) { steps[step].IncA = 0; }
                else if (operand == 1) { steps[step].IncB = 0; }
                else { steps[step].IncC = 0; }
            }
        }
        return steps;
    }

    static bool IsDense(ref Feed f, ref Cut cut)
    {
        long step = f.Size;
        for (int axis = cut.Rank - 1; axis > cut.Axis; axis--)
        {
            if (f.Strides[axis] != step) { return false; }
            step *= cut.Lengths[axis];
        }
        return cut.Run == 1 || f.Strides[cut.Axis] == step;
    }

    static bool IsOne(ref Feed f, ref Cut cut)
    {
        for (int axis = cut.Rank - 1; axis > cut.Axis; axis--)
        {
            if (f.Strides[axis] != 0) { return false; }
        }
        return cut.Run == 1 || f.Strides[cut.Axis] == 0;
    }

    static bool Overlap(ref Feed a, ref Feed b, ref Cut cut)
    {
        Bounds(ref a, ref cut, out byte* aLow, out byte* aHigh);
        Bounds(ref b, ref cut, out byte* bLow, out byte* bHigh);
        return aLow < bHigh && bLow < aHigh;
    }

    static void Bounds(ref Feed f, ref Cut cut, out byte* low, out byte* high)
    {
        low = f.Base;
        high = f.Base + f.Size;
        for (int axis = 0; axis < cut.Rank; axis++)
        {
            long reach = f.Strides[axis] * (cut.Lengths[axis] - 1);
            if (reach < 0) { low += reach; }
            else { high += reach; }
        }
    }
}
