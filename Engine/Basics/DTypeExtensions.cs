using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using Engine.Internal;

namespace Engine;

/// <summary>The families that element types fall into.</summary>
[SuppressMessage("Naming", "CA1720", Justification = "The field's names.")]
public enum DTypeKind
{
    /// <summary>Boolean.</summary>
    Bool,
    /// <summary>Unsigned integer.</summary>
    Unsigned,
    /// <summary>Signed integer.</summary>
    Signed,
    /// <summary>Real floating point.</summary>
    Float,
    /// <summary>Complex floating point.</summary>
    Complex,
}

/// <summary>What is known of an element type.</summary>
public static class DTypeExtensions
{
    static ReadOnlySpan<byte> Sizes => [1, 1, 2, 4, 8, 1, 2, 4, 8, 2, 4, 8, 2, 8, 16];

    static ReadOnlySpan<byte> Kinds => [0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4];

    static readonly string[] Names =
    [
        "bool", "uint8", "uint16", "uint32", "uint64", "int8", "int16", "int32", "int64",
        "float16", "float32", "float64", "bfloat16", "complex64", "complex128",
    ];

    extension(DType dtype)
    {
        /// <summary>Bytes of one element.</summary>
        public int Size => Sizes[(int)dtype];

        /// <summary>The family.</summary>
        public DTypeKind Kind => (DTypeKind)Kinds[(int)dtype];

        /// <summary>Real floating point of any width.</summary>
        public bool IsFloat => dtype.Kind == DTypeKind.Float;

        /// <summary>Complex of any width.</summary>
        public bool IsComplex => dtype.Kind == DTypeKind.Complex;

        /// <summary>Floating point, real or complex.</summary>
        public bool IsInexact => dtype.Kind >= DTypeKind.Float;

        /// <summary>Signed or unsigned integer; not bool.</summary>
        public bool IsInteger => dtype.Kind is DTypeKind.Unsigned or DTypeKind.Signed;

        /// <summary>Has negative values.</summary>
        public bool IsSigned => dtype.Kind >= DTypeKind.Signed;

        /// <summary>The name that NumPy and MLX use: <c>bool</c>, <c>float32</c>.</summary>
        public string Name => Names[(int)dtype];

        /// <summary>Number of element types.</summary>
        internal static int Count => 15;

        /// <summary>The element type that holds values of type <typeparamref name="T"/>.</summary>
        /// <exception cref="DTypeException">No element type does.</exception>
        public static DType Of<T>() where T : unmanaged => Find<T>() ?? throw Errors.NoDType(typeof(T));

        /// <summary>The element type of that name, or null.</summary>
        public static DType? Parse(string name)
        {
            int i = name == "bool_" ? 0 : Array.IndexOf(Names, name);
            return i < 0 ? null : (DType)i;
        }
    }

    // One comparison survives per T: the JIT folds the others.
    static DType? Find<T>() where T : unmanaged
    {
        if (typeof(T) == typeof(float)) { return DType.Float32; }
        if (typeof(T) == typeof(double)) { return DType.Float64; }
        if (typeof(T) == typeof(int)) { return DType.Int32; }
        if (typeof(T) == typeof(long)) { return DType.Int64; }
        if (typeof(T) == typeof(bool)) { return DType.Bool; }
        if (typeof(T) == typeof(byte)) { return DType.UInt8; }
        if (typeof(T) == typeof(ushort)) { return DType.UInt16; }
        if (typeof(T) == typeof(uint)) { return DType.UInt32; }
        if (typeof(T) == typeof(ulong)) { return DType.UInt64; }
        if (typeof(T) == typeof(sbyte)) { return DType.Int8; }
        if (typeof(T) == typeof(short)) { return DType.Int16; }
        if (typeof(T) == typeof(Half)) { return DType.Float16; }
        if (typeof(T) == typeof(BFloat16)) { return DType.BFloat16; }
        if (typeof(T) == typeof(Complex64)) { return DType.Complex64; }
        if (typeof(T) == typeof(Complex)) { return DType.Complex128; }
        if (typeof(T) == typeof(nint)) { return nint.Size == 8 ? DType.Int64 : DType.Int32; }
        if (typeof(T) == typeof(nuint)) { return nint.Size == 8 ? DType.UInt64 : DType.UInt32; }
        return null;
    }
}
