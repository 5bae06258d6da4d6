using System.Runtime.InteropServices;

namespace Engine.Benchmarks;

/// <summary>The results for one number of threads.</summary>
internal sealed record Part(Roofs Roofs, List<Measurement> Rows);

/// <summary>Measures all cases with one number of threads.</summary>
internal static partial class Session
{
    public static string File(int threads) => $"part-{threads}.json";

    public static void Run(Options options)
    {
        // One thread is one CPU for all: XLA knows no other way, and then nobody is moved between caches.
        var thread = new Thread(() => Measure(options, options.Threads!.Value)) { Name = "measure" };
        thread.Start();
        thread.Join();
    }

    static void Measure(Options options, int threads)
    {
        if (threads == 1)
        {
            PinToLastCpu();
        }
        var roofs = Roofs.Measure(threads, options.Quick);
        Report.Roofs(roofs);
        var rows = new List<Measurement>();
        var effort = Effort.Of(options.Quick);
        var listed = Peer.Parse(System.IO.File.ReadLines(Path.Combine(AppContext.BaseDirectory, "peers.tsv")));
        var loaded = new Dictionary<(string Name, string Place), Implementation?>();
        try
        {
            foreach (var work in Cases.All().Where(options.Takes))
            {
                var entrants = new List<Implementation>();
                foreach (var peer in listed)
                {
                    var place = peer.Name == "engine-aot" ? work.Place ?? peer.Place : peer.Place;
                    if (!loaded.TryGetValue((peer.Name, place), out var implementation))
                    {
                        loaded[(peer.Name, place)] = implementation = Load(peer, place, threads, effort, rows);
                    }
                    if (implementation is not null)
                    {
                        entrants.Add(implementation);
                    }
                }
                var measured = new Runner(entrants, roofs, threads, effort).Measure(work);
                Report.Rows(work, threads, measured);
                rows.AddRange(measured);
                // Started again for the next case.
                foreach (var (key, ended) in loaded.Where(l => l.Value?.HasEnded == true).ToList())
                {
                    loaded.Remove(key);
                    ended!.Dispose();
                }
                Store.Write(File(threads), new Part(roofs, rows));
            }
        }
        finally
        {
            foreach (var implementation in loaded.Values)
            {
                implementation?.Dispose();
            }
        }
    }

    static Implementation? Load(Peer peer, string place, int threads, Effort effort, List<Measurement> rows)
    {
        Implementation? implementation = null;
        try
        {
            implementation = peer switch
            {
                { Place: not Peer.InProcess } => Worker.Start(peer.Name, place, threads, effort.Limit),
                { Name: "engine-jit" } => new EngineJit { Name = peer.Name, Version = EngineJit.LoadedVersion },
                { Name: "openblas" } => OpenBlas.Create(peer.Name, threads),
                _ => ManagedPeers.Create(peer.Name, threads),
            };
            if (implementation.Version != peer.Version)
            {
                throw new FailedException($"the list says {peer.Version}, loaded was {implementation.Version}");
            }
            return implementation;
        }
        catch (FailedException e)
        {
            var row = new Measurement
            {
                Case = "load",
                DType = "-",
                Size = "-",
                Threads = threads,
                Implementation = peer.Name,
                Version = implementation?.Version ?? peer.Version,
                Failed = true,
                Note = e.Message,
            };
            rows.Add(row);
            Console.WriteLine($"FAILED to load {peer.Name} {peer.Version}: {e.Message}");
            implementation?.Dispose();
            return null;
        }
    }

    /// <summary>The calling thread, and the processes that it starts, get the last CPU that they may have.</summary>
    static unsafe void PinToLastCpu()
    {
        ulong* mask = stackalloc ulong[16];
        if (!OperatingSystem.IsLinux() || GetAffinity(0, 128, mask) < 0)
        {
            return;
        }
        int word = 15;
        while (word > 0 && mask[word] == 0)
        {
            word--;
        }
        ulong last = 1UL << System.Numerics.BitOperations.Log2(mask[word]);
        new Span<ulong>(mask, 16).Clear();
        mask[word] = last;
        _ = SetAffinity(0, 128, mask);
    }

    [LibraryImport("libc", EntryPoint = "sched_getaffinity")]
    private static unsafe partial int GetAffinity(int thread, nint size, ulong* mask);

    [LibraryImport("libc", EntryPoint = "sched_setaffinity")]
    private static unsafe partial int SetAffinity(int thread, nint size, ulong* mask);
}
