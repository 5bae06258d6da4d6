using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Engine.Internal;

/// <summary>Reads elements for printing. Addresses need no alignment.</summary>
internal static unsafe class Element
{
    /// <summary>A bool or an integer as text.</summary>
    public static string Whole(byte* at, DType dtype) => dtype switch
    {
        DType.Bool => *at != 0 ? "True" : "False",
        DType.UInt8 => Text(*at),
        DType.UInt16 => Text(Read<ushort>(at)),
        DType.UInt32 => Text(Read<uint>(at)),
        DType.UInt64 => Text(Read<ulong>(at)),
        DType.Int8 => Text(*(sbyte*)at),
        DType.Int16 => Text(Read<short>(at)),
        DType.Int32 => Text(Read<int>(at)),
        _ => Text(Read<long>(at)),
    };

    /// <summary>A floating point number, exactly.</summary>
    public static double Real(byte* at, DType dtype) => dtype switch
    {
        DType.Float16 => (double)Read<Half>(at),
        DType.BFloat16 => (double)Read<BFloat16>(at),
        DType.Float32 => Read<float>(at),
        _ => Read<double>(at),
    };

    /// <summary>The shortest digits of a finite floating point number.</summary>
    public static DecimalDigits Digits(byte* at, DType dtype) => dtype switch
    {
        DType.Float16 => DecimalDigits.Of(Read<Half>(at)),
        DType.BFloat16 => DecimalDigits.Of(Read<BFloat16>(at)),
        DType.Float32 => DecimalDigits.Of(Read<float>(at)),
        _ => DecimalDigits.Of(Read<double>(at)),
    };

    /// <summary>An element in a .NET format; a bool as it is, a complex number as its two parts.</summary>
    public static string Format(byte* at, DType dtype, string format, IFormatProvider provider)
    {
        switch (dtype)
        {
            case DType.Bool: return Whole(at, dtype);
            case DType.UInt8: return at->ToString(format, provider);
            case DType.UInt16: return Read<ushort>(at).ToString(format, provider);
            case DType.UInt32: return Read<uint>(at).ToString(format, provider);
            case DType.UInt64: return Read<ulong>(at).ToString(format, provider);
            case DType.Int8: return ((sbyte*)at)->ToString(format, provider);
            case DType.Int16: return Read<short>(at).ToString(format, provider);
            case DType.Int32: return Read<int>(at).ToString(format, provider);
            case DType.Int64: return Read<long>(at).ToString(format, provider);
            case DType.Complex64 or DType.Complex128:
                DType part = Promotion.RealType(dtype);
                double imaginary = Real(at + part.Size, part);
                string text = imaginary.ToString(format, provider);
                bool signed = imaginary < 0 || (imaginary == 0 && double.IsNegative(imaginary));
                return Real(at, part).ToString(format, provider) + (signed ? "" : "+") + text + "j";
            case DType.Float32: return Read<float>(at).ToString(format, provider);
            default: return Real(at, dtype).ToString(format, provider);
        }
    }

    static T Read<T>(byte* at) where T : unmanaged => Unsafe.ReadUnaligned<T>(at);

    static string Text<T>(T value) where T : INumber<T> => value.ToString(null, CultureInfo.InvariantCulture);
}
