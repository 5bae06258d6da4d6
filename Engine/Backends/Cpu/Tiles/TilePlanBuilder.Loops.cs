using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Engine.Internal.Lanes;
using Engine.Internal.Plans;

namespace Engine.Internal.Backends.Cpu;

// Hot programs: runs of steps over lanes of one size become one loop each.
internal sealed unsafe partial class TilePlanBuilder
{
    /// <summary>The same plan with joined steps; null where nothing can be joined.</summary>
    [RequiresDynamicCode("Emits code.")]
    public TilePlan? BuildLoops(int bits)
    {
        Draw();
        foreach (ref Draft draft in CollectionsMarshal.AsSpan(drafts))
        {
            draft.Program = draft.Body is { } body ? ProgramOf(body, draft.Compute) : IsHalf(draft.From) || IsHalf(draft.To) ? ProgramOf(draft.From, draft.To) : null;
        }
        int before = drafts.Count;
        Join(bits);
        if (drafts.Count == before)
        {
            return null;
        }
        TilePlan plan = Assign();
        List<LaneLoop> loops = [];
        int slot = 0;
        foreach (ref readonly Draft draft in CollectionsMarshal.AsSpan(drafts))
        {
            if (draft.Loop is { } loop)
            {
                plan.Steps[slot].Handle = loop.Emit();
                loops.Add(loop);
            }
            slot += draft.Slots;
        }
        plan.Loops = [.. loops];
        return plan;
    }

    void Join(int bits)
    {
        var joined = new List<Draft>();
        Span<int> operands = stackalloc int[3];
        for (int i = 0; i < drafts.Count;)
        {
            int size = SizeOf(drafts[i]), j = i;
            var loop = new LaneLoop(size, bits);
            while (j < drafts.Count && SizeOf(drafts[j]) == size && size > 0)
            {
                Draft draft = drafts[j];
                for (int k = 0; k < draft.Count; k++) { operands[k] = draft.Operand(k); }
                if (!loop.Add(draft.Program, draft.D, operands[..draft.Count], x => registers[x].Place == Place.Scalar, draft.Widens, draft.Narrows)) { break; }
                j++;
            }
            if (j - i < 2)
            {
                joined.Add(drafts[i++]);
                continue;
            }
            for (int k = i; k < j; k++)
            {
                if (registers[drafts[k].D].Place == Place.Output || IsRead(drafts[k].D, j)) { loop.Show(drafts[k].D); }
            }
            // nobody may want what they make
            if (loop.Results.Count > 0) { joined.Add(new Draft { Run = &LaneLoop.Run, D = loop.Results[0], Lanes = loop.Lanes, Loop = loop }); }
            i = j;
        }
        drafts.Clear();
        drafts.AddRange(joined);
    }

    bool IsRead(int register, int from)
    {
        for (int i = from; i < drafts.Count; i++)
        {
            for (int k = 0; k < drafts[i].Count; k++)
            {
                if (drafts[i].Operand(k) == register) { return true; }
            }
        }
        return false;
    }

    /// <summary>Bytes of the lanes of a step that can be joined; 0: it cannot.</summary>
    int SizeOf(in Draft draft) => draft.Program is { } program ? LaneSize.Of(program.T) : draft.Moves && registers[draft.D].Size <= 8 ? registers[draft.D].Size : 0;

    /// <summary>What a pass over 16-bit floats does.</summary>
    static LaneProgram ProgramOf(DType from, DType to) => Recorder.Run(DType.Float32, r =>
    {
        Ssa x = r.Input();
        bool half = from == DType.Float16 || to == DType.Float16;
        return !IsHalf(to) ? half ? Recorded<WidenHalf>(x) : Recorded<WidenBFloat>(x)
            : !IsHalf(from) ? half ? Recorded<NarrowHalf>(x) : Recorded<NarrowBFloat>(x)
            : half ? Recorded<RoundHalf>(x) : Recorded<RoundBFloat>(x);
    });

    static Ssa Recorded<TOp>(Ssa x) where TOp : struct, IUnaryBody => TOp.Apply<Ssa, float, RecordLanes<float>>(x);

    /// <summary>What a body records, where that is all it does and each instruction is one of the machine's.</summary>
    static LaneProgram? ProgramOf(LaneBody body, DType t)
    {
        if (t is DType.Complex64 or DType.Complex128 || !double.IsPositiveInfinity(body.PatchAbove(t)))
        {
            return null;
        }
        LaneProgram program = body.Program(t);
        foreach (ref readonly LaneInstr c in program.Code.AsSpan())
        {
            if (c.Op is LaneOp.DivInt or LaneOp.Rem) { return null; }
        }
        // bytes 0 and 1 that are computed are no mask
        bool isMask = program.Code[program.Result].Kind == LaneKind.Mask;
        return isMask == (body.Result(t) == DType.Bool) || t == DType.UInt8 ? program : null;
    }
}
