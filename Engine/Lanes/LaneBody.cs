namespace Engine.Internal.Lanes;

/// <summary>One tile op: which function, which registers (tiles), and how far an operand moves per vector in bytes (0: a splatted scalar stays put).</summary>
/// <remarks>
/// Run takes the register file, the step that names operands and result, and the number of elements (at least one; rounded up to whole vectors).
/// Tiles and storages are readable and writable to the next 64 bytes.
/// </remarks>
internal unsafe struct Step
{
    public delegate*<byte**, Step*, nint, void> Run;
    public int D, A, B, C;
    public nint IncA, IncB, IncC;
    /// <summary>What Run finds its code by, where that is not Run itself.</summary>
    public nint Handle;
}

/// <summary>What back ends know of an elementwise op: a lane body. No op identity beyond the name that Explain prints.</summary>
internal abstract unsafe class LaneBody(string name, int arity)
{
    public string Name => name;
    public int Arity => arity;

    /// <summary>The compute type that lanes hold for a value of type <paramref name="t"/>: bool is UInt8, f16 and bf16 are Float32,
    /// the others themselves.</summary>
    public static DType LaneType(DType t) => t switch { DType.Bool => DType.UInt8, DType.Float16 or DType.BFloat16 => DType.Float32, _ => t };

    /// <summary>The dtype of the result for operands of compute type <paramref name="t"/>: Bool for comparisons and predicates,
    /// else <paramref name="t"/>.</summary>
    public virtual DType Result(DType t) => t;

    /// <summary>The type of operand <paramref name="i"/> where the body's compute type is <paramref name="t"/>: Bool for a condition,
    /// else <paramref name="t"/>.</summary>
    public virtual DType Operand(int i, DType t) => t;

    /// <summary>The tile kernel for operands of compute type <paramref name="t"/>, or null where the dtype class excludes it.</summary>
    public abstract delegate*<byte**, Step*, nint, void> Kernel(DType t);

    /// <summary>The same body at a width in bits (512, 256, 128; 0: <c>Vector&lt;T&gt;</c>; 1: one lane). JIT only: the tests, and ENGINE_LANES.</summary>
    public abstract delegate*<byte**, Step*, nint, void> At(DType t, int bits);

    /// <summary>Which light arithmetic the body is.</summary>
    public virtual Light Light => Light.None;

    /// <summary>The kernel of this body and light arithmetic on its result, with one more operand; null where there is none.</summary>
    public virtual delegate*<byte**, Step*, nint, void> Then(Light light, DType t) => null;

    /// <summary>The kernel of light arithmetic on two operands and this body on its result; null where there is none.</summary>
    public virtual delegate*<byte**, Step*, nint, void> After(Light light, DType t) => null;

    /// <summary>Runs the body on RecordLanes inside the current Recorder.</summary>
    public abstract Ssa Record(DType t, ReadOnlySpan<Ssa> x);

    /// <summary>Lanes with |x| above this are not the body's but <see cref="Patch"/>'s. The kernels see to it; an interpreter of
    /// recorded programs must.</summary>
    public virtual double PatchAbove(DType t) => double.PositiveInfinity;

    /// <summary>The scalar routine for such a lane; the result is rounded to the compute type.</summary>
    public virtual double Patch(double x) => throw new NotSupportedException();

    /// <summary>The body as straight-line code over lanes of <paramref name="t"/>.</summary>
    public LaneProgram Program(DType t) => Recorder.Run(t, r =>
    {
        Span<Ssa> x = stackalloc Ssa[Arity];
        for (int i = 0; i < x.Length; i++)
        {
            x[i] = r.Input(Operand(i, t) == DType.Bool ? LaneKind.Mask : LaneKind.Value);
        }
        return Record(t, x);
    });
}
