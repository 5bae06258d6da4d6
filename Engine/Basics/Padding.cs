using System.Runtime.CompilerServices;
using Engine.Internal;

namespace Engine;

/// <summary>
/// What is added at the two ends of spatial axes: one number for all of them (<c>1</c>), one for each (<c>[1, 2]</c>),
/// or the two ends apart (<c>([0, 1], [1, 2])</c>). Negative numbers take away. By default nothing.
/// </summary>
[CollectionBuilder(typeof(Padding), nameof(Create))]
public readonly struct Padding : IEquatable<Padding>
{
    readonly long[]? _low, _high;

    Padding(long[]? low, long[]? high) => (_low, _high) = (low, high);

    /// <summary>What is added before the first element of each axis, as given.</summary>
    public ReadOnlySpan<long> Low => _low;

    /// <summary>What is added behind the last element of each axis, as given.</summary>
    public ReadOnlySpan<long> High => _high;

    /// <summary>The same at both ends, for each axis.</summary>
    public static Padding Create(params ReadOnlySpan<long> both)
    {
        long[] values = both.ToArray();
        return new(values, values);
    }

    /// <summary>The same at both ends of every axis.</summary>
    public static implicit operator Padding(long both) => Create(both);

    /// <summary>The same at both ends, for each axis.</summary>
    public static implicit operator Padding(long[]? both) => new(both, both);

    /// <summary>The two ends apart.</summary>
    public static implicit operator Padding((long[] Low, long[] High) ends) => new(ends.Low, ends.High);

    /// <summary>Lists what is added before each axis.</summary>
    public ReadOnlySpan<long>.Enumerator GetEnumerator() => Low.GetEnumerator();

    /// <summary>Whether both were given the same numbers.</summary>
    public bool Equals(Padding other) => Low.SequenceEqual(other.Low) && High.SequenceEqual(other.High);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Padding other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (long n in Low) { hash.Add(n); }
        foreach (long n in High) { hash.Add(n); }
        return hash.ToHashCode();
    }

    /// <summary>Whether both were given the same numbers.</summary>
    public static bool operator ==(Padding left, Padding right) => left.Equals(right);

    /// <summary>Whether the two differ.</summary>
    public static bool operator !=(Padding left, Padding right) => !left.Equals(right);

    /// <summary>Both ends as tuples.</summary>
    public override string ToString() => $"({Shapes.Text(Low)}, {Shapes.Text(High)})";
}
