namespace Engine.Internal.Lanes;

/// <summary>A reduction as recorded programs, one for each value of the state, so that a back end without our kernels can run it.</summary>
/// <param name="Lane">What the lanes hold.</param>
/// <param name="Identity">No inputs.</param>
/// <param name="Map">Inputs: element, index (an integer of the lane's width).</param>
/// <param name="Combine">Inputs: the values of the earlier state, then those of the later one.</param>
/// <param name="Step">Inputs: the values of the state, element, index.</param>
/// <param name="Leaf">Inputs: eight elements; empty where a leaf is Map and seven Steps.</param>
/// <param name="Finish">Inputs: the values of the state.</param>
internal sealed record ReduceProgram(
    DType Lane, LaneProgram[] Identity, LaneProgram[] Map, LaneProgram[] Combine, LaneProgram[] Step, LaneProgram[] Leaf, LaneProgram Finish);

/// <summary>What back ends know of a reduction. No op identity beyond the name that Explain prints.</summary>
internal abstract class ReduceBody(string name)
{
    public string Name => name;

    /// <summary>Values of a state, 1 to 3.</summary>
    public abstract int Values { get; }

    /// <summary>The result is a place along the reduced axes.</summary>
    public abstract bool UsesIndex { get; }

    /// <summary>The result over no elements; null where that is an error.</summary>
    public abstract double? Empty { get; }

    /// <summary>The lane type in which elements of dtype <paramref name="t"/> are folded; the element is cast to it first.</summary>
    /// <exception cref="DTypeException">The reduction does not take the dtype.</exception>
    public abstract DType Lane(DType t);

    /// <summary>The dtype of the result for elements of dtype <paramref name="t"/>.</summary>
    public virtual DType Result(DType t) => UsesIndex ? DType.UInt32 : t;

    /// <summary>What kernels leave in memory for lanes of type <paramref name="lane"/>: the lane itself, or an index of its width.</summary>
    public DType Raw(DType lane) => !UsesIndex ? lane : lane.Size == 8 ? DType.UInt64 : DType.UInt32;

    /// <summary>The kernels for a lane type, at the width that <see cref="LaneWidth"/> says.</summary>
    public ReduceKernels Kernels(DType lane) => At(lane, LaneWidth.Forced ? LaneWidth.Bits : ReduceTable.Widest);

    /// <summary>The same at a width in bits (512, 256, 128; 0: <c>Vector&lt;T&gt;</c>; 1: one lane). Under a JIT only.</summary>
    public abstract ReduceKernels At(DType lane, int bits);

    /// <summary>The reduction over lanes of type <paramref name="lane"/> as programs.</summary>
    public abstract ReduceProgram Record(DType lane);

    protected DTypeException Excluded(DType t) => new(name, $"{name} takes no {t.Name}.");
}

internal abstract class ReduceBody<TOp>(string name) : ReduceBody(name) where TOp : struct, IReduction
{
    public override int Values => TOp.Values;
    public override bool UsesIndex => TOp.UsesIndex;
    public override double? Empty => TOp.Empty;
}

/// <summary>f32 and f64; f16 and bf16 are folded as f32.</summary>
internal sealed class FloatReduceBody<TOp>(string name) : ReduceBody<TOp>(name) where TOp : struct, IReduction
{
    public override DType Lane(DType t) => t switch
    {
        DType.Float16 or DType.BFloat16 or DType.Float32 => DType.Float32,
        DType.Float64 => DType.Float64,
        _ => throw Excluded(t),
    };

    public override ReduceKernels At(DType lane, int bits) => lane switch
    {
        DType.Float32 => ReduceTable.F32<TOp>(bits),
        DType.Float64 => ReduceTable.F64<TOp>(bits),
        _ => throw Excluded(lane),
    };

    public override ReduceProgram Record(DType lane) => lane switch
    {
        DType.Float32 => ReduceRecording<float, TOp>.Run(lane),
        DType.Float64 => ReduceRecording<double, TOp>.Run(lane),
        _ => throw Excluded(lane),
    };
}

/// <summary>Every real dtype. An index needs lanes of 32 or 64 bits: smaller integers are widened.</summary>
internal sealed class NumberReduceBody<TOp>(string name) : ReduceBody<TOp>(name) where TOp : struct, IReduction
{
    public override DType Lane(DType t) => t switch
    {
        DType.Float16 or DType.BFloat16 => DType.Float32,
        DType.Bool => TOp.UsesIndex ? DType.UInt32 : DType.UInt8,
        DType.Int8 or DType.Int16 when TOp.UsesIndex => DType.Int32,
        DType.UInt8 or DType.UInt16 when TOp.UsesIndex => DType.UInt32,
        DType.Complex64 or DType.Complex128 => throw Excluded(t),
        _ => t,
    };

    public override ReduceKernels At(DType lane, int bits)
    {
        switch (lane)
        {
            case DType.Float32: return ReduceTable.F32<TOp>(bits);
            case DType.Float64: return ReduceTable.F64<TOp>(bits);
            case DType.Int32: return ReduceTable.I32<TOp>(bits);
            case DType.Int64: return ReduceTable.I64<TOp>(bits);
            case DType.UInt32: return ReduceTable.U32<TOp>(bits);
            case DType.UInt64: return ReduceTable.U64<TOp>(bits);
        }
        if (!TOp.UsesIndex)
        {
            switch (lane)
            {
                case DType.Int8: return ReduceTable.I8<TOp>(bits);
                case DType.Int16: return ReduceTable.I16<TOp>(bits);
                case DType.UInt8: return ReduceTable.U8<TOp>(bits);
                case DType.UInt16: return ReduceTable.U16<TOp>(bits);
            }
        }
        throw Excluded(lane);
    }

    public override ReduceProgram Record(DType lane) => lane switch
    {
        DType.Float32 => ReduceRecording<float, TOp>.Run(lane),
        DType.Float64 => ReduceRecording<double, TOp>.Run(lane),
        DType.Int8 => ReduceRecording<sbyte, TOp>.Run(lane),
        DType.Int16 => ReduceRecording<short, TOp>.Run(lane),
        DType.Int32 => ReduceRecording<int, TOp>.Run(lane),
        DType.Int64 => ReduceRecording<long, TOp>.Run(lane),
        DType.UInt8 => ReduceRecording<byte, TOp>.Run(lane),
        DType.UInt16 => ReduceRecording<ushort, TOp>.Run(lane),
        DType.UInt32 => ReduceRecording<uint, TOp>.Run(lane),
        DType.UInt64 => ReduceRecording<ulong, TOp>.Run(lane),
        _ => throw Excluded(lane),
    };
}

/// <summary>Bool lanes: bytes 0 and 1.</summary>
internal sealed class BoolReduceBody<TOp>(string name) : ReduceBody<TOp>(name) where TOp : struct, IReduction
{
    public override DType Lane(DType t) => t is DType.Bool or DType.UInt8 ? DType.UInt8 : throw Excluded(t);

    public override DType Result(DType t) => DType.Bool;

    public override ReduceKernels At(DType lane, int bits) => lane == DType.UInt8 ? ReduceTable.U8<TOp>(bits) : throw Excluded(lane);

    public override ReduceProgram Record(DType lane) => lane == DType.UInt8 ? ReduceRecording<byte, TOp>.Run(lane) : throw Excluded(lane);
}
