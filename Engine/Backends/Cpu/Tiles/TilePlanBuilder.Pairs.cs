using Engine.Internal.Lanes;

namespace Engine.Internal.Backends.Cpu;

// Two steps in one: a pass over a tile costs a load and a store for each vector, and light arithmetic costs no more than those.
internal sealed unsafe partial class TilePlanBuilder
{
    /// <summary>Joins a step with the one that makes its operand, where nobody else reads that and one of the two is light.</summary>
    void Pair()
    {
        var reads = new int[registers.Count];
        var maker = new int[registers.Count];
        Array.Fill(maker, -1);
        var paired = new bool[drafts.Count];
        for (int i = 0; i < drafts.Count; i++)
        {
            maker[drafts[i].D] = i;
            for (int k = 0; k < drafts[i].Count; k++) { reads[drafts[i].Operand(k)]++; }
        }
        for (int j = 0; j < drafts.Count; j++)
        {
            for (int k = 0; k < drafts[j].Count; k++)
            {
                int x = drafts[j].Operand(k), i = maker[x];
                if (i < 0 || paired[i] || reads[x] > 1 || registers[x].Place != Place.Temporary || Joined(drafts[i], drafts[j], k) is not { } pair) { continue; }
                paired[i] = paired[j] = true;
                drafts[j] = pair;
                Draft gone = drafts[i];
                gone.D = -1;
                drafts[i] = gone;
                break;
            }
        }
        drafts.RemoveAll(static d => d.D < 0);
    }

    /// <summary>A step and the one that reads its result as operand k.</summary>
    static Draft? Joined(in Draft first, in Draft then, int k)
    {
        if (first.Body is not { } a || then.Body is not { } b || first.Compute != then.Compute || first.C >= 0)
        {
            return null;
        }
        DType t = then.Compute;
        delegate*<byte**, Step*, nint, void> run = null;
        var pair = new Draft { D = then.D, A = first.A, B = first.B, C = -1, Lanes = then.Lanes };
        if (b.Light != Light.None)
        {
            run = a.Then(k == 1 && b.Light == Light.Sub ? Light.SubFrom : b.Light, t);
            int other = k == 0 ? then.B : then.A;
            if (first.B < 0) { pair.B = other; }
            else { pair.C = other; }
        }
        else if (a.Light != Light.None && then.B < 0)
        {
            run = b.After(a.Light, t);
        }
        pair.Run = run;
        return run == null ? null : pair;
    }
}
