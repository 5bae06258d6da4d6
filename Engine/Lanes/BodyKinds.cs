namespace Engine.Internal.Lanes;

// One class for each dtype class: exp of a byte is never instantiated. Kernel is an address; At is reached under a JIT only.

/// <summary>f32 and f64, one operand.</summary>
internal sealed unsafe class FloatUnaryBody<TOp>(string name) : LaneBody(name, 1) where TOp : struct, IUnaryBody
{
    public override delegate*<byte**, Step*, nint, void> Kernel(DType t) =>
        LaneWidth.Forced ? At(t, LaneWidth.Bits) : KernelTable.FloatUnary<TOp>(t);

    public override delegate*<byte**, Step*, nint, void> At(DType t, int bits) => KernelTableAt.FloatUnary<TOp>(t, bits);
    public override Ssa Record(DType t, ReadOnlySpan<Ssa> x) => Recording.Float<TOp>(t, x[0]);
    public override delegate*<byte**, Step*, nint, void> Then(Light light, DType t) => KernelTable.UnaryThen<TOp>(t, light);
    public override delegate*<byte**, Step*, nint, void> After(Light light, DType t) => KernelTable.ThenUnary<TOp>(t, light);
}

/// <summary>f32 and f64, one operand, with a scalar routine for large arguments.</summary>
internal sealed unsafe class PatchedUnaryBody<TOp>(string name) : LaneBody(name, 1) where TOp : struct, IPatchedBody
{
    public override delegate*<byte**, Step*, nint, void> Kernel(DType t) =>
        LaneWidth.Forced ? At(t, LaneWidth.Bits) : KernelTable.Patched<TOp>(t);

    public override delegate*<byte**, Step*, nint, void> At(DType t, int bits) => KernelTableAt.Patched<TOp>(t, bits);
    public override Ssa Record(DType t, ReadOnlySpan<Ssa> x) => Recording.Float<TOp>(t, x[0]);
    public override double PatchAbove(DType t) => TOp.Bound(t);
    public override double Patch(double x) => TOp.Patch(x);
}

/// <summary>f32 and f64, two operands.</summary>
internal sealed unsafe class FloatBinaryBody<TOp>(string name) : LaneBody(name, 2) where TOp : struct, IBinaryBody
{
    public override delegate*<byte**, Step*, nint, void> Kernel(DType t) =>
        LaneWidth.Forced ? At(t, LaneWidth.Bits) : KernelTable.FloatBinary<TOp>(t);

    public override delegate*<byte**, Step*, nint, void> At(DType t, int bits) => KernelTableAt.FloatBinary<TOp>(t, bits);
    public override Ssa Record(DType t, ReadOnlySpan<Ssa> x) => Recording.Float<TOp>(t, x[0], x[1]);
    public override delegate*<byte**, Step*, nint, void> Then(Light light, DType t) => KernelTable.BinaryThen<TOp>(t, light);
}

/// <summary>Every real number, one operand.</summary>
internal sealed unsafe class NumberUnaryBody<TOp>(string name) : LaneBody(name, 1) where TOp : struct, IUnaryBody
{
    public override delegate*<byte**, Step*, nint, void> Kernel(DType t) =>
        LaneWidth.Forced ? At(t, LaneWidth.Bits) : KernelTable.NumberUnary<TOp>(t);

    public override delegate*<byte**, Step*, nint, void> At(DType t, int bits) => KernelTableAt.NumberUnary<TOp>(t, bits);
    public override Ssa Record(DType t, ReadOnlySpan<Ssa> x) => Recording.Number<TOp>(t, x[0]);
    public override delegate*<byte**, Step*, nint, void> Then(Light light, DType t) => KernelTable.UnaryThen<TOp>(t, light);
    public override delegate*<byte**, Step*, nint, void> After(Light light, DType t) => KernelTable.ThenUnary<TOp>(t, light);
}

