namespace Engine.Benchmarks;

/// <summary>A median with its 95 % bounds.</summary>
internal readonly record struct Estimate(double Median, double Low, double High);

/// <summary>Medians and their bounds by order statistics: exact whatever the distribution, and no random numbers.</summary>
internal static class Statistics
{
    /// <summary>The median of the samples; its bounds cover the true median in at least 95 % of all runs, from 6 samples up.</summary>
    public static Estimate Median(ReadOnlySpan<double> samples)
    {
        if (samples.IsEmpty)
        {
            throw new ArgumentException("A median needs a sample.", nameof(samples));
        }
        double[] sorted = samples.ToArray();
        Array.Sort(sorted);
        int n = sorted.Length, k = Rank(n);
        return new Estimate((sorted[(n - 1) / 2] + sorted[n / 2]) / 2, sorted[k], sorted[n - 1 - k]);
    }

    /// <summary>The median of peer / ours, round by round: what slows a whole round cancels.</summary>
    public static Estimate Ratio(ReadOnlySpan<double> peer, ReadOnlySpan<double> ours)
    {
        // A slow peer has fewer rounds, the first ones.
        var ratios = new double[Math.Min(peer.Length, ours.Length)];
        for (int i = 0; i < ratios.Length; i++)
        {
            ratios[i] = peer[i] / ours[i];
        }
        return Median(ratios);
    }

    /// <summary>The largest k with P(Binomial(n, 1/2) &lt;= k) at most 2.5 %: that many samples are left out at each end.</summary>
    public static int Rank(int n)
    {
        double term = Math.Pow(0.5, n), below = term;
        int k = 0;
        while (k < (n - 1) / 2)
        {
            term *= (n - k) / (k + 1.0);
            below += term;
            if (below > 0.025)
            {
                break;
            }
            k++;
        }
        return k;
    }
}
