using System.Diagnostics;

namespace Engine.Benchmarks;

/// <summary>Times short actions: the median of some rounds, each long enough for the clock.</summary>
internal static class Timing
{
    const int Rounds = 15;
    static readonly TimeSpan s_round = TimeSpan.FromMilliseconds(40);

    /// <summary>Nanoseconds of one call.</summary>
    public static double Nanoseconds(Action action)
    {
        // Long enough for the JIT to reach its last tier.
        long calls = 1;
        for (var warm = Stopwatch.StartNew(); warm.ElapsedMilliseconds < 300;)
        {
            Repeat(action, calls);
            calls = Math.Min(calls * 2, 1 << 14);
        }
        long count = Math.Max(1, (long)(s_round / Repeat(action, calls) * calls));
        var times = new double[Rounds];
        for (int i = 0; i < Rounds; i++)
        {
            times[i] = Repeat(action, count).TotalNanoseconds / count;
        }
        Array.Sort(times);
        return times[Rounds / 2];
    }

    static TimeSpan Repeat(Action action, long calls)
    {
        long start = Stopwatch.GetTimestamp();
        for (long i = 0; i < calls; i++)
        {
            action();
        }
        return Stopwatch.GetElapsedTime(start);
    }
}
