using F32 = Engine.Internal.Lanes.Kernel<
    float, Engine.Internal.Lanes.Lanes512F32, Engine.Internal.Lanes.Lanes256F32,
    Engine.Internal.Lanes.Lanes128F32>;
using F64 = Engine.Internal.Lanes.Kernel<
    double, Engine.Internal.Lanes.Lanes512F64, Engine.Internal.Lanes.Lanes256F64,
    Engine.Internal.Lanes.Lanes128F64>;
using I8 = Engine.Internal.Lanes.Kernel<
    sbyte, Engine.Internal.Lanes.Lanes512<sbyte>, Engine.Internal.Lanes.Lanes256<sbyte>,
    Engine.Internal.Lanes.Lanes128<sbyte>>;
using I16 = Engine.Internal.Lanes.Kernel<
    short, Engine.Internal.Lanes.Lanes512<short>, Engine.Internal.Lanes.Lanes256<short>,
    Engine.Internal.Lanes.Lanes128<short>>;
using I32 = Engine.Internal.Lanes.Kernel<
    int, Engine.Internal.Lanes.Lanes512<int>, Engine.Internal.Lanes.Lanes256<int>,
    Engine.Internal.Lanes.Lanes128<int>>;
using I64 = Engine.Internal.Lanes.Kernel<
    long, Engine.Internal.Lanes.Lanes512<long>, Engine.Internal.Lanes.Lanes256<long>,
    Engine.Internal.Lanes.Lanes128<long>>;
using U8 = Engine.Internal.Lanes.Kernel<
    byte, Engine.Internal.Lanes.Lanes512<byte>, Engine.Internal.Lanes.Lanes256<byte>,
    Engine.Internal.Lanes.Lanes128<byte>>;
using U16 = Engine.Internal.Lanes.Kernel<
    ushort, Engine.Internal.Lanes.Lanes512<ushort>, Engine.Internal.Lanes.Lanes256<ushort>,
    Engine.Internal.Lanes.Lanes128<ushort>>;
using U32 = Engine.Internal.Lanes.Kernel<
    uint, Engine.Internal.Lanes.Lanes512<uint>, Engine.Internal.Lanes.Lanes256<uint>,
    Engine.Internal.Lanes.Lanes128<uint>>;
using U64 = Engine.Internal.Lanes.Kernel<
    ulong, Engine.Internal.Lanes.Lanes512<ulong>, Engine.Internal.Lanes.Lanes256<ulong>,
    Engine.Internal.Lanes.Lanes128<ulong>>;

namespace Engine.Internal.Lanes;

/// <summary>The address of a kernel for a dtype, or null where the class excludes it: explicit instantiations, nothing to fill, nothing to look up.</summary>
internal static unsafe class KernelTable
{
    public static delegate*<byte**, Step*, nint, void> FloatUnary<TOp>(DType t) where TOp : struct, IUnaryBody => t switch
    {
        DType.Float32 => &F32.Unary<TOp>,
        DType.Float64 => &F64.Unary<TOp>,
        _ => null,
    };

    public static delegate*<byte**, Step*, nint, void> FloatBinary<TOp>(DType t) where TOp : struct, IBinaryBody => t switch
    {
        DType.Float32 => &F32.Binary<TOp>,
        DType.Float64 => &F64.Binary<TOp>,
        _ => null,
    };

    public static delegate*<byte**, Step*, nint, void> Patched<TOp>(DType t) where TOp : struct, IPatchedBody => t switch
    {
        DType.Float32 => &F32.Patched<TOp>,
        DType.Float64 => &F64.Patched<TOp>,
        _ => null,
    };

    public static delegate*<byte**, Step*, nint, void> Predicate<TOp>(DType t) where TOp : struct, IUnaryBody => t switch
    {
        DType.Float32 => &F32.Predicate<TOp>,
        DType.Float64 => &F64.Predicate<TOp>,
        _ => null,
    };

    public static delegate*<byte**, Step*, nint, void> NumberPredicate<TOp>(DType t) where TOp : struct, IUnaryBody => t switch
    {
        DType.Float32 => &F32.Predicate<TOp>,
        DType.Float64 => &F64.Predicate<TOp>,
        DType.Int8 => &I8.Predicate<TOp>,
        DType.Int16 => &I16.Predicate<TOp>,
        DType.Int32 => &I32.Predicate<TOp>,
        DType.Int64 => &I64.Predicate<TOp>,
        DType.UInt8 => &U8.Predicate<TOp>,
        DType.UInt16 => &U16.Predicate<TOp>,
        DType.UInt32 => &U32.Predicate<TOp>,
        DType.UInt64 => &U64.Predicate<TOp>,
        _ => null,
    };

