using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Engine.Internal.Lanes;
using Engine.Internal.Plans;

namespace Engine.Internal.Backends.Cpu;

/// <summary>A program compiled for tiles: kernels picked, registers given by last use. Knows no memory and no layout, so it is made once for a
/// program.</summary>
/// <remarks>
/// Registers: inputs, scalars, outputs, then temporaries. A tile holds lane types: f16 and bf16 values are f32 here, rounded after each call.
/// Steps that may read a splatted block move by their increments; casts, rounding and complex numbers read dense tiles (<see cref="InputDense"/>).
/// </remarks>
internal sealed unsafe class TilePlan
{
    /// <summary>Bytes of the widest register of a tile.</summary>
    public const int TileBytes = 2048;

    /// <summary>From one tile to the next in scratch: the padding keeps them out of each other's cache sets.</summary>
    public const int TilePitch = TileBytes + 64;

    /// <summary>The steps, pinned: kernels get pointers to them.</summary>
    public Step[] Steps = [];
    public Step* First;
    public int StepCount;

    /// <summary>Passes over a tile: a step, or the slots of a loop.</summary>
    public int Passes;

    /// <summary>The loops that steps find by their handles.</summary>
    public LaneLoop[] Loops = [];

    public int Inputs, Scalars, Outputs, Temporaries;
    /// <summary>Elements of a whole tile.</summary>
    public int Tile;
    public int[] InputSize = [], OutputSize = [];
    /// <summary>A kernel reads the whole tile: an input that is one element is spread over it.</summary>
    public bool[] InputDense = [];
    /// <summary>Last step that reads an input and first step that writes an output: where these cross, an output that lies on an input is staged.</summary>
    public int[] InputLast = [], OutputFirst = [];
    /// <summary>Where an input that is one element is read: (input, step, operand).</summary>
    public (int Input, int Step, int Operand)[] Readers = [];
    /// <summary>The only thing to do is to copy input 0 to output 0.</summary>
    public bool IsCopy;

    /// <summary>Scalars as lanes want them, in the order of their registers.</summary>
    public PlanScalar[] ScalarOf = [];

    public int Registers => Inputs + Scalars + Outputs + Temporaries;
    public int FirstOutput => Inputs + Scalars;

    /// <summary>The program it was made from; any other that differs in the values of scalars only has the same plan.</summary>
    public required ExprProgram Source;

    /// <summary>Elements until loops are emitted: they save about what that costs.</summary>
    const long Warm = 4_000_000;

    /// <summary>The same with loops.</summary>
    TilePlan? hot;
    long work;
    int heated;

    const int CacheSize = 512;
    static readonly TilePlan?[] cache = new TilePlan?[CacheSize];

    /// <summary>The plan of a program. Graphs are planned anew at each evaluation, so plans are found by what programs say.</summary>
    public static TilePlan Of(ExprProgram program)
    {
        if (program.Compiled is TilePlan known)
        {
            return known;
        }
        // a race makes a plan twice, no more
        ref TilePlan? slot = ref cache[Hash(program) % CacheSize];
        TilePlan? plan = Volatile.Read(ref slot);
        if (plan is null || !Same(plan.Source, program))
        {
            plan = new TilePlanBuilder(program).Build();
            Volatile.Write(ref slot, plan);
        }
        program.Compiled = plan;
        return plan;
    }

    /// <summary>The plan with which to run a program over so many elements: once it is hot, with loops.</summary>
    public static TilePlan Of(ExprProgram program, long count)
    {
        TilePlan plan = Of(program);
        if (plan.hot is null && RuntimeFeature.IsDynamicCodeSupported && plan.Passes > 1)
        {
            // threads may lose what they add; one of them emits
            plan.work += count;
            if (plan.work >= Warm && LaneWidth.Bits >= 128 && Interlocked.Exchange(ref plan.heated, 1) == 0)
            {
                plan.hot = new TilePlanBuilder(plan.Source).BuildLoops(LaneWidth.Bits);
            }
        }
        return plan.hot ?? plan;
    }

    static uint Hash(ExprProgram p)
    {
        uint h = (uint)(p.Inputs.Length + 31 * p.Scalars.Length);
        foreach (ref readonly Call c in p.Calls.AsSpan())
        {
            uint body = c.Body is null ? 0 : (uint)RuntimeHelpers.GetHashCode(c.Body);
            h = (h ^ body ^ (uint)c.DType << 8 ^ (uint)c.Compute << 16 ^ (uint)c.A << 3 ^ (uint)c.B << 11 ^ (uint)c.C << 19) * 0x9E3779B1;
            h ^= h >> 15;
        }
        return h;
    }

    static bool Same(ExprProgram p, ExprProgram q)
    {
        if (p.Scalars.Length != q.Scalars.Length || !p.Inputs.AsSpan().SequenceEqual(q.Inputs) || !p.Outputs.AsSpan().SequenceEqual(q.Outputs)
            || p.Calls.Length != q.Calls.Length)
        {
            return false;
        }
        for (int i = 0; i < p.Scalars.Length; i++)
        {
            if (p.Scalars[i].DType != q.Scalars[i].DType) { return false; }
        }
        for (int i = 0; i < p.Calls.Length; i++)
        {
            ref readonly Call a = ref p.Calls[i], b = ref q.Calls[i];
            bool same = ReferenceEquals(a.Body, b.Body) && a.Compute == b.Compute && a.DType == b.DType && a.A == b.A && a.B == b.B && a.C == b.C;
            if (!same) { return false; }
        }
        return true;
    }

    /// <summary>Takes the steps to pinned memory.</summary>
    internal void SetSteps(ReadOnlySpan<Step> steps)
    {
        StepCount = steps.Length;
        Steps = GC.AllocateUninitializedArray<Step>(Math.Max(steps.Length, 1), pinned: true);
        steps.CopyTo(Steps);
        First = (Step*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(Steps));
    }

    /// <summary>Writes a scalar's block: 64 bytes, or a tile for dense readers.</summary>
    public static void Splat(in PlanScalar scalar, ExprProgram program, byte* block)
    {
        Scalar value = program.Scalars[scalar.Index];
        UInt128 bits = !scalar.Widen ? value.Bits
            : value.DType == DType.BFloat16 ? (uint)(ushort)value.Bits << 16
            : BitConverter.SingleToUInt32Bits((float)BitConverter.UInt16BitsToHalf((ushort)value.Bits));
        Moves.Splat((byte*)&bits, block, scalar.Dense ? TileBytes : 64, scalar.Size);
    }
}

/// <summary>One scalar register.</summary>
/// <param name="Index">Which scalar of the program.</param>
/// <param name="Size">Bytes of a lane.</param>
/// <param name="Widen">A 16-bit float whose lanes are f32.</param>
/// <param name="Dense">Some reader wants a whole tile.</param>
internal readonly record struct PlanScalar(int Index, int Size, bool Widen, bool Dense);
