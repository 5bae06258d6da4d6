using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Engine.Internal.Lanes;
using Engine.Internal.Plans;

namespace Engine.Internal.Backends.Cpu;

/// <summary>Runs a Map: tile by tile one indirect call for each step, values between steps in L1.</summary>
/// <remarks>
/// The space is collapsed to as few axes as the operands allow; a tile covers a run of one axis times all axes inside it, so that short rows share a
/// tile. Dense operands are used in place, what is one element is splatted, the rest is gathered (outputs: scattered). Nothing is read or written
/// beyond a view, unless the operand says that its storage is padded there.
/// </remarks>
internal static unsafe partial class TileExecutor
{
    /// <summary>How an operand meets a tile.</summary>
    enum Mode : byte { Direct, Splat, Gather, Index }

    struct Feed
    {
        /// <summary>Element 0 at the current outer coordinates; for an index the number itself.</summary>
        public byte* Base;
        /// <summary>Own tile: gathered, splatted, staged or the padded copy of an edge.</summary>
        public byte* Tile;
        /// <summary>Whole vectors end here at the latest.</summary>
        public byte* Limit;
        /// <summary>Behind the last element.</summary>
        public byte* End;
        /// <summary>What a gathered tile holds: it is not gathered twice.</summary>
        public byte* Held;
        public long HeldCount;
        /// <summary>By collapsed axis.</summary>
        public long* Strides;
        public int Size;
        public Mode Mode;
        /// <summary>An output that lies on an input which is read after it is written.</summary>
        public bool Staged;
    }

    /// <summary>The collapsed space, cut into tiles: len[m] in runs of Run, Inner elements each.</summary>
    struct Cut
    {
        public int Rank, Axis;
        /// <summary>Whole: elements in runs; what is behind them on the axis is one more tile.</summary>
        public long Inner, Run, Runs, Whole, Outer, Tiles;
        public long* Lengths;
    }

    const int WideRun = 8192;

    [ThreadStatic] static byte[]? scratch;

    /// <summary>Runs a program.</summary>
    public static void Run(ExprProgram program, ReadOnlySpan<long> space, ReadOnlySpan<TileOperand> ins, ReadOnlySpan<TileOperand> outs) =>
        Run(TilePlan.Of(program, Count(space)), program, space, ins, outs, 0, 1);

    /// <summary>Elements of a space.</summary>
    public static long Count(ReadOnlySpan<long> space)
    {
        long count = 1;
        foreach (long n in space)
        {
            count *= n;
        }
        return count;
    }

    /// <summary>Runs part <paramref name="part"/> of <paramref name="parts"/>: any split gives the same bits.</summary>
    [SkipLocalsInit]
    public static void Run(
        TilePlan plan, ExprProgram program, ReadOnlySpan<long> space, ReadOnlySpan<TileOperand> ins, ReadOnlySpan<TileOperand> outs, int part, int parts)
    {
        long count = Count(space);
        if (count == 0)
        {
            return;
        }
        if (parts == 1 && (count <= QuickCount || (plan.Passes == 1 && count <= WideRun)) && Quick(plan, program, space, ins, outs, (int)count))
        {
            return;
        }
        int feeds = ins.Length + outs.Length, rank = Math.Max(space.Length, 1);
        long bytes = 64 + (long)feeds * (sizeof(Feed) + rank * sizeof(long) + TilePlan.TilePitch) + rank * sizeof(long) + plan.StepCount * sizeof(Step)
            + plan.Registers * sizeof(byte*) + (long)(plan.Temporaries + plan.Scalars) * TilePlan.TilePitch + 64;
        byte* p = Scratch(bytes);

        // tiles first: they are aligned
        byte* tiles = p;
        p += (long)(feeds + plan.Temporaries + plan.Scalars) * TilePlan.TilePitch;
        var feed = (Feed*)p;
        p += feeds * sizeof(Feed);
        var lengths = (long*)p;
        p += rank * sizeof(long);
        for (int i = 0; i < feeds; i++, p += rank * sizeof(long))
        {
            feed[i].Strides = (long*)p;
            feed[i].Tile = tiles + (long)i * TilePlan.TilePitch;
        }
        var registers = (byte**)p;
        p += plan.Registers * sizeof(byte*);
        var steps = (Step*)p;

        Cut cut = default;
        cut.Lengths = lengths;
        cut.Rank = Collapse(space, ins, outs, feed, lengths);
        Stage(plan, ins, feed, ref cut);
        if (!DivideWide(plan, feed, feeds, ref cut))
        {
            Divide(ref cut, plan.Tile);
        }
        for (int i = 0; i < plan.Scalars; i++)
        {
            byte* block = tiles + (long)(feeds + plan.Temporaries + i) * TilePlan.TilePitch;
            TilePlan.Splat(plan.ScalarOf[i], program, block);
            registers[plan.Inputs + i] = block;
        }
        for (int i = 0; i < plan.Temporaries; i++)
        {
            registers[plan.FirstOutput + plan.Outputs + i] = tiles + (long)(feeds + i) * TilePlan.TilePitch;
        }
        steps = Classify(plan, feed, ref cut, steps);
        bool banded = cut.Axis == cut.Rank - 1 && HasBands(plan, feed, ref cut);
        long total = banded ? cut.Tiles / cut.Lengths[cut.Rank - 2] * Bands(plan, ref cut) : cut.Tiles;
        long first = total * part / parts, last = total * (part + 1) / parts;
        if (part == 0)
        {
            Count(ref cut, feed, ins.Length, feeds, count, total);
        }
        if (banded)
        {
            RunBands(plan, feed, ref cut, registers, steps, first, last);
        }
        else if (plan.IsCopy)
        {
            CopyTiles(feed, ref cut, first, last, count);
        }
        else
        {
            RunTiles(plan, feed, ref cut, registers, steps, first, last);
        }
        // its steps and loops
        GC.KeepAlive(plan);
    }

