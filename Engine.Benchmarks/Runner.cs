using System.Diagnostics;

namespace Engine.Benchmarks;

/// <summary>How long to measure. What is compiled just in time needs longer to reach its last code; a call that takes longer than
/// <paramref name="Slow"/>, and ten times the fastest, is timed once.</summary>
internal sealed record Effort(int Rounds, TimeSpan Sample, TimeSpan WarmUp, TimeSpan JitWarmUp, TimeSpan Slow, TimeSpan Limit, TimeSpan Budget)
{
    /// <summary>The fewest samples with 95 % bounds.</summary>
    public const int LeastRounds = 6;

    public static Effort Of(bool quick) => quick
        ? new(15, TimeSpan.FromMilliseconds(2), TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(300), TimeSpan.FromMilliseconds(300), TimeSpan.FromSeconds(8), TimeSpan.FromSeconds(4))
        : new(25, TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(300), TimeSpan.FromMilliseconds(1000), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(120), TimeSpan.FromMinutes(10));
}

/// <summary>Measures all implementations of a case side by side: one sample of each per round, in an order that turns.</summary>
internal sealed class Runner(List<Implementation> implementations, Roofs roofs, int threads, Effort effort)
{
    /// <summary>So much slower than the fastest, and so long in one call: a few samples tell enough.</summary>
    const double SlowRatio = 10, SlowNanoseconds = 5e7;
    const int SlowSamples = 3;

    sealed class Entrant(Implementation implementation, string dtype, bool reference)
    {
        public Implementation Implementation => implementation;
        public string DType => dtype;

        /// <summary>Our own float32 run beside a smaller type: no row, only a measure.</summary>
        public bool IsReference => reference;

        public bool IsOurs => implementation.Name.StartsWith("engine-", StringComparison.Ordinal);
        public Prepared? Prepared { get; set; }
        public long Calls { get; set; } = 1;
        public double Estimate { get; set; }
        public List<double> Samples { get; } = [];
        public string? Note { get; set; }
        public bool Failed { get; set; }
        public bool TooSlow { get; set; }
    }

    public List<Measurement> Measure(Case work)
    {
        var entrants = new List<Entrant>();
        foreach (var implementation in implementations)
        {
            if (work.Only is not null && !work.Only.Contains(implementation.Name) || implementation.Name == "mlx-compile" && !work.Fuses)
            {
                continue;
            }
            var entrant = new Entrant(implementation, work.DType, false);
            entrants.Add(entrant);
            if (entrant.IsOurs && work.Aims.Any(a => a.Against == "self"))
            {
                entrants.Add(new Entrant(implementation, "float32", true));
            }
        }
        foreach (var entrant in entrants)
        {
            Guarded(entrant, () => Start(entrant, work));
        }
        double fastest = entrants.Where(e => e.Prepared is not null).Select(e => e.Estimate).DefaultIfEmpty().Min();
        double eachRound = entrants.Where(e => e.Prepared is not null && !IsSlow(e)).Sum(e => Math.Max(e.Estimate, effort.Sample.TotalNanoseconds));
        int rounds = (int)Math.Clamp(effort.Budget.TotalNanoseconds / eachRound, Effort.LeastRounds, effort.Rounds);
        for (int round = 0; round < rounds; round++)
        {
            for (int i = 0; i < entrants.Count; i++)
            {
                var entrant = entrants[(i + round) % entrants.Count];
                int most = !IsSlow(entrant) ? rounds : entrant.Estimate > effort.Slow.TotalNanoseconds ? 0 : SlowSamples;
                if (entrant.Prepared is { } prepared && round < most)
                {
                    Guarded(entrant, () => entrant.Samples.Add(Time(entrant, prepared)));
                }
            }
        }
        foreach (var entrant in entrants)
        {
            if (entrant is { Prepared: not null, Samples.Count: 0 })
            {
                entrant.Samples.Add(entrant.Estimate);
            }
            Guarded(entrant, () => entrant.Prepared?.Dispose());
        }
        // The next case's memory must not pay for this one's.
        GC.Collect();
        return [.. entrants.Where(e => !e.IsReference && Shown(e)).Select(e => Row(work, e, entrants))];

        bool IsSlow(Entrant e) => e.Estimate > SlowRatio * fastest && e.Estimate > SlowNanoseconds;
    }

    // A peer without the function has no row; the engine says so.
    static bool Shown(Entrant entrant) => entrant.IsOurs || entrant.Failed || entrant.TooSlow || entrant.Samples.Count > 0;

