using Engine.Internal.Lanes;
using Engine.Internal.Plans;

namespace Engine.Internal.Backends.Cpu;

/// <summary>Small programs that kernels run on tiles around their own work.</summary>
internal static class Programs
{
    static readonly ExprProgram?[] casts = new ExprProgram?[DType.Count * DType.Count];

    /// <summary>One operand, cast to a dtype; a copy where it is the same.</summary>
    public static ExprProgram Cast(DType from, DType to)
    {
        ref ExprProgram? program = ref casts[((int)from * DType.Count) + (int)to];
        return program ??= new ExprProgram([from], [], [new Call(null, from, to, 0)], [1]);
    }

    /// <summary>The program with its last output cast to lanes of a type.</summary>
    public static ExprProgram WithLast(ExprProgram program, DType lane)
    {
        int last = program.Outputs[^1];
        DType dtype = program.TypeOf(last);
        if (SameMemory(dtype, lane) && last >= program.First) { return program; }
        // A cast to the same dtype is a copy: an output must be the result of a call.
        var calls = new Call[program.Calls.Length + 1];
        program.Calls.CopyTo(calls, 0);
        calls[^1] = new Call(null, dtype, SameMemory(dtype, lane) ? dtype : lane, last);
        var outputs = (int[])program.Outputs.Clone();
        outputs[^1] = program.First + program.Calls.Length;
        return program with { Calls = calls, Outputs = outputs, Compiled = null };
    }

    /// <summary>Elements of one are elements of the other, bit for bit.</summary>
    public static bool SameMemory(DType a, DType b) => a == b || (a is DType.Bool or DType.UInt8 && b is DType.Bool or DType.UInt8);
}
