using System.Diagnostics.CodeAnalysis;

namespace Engine;

/// <summary>
/// The element type of an array. The numbers are MLX's, so that pickles and exports agree; <see cref="Complex128"/> is
/// ours.
/// </summary>
[SuppressMessage("Naming", "CA1720", Justification = "The field's names.")]
public enum DType : byte
{
    /// <summary>One byte, 0 or 1.</summary>
    Bool,
    /// <summary>Unsigned 8-bit integer.</summary>
    UInt8,
    /// <summary>Unsigned 16-bit integer.</summary>
    UInt16,
    /// <summary>Unsigned 32-bit integer.</summary>
    UInt32,
    /// <summary>Unsigned 64-bit integer.</summary>
    UInt64,
    /// <summary>Signed 8-bit integer.</summary>
    Int8,
    /// <summary>Signed 16-bit integer.</summary>
    Int16,
    /// <summary>Signed 32-bit integer.</summary>
    Int32,
    /// <summary>Signed 64-bit integer.</summary>
    Int64,
    /// <summary>IEEE 754 half precision.</summary>
    Float16,
    /// <summary>IEEE 754 single precision.</summary>
    Float32,
    /// <summary>IEEE 754 double precision.</summary>
    Float64,
    /// <summary>The upper half of a single: 8 exponent bits, 7 fraction bits.</summary>
    BFloat16,
    /// <summary>Two singles: real, imaginary.</summary>
    Complex64,
    /// <summary>Two doubles: real, imaginary.</summary>
    Complex128,
}
