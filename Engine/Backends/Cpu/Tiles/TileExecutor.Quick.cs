using System.Runtime.CompilerServices;
using Engine.Internal.Lanes;
using Engine.Internal.Plans;

namespace Engine.Internal.Backends.Cpu;

// A few elements, or a block for a single step, densely stored and padded: one tile where they lie, without looking for a cut.
internal static unsafe partial class TileExecutor
{
    const int QuickCount = 64, QuickRegisters = 32;

    /// <summary>Runs it, or says that the general way must.</summary>
    [SkipLocalsInit]
    static bool Quick(TilePlan plan, ExprProgram program, ReadOnlySpan<long> space, ReadOnlySpan<TileOperand> ins, ReadOnlySpan<TileOperand> outs, int count)
    {
        bool fits = count <= plan.Tile || (plan.Temporaries == 0 && !Array.Exists(plan.ScalarOf, static s => s.Dense));
        if (plan.Registers > QuickRegisters || !fits)
        {
            return false;
        }
        byte** registers = stackalloc byte*[QuickRegisters];
        long loaded = 0, stored = 0;
        for (int i = 0; i < ins.Length; i++)
        {
            if (!IsQuick(in ins[i], space, plan.InputSize[i], count))
            {
                return false;
            }
            registers[i] = ins[i].Data;
            loaded += plan.InputSize[i];
        }
        for (int k = 0; k < outs.Length; k++)
        {
            if (!IsQuick(in outs[k], space, plan.OutputSize[k], count))
            {
                return false;
            }
            byte* p = registers[plan.FirstOutput + k] = outs[k].Data;
            stored += plan.OutputSize[k];
            for (int i = 0; i < ins.Length; i++)
            {
                bool crossed = plan.InputLast[i] > plan.OutputFirst[k] || plan.InputSize[i] != plan.OutputSize[k];
                if (crossed && p < registers[i] + count * plan.InputSize[i] && registers[i] < p + count * plan.OutputSize[k])
                {
                    return false;
                }
            }
        }
        int tiles = plan.Temporaries + plan.Scalars;
        if (tiles > 0)
        {
            byte* p = Scratch((long)tiles * TilePlan.TilePitch + 64);
            for (int i = 0; i < plan.Temporaries; i++, p += TilePlan.TilePitch)
            {
                registers[plan.FirstOutput + plan.Outputs + i] = p;
            }
            for (int i = 0; i < plan.Scalars; i++, p += TilePlan.TilePitch)
            {
                TilePlan.Splat(plan.ScalarOf[i], program, p);
                registers[plan.Inputs + i] = p;
            }
        }
        Step* end = plan.First + plan.StepCount;
        for (Step* s = plan.First; s < end; s++)
        {
            s->Run(registers, s, count);
        }
        GC.KeepAlive(plan);
        ExecutorCounters.Map(1, loaded * count, stored * count);
        return true;
    }

    /// <summary>Row-major, and whole vectors stay in its padding.</summary>
    static bool IsQuick(in TileOperand o, ReadOnlySpan<long> space, int size, int count)
    {
        if (!o.Padded)
        {
            return false;
        }
        if (count > 1)
        {
            long step = size;
            long[] strides = o.Strides;
            for (int axis = space.Length - 1; axis >= 0; axis--)
            {
                if (space[axis] != 1)
                {
                    if (strides[axis] != step) { return false; }
                    step *= space[axis];
                }
            }
        }
        nint bytes = count * size, end = (nint)o.Data + bytes;
        return (nint)o.Data + ((bytes + 63) & ~63) <= ((end + 63) & ~63);
    }
}
