using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Engine;

/// <summary>
/// The upper half of a <see cref="float"/>: 1 sign bit, 8 exponent bits, 7 fraction bits. Arithmetic rounds once, from
/// single precision.
/// </summary>
public readonly struct BFloat16 :
    IComparable, IComparable<BFloat16>, IEquatable<BFloat16>, ISpanFormattable, ISpanParsable<BFloat16>,
    IMinMaxValue<BFloat16>,
    IAdditionOperators<BFloat16, BFloat16, BFloat16>, ISubtractionOperators<BFloat16, BFloat16, BFloat16>,
    IMultiplyOperators<BFloat16, BFloat16, BFloat16>, IDivisionOperators<BFloat16, BFloat16, BFloat16>,
    IModulusOperators<BFloat16, BFloat16, BFloat16>, IUnaryNegationOperators<BFloat16, BFloat16>,
    IUnaryPlusOperators<BFloat16, BFloat16>, IComparisonOperators<BFloat16, BFloat16, bool>
{
    readonly ushort _value;

    BFloat16(ushort bits) => _value = bits;

    /// <summary>The number with these bits.</summary>
    public static BFloat16 FromBits(ushort bits) => new(bits);

    /// <summary>The bits.</summary>
    public ushort Bits => _value;

    /// <summary>The smallest positive number.</summary>
    public static BFloat16 Epsilon => new(0x0001);

    /// <summary>The largest finite number.</summary>
    public static BFloat16 MaxValue => new(0x7F7F);

    /// <summary>The smallest finite number.</summary>
    public static BFloat16 MinValue => new(0xFF7F);

    /// <summary>Not a number.</summary>
    public static BFloat16 NaN => new(0xFFC0);

    /// <summary>Infinity.</summary>
    public static BFloat16 PositiveInfinity => new(0x7F80);

    /// <summary>Negative infinity.</summary>
    public static BFloat16 NegativeInfinity => new(0xFF80);

    /// <summary>0.</summary>
    public static BFloat16 Zero => default;

    /// <summary>-0.</summary>
    public static BFloat16 NegativeZero => new(0x8000);

    /// <summary>1.</summary>
    public static BFloat16 One => new(0x3F80);

    /// <summary>-1.</summary>
    public static BFloat16 NegativeOne => new(0xBF80);

    /// <summary>The base of the natural logarithm.</summary>
    public static BFloat16 E => new(0x402E);

    /// <summary>Half a turn.</summary>
    public static BFloat16 Pi => new(0x4049);

    /// <summary>A turn.</summary>
    public static BFloat16 Tau => new(0x40C9);

    /// <summary>Neither infinite nor not a number.</summary>
    public static bool IsFinite(BFloat16 value) => (value._value & 0x7F80) != 0x7F80;

    /// <summary>Infinite.</summary>
    public static bool IsInfinity(BFloat16 value) => (value._value & 0x7FFF) == 0x7F80;

    /// <summary>Positive infinity.</summary>
    public static bool IsPositiveInfinity(BFloat16 value) => value._value == 0x7F80;

    /// <summary>Negative infinity.</summary>
    public static bool IsNegativeInfinity(BFloat16 value) => value._value == 0xFF80;

    /// <summary>Not a number.</summary>
    public static bool IsNaN(BFloat16 value) => (value._value & 0x7FFF) > 0x7F80;

    /// <summary>The sign bit is set.</summary>
    public static bool IsNegative(BFloat16 value) => (short)value._value < 0;

    /// <summary>Finite, not zero, and with all its precision.</summary>
    public static bool IsNormal(BFloat16 value) => IsFinite(value) && (value._value & 0x7F80) != 0;

    /// <summary>Not zero, and smaller than any normal number.</summary>
    public static bool IsSubnormal(BFloat16 value) => (value._value & 0x7F80) == 0 && (value._value & 0x7F) != 0;

    /// <summary>The number without its sign.</summary>
    public static BFloat16 Abs(BFloat16 value) => new((ushort)(value._value & 0x7FFF));

    /// <summary>To the nearest, ties to even.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static explicit operator BFloat16(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        uint rounded = (bits + 0x7FFF + ((bits >> 16) & 1)) >> 16;
        return new((ushort)(float.IsNaN(value) ? (bits >> 16) | 0x40 : rounded));
    }

    /// <summary>To the nearest, ties to even; rounded once.</summary>
    public static explicit operator BFloat16(double value)
    {
        // An inexact single with its last bit set stands for "a little more", which makes the second rounding right.
        float single = (float)value;
        if (single != value && float.IsFinite(single))
        {
            uint bits = BitConverter.SingleToUInt32Bits(single);
            if (Math.Abs((double)single) > Math.Abs(value)) { bits--; }
            single = BitConverter.UInt32BitsToSingle(bits | 1);
        }
        return (BFloat16)single;
    }

    /// <summary>To the nearest, ties to even.</summary>
    public static explicit operator BFloat16(Half value) => (BFloat16)(float)value;

    /// <summary>To the nearest, ties to even.</summary>
    public static explicit operator BFloat16(int value) => (BFloat16)(double)value;

    /// <summary>To the nearest, ties to even.</summary>
    public static explicit operator BFloat16(long value)
    {
        // Above 2^53 a double would round first; what it drops is kept in the last bit that it holds.
        if (Math.Abs((double)value) < 1L << 53) { return (BFloat16)(double)value; }
        return (BFloat16)(double)((value & ~0xFFFL) | ((value & 0xFFF) != 0 ? 0x1000L : 0L));
    }

    /// <summary>Exact.</summary>
    public static implicit operator BFloat16(byte value) => (BFloat16)(float)value;

    /// <summary>Exact.</summary>
    public static implicit operator BFloat16(sbyte value) => (BFloat16)(float)value;

    /// <summary>Exact.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static explicit operator float(BFloat16 value) => BitConverter.UInt32BitsToSingle((uint)value._value << 16);

    /// <summary>Exact.</summary>
    public static explicit operator double(BFloat16 value) => (float)value;

    /// <summary>To the nearest, ties to even.</summary>
    public static explicit operator Half(BFloat16 value) => (Half)(float)value;

    /// <summary>Towards zero, saturating.</summary>
    public static explicit operator int(BFloat16 value) => (int)(float)value;

    /// <summary>Towards zero, saturating.</summary>
    public static explicit operator long(BFloat16 value) => (long)(float)value;

    /// <inheritdoc/>
    public static BFloat16 operator +(BFloat16 left, BFloat16 right) => (BFloat16)((float)left + (float)right);

    /// <inheritdoc/>
    public static BFloat16 operator -(BFloat16 left, BFloat16 right) => (BFloat16)((float)left - (float)right);

    /// <inheritdoc/>
    public static BFloat16 operator *(BFloat16 left, BFloat16 right) => (BFloat16)((float)left * (float)right);

    /// <inheritdoc/>
    public static BFloat16 operator /(BFloat16 left, BFloat16 right) => (BFloat16)((float)left / (float)right);

    /// <inheritdoc/>
    public static BFloat16 operator %(BFloat16 left, BFloat16 right) => (BFloat16)((float)left % (float)right);

    /// <inheritdoc/>
    public static BFloat16 operator -(BFloat16 value) => new((ushort)(value._value ^ 0x8000));

    /// <inheritdoc/>
    public static BFloat16 operator +(BFloat16 value) => value;

    /// <inheritdoc/>
    public static bool operator ==(BFloat16 left, BFloat16 right) => (float)left == (float)right;

    /// <inheritdoc/>
    public static bool operator !=(BFloat16 left, BFloat16 right) => (float)left != (float)right;

    /// <inheritdoc/>
    public static bool operator <(BFloat16 left, BFloat16 right) => (float)left < (float)right;

    /// <inheritdoc/>
    public static bool operator >(BFloat16 left, BFloat16 right) => (float)left > (float)right;

    /// <inheritdoc/>
    public static bool operator <=(BFloat16 left, BFloat16 right) => (float)left <= (float)right;

    /// <inheritdoc/>
    public static bool operator >=(BFloat16 left, BFloat16 right) => (float)left >= (float)right;

    /// <inheritdoc/>
    public int CompareTo(BFloat16 other) => ((float)this).CompareTo((float)other);

    /// <inheritdoc/>
    public int CompareTo(object? obj) => obj switch
    {
        null => 1,
        BFloat16 other => CompareTo(other),
        _ => throw new ArgumentException("The object is not a BFloat16.", nameof(obj)),
    };

    /// <inheritdoc/>
    public bool Equals(BFloat16 other) => ((float)this).Equals((float)other);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is BFloat16 other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => ((float)this).GetHashCode();

    /// <summary>The shortest text that reads back as the same number.</summary>
    public override string ToString() => ToString(null, CultureInfo.CurrentCulture);

    /// <inheritdoc/>
    public string ToString(string? format, IFormatProvider? formatProvider) =>
        string.IsNullOrEmpty(format) && IsFinite(this)
            ? Internal.ShortestFloat.Value(this).ToString(formatProvider)
            : ((float)this).ToString(format, formatProvider);

    /// <inheritdoc/>
    public bool TryFormat(
        Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider) =>
        format.IsEmpty && IsFinite(this)
            ? Internal.ShortestFloat.Value(this).TryFormat(destination, out charsWritten, format, provider)
            : ((float)this).TryFormat(destination, out charsWritten, format, provider);

    /// <inheritdoc/>
    public static BFloat16 Parse(string s, IFormatProvider? provider) => (BFloat16)double.Parse(s, provider);

    /// <inheritdoc/>
    public static BFloat16 Parse(ReadOnlySpan<char> s, IFormatProvider? provider) =>
        (BFloat16)double.Parse(s, provider);

    /// <inheritdoc/>
    public static bool TryParse(string? s, IFormatProvider? provider, out BFloat16 result) =>
        TryParse(s.AsSpan(), provider, out result);

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out BFloat16 result)
    {
        bool parsed = double.TryParse(s, NumberStyles.Float | NumberStyles.AllowThousands, provider, out double value);
        result = (BFloat16)value;
        return parsed;
    }
}