    public static delegate*<byte**, Step*, nint, void> NumberUnary<TOp>(DType t) where TOp : struct, IUnaryBody => t switch
    {
        DType.Float32 => &F32.Unary<TOp>,
        DType.Float64 => &F64.Unary<TOp>,
        DType.Int8 => &I8.Unary<TOp>,
        DType.Int16 => &I16.Unary<TOp>,
        DType.Int32 => &I32.Unary<TOp>,
        DType.Int64 => &I64.Unary<TOp>,
        DType.UInt8 => &U8.Unary<TOp>,
        DType.UInt16 => &U16.Unary<TOp>,
        DType.UInt32 => &U32.Unary<TOp>,
        DType.UInt64 => &U64.Unary<TOp>,
        _ => null,
    };

    public static delegate*<byte**, Step*, nint, void> NumberBinary<TOp>(DType t) where TOp : struct, IBinaryBody => t switch
    {
        DType.Float32 => &F32.Binary<TOp>,
        DType.Float64 => &F64.Binary<TOp>,
        DType.Int8 => &I8.Binary<TOp>,
        DType.Int16 => &I16.Binary<TOp>,
        DType.Int32 => &I32.Binary<TOp>,
        DType.Int64 => &I64.Binary<TOp>,
        DType.UInt8 => &U8.Binary<TOp>,
        DType.UInt16 => &U16.Binary<TOp>,
        DType.UInt32 => &U32.Binary<TOp>,
        DType.UInt64 => &U64.Binary<TOp>,
        _ => null,
    };

    public static delegate*<byte**, Step*, nint, void> NumberTernary<TOp>(DType t) where TOp : struct, ITernaryBody => t switch
    {
        DType.Float32 => &F32.Ternary<TOp>,
        DType.Float64 => &F64.Ternary<TOp>,
        DType.Int8 => &I8.Ternary<TOp>,
        DType.Int16 => &I16.Ternary<TOp>,
        DType.Int32 => &I32.Ternary<TOp>,
        DType.Int64 => &I64.Ternary<TOp>,
        DType.UInt8 => &U8.Ternary<TOp>,
        DType.UInt16 => &U16.Ternary<TOp>,
        DType.UInt32 => &U32.Ternary<TOp>,
        DType.UInt64 => &U64.Ternary<TOp>,
        _ => null,
    };

    public static delegate*<byte**, Step*, nint, void> Compare<TOp>(DType t) where TOp : struct, IBinaryBody => t switch
    {
        DType.Float32 => &F32.Compare<TOp>,
        DType.Float64 => &F64.Compare<TOp>,
        DType.Int8 => &I8.Compare<TOp>,
        DType.Int16 => &I16.Compare<TOp>,
        DType.Int32 => &I32.Compare<TOp>,
        DType.Int64 => &I64.Compare<TOp>,
        DType.UInt8 => &U8.Compare<TOp>,
        DType.UInt16 => &U16.Compare<TOp>,
        DType.UInt32 => &U32.Compare<TOp>,
        DType.UInt64 => &U64.Compare<TOp>,
        _ => null,
    };

    public static delegate*<byte**, Step*, nint, void> IntegerUnary<TOp>(DType t) where TOp : struct, IUnaryBody => t switch
    {
        DType.Int8 => &I8.Unary<TOp>,
        DType.Int16 => &I16.Unary<TOp>,
        DType.Int32 => &I32.Unary<TOp>,
        DType.Int64 => &I64.Unary<TOp>,
        DType.UInt8 => &U8.Unary<TOp>,
        DType.UInt16 => &U16.Unary<TOp>,
        DType.UInt32 => &U32.Unary<TOp>,
        DType.UInt64 => &U64.Unary<TOp>,
        _ => null,
    };

    public static delegate*<byte**, Step*, nint, void> IntegerBinary<TOp>(DType t) where TOp : struct, IBinaryBody => t switch
    {
        DType.Int8 => &I8.Binary<TOp>,
        DType.Int16 => &I16.Binary<TOp>,
        DType.Int32 => &I32.Binary<TOp>,
        DType.Int64 => &I64.Binary<TOp>,
        DType.UInt8 => &U8.Binary<TOp>,
        DType.UInt16 => &U16.Binary<TOp>,
        DType.UInt32 => &U32.Binary<TOp>,
        DType.UInt64 => &U64.Binary<TOp>,
        _ => null,
    };