    static byte* Scratch(long bytes)
    {
        byte[]? s = scratch;
        if (s is null || s.Length < bytes)
        {
            scratch = s = GC.AllocateUninitializedArray<byte>(checked((int)Math.Max(bytes, 64 * 1024)), pinned: true);
        }
        return (byte*)(((nint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(s)) + 63) & ~63);
    }

    /// <summary>From element 0 to the first one at outer coordinate number <paramref name="outer"/>.</summary>
    static long OuterOffset(ref Feed f, ref Cut cut, long outer)
    {
        long offset = 0;
        for (int axis = cut.Axis - 1; axis >= 0; axis--)
        {
            long q = outer / cut.Lengths[axis];
            offset += (outer - q * cut.Lengths[axis]) * f.Strides[axis];
            outer = q;
        }
        return offset;
    }

    static byte* Address(ref Feed f, ref Cut cut, long outer, long start) =>
        f.Base + OuterOffset(ref f, ref cut, outer) + start * f.Strides[cut.Axis];

    /// <summary>Where on the divided axis a tile starts, and how many of its coordinates it covers.</summary>
    static long Start(ref Cut cut, long run, out long rows)
    {
        long start = Math.Min(run * cut.Run, cut.Whole);
        rows = start < cut.Whole ? Math.Min(cut.Run, cut.Whole - start) : cut.Lengths[cut.Axis] - start;
        return start;
    }

    static void RunTiles(TilePlan plan, Feed* feed, ref Cut cut, byte** registers, Step* steps, long first, long last)
    {
        for (long t = first; t < last; t++)
        {
            long outer = t / cut.Runs, start = Start(ref cut, t - outer * cut.Runs, out long rows);
            for (int i = 0; i < plan.Inputs; i++)
            {
                ref Feed f = ref feed[i];
                registers[i] = Load(ref f, ref cut, Address(ref f, ref cut, outer, start), rows);
            }
            RunTile(plan, feed, ref cut, registers, steps, outer, start, rows);
        }
    }

    /// <summary>The steps over one tile whose inputs are in place, and the outputs to memory.</summary>
    static void RunTile(TilePlan plan, Feed* feed, ref Cut cut, byte** registers, Step* steps, long outer, long start, long rows)
    {
        nint n = (nint)(rows * cut.Inner);
        byte** results = registers + plan.FirstOutput;
        Feed* outputs = feed + plan.Inputs;
        for (int k = 0; k < plan.Outputs; k++)
        {
            ref Feed f = ref outputs[k];
            byte* p = Address(ref f, ref cut, outer, start);
            f.Held = InPlace(ref f, p, n) ? null : p;
            results[k] = f.Held == null ? p : f.Tile;
        }
        Step* end = steps + plan.StepCount;
        for (Step* s = steps; s < end; s++)
        {
            s->Run(registers, s, n);
        }
        for (int k = 0; k < plan.Outputs; k++)
        {
            ref Feed f = ref outputs[k];
            if (f.Held != null) { Store(ref f, ref cut, f.Tile, f.Held, rows, n); }
        }
    }

    /// <summary>A copy: gathered straight to where it goes, or scattered straight from where it lies.</summary>
    static void CopyTiles(Feed* feed, ref Cut cut, long first, long last, long count)
    {
        ref Feed from = ref feed[0], to = ref feed[1];
        if (from.Mode == Mode.Direct && to.Mode == Mode.Direct && cut.Rank == 1)
        {
            long start = Math.Min(first * cut.Run, cut.Whole) * from.Size;
            long bytes = (last == cut.Tiles ? count : Math.Min(last * cut.Run, cut.Whole)) * from.Size - start;
            Buffer.MemoryCopy(from.Base + start, to.Base + start, bytes, bytes);
            return;
        }
        for (long t = first; t < last; t++)
        {
            long outer = t / cut.Runs, start = Start(ref cut, t - outer * cut.Runs, out long rows);
            nint n = (nint)(rows * cut.Inner);
            byte* p = Address(ref from, ref cut, outer, start);
            byte* q = Address(ref to, ref cut, outer, start);
            if (to.Mode == Mode.Direct && !to.Staged)
            {
                if (from.Mode == Mode.Direct) { Buffer.MemoryCopy(p, q, n * from.Size, n * from.Size); }
                else { Collect(ref from, ref cut, q, p, rows); }
                continue;
            }
            if (from.Mode == Mode.Direct)
            {
                Store(ref to, ref cut, p, q, rows, n);
                continue;
            }
            Collect(ref from, ref cut, from.Tile, p, rows);
            Store(ref to, ref cut, from.Tile, q, rows, n);
        }
    }
}