/// <summary>Every real number, two operands.</summary>
internal sealed unsafe class NumberBinaryBody<TOp>(string name, Light light = Light.None) : LaneBody(name, 2) where TOp : struct, IBinaryBody
{
    public override Light Light => light;
    public override delegate*<byte**, Step*, nint, void> Kernel(DType t) =>
        LaneWidth.Forced ? At(t, LaneWidth.Bits) : KernelTable.NumberBinary<TOp>(t);

    public override delegate*<byte**, Step*, nint, void> At(DType t, int bits) => KernelTableAt.NumberBinary<TOp>(t, bits);
    public override Ssa Record(DType t, ReadOnlySpan<Ssa> x) => Recording.Number<TOp>(t, x[0], x[1]);
    public override delegate*<byte**, Step*, nint, void> Then(Light light, DType t) => KernelTable.BinaryThen<TOp>(t, light);
}

/// <summary>Every real number, three operands.</summary>
internal sealed unsafe class NumberTernaryBody<TOp>(string name) : LaneBody(name, 3) where TOp : struct, ITernaryBody
{
    public override delegate*<byte**, Step*, nint, void> Kernel(DType t) =>
        LaneWidth.Forced ? At(t, LaneWidth.Bits) : KernelTable.NumberTernary<TOp>(t);

    public override delegate*<byte**, Step*, nint, void> At(DType t, int bits) => KernelTableAt.NumberTernary<TOp>(t, bits);
    public override Ssa Record(DType t, ReadOnlySpan<Ssa> x) => Recording.Number<TOp>(t, x[0], x[1], x[2]);
}

/// <summary>The eight integer types, one operand.</summary>
internal sealed unsafe class IntegerUnaryBody<TOp>(string name) : LaneBody(name, 1) where TOp : struct, IUnaryBody
{
    public override delegate*<byte**, Step*, nint, void> Kernel(DType t) =>
        LaneWidth.Forced ? At(t, LaneWidth.Bits) : KernelTable.IntegerUnary<TOp>(t);

    public override delegate*<byte**, Step*, nint, void> At(DType t, int bits) => KernelTableAt.IntegerUnary<TOp>(t, bits);
    public override Ssa Record(DType t, ReadOnlySpan<Ssa> x) => Recording.Integer<TOp>(t, x[0]);
}

/// <summary>The eight integer types, two operands.</summary>
internal sealed unsafe class IntegerBinaryBody<TOp>(string name) : LaneBody(name, 2) where TOp : struct, IBinaryBody
{
    public override delegate*<byte**, Step*, nint, void> Kernel(DType t) =>
        LaneWidth.Forced ? At(t, LaneWidth.Bits) : KernelTable.IntegerBinary<TOp>(t);

    public override delegate*<byte**, Step*, nint, void> At(DType t, int bits) => KernelTableAt.IntegerBinary<TOp>(t, bits);
    public override Ssa Record(DType t, ReadOnlySpan<Ssa> x) => Recording.Integer<TOp>(t, x[0], x[1]);
}

/// <summary>Every real number (and Bool as UInt8), two operands, a mask as result.</summary>
internal sealed unsafe class CompareBody<TOp>(string name) : LaneBody(name, 2) where TOp : struct, IBinaryBody
{
    public override DType Result(DType t) => DType.Bool;
    public override delegate*<byte**, Step*, nint, void> Kernel(DType t) =>
        LaneWidth.Forced ? At(t, LaneWidth.Bits) : KernelTable.Compare<TOp>(t);

    public override delegate*<byte**, Step*, nint, void> At(DType t, int bits) => KernelTableAt.Compare<TOp>(t, bits);
    public override Ssa Record(DType t, ReadOnlySpan<Ssa> x) => Recording.Number<TOp>(t, x[0], x[1]);
}

/// <summary>Equality or its negation: what CompareBody has, and both complex types, whose kernels are scalar loops.</summary>
internal sealed unsafe class EqualityBody<TOp>(string name, bool negated) : LaneBody(name, 2) where TOp : struct, IBinaryBody
{
    public override DType Result(DType t) => DType.Bool;
    public override delegate*<byte**, Step*, nint, void> Kernel(DType t) => t is DType.Complex64 or DType.Complex128
        ? ComplexKernels.Equality(t, negated)
        : LaneWidth.Forced ? At(t, LaneWidth.Bits) : KernelTable.Compare<TOp>(t);

