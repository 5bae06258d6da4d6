using F32At = Engine.Internal.Lanes.KernelAt<
    float, Engine.Internal.Lanes.Lanes512F32, Engine.Internal.Lanes.Lanes256F32,
    Engine.Internal.Lanes.Lanes128F32, Engine.Internal.Lanes.LanesVectorF32>;
using F64At = Engine.Internal.Lanes.KernelAt<
    double, Engine.Internal.Lanes.Lanes512F64, Engine.Internal.Lanes.Lanes256F64,
    Engine.Internal.Lanes.Lanes128F64, Engine.Internal.Lanes.LanesVectorF64>;
using I8At = Engine.Internal.Lanes.KernelAt<
    sbyte, Engine.Internal.Lanes.Lanes512<sbyte>, Engine.Internal.Lanes.Lanes256<sbyte>,
    Engine.Internal.Lanes.Lanes128<sbyte>, Engine.Internal.Lanes.LanesVector<sbyte>>;
using I16At = Engine.Internal.Lanes.KernelAt<
    short, Engine.Internal.Lanes.Lanes512<short>, Engine.Internal.Lanes.Lanes256<short>,
    Engine.Internal.Lanes.Lanes128<short>, Engine.Internal.Lanes.LanesVector<short>>;
using I32At = Engine.Internal.Lanes.KernelAt<
    int, Engine.Internal.Lanes.Lanes512<int>, Engine.Internal.Lanes.Lanes256<int>,
    Engine.Internal.Lanes.Lanes128<int>, Engine.Internal.Lanes.LanesVector<int>>;
using I64At = Engine.Internal.Lanes.KernelAt<
    long, Engine.Internal.Lanes.Lanes512<long>, Engine.Internal.Lanes.Lanes256<long>,
    Engine.Internal.Lanes.Lanes128<long>, Engine.Internal.Lanes.LanesVector<long>>;
using U8At = Engine.Internal.Lanes.KernelAt<
    byte, Engine.Internal.Lanes.Lanes512<byte>, Engine.Internal.Lanes.Lanes256<byte>,
    Engine.Internal.Lanes.Lanes128<byte>, Engine.Internal.Lanes.LanesVector<byte>>;
using U16At = Engine.Internal.Lanes.KernelAt<
    ushort, Engine.Internal.Lanes.Lanes512<ushort>, Engine.Internal.Lanes.Lanes256<ushort>,
    Engine.Internal.Lanes.Lanes128<ushort>, Engine.Internal.Lanes.LanesVector<ushort>>;
using U32At = Engine.Internal.Lanes.KernelAt<
    uint, Engine.Internal.Lanes.Lanes512<uint>, Engine.Internal.Lanes.Lanes256<uint>,
    Engine.Internal.Lanes.Lanes128<uint>, Engine.Internal.Lanes.LanesVector<uint>>;
using U64At = Engine.Internal.Lanes.KernelAt<
    ulong, Engine.Internal.Lanes.Lanes512<ulong>, Engine.Internal.Lanes.Lanes256<ulong>,
    Engine.Internal.Lanes.Lanes128<ulong>, Engine.Internal.Lanes.LanesVector<ulong>>;

namespace Engine.Internal.Lanes;

/// <summary>Kernels at a width by request, by dtype class.</summary>
internal static unsafe class KernelTableAt
{
    public static delegate*<byte**, Step*, nint, void> FloatUnary<TOp>(DType t, int bits) where TOp : struct, IUnaryBody => t switch
    {
        DType.Float32 => F32At.Unary<TOp>(bits),
        DType.Float64 => F64At.Unary<TOp>(bits),
        _ => null,
    };

    public static delegate*<byte**, Step*, nint, void> FloatBinary<TOp>(DType t, int bits) where TOp : struct, IBinaryBody => t switch
    {
        DType.Float32 => F32At.Binary<TOp>(bits),
        DType.Float64 => F64At.Binary<TOp>(bits),
        _ => null,
    };

    public static delegate*<byte**, Step*, nint, void> Patched<TOp>(DType t, int bits) where TOp : struct, IPatchedBody => t switch
    {
        DType.Float32 => F32At.Patched<TOp>(bits),
        DType.Float64 => F64At.Patched<TOp>(bits),
        _ => null,
    };

    public static delegate*<byte**, Step*, nint, void> Predicate<TOp>(DType t, int bits) where TOp : struct, IUnaryBody => t switch
    {
        DType.Float32 => F32At.Predicate<TOp>(bits),
        DType.Float64 => F64At.Predicate<TOp>(bits),
        _ => null,
    };

    public static delegate*<byte**, Step*, nint, void> NumberPredicate<TOp>(DType t, int bits) where TOp : struct, IUnaryBody => t switch
    {
        DType.Float32 => F32At.Predicate<TOp>(bits),
        DType.Float64 => F64At.Predicate<TOp>(bits),
        DType.Int8 => I8At.Predicate<TOp>(bits),
        DType.Int16 => I16At.Predicate<TOp>(bits),
        DType.Int32 => I32At.Predicate<TOp>(bits),
        DType.Int64 => I64At.Predicate<TOp>(bits),
        DType.UInt8 => U8At.Predicate<TOp>(bits),
        DType.UInt16 => U16At.Predicate<TOp>(bits),
        DType.UInt32 => U32At.Predicate<TOp>(bits),
        DType.UInt64 => U64At.Predicate<TOp>(bits),
        _ => null,
    };

