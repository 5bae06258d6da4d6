using Engine.Internal.Lanes;

namespace Engine.Internal.Plans;

/// <summary>A constant of a program: up to 16 bytes of one element, with its dtype.</summary>
internal readonly record struct Scalar(DType DType, UInt128 Bits);

/// <summary>One op of a group. A, B, C are value numbers: inputs first, then scalars, then earlier calls; -1 is none.</summary>
/// <param name="Body">The lane body; null is a cast of A to <paramref name="DType"/>.</param>
/// <param name="Compute">Compute type of the operands (<see cref="LaneBody.LaneType"/> of their dtype); the source dtype for a cast.</param>
/// <param name="A">First operand.</param>
/// <param name="B">Second operand.</param>
/// <param name="C">Third operand.</param>
/// <param name="DType">Dtype of the result as the array has it (f16 results are rounded to f16 after each call, so that fused = unfused).</param>
internal readonly record struct Call(LaneBody? Body, DType Compute, DType DType, int A, int B = -1, int C = -1);

/// <summary>A fused group: straight-line SSA over whole lane bodies, a dtype per value. Outputs are value numbers, in the order of the group's Out views.</summary>
internal sealed record ExprProgram(DType[] Inputs, Scalar[] Scalars, Call[] Calls, int[] Outputs)
{
    /// <summary>What a back end made of the program, at its first run.</summary>
    public object? Compiled;

    public int First => Inputs.Length + Scalars.Length;
    public DType TypeOf(int value) => value < Inputs.Length ? Inputs[value] : value < First ? Scalars[value - Inputs.Length].DType : Calls[value - First].DType;
}