    public override delegate*<byte**, Step*, nint, void> At(DType t, int bits) => t is DType.Complex64 or DType.Complex128
        ? ComplexKernels.Equality(t, negated)
        : KernelTableAt.Compare<TOp>(t, bits);

    /// <summary>Complex numbers have no lanes: an interpreter compares both parts.</summary>
    public override Ssa Record(DType t, ReadOnlySpan<Ssa> x) => Recording.Number<TOp>(t, x[0], x[1]);
}

/// <summary>f32 and f64, one operand, a mask as result.</summary>
internal sealed unsafe class PredicateBody<TOp>(string name) : LaneBody(name, 1) where TOp : struct, IUnaryBody
{
    public override DType Result(DType t) => DType.Bool;
    public override delegate*<byte**, Step*, nint, void> Kernel(DType t) =>
        LaneWidth.Forced ? At(t, LaneWidth.Bits) : KernelTable.Predicate<TOp>(t);

    public override delegate*<byte**, Step*, nint, void> At(DType t, int bits) => KernelTableAt.Predicate<TOp>(t, bits);
    public override Ssa Record(DType t, ReadOnlySpan<Ssa> x) => Recording.Float<TOp>(t, x[0]);
}

/// <summary>Bool, one operand: the body sees UInt8 lanes of 0 and 1 and gives such.</summary>
internal sealed unsafe class LogicalUnaryBody<TOp>(string name) : LaneBody(name, 1) where TOp : struct, IUnaryBody
{
    public override DType Result(DType t) => DType.Bool;
    public override delegate*<byte**, Step*, nint, void> Kernel(DType t) =>
        LaneWidth.Forced ? At(t, LaneWidth.Bits) : KernelTable.LogicalUnary<TOp>(t);

    public override delegate*<byte**, Step*, nint, void> At(DType t, int bits) => KernelTableAt.LogicalUnary<TOp>(t, bits);
    public override Ssa Record(DType t, ReadOnlySpan<Ssa> x) => TOp.Apply<Ssa, byte, RecordLanes<byte>>(x[0]);
}

/// <summary>Bool, two operands.</summary>
internal sealed unsafe class LogicalBinaryBody<TOp>(string name) : LaneBody(name, 2) where TOp : struct, IBinaryBody
{
    public override DType Result(DType t) => DType.Bool;
    public override delegate*<byte**, Step*, nint, void> Kernel(DType t) =>
        LaneWidth.Forced ? At(t, LaneWidth.Bits) : KernelTable.LogicalBinary<TOp>(t);

    public override delegate*<byte**, Step*, nint, void> At(DType t, int bits) => KernelTableAt.LogicalBinary<TOp>(t, bits);
    public override Ssa Record(DType t, ReadOnlySpan<Ssa> x) => TOp.Apply<Ssa, byte, RecordLanes<byte>>(x[0], x[1]);
}

/// <summary>A choice: operand 0 is a Bool, operands 1 and 2 and the result are of the compute type, which may be any, complex too.</summary>
internal sealed unsafe class SelectBody(string name) : LaneBody(name, 3)
{
    public override DType Operand(int i, DType t) => i == 0 ? DType.Bool : t;
    public override delegate*<byte**, Step*, nint, void> Kernel(DType t) =>
        LaneWidth.Forced ? At(t, LaneWidth.Bits) : KernelTable.Select(LaneSize.Of(t));

    public override delegate*<byte**, Step*, nint, void> At(DType t, int bits) => KernelTableAt.Select(LaneSize.Of(t), bits);
    public override Ssa Record(DType t, ReadOnlySpan<Ssa> x) => RecordLanes<float>.Select(x[0], x[1], x[2]);
}
