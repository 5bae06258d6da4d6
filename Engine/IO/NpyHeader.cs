using System.Globalization;
using System.Text;

namespace Engine.Internal.IO;

/// <summary>What the head of a .npy file says of the bytes that follow.</summary>
/// <param name="DType">Element type.</param>
/// <param name="Shape">Lengths.</param>
/// <param name="FortranOrder">The first axis runs fastest.</param>
/// <param name="BigEndian">Bytes of a number are stored highest first. <see cref="NpyFormat"/> swaps them when it
/// reads.</param>
internal sealed record NpyHeader(DType DType, long[] Shape, bool FortranOrder, bool BigEndian = false)
{
    /// <summary>Elements.</summary>
    public long Count => Shapes.Count("Load", Shape);

    /// <summary>Bytes that follow the head.</summary>
    public long Bytes => Count * DType.Size;

    /// <summary>Byte strides of the data as it lies in the file.</summary>
    public long[] Strides => FortranOrder
        ? Shapes.ColumnMajorStrides(Shape, DType.Size)
        : Shapes.RowMajorStrides(Shape, DType.Size);

    /// <summary>The head as NumPy writes it: a Python dictionary, with room for the first length to grow.</summary>
    internal string Dictionary()
    {
        const int GrowthDigits = 21;
        var text = new StringBuilder("{'descr': '");
        text.Append(Description(DType)).Append("', 'fortran_order': ").Append(FortranOrder ? "True" : "False");
        text.Append(", 'shape': ").Append(Shapes.Text(Shape)).Append(", }");
        if (Shape.Length > 0)
        {
            string grows = Shape[FortranOrder ? ^1 : 0].ToString(CultureInfo.InvariantCulture);
            text.Append(' ', Math.Max(0, GrowthDigits - grows.Length));
        }
        return text.ToString();
    }

    /// <summary>
    /// NumPy's code. NumPy has no bfloat16; its bytes are stored as two of no meaning, as MLX and ml_dtypes do.
    /// </summary>
    internal static string Description(DType dtype) => dtype switch
    {
        DType.Bool => "|b1",
        DType.UInt8 => "|u1",
        DType.Int8 => "|i1",
        DType.BFloat16 => "<V2",
        _ => (dtype.Kind switch
        {
            DTypeKind.Unsigned => "<u",
            DTypeKind.Signed => "<i",
            DTypeKind.Float => "<f",
            _ => "<c",
        }) + dtype.Size.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>
    /// The element type of NumPy's code without its first letter, the byte order; null where there is none.
    /// </summary>
    internal static DType? Parse(ReadOnlySpan<char> code) => code switch
    {
        "b1" or "?" => DType.Bool,
        "u1" => DType.UInt8,
        "u2" => DType.UInt16,
        "u4" => DType.UInt32,
        "u8" => DType.UInt64,
        "i1" => DType.Int8,
        "i2" => DType.Int16,
        "i4" => DType.Int32,
        "i8" => DType.Int64,
        "f2" => DType.Float16,
        "f4" => DType.Float32,
        "f8" => DType.Float64,
        "V2" => DType.BFloat16,
        "c8" => DType.Complex64,
        "c16" => DType.Complex128,
        _ => null,
    };
}