    public static delegate*<byte**, Step*, nint, void> LogicalUnary<TOp>(DType t) where TOp : struct, IUnaryBody => t switch
    {
        DType.UInt8 => &U8.Unary<TOp>,
        _ => null,
    };

    public static delegate*<byte**, Step*, nint, void> LogicalBinary<TOp>(DType t) where TOp : struct, IBinaryBody => t switch
    {
        DType.UInt8 => &U8.Binary<TOp>,
        _ => null,
    };

    /// <summary>A body and arithmetic on its result.</summary>
    public static delegate*<byte**, Step*, nint, void> UnaryThen<TOp>(DType t, Light light) where TOp : struct, IUnaryBody => (t, light) switch
    {
        (DType.Float32, Light.Add) => &F32.Binary<UnaryThen<TOp, LightAdd>>,
        (DType.Float32, Light.Sub) => &F32.Binary<UnaryThen<TOp, LightSub>>,
        (DType.Float32, Light.SubFrom) => &F32.Binary<UnaryThen<TOp, LightSubFrom>>,
        (DType.Float32, Light.Mul) => &F32.Binary<UnaryThen<TOp, LightMul>>,
        (DType.Float64, Light.Add) => &F64.Binary<UnaryThen<TOp, LightAdd>>,
        (DType.Float64, Light.Sub) => &F64.Binary<UnaryThen<TOp, LightSub>>,
        (DType.Float64, Light.SubFrom) => &F64.Binary<UnaryThen<TOp, LightSubFrom>>,
        (DType.Float64, Light.Mul) => &F64.Binary<UnaryThen<TOp, LightMul>>,
        _ => null,
    };

    /// <summary>A body and arithmetic on its result.</summary>
    public static delegate*<byte**, Step*, nint, void> BinaryThen<TOp>(DType t, Light light) where TOp : struct, IBinaryBody => (t, light) switch
    {
        (DType.Float32, Light.Add) => &F32.Ternary<BinaryThen<TOp, LightAdd>>,
        (DType.Float32, Light.Sub) => &F32.Ternary<BinaryThen<TOp, LightSub>>,
        (DType.Float32, Light.SubFrom) => &F32.Ternary<BinaryThen<TOp, LightSubFrom>>,
        (DType.Float32, Light.Mul) => &F32.Ternary<BinaryThen<TOp, LightMul>>,
        (DType.Float64, Light.Add) => &F64.Ternary<BinaryThen<TOp, LightAdd>>,
        (DType.Float64, Light.Sub) => &F64.Ternary<BinaryThen<TOp, LightSub>>,
        (DType.Float64, Light.SubFrom) => &F64.Ternary<BinaryThen<TOp, LightSubFrom>>,
        (DType.Float64, Light.Mul) => &F64.Ternary<BinaryThen<TOp, LightMul>>,
        _ => null,
    };

    /// <summary>Arithmetic and a body on its result.</summary>
    public static delegate*<byte**, Step*, nint, void> ThenUnary<TOp>(DType t, Light light) where TOp : struct, IUnaryBody => (t, light) switch
    {
        (DType.Float32, Light.Add) => &F32.Binary<ThenUnary<LightAdd, TOp>>,
        (DType.Float32, Light.Sub) => &F32.Binary<ThenUnary<LightSub, TOp>>,
        (DType.Float32, Light.Mul) => &F32.Binary<ThenUnary<LightMul, TOp>>,
        (DType.Float64, Light.Add) => &F64.Binary<ThenUnary<LightAdd, TOp>>,
        (DType.Float64, Light.Sub) => &F64.Binary<ThenUnary<LightSub, TOp>>,
        (DType.Float64, Light.Mul) => &F64.Binary<ThenUnary<LightMul, TOp>>,
        _ => null,
    };

    /// <summary>By the size of an element: a choice moves bits.</summary>
    public static delegate*<byte**, Step*, nint, void> Select(int size) => size switch
    {
        1 => &U8.Select,
        2 => &U16.Select,
        4 => &U32.Select,
        8 => &U64.Select,
        _ => &ComplexKernels.Select,
    };
}
