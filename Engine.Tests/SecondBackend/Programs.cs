using System.Collections.Concurrent;
using Engine.Internal.Lanes;

namespace Engine.Tests.SecondBackend;

/// <summary>Recorded bodies, run by the interpreter.</summary>
internal static class Programs
{
    static readonly ConcurrentDictionary<(LaneBody Body, DType Type), LaneProgram> Recorded = [];

    /// <summary>A body over whole arrays of lanes. Elements beyond the body's range go to its scalar routine.</summary>
    public static ulong[] Evaluate(LaneBody body, DType compute, ulong[][] x)
    {
        LaneProgram program = Recorded.GetOrAdd((body, compute), static key => key.Body.Program(key.Type));
        ulong[] r = [.. LaneInterpreter.Run(program, compute, x, x[0].Length)[program.Result]];
        double bound = body.PatchAbove(compute);
        for (int i = 0; i < r.Length && bound < double.PositiveInfinity; i++)
        {
            double v = compute == DType.Float32 ? BitConverter.UInt32BitsToSingle((uint)x[0][i]) : BitConverter.UInt64BitsToDouble(x[0][i]);
            if (Math.Abs(v) > bound)
            {
                double patched = body.Patch(v);
                r[i] = compute == DType.Float32 ? BitConverter.SingleToUInt32Bits((float)patched) : BitConverter.DoubleToUInt64Bits(patched);
            }
        }
        return r;
    }

    /// <summary>One instruction on two lanes.</summary>
    public static ulong Binary(LaneOp op, DType compute, ulong a, ulong b)
    {
        LaneInstr[] code =
        [
            new(LaneOp.Input, LaneKind.Value, -1, -1, -1, 0),
            new(LaneOp.Input, LaneKind.Value, -1, -1, -1, 1),
            new(op, LaneKind.Value, 0, 1, -1, 0),
        ];
        return LaneInterpreter.Run(new LaneProgram(compute, code, 2, 2), compute, [[a], [b]], 1)[2][0];
    }
}
