namespace Engine.Testing;

/// <summary>A drawn shape.</summary>
public sealed class ArrayShape(long[] lengths)
{
    /// <summary>Lengths, outermost first.</summary>
    public IReadOnlyList<long> Axes => lengths;

    /// <summary>Number of axes.</summary>
    public int Rank => lengths.Length;

    /// <summary>Number of elements.</summary>
    public long Count => lengths.Aggregate(1L, (n, d) => n * d);

    internal long[] Lengths => lengths;

    /// <summary>The lengths as an array of its own.</summary>
    public long[] ToArray() => [.. lengths];

    /// <summary>Shapes one step smaller.</summary>
    internal IEnumerable<ArrayShape> Smaller()
    {
        for (int d = 0; d < lengths.Length; d++)
        {
            yield return new ArrayShape([.. lengths[..d], .. lengths[(d + 1)..]]);
        }
        for (int d = 0; d < lengths.Length; d++)
        {
            if (lengths[d] > 1) { yield return new ArrayShape([.. lengths[..d], lengths[d] / 2, .. lengths[(d + 1)..]]); }
            if (lengths[d] > 2) { yield return new ArrayShape([.. lengths[..d], lengths[d] - 1, .. lengths[(d + 1)..]]); }
        }
    }

    /// <summary>As Python writes a tuple.</summary>
    public override string ToString() => HostArray.ShapeText(lengths);
}
