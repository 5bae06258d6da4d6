using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Engine.Internal.Lanes;

namespace Engine.Internal.Backends.Cpu;

// Transposed inputs: elements that are neighbours in memory belong to different rows of tiles. A band of rows is gathered at once, along memory.
internal static unsafe partial class TileExecutor
{
    const int BandRows = 16;

    [ThreadStatic] static byte[]? bandScratch;

    static int BandHeight(TilePlan plan) => plan.IsCopy ? Transposes.Block : BandRows;

    static long Bands(TilePlan plan, ref Cut cut) => (cut.Lengths[cut.Rank - 2] + BandHeight(plan) - 1) / BandHeight(plan);

    static bool IsBanded(ref Feed f, ref Cut cut) => f.Mode == Mode.Gather && f.Strides[cut.Rank - 2] == f.Size;

    static bool HasBands(TilePlan plan, Feed* feed, ref Cut cut)
    {
        if (cut.Rank < 2 || cut.Lengths[cut.Rank - 2] < 4 || (plan.IsCopy && (feed[1].Mode != Mode.Direct || feed[1].Staged)))
        {
            return false;
        }
        bool any = false;
        for (int i = 0; i < plan.Inputs; i++)
        {
            any |= IsBanded(ref feed[i], ref cut);
        }
        return any;
    }

    static void RunBands(TilePlan plan, Feed* feed, ref Cut cut, byte** registers, Step* steps, long first, long last)
    {
        long rows = cut.Lengths[cut.Rank - 2], bands = Bands(plan, ref cut), most = BandHeight(plan);
        byte* scratch = BandScratch(plan.IsCopy ? Transposes.BlockBytes : plan.Inputs * BandRows * TilePlan.TilePitch);
        for (long u = first; u < last; u++)
        {
            long q = u / cut.Runs, start = Start(ref cut, u - q * cut.Runs, out long columns);
            long block = q / bands, row = (q - block * bands) * most, outer = block * rows + row;
            nint height = (nint)Math.Min(most, rows - row);
            if (plan.IsCopy)
            {
                ref Feed from = ref feed[0], to = ref feed[1];
                Transposes.Copy(Address(ref to, ref cut, outer, start), (nint)to.Strides[cut.Rank - 2], Address(ref from, ref cut, outer, start),
                    (nint)from.Strides[cut.Axis], height, (nint)columns, to.Size, scratch);
                continue;
            }
            for (int i = 0; i < plan.Inputs; i++)
            {
                ref Feed f = ref feed[i];
                if (IsBanded(ref f, ref cut))
                {
                    byte* p = Address(ref f, ref cut, outer, start);
                    Transposes.Run(Band(scratch, i), TilePlan.TilePitch, p, (nint)f.Strides[cut.Axis], height, (nint)columns, f.Size);
                }
            }
            for (nint r = 0; r < height; r++)
            {
                for (int i = 0; i < plan.Inputs; i++)
                {
                    ref Feed f = ref feed[i];
                    registers[i] = IsBanded(ref f, ref cut)
                        ? Band(scratch, i) + r * TilePlan.TilePitch
                        : Load(ref f, ref cut, Address(ref f, ref cut, outer + r, start), columns);
                }
                RunTile(plan, feed, ref cut, registers, steps, outer + r, start, columns);
            }
        }
    }

    static byte* Band(byte* scratch, int i) => scratch + (long)i * BandRows * TilePlan.TilePitch;

    static byte* BandScratch(int bytes)
    {
        byte[]? s = bandScratch;
        if (s is null || s.Length < bytes + 64)
        {
            bandScratch = s = GC.AllocateUninitializedArray<byte>(bytes + 64, pinned: true);
        }
        return (byte*)(((nint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(s)) + 63) & ~63);
    }
}
