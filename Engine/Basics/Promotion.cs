namespace Engine.Internal;

/// <summary>The kind of a weak scalar, in rising order.</summary>
internal enum WeakKind : byte { Bool, Int, Float, Complex }

/// <summary>Which element type a result has.</summary>
internal static class Promotion
{
    // Bits of an integer's value range: how far a signed type has to widen to hold an unsigned one.
    static int Bits(DType d) => d.Size * 8;

    /// <summary>The element type in which values of both types meet.</summary>
    public static DType Promote(DType a, DType b)
    {
        if (a == b) { return a; }
        if (a.Kind > b.Kind) { (a, b) = (b, a); }
        return b.Kind switch
        {
            DTypeKind.Complex => a is DType.Float64 || a.IsComplex ? DType.Complex128 : b,
            DTypeKind.Float => a.IsFloat ? Float(a, b) : b,
            DTypeKind.Signed => a.Kind switch
            {
                DTypeKind.Bool => b,
                DTypeKind.Signed => Bits(a) > Bits(b) ? a : b,
                _ => Mixed(Bits(a), b),
            },
            _ => Bits(a) > Bits(b) ? a : b,
        };
    }

    // The two 16-bit formats meet in float32, everything else in the wider one.
    static DType Float(DType a, DType b) =>
        a is DType.Float64 || b is DType.Float64 ? DType.Float64
        : DType.Float32;

    // A signed type holds an unsigned one of half its bits; no signed type holds uint64, so that float32 has to.
    static DType Mixed(int unsignedBits, DType signed) =>
        unsignedBits == 64 ? DType.Float32
        : Bits(signed) > unsignedBits ? signed
        : unsignedBits switch { 8 => DType.Int16, 16 => DType.Int32, _ => DType.Int64 };

    /// <summary>The element type in which an array meets a scalar that has a kind but no width.</summary>
    public static DType Weak(DType array, WeakKind kind) => kind switch
    {
        WeakKind.Bool => array,
        WeakKind.Int => array is DType.Bool ? DType.Int32 : array,
        WeakKind.Float => array.IsInexact ? array : DType.Float32,
        _ => array.IsComplex ? array : array is DType.Float64 ? DType.Complex128 : DType.Complex64,
    };

    /// <summary>The element type of a weak scalar on its own.</summary>
    public static DType Default(WeakKind kind, long value = 0) => kind switch
    {
        WeakKind.Bool => DType.Bool,
        WeakKind.Int => value is >= int.MinValue and <= int.MaxValue ? DType.Int32 : DType.Int64,
        WeakKind.Float => DType.Float32,
        _ => DType.Complex64,
    };

    /// <summary>Refuses an integer scalar that the array's integer type of up to 32 bits cannot hold.</summary>
    public static void CheckWeak(string op, DType array, long value)
    {
        bool fits = array switch
        {
            DType.UInt8 => value is >= byte.MinValue and <= byte.MaxValue,
            DType.UInt16 => value is >= ushort.MinValue and <= ushort.MaxValue,
            DType.UInt32 => value is >= uint.MinValue and <= uint.MaxValue,
            DType.Int8 => value is >= sbyte.MinValue and <= sbyte.MaxValue,
            DType.Int16 => value is >= short.MinValue and <= short.MaxValue,
            DType.Int32 => value is >= int.MinValue and <= int.MaxValue,
            _ => true,
        };
        if (!fits) { throw Errors.WeakOverflow(op, value, array); }
    }

    /// <summary>float32 for bool and integers: what division, exp, mean and the like compute in.</summary>
    public static DType AtLeastFloat(DType d) => d.IsInexact ? d : DType.Float32;

    /// <summary>The type that sums and products are kept in: small integers widen to 32 bits.</summary>
    public static DType SumType(DType d) => d switch
    {
        DType.Bool or DType.Int8 or DType.Int16 => DType.Int32,
        DType.UInt8 or DType.UInt16 => DType.UInt32,
        _ => d,
    };

    /// <summary>The type of a cumulative sum: only bool widens.</summary>
    public static DType CumulativeSumType(DType d) => d is DType.Bool ? DType.Int32 : d;

    /// <summary>The type of a real or imaginary part; other types are themselves.</summary>
    public static DType RealType(DType d) => d switch
    {
        DType.Complex64 => DType.Float32,
        DType.Complex128 => DType.Float64,
        _ => d,
    };

    /// <summary>The complex type over a type: complex128 over float64 and complex128, else complex64.</summary>
    public static DType ComplexType(DType d) =>
        d is DType.Float64 or DType.Complex128 ? DType.Complex128 : DType.Complex64;

    /// <summary>The type of a variance or a norm: real, at least float32.</summary>
    public static DType VarType(DType d) => RealType(AtLeastFloat(d));
}