    public static delegate*<byte**, Step*, nint, void> NumberUnary<TOp>(DType t, int bits) where TOp : struct, IUnaryBody => t switch
    {
        DType.Float32 => F32At.Unary<TOp>(bits),
        DType.Float64 => F64At.Unary<TOp>(bits),
        DType.Int8 => I8At.Unary<TOp>(bits),
        DType.Int16 => I16At.Unary<TOp>(bits),
        DType.Int32 => I32At.Unary<TOp>(bits),
        DType.Int64 => I64At.Unary<TOp>(bits),
        DType.UInt8 => U8At.Unary<TOp>(bits),
        DType.UInt16 => U16At.Unary<TOp>(bits),
        DType.UInt32 => U32At.Unary<TOp>(bits),
        DType.UInt64 => U64At.Unary<TOp>(bits),
        _ => null,
    };

    public static delegate*<byte**, Step*, nint, void> NumberBinary<TOp>(DType t, int bits) where TOp : struct, IBinaryBody => t switch
    {
        DType.Float32 => F32At.Binary<TOp>(bits),
        DType.Float64 => F64At.Binary<TOp>(bits),
        DType.Int8 => I8At.Binary<TOp>(bits),
        DType.Int16 => I16At.Binary<TOp>(bits),
        DType.Int32 => I32At.Binary<TOp>(bits),
        DType.Int64 => I64At.Binary<TOp>(bits),
        DType.UInt8 => U8At.Binary<TOp>(bits),
        DType.UInt16 => U16At.Binary<TOp>(bits),
        DType.UInt32 => U32At.Binary<TOp>(bits),
        DType.UInt64 => U64At.Binary<TOp>(bits),
        _ => null,
    };

    public static delegate*<byte**, Step*, nint, void> NumberTernary<TOp>(DType t, int bits) where TOp : struct, ITernaryBody => t switch
    {
        DType.Float32 => F32At.Ternary<TOp>(bits),
        DType.Float64 => F64At.Ternary<TOp>(bits),
        DType.Int8 => I8At.Ternary<TOp>(bits),
        DType.Int16 => I16At.Ternary<TOp>(bits),
        DType.Int32 => I32At.Ternary<TOp>(bits),
        DType.Int64 => I64At.Ternary<TOp>(bits),
        DType.UInt8 => U8At.Ternary<TOp>(bits),
        DType.UInt16 => U16At.Ternary<TOp>(bits),
        DType.UInt32 => U32At.Ternary<TOp>(bits),
        DType.UInt64 => U64At.Ternary<TOp>(bits),
        _ => null,
    };

    public static delegate*<byte**, Step*, nint, void> Compare<TOp>(DType t, int bits) where TOp : struct, IBinaryBody => t switch
    {
        DType.Float32 => F32At.Compare<TOp>(bits),
        DType.Float64 => F64At.Compare<TOp>(bits),
        DType.Int8 => I8At.Compare<TOp>(bits),
        DType.Int16 => I16At.Compare<TOp>(bits),
        DType.Int32 => I32At.Compare<TOp>(bits),
        DType.Int64 => I64At.Compare<TOp>(bits),
        DType.UInt8 => U8At.Compare<TOp>(bits),
        DType.UInt16 => U16At.Compare<TOp>(bits),
        DType.UInt32 => U32At.Compare<TOp>(bits),
        DType.UInt64 => U64At.Compare<TOp>(bits),
        _ => null,
    };

    public static delegate*<byte**, Step*, nint, void> IntegerUnary<TOp>(DType t, int bits) where TOp : struct, IUnaryBody => t switch
    {
        DType.Int8 => I8At.Unary<TOp>(bits),
        DType.Int16 => I16At.Unary<TOp>(bits),
        DType.Int32 => I32At.Unary<TOp>(bits),
        DType.Int64 => I64At.Unary<TOp>(bits),
        DType.UInt8 => U8At.Unary<TOp>(bits),
        DType.UInt16 => U16At.Unary<TOp>(bits),
        DType.UInt32 => U32At.Unary<TOp>(bits),
        DType.UInt64 => U64At.Unary<TOp>(bits),
        _ => null,
    };

    public static delegate*<byte**, Step*, nint, void> IntegerBinary<TOp>(DType t, int bits) where TOp : struct, IBinaryBody => t switch
    {
        DType.Int8 => I8At.Binary<TOp>(bits),
        DType.Int16 => I16At.Binary<TOp>(bits),
        DType.Int32 => I32At.Binary<TOp>(bits),
        DType.Int64 => I64At.Binary<TOp>(bits),
        DType.UInt8 => U8At.Binary<TOp>(bits),
        DType.UInt16 => U16At.Binary<TOp>(bits),
        DType.UInt32 => U32At.Binary<TOp>(bits),
        DType.UInt64 => U64At.Binary<TOp>(bits),
        _ => null,
    };

    public static delegate*<byte**, Step*, nint, void> LogicalUnary<TOp>(DType t, int bits) where TOp : struct, IUnaryBody => t switch
    {
        DType.UInt8 => U8At.Unary<TOp>(bits),
        _ => null,
    };

    public static delegate*<byte**, Step*, nint, void> LogicalBinary<TOp>(DType t, int bits) where TOp : struct, IBinaryBody => t switch
    {
        DType.UInt8 => U8At.Binary<TOp>(bits),
        _ => null,
    };

    /// <summary>By the size of an element: a choice moves bits.</summary>
    public static delegate*<byte**, Step*, nint, void> Select(int size, int bits) => size switch
    {
        1 => U8At.Select(bits),
        2 => U16At.Select(bits),
        4 => U32At.Select(bits),
        8 => U64At.Select(bits),
        _ => &ComplexKernels.Select,
    };
}
