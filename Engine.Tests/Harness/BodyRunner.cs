using System.Numerics;
using System.Runtime.InteropServices;
using Engine.Internal.Lanes;
using Engine.Testing;

namespace Engine.Tests.Harness;

/// <summary>Runs a lane body's kernel at each width over one tile of drawn lanes.</summary>
internal static unsafe class BodyRunner
{
    const int Count = 256;

    /// <summary>Null when all widths give the bits of one lane.</summary>
    public static string? Compare(LaneBody body, DType compute, int seed)
    {
        DType result = body.Result(compute);
        HostArray[] operands = new HostArray[body.Arity];
        for (int i = 0; i < operands.Length; i++)
        {
            DType t = body.Operand(i, compute);
            operands[i] = ArrayCase.Draw(t, [Count], ArrayLayout.Contiguous, seed + i).Values;
        }
        HostArray one = Run(body.At(compute, 1), 1, operands, compute, result);
        foreach (int bits in (int[])[512, 256, 128, 0])
        {
            if (one.Difference(Run(body.At(compute, bits), bits, operands, compute, result)) is { } difference) { return $"one lane and {(bits == 0 ? "Vector<T>" : bits)} differ: {difference}"; }
        }
        return null;
    }

    static HostArray Run(delegate*<byte**, Step*, nint, void> kernel, int bits, HostArray[] operands, DType compute, DType result)
    {
        HostArray r = HostArray.Empty(result, [Count]);
        byte* memory = (byte*)NativeMemory.AlignedAlloc(4 * 8192, 64);
        try
        {
            byte** registers = stackalloc byte*[4];
            for (int i = 0; i < 4; i++) { registers[i] = memory + i * 8192; }
            for (int i = 0; i < operands.Length; i++) { operands[i].Bytes.CopyTo(new Span<byte>(registers[i], 8192)); }
            int lanes = bits == 1 ? 1 : (bits == 0 ? Vector<byte>.Count : bits / 8) / HostArray.SizeOf(compute);
            nint[] increments = [.. Enumerable.Range(0, 3).Select(i => i < operands.Length ? (nint)(lanes * HostArray.SizeOf(operands[i].DType)) : 0)];
            var step = new Step { Run = kernel, A = 0, B = 1, C = 2, D = 3, IncA = increments[0], IncB = increments[1], IncC = increments[2] };
            kernel(registers, &step, Count);
            new Span<byte>(registers[3], r.Bytes.Length).CopyTo(r.Bytes);
            return r;
        }
        finally
        {
            NativeMemory.AlignedFree(memory);
        }
    }
}