    static void Guarded(Entrant entrant, Action action)
    {
        try
        {
            action();
        }
        catch (MissingException e)
        {
            entrant.Note = e.Message;
        }
        catch (TooSlowException e)
        {
            (entrant.Note, entrant.TooSlow, entrant.Prepared) = (e.Message, true, null);
            entrant.Samples.Clear();
        }
        catch (FailedException e)
        {
            (entrant.Note, entrant.Failed, entrant.Prepared) = (e.Message, true, null);
            entrant.Samples.Clear();
        }
        // A library in this process that cannot do a case throws what it likes.
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or NotSupportedException or ArithmeticException or OutOfMemoryException
            or NotImplementedException or IndexOutOfRangeException or InvalidCastException or NullReferenceException or IOException)
        {
            (entrant.Note, entrant.Failed, entrant.Prepared) = ($"{e.GetType().Name}: {e.Message}", true, null);
            entrant.Samples.Clear();
        }
    }

    void Start(Entrant entrant, Case work)
    {
        entrant.Prepared = entrant.Implementation.Prepare(work, entrant.DType);
        long calls = 1;
        var watch = Stopwatch.StartNew();
        double each;
        do
        {
            double all = entrant.Prepared.Time(calls);
            each = all / calls;
            calls = all < effort.Sample.TotalNanoseconds / 2 ? calls * 2 : calls;
        }
        while (watch.Elapsed < (entrant.Implementation is Worker ? effort.WarmUp : effort.JitWarmUp));
        entrant.Estimate = each;
        entrant.Calls = Math.Max(1, (long)(effort.Sample.TotalNanoseconds / each));
    }

    double Time(Entrant entrant, Prepared prepared)
    {
        double each = prepared.Time(entrant.Calls) / entrant.Calls;
        if (threads > 1 && entrant.Implementation is InProcess { Core: not null })
        {
            // OpenBLAS's threads look for more work for some 26 ms; those of the workers are stopped.
            Thread.Sleep(30);
        }
        return each;
    }

    Measurement Row(Case work, Entrant entrant, List<Entrant> all)
    {
        var row = new Measurement
        {
            Case = work.Name,
            DType = work.DType,
            Size = work.Size,
            Threads = threads,
            Implementation = entrant.Implementation.Name,
            Version = entrant.Implementation.Version,
            Core = entrant.Implementation.Core,
            Bytes = work.Bytes,
            Flops = work.Flops,
            Samples = entrant.Samples.Count,
            Failed = entrant.Failed,
            Note = entrant.Note,
        };
        if (entrant.Samples.Count == 0)
        {
            return row;
        }
        var time = Statistics.Median([.. entrant.Samples]);
        var (roof, name) = roofs.Of(work.Bytes, work.Flops, work.DType);
        return row with
        {
            MedianNs = time.Median,
            Low = time.Low,
            High = time.High,
            Roof = roof > 0 ? roof : null,
            RoofName = roof > 0 ? name : null,
            Verdicts = entrant.IsOurs ? [.. Verdicts(work, entrant, all, time, roof)] : null,
        };
    }

    static IEnumerable<Verdict> Verdicts(Case work, Entrant ours, List<Entrant> all, Estimate time, double roof)
    {
        var told = new List<string>();
        foreach (var aim in work.Aims.Where(a => a.Ours == "engine-*" || a.Ours == ours.Implementation.Name))
        {
            switch (aim.Against)
            {
                case "ns":
                    yield return new Verdict($"{aim.Value:N0} ns", 1, aim.Value / time.Median, aim.Value / time.High, aim.Value / time.Low);
                    break;
                case "roof":
                    yield return new Verdict("roof", aim.Value, roof / time.Median, roof / time.High, roof / time.Low);
                    break;
                case "self":
                    if (all.Find(e => e.IsReference && e.Implementation == ours.Implementation && e.Samples.Count > 0) is { } reference)
                    {
                        yield return Against("our float32", aim.Value, reference, ours);
                    }
                    break;
                default:
                    if (Best(aim.Against) is { } peer)
                    {
                        told.Add(peer.Implementation.Name);
                        yield return Against(peer.Implementation.Name, aim.Value, peer, ours);
                    }
                    break;
            }
        }
        if (Best("best") is { } best && !told.Contains(best.Implementation.Name))
        {
            yield return Against(best.Implementation.Name, null, best, ours);
        }

        Entrant? Best(string against) => all
            .Where(e => !e.IsOurs && e.Samples.Count > 0 && IsAmong(e.Implementation.Name, against))
            .MinBy(e => Statistics.Median([.. e.Samples]).Median);
    }

    static Verdict Against(string name, double? aim, Entrant peer, Entrant ours)
    {
        var ratio = Statistics.Ratio([.. peer.Samples], [.. ours.Samples]);
        return new Verdict(name, aim, ratio.Median, ratio.Low, ratio.High);
    }

    static bool IsAmong(string peer, string against) => against switch
    {
        "best" => peer != "hand-csharp",
        "eager" => peer is "numpy" or "tensorflow" or "mlx" or "torch" or "torchsharp" or "numsharp" or "tensorprimitives",
        _ => against.Split(',').Contains(peer),
    };
}
