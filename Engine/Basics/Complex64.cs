using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Engine;

/// <summary>
/// A complex number of two singles. Member names are those of <see cref="Complex"/>; arithmetic rounds once, from
/// double precision.
/// </summary>
/// <param name="real">The real part.</param>
/// <param name="imaginary">The imaginary part.</param>
[StructLayout(LayoutKind.Sequential)]
public readonly struct Complex64(float real, float imaginary) :
    IEquatable<Complex64>, ISpanFormattable, ISpanParsable<Complex64>,
    IAdditionOperators<Complex64, Complex64, Complex64>, ISubtractionOperators<Complex64, Complex64, Complex64>,
    IMultiplyOperators<Complex64, Complex64, Complex64>, IDivisionOperators<Complex64, Complex64, Complex64>,
    IUnaryNegationOperators<Complex64, Complex64>, IUnaryPlusOperators<Complex64, Complex64>,
    IEqualityOperators<Complex64, Complex64, bool>
{
    readonly float _real = real;
    readonly float _imaginary = imaginary;

    /// <summary>0.</summary>
    public static Complex64 Zero => default;

    /// <summary>1.</summary>
    public static Complex64 One => new(1, 0);

    /// <summary>The imaginary unit.</summary>
    public static Complex64 ImaginaryOne => new(0, 1);

    /// <summary>Both parts infinite.</summary>
    public static Complex64 Infinity => new(float.PositiveInfinity, float.PositiveInfinity);

    /// <summary>Both parts not a number.</summary>
    public static Complex64 NaN => new(float.NaN, float.NaN);

    /// <summary>The real part.</summary>
    public float Real => _real;

    /// <summary>The imaginary part.</summary>
    public float Imaginary => _imaginary;

    /// <summary>The distance from 0.</summary>
    public float Magnitude => Abs(this);

    /// <summary>The angle, in radians.</summary>
    public float Phase => (float)Math.Atan2(_imaginary, _real);

    /// <summary>The distance from 0.</summary>
    public static float Abs(Complex64 value) => (float)Complex.Abs(value);

    /// <summary>The same real part, the opposite imaginary part.</summary>
    public static Complex64 Conjugate(Complex64 value) => new(value._real, -value._imaginary);

    /// <summary>The number at that distance and angle.</summary>
    public static Complex64 FromPolarCoordinates(float magnitude, float phase) =>
        (Complex64)Complex.FromPolarCoordinates(magnitude, phase);

    /// <summary>Neither part is infinite or not a number.</summary>
    public static bool IsFinite(Complex64 value) => float.IsFinite(value._real) && float.IsFinite(value._imaginary);

    /// <summary>A part is infinite.</summary>
    public static bool IsInfinity(Complex64 value) =>
        float.IsInfinity(value._real) || float.IsInfinity(value._imaginary);

    /// <summary>A part is not a number and none is infinite.</summary>
    public static bool IsNaN(Complex64 value) => !IsFinite(value) && !IsInfinity(value);

    /// <summary>A real number.</summary>
    public static implicit operator Complex64(float value) => new(value, 0);

    /// <summary>Each part to the nearest.</summary>
    public static explicit operator Complex64(Complex value) => new((float)value.Real, (float)value.Imaginary);

    /// <summary>Exact.</summary>
    public static implicit operator Complex(Complex64 value) => new(value._real, value._imaginary);

    /// <inheritdoc/>
    public static Complex64 operator +(Complex64 left, Complex64 right) =>
        new(left._real + right._real, left._imaginary + right._imaginary);

    /// <inheritdoc/>
    public static Complex64 operator -(Complex64 left, Complex64 right) =>
        new(left._real - right._real, left._imaginary - right._imaginary);

    /// <inheritdoc/>
    public static Complex64 operator *(Complex64 left, Complex64 right) => (Complex64)((Complex)left * (Complex)right);

    /// <inheritdoc/>
    public static Complex64 operator /(Complex64 left, Complex64 right) => (Complex64)((Complex)left / (Complex)right);

    /// <inheritdoc/>
    public static Complex64 operator -(Complex64 value) => new(-value._real, -value._imaginary);

    /// <inheritdoc/>
    public static Complex64 operator +(Complex64 value) => value;

    /// <inheritdoc/>
    public static bool operator ==(Complex64 left, Complex64 right) =>
        left._real == right._real && left._imaginary == right._imaginary;

    /// <inheritdoc/>
    public static bool operator !=(Complex64 left, Complex64 right) => !(left == right);

    /// <inheritdoc/>
    public bool Equals(Complex64 other) => _real.Equals(other._real) && _imaginary.Equals(other._imaginary);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Complex64 other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_real, _imaginary);

    /// <summary>As <see cref="Complex"/>: <c>&lt;1; 2&gt;</c>.</summary>
    public override string ToString() => ToString(null, CultureInfo.CurrentCulture);

    /// <inheritdoc/>
    public string ToString(string? format, IFormatProvider? formatProvider) =>
        $"<{_real.ToString(format, formatProvider)}; {_imaginary.ToString(format, formatProvider)}>";

    /// <inheritdoc/>
    public bool TryFormat(
        Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider)
    {
        string text = ToString(format.ToString(), provider);
        bool fits = text.TryCopyTo(destination);
        charsWritten = fits ? text.Length : 0;
        return fits;
    }

    /// <inheritdoc/>
    public static Complex64 Parse(string s, IFormatProvider? provider) => (Complex64)Complex.Parse(s, provider);

    /// <inheritdoc/>
    public static Complex64 Parse(ReadOnlySpan<char> s, IFormatProvider? provider) =>
        (Complex64)Complex.Parse(s, provider);

    /// <inheritdoc/>
    public static bool TryParse(string? s, IFormatProvider? provider, out Complex64 result) =>
        TryParse(s.AsSpan(), provider, out result);

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out Complex64 result)
    {
        bool parsed = Complex.TryParse(s, provider, out Complex value);
        result = (Complex64)value;
        return parsed;
    }
}
