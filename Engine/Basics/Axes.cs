using System.Runtime.CompilerServices;
using Engine.Internal;

namespace Engine;

/// <summary>
/// The axes that an operation works along: one (<c>-1</c>), several (<c>[0, 2]</c>), none (<c>[]</c>) or, by default,
/// all.
/// Negative numbers count from the last axis.
/// </summary>
[CollectionBuilder(typeof(Axes), nameof(Create))]
public readonly struct Axes : IEquatable<Axes>
{
    readonly int[]? _axes;

    Axes(int[]? axes) => _axes = axes;

    /// <summary>Every axis; the default value.</summary>
    public static Axes All => default;

    /// <summary>Whether this means every axis.</summary>
    public bool IsAll => _axes is null;

    /// <summary>The axes as they were given; empty for <see cref="All"/>.</summary>
    public ReadOnlySpan<int> Given => _axes;

    /// <summary>The axes listed.</summary>
    public static Axes Create(params ReadOnlySpan<int> axes) => new(axes.ToArray());

    /// <summary>One axis.</summary>
    public static implicit operator Axes(int axis) => new([axis]);

    /// <summary>One axis, or all for null.</summary>
    public static implicit operator Axes(int? axis) => axis is int a ? new([a]) : default;

    /// <summary>One axis; <c>^1</c> is the last.</summary>
    public static implicit operator Axes(Index axis) => new([axis.IsFromEnd ? -axis.Value : axis.Value]);

    /// <summary>The axes listed, or all for null.</summary>
    public static implicit operator Axes(int[]? axes) => new(axes);

    /// <summary>Lists the axes as given.</summary>
    public ReadOnlySpan<int>.Enumerator GetEnumerator() => Given.GetEnumerator();

    /// <summary>Whether both were given the same axes in the same order.</summary>
    public bool Equals(Axes other) => IsAll == other.IsAll && Given.SequenceEqual(other.Given);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Axes other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(IsAll);
        foreach (int axis in Given) { hash.Add(axis); }
        return hash.ToHashCode();
    }

    /// <summary>Whether both were given the same axes in the same order.</summary>
    public static bool operator ==(Axes left, Axes right) => left.Equals(right);

    /// <summary>Whether the two differ.</summary>
    public static bool operator !=(Axes left, Axes right) => !left.Equals(right);

    /// <summary><c>all</c>, or the axes as a tuple.</summary>
    public override string ToString() => _axes is null ? "all" : Shapes.Text(Array.ConvertAll(_axes, a => (long)a));

    /// <summary>The axes from 0, sorted.</summary>
    /// <exception cref="AxisException">One is outside the array.</exception>
    /// <exception cref="ShapeException">One is named twice.</exception>
    internal int[] Normalize(string op, int ndim)
    {
        int[] axes = Ordered(op, ndim);
        Array.Sort(axes);
        return axes;
    }

    /// <summary>The axes from 0 in the order given.</summary>
    internal int[] Ordered(string op, int ndim)
    {
        if (_axes is null)
        {
            var all = new int[ndim];
            for (int i = 0; i < ndim; i++) { all[i] = i; }
            return all;
        }
        var axes = new int[_axes.Length];
        for (int i = 0; i < axes.Length; i++)
        {
            axes[i] = Shapes.Axis(op, _axes[i], ndim);
            if (Array.IndexOf(axes, axes[i], 0, i) >= 0) { throw Errors.DuplicateAxis(op, axes[i], _axes); }
        }
        return axes;
    }
}
