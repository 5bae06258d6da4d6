namespace Engine.Interop;

/// <summary>What each protocol calls an element type.</summary>
internal static class ElementFormat
{
    /// <summary>The way out for bfloat16, which the buffer protocol and NumPy do not know.</summary>
    public const string BFloat16Advice =
        "bfloat16 has no format in the buffer protocol and no NumPy dtype: convert first, with a.astype(mx.float32) or a.astype(mx.float16)";

    public static int Size(DType type) => type switch
    {
        DType.Bool or DType.UInt8 or DType.Int8 => 1,
        DType.UInt16 or DType.Int16 or DType.Float16 or DType.BFloat16 => 2,
        DType.UInt32 or DType.Int32 or DType.Float32 => 4,
        DType.UInt64 or DType.Int64 or DType.Float64 or DType.Complex64 => 8,
        DType.Complex128 => 16,
        _ => throw new BufferException("Exchange", $"element type {(int)type} is not known"),
    };

    /// <summary>The alignment that a typed load needs.</summary>
    public static int Alignment(DType type) => type switch
    {
        DType.Complex64 => 4,
        DType.Complex128 => 8,
        _ => Size(type),
    };

    public static (byte Code, byte Bits) Dlpack(DType type) => type switch
    {
        DType.Bool => (6, 8),
        DType.UInt8 => (1, 8),
        DType.UInt16 => (1, 16),
        DType.UInt32 => (1, 32),
        DType.UInt64 => (1, 64),
        DType.Int8 => (0, 8),
        DType.Int16 => (0, 16),
        DType.Int32 => (0, 32),
        DType.Int64 => (0, 64),
        DType.Float16 => (2, 16),
        DType.Float32 => (2, 32),
        DType.Float64 => (2, 64),
        DType.BFloat16 => (4, 16),
        DType.Complex64 => (5, 64),
        DType.Complex128 => (5, 128),
        _ => throw new BufferException("Exchange", $"element type {(int)type} is not known"),
    };

    public static DType FromDlpack(byte code, byte bits, ushort lanes) => (code, bits, lanes) switch
    {
        (6, 8, 1) => DType.Bool,
        (1, 8, 1) => DType.UInt8,
        (1, 16, 1) => DType.UInt16,
        (1, 32, 1) => DType.UInt32,
        (1, 64, 1) => DType.UInt64,
        (0, 8, 1) => DType.Int8,
        (0, 16, 1) => DType.Int16,
        (0, 32, 1) => DType.Int32,
        (0, 64, 1) => DType.Int64,
        (2, 16, 1) => DType.Float16,
        (2, 32, 1) => DType.Float32,
        (2, 64, 1) => DType.Float64,
        (4, 16, 1) => DType.BFloat16,
        (5, 64, 1) => DType.Complex64,
        (5, 128, 1) => DType.Complex128,
        _ => throw new BufferException("Exchange", $"DLPack elements of type code {code} with {bits} bits and {lanes} lanes have no counterpart here"),
    };

    /// <summary>The buffer protocol's format, NUL-terminated; empty for bfloat16, which has none.</summary>
    public static ReadOnlySpan<byte> Pep3118(DType type) => type switch
    {
        DType.Bool => "?"u8,
        DType.UInt8 => "B"u8,
        DType.UInt16 => "H"u8,
        DType.UInt32 => "I"u8,
        DType.UInt64 => "Q"u8,
        DType.Int8 => "b"u8,
        DType.Int16 => "h"u8,
        DType.Int32 => "i"u8,
        DType.Int64 => "q"u8,
        DType.Float16 => "e"u8,
        DType.Float32 => "f"u8,
        DType.Float64 => "d"u8,
        DType.Complex64 => "Zf"u8,
        DType.Complex128 => "Zd"u8,
        _ => default,
    };

    /// <summary>Reads a buffer's format. Integers go by the item size, so that 'l' is right wherever it came
    /// from.</summary>
    /// <param name="format">Without its terminator; empty is unsigned bytes.</param>
    /// <param name="itemSize">The buffer's own item size.</param>
    /// <param name="swapped">Whether the bytes of an element are the other way round.</param>
    public static DType FromPep3118(ReadOnlySpan<byte> format, long itemSize, out bool swapped)
    {
        swapped = false;
        ReadOnlySpan<byte> f = format;
        if (f.Length > 1 && (f[0] is (byte)'@' or (byte)'=' or (byte)'<' or (byte)'>' or (byte)'!'))
        {
            swapped = f[0] is (byte)'>' or (byte)'!' && itemSize > 1;
            f = f[1..];
        }
        if (f.IsEmpty)
        {
            return itemSize == 1 ? DType.UInt8 : throw Unknown(format, itemSize);
        }
        if (f.Length == 2 && f[0] == 'Z')
        {
            return (f[1], itemSize) switch
            {
                ((byte)'f', 8) => DType.Complex64,
                ((byte)'d', 16) => DType.Complex128,
                _ => throw Unknown(format, itemSize),
            };
        }
        if (f.SequenceEqual("bfloat16"u8) && itemSize == 2)
        {
            return DType.BFloat16;
        }
        if (f.Length != 1)
        {
            throw Unknown(format, itemSize);
        }
        return ((char)f[0], itemSize) switch
        {
            ('?', 1) => DType.Bool,
            ('B' or 'c', 1) => DType.UInt8,
            ('b', 1) => DType.Int8,
            ('H' or 'I' or 'L' or 'Q' or 'N', 2) => DType.UInt16,
            ('H' or 'I' or 'L' or 'Q' or 'N', 4) => DType.UInt32,
            ('H' or 'I' or 'L' or 'Q' or 'N', 8) => DType.UInt64,
            ('h' or 'i' or 'l' or 'q' or 'n', 2) => DType.Int16,
            ('h' or 'i' or 'l' or 'q' or 'n', 4) => DType.Int32,
            ('h' or 'i' or 'l' or 'q' or 'n', 8) => DType.Int64,
            ('e', 2) => DType.Float16,
            ('f', 4) => DType.Float32,
            ('d', 8) => DType.Float64,
            ('F', 8) => DType.Complex64,
            ('D', 16) => DType.Complex128,
            _ => throw Unknown(format, itemSize),
        };
    }

    private static BufferException Unknown(ReadOnlySpan<byte> format, long itemSize) =>
        new("Exchange", $"a buffer of format '{System.Text.Encoding.UTF8.GetString(format)}' with items of {itemSize} bytes has no counterpart here");
}
