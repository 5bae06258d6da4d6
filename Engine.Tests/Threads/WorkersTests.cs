using Engine.Internal;
using Engine.Internal.Backends.Cpu;
using Engine.Tests.Harness;
using Xunit;

namespace Engine.Tests.Threads;

/// <summary>Jobs and the threads that work on them. The number of threads is the process's: no other test runs meanwhile.</summary>
[Collection(nameof(BackendSwap))]
public sealed class WorkersTests : IDisposable
{
    readonly int before = EngineThreads.Count;

    public void Dispose() => EngineThreads.Count = before;

    /// <summary>Counts how often each part ran, and does what a test gives it on the way.</summary>
    sealed class Counting(int parts, Action<int>? then = null) : Job
    {
        public readonly int[] Times = new int[parts];

        protected override void Run(int part)
        {
            Interlocked.Increment(ref Times[part]);
            then?.Invoke(part);
        }
    }

    static void AllOnce(Counting job) => Assert.All(job.Times, n => Assert.Equal(1, n));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void EveryPartRunsOnce(int threads)
    {
        EngineThreads.Count = threads;
        for (int parts = 1; parts < 100; parts++)
        {
            var job = new Counting(parts);
            Workers.Run(job, parts);
            AllOnce(job);
        }
    }

    // In a process of its own: the test runner uses the thread pool.
    [Fact]
    public void EveryWorkerHelpsAndTheThreadPoolDoesNot() =>
        Assert.Equal("parts 1 1 1, evaluation helped by 1 2, pool 0", ChildRuns.Start(["threads"]));

    /// <summary>How many parts each of three threads ran of a job that needs all of them; who took part in evaluations; what the thread pool did meanwhile.</summary>
    internal static string Together()
    {
        EngineThreads.Count = 3;
        long pool = ThreadPool.CompletedWorkItemCount;
        // Each part waits for two others: one thread alone would never end.
        using var together = new Barrier(3);
        Workers.Run(new Counting(3, _ => together.SignalAndWait()), 3);
        string parts = $"{Workers.Ran(0)} {Workers.Ran(1)} {Workers.Ran(2)}";
        long[] before = [Workers.Ran(1), Workers.Ran(2)];
        NDArray x = Ops.Ones([1 << 20]);
        // How work falls to threads is the machine's affair: soon each has had some.
        for (int i = 0; i < 10_000 && (Workers.Ran(1) == before[0] || Workers.Ran(2) == before[1]); i++) { Ops.Eval(Ops.Sin(x) * i); }
        string helped = string.Join(" ", new[] { 1, 2 }.Where(i => Workers.Ran(i) > before[i - 1]));
        return $"parts {parts}, evaluation helped by {helped}, pool {ThreadPool.CompletedWorkItemCount - pool}";
    }

    [Fact]
    public void AJobInAPartOfAJob()
    {
        EngineThreads.Count = 3;
        var inner = new Counting[20];
        var outer = new Counting(20, part =>
        {
            inner[part] = new Counting(30);
            Workers.Run(inner[part], 30);
        });
        Workers.Run(outer, 20);
        AllOnce(outer);
        Assert.All(inner, AllOnce);
    }

    [Fact]
    public void SeveralUserThreadsAtOnce()
    {
        EngineThreads.Count = 3;
        var jobs = new Counting[200];
        var users = new Thread[8];
        for (int u = 0; u < users.Length; u++)
        {
            int first = u;
            users[u] = new Thread(() =>
            {
                for (int i = first; i < jobs.Length; i += users.Length) { Workers.Run(jobs[i] = new Counting(50), 50); }
            });
            users[u].Start();
        }
        foreach (Thread user in users) { user.Join(); }
        Assert.All(jobs, AllOnce);
    }

    [Fact]
    public void WhatAPartThrowsReachesTheCaller()
    {
        EngineThreads.Count = 2;
        for (int i = 0; i < 100; i++)
        {
            var job = new Counting(40, part => { if (part == 7) { throw new InvalidDataException("seven"); } });
            Assert.Equal("seven", Assert.Throws<InvalidDataException>(() => Workers.Run(job, 40)).Message);
            Workers.Run(job = new Counting(40), 40);
            AllOnce(job);
        }
    }

    [Fact]
    public void ThreadsEndAndStartAnew()
    {
        EngineThreads.Count = 4;
        for (int i = 0; i < 5; i++)
        {
            var job = new Counting(64);
            Workers.Run(job, 64);
            AllOnce(job);
            Workers.Stop();
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1025)]
    public void CountIsChecked(int count)
    {
        var e = Assert.Throws<OptionException>(() => EngineThreads.Count = count);
        Assert.Equal($"EngineThreads.Count: {count} was given; give 1 to 1024", e.Message);
    }
}
