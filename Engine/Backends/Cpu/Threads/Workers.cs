using System.Diagnostics;

namespace Engine.Internal.Backends.Cpu;

/// <summary>The CPU's worker threads. Whoever starts a job works on it, too; the others help while they have nothing else to do.</summary>
/// <remarks>
/// A worker that runs out of parts looks for more for a while, because waking a parked thread costs more than most jobs, and then parks. Several jobs may
/// be open at once: those of several user threads, and jobs that parts of a job start.
/// </remarks>
internal static class Workers
{
    /// <summary>Nanoseconds of work below which another thread's help costs more than it gives: while workers look for work, and while all are parked.</summary>
    const double WorthSharing = 6_000, WorthWaking = 60_000;
    public const int MostThreads = 1024;
    const int OpenJobs = 64, JoinSpins = 1_500;
    static readonly long spinTicks = Stopwatch.Frequency / 15_000;

    static readonly Lock gate = new();
    static readonly object parking = new();
    static readonly Job?[] open = new Job?[OpenJobs];
    static readonly long[] ran = new long[MostThreads + 1];
    static Thread[] threads = [];
    static string[] places = [];
    static int version, parked, count, openEnd;
    static bool stopping;

    [ThreadStatic]
    static int self;

    /// <summary>Threads that work on a job at most, the caller's among them.</summary>
    public static int Count
    {
        get
        {
            int n = Volatile.Read(ref count);
            return n != 0 ? n : Detect();
        }

        set
        {
            lock (gate)
            {
                Stop();
                count = value;
            }
        }
    }

    /// <summary>Share whatever can be cut, however small: for tests.</summary>
    public static bool Eager { get; set; }

    /// <summary>Parts that worker <paramref name="i"/> has run; 0 is every thread that started a job.</summary>
    public static long Ran(int i) => Volatile.Read(ref ran[i]);

    static int Detect()
    {
        string? text = Environment.GetEnvironmentVariable("ENGINE_THREADS");
        // The runtime's count obeys the process's affinity and the container's quota.
        int n = Environment.ProcessorCount;
        if (!string.IsNullOrWhiteSpace(text) && (!int.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out n) || n < 1))
        {
            throw Errors.Option("ENGINE_THREADS", $"\"{text}\" is no number of threads; give 1 or more, or unset the variable to use all processors");
        }
        n = Math.Min(n, MostThreads);
        Interlocked.CompareExchange(ref count, n, 0);
        return count;
    }

    /// <summary>How many parts work of this size is worth, when a part may be as short as a few microseconds; 1: not worth sharing.</summary>
    public static int Parts(double nanoseconds, long most)
    {
        int n = Count;
        if (Eager && n > 1) { return (int)Math.Min(4L * n, Math.Max(most, 1)); }
        if (n == 1 || most < 2 || nanoseconds < WorthSharing || (nanoseconds < WorthWaking && (Volatile.Read(ref parked) >= n - 1 || threads.Length == 0))) { return 1; }
        // Several parts a thread: one that is held up leaves its parts to the others.
        return (int)Math.Min(Math.Min(4L * n, most), Math.Max(2, (long)(nanoseconds / (WorthSharing / 2))));
    }

    /// <summary>Runs all parts of a job.</summary>
    public static void Run(Job job, int parts)
    {
        job.Begin(parts);
        int slot = parts > 1 && Count > 1 ? Open(job) : -1;
        job.Work(ref ran[self]);
        if (slot >= 0) { Volatile.Write(ref open[slot], null); }
        job.Join(JoinSpins);
    }

    // -1: too many jobs are open, the caller does without help.
    static int Open(Job job)
    {
        if (threads.Length != Count - 1) { Start(); }
        for (int i = 0; i < OpenJobs; i++)
        {
            if (Volatile.Read(ref open[i]) is not null || Interlocked.CompareExchange(ref open[i], job, null) is not null) { continue; }
            int end;
            while ((end = Volatile.Read(ref openEnd)) <= i) { Interlocked.CompareExchange(ref openEnd, i + 1, end); }
            Interlocked.Increment(ref version);
            if (Volatile.Read(ref parked) > 0)
            {
                lock (parking) { Monitor.PulseAll(parking); }
            }
            return i;
        }
        return -1;
    }

    static void Start()
    {
        lock (gate)
        {
            int n = Count - 1;
            if (threads.Length == n) { return; }
            stopping = false;
                var started = new Thread[n];
            for (int i = 0; i < n; i++)
            {
                int number = i + 1;
                started[i] = new Thread(() => Loop(number)) { IsBackground = true, Name = $"Engine worker {number}" };
                started[i].Start();
            }
            Volatile.Write(ref threads, started);
        }
    }

    /// <summary>Ends the threads; the next job starts new ones.</summary>
    public static void Stop()
    {
        lock (gate)
        {
            Thread[] running = threads;
            lock (parking)
            {
                stopping = true;
                Monitor.PulseAll(parking);
            }
            Interlocked.Increment(ref version);
            foreach (Thread thread in running) { thread.Join(); }
            foreach (string place in places) { WaitUntilGone(place); }
            places = [];
            threads = [];
        }
    }

    // A thread that was joined may still be on its way out of the runtime. On Linux, where processes fork, its entry tells when it is gone.
    static void WaitUntilGone(string place)
    {
        long end = Stopwatch.GetTimestamp() + Stopwatch.Frequency;
        var wait = default(SpinWait);
        while (Directory.Exists(place) && Stopwatch.GetTimestamp() < end) { wait.SpinOnce(); }
    }

    static string? Place() => OperatingSystem.IsLinux() && new FileInfo("/proc/thread-self").LinkTarget is { } target ? $"/proc/{target}" : null;

    static void Loop(int number)
    {
        self = number;
        if (Place() is { } place)
        {
            lock (parking) { places = [.. places, place]; }
        }
        while (true)
        {
            int seen = Volatile.Read(ref version);
            Work();
            if (!Look(seen) && !Park(seen)) { return; }
        }
    }

    static void Work()
    {
        for (int i = 0; i < Volatile.Read(ref openEnd); i++)
        {
            if (Volatile.Read(ref open[i]) is { IsOpen: true } job) { job.Work(ref ran[self]); }
        }
    }

    // Looks out for a new job for a while.
    static bool Look(int seen)
    {
        long end = Stopwatch.GetTimestamp() + spinTicks;
        while (Stopwatch.GetTimestamp() < end)
        {
            for (int i = 0; i < 8; i++)
            {
                if (Volatile.Read(ref version) != seen) { return true; }
                Thread.SpinWait(1);
            }
        }
        return false;
    }

    // False: the thread is to end.
    static bool Park(int seen)
    {
        lock (parking)
        {
            Interlocked.Increment(ref parked);
            while (Volatile.Read(ref version) == seen && !stopping) { Monitor.Wait(parking); }
            Interlocked.Decrement(ref parked);
            return !stopping;
        }
    }
}
