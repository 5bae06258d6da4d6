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

    [Fact]
    public void EveryWorkerHelpsAndTheThreadPoolDoesNot()
    {
        EngineThreads.Count = 3;
        long pool = ThreadPool.CompletedWorkItemCount;
        long[] ran = [Workers.Ran(0), Workers.Ran(1), Workers.Ran(2)];
        // Each part waits for two others: one thread alone would never end.
        using var together = new Barrier(3);
        var job = new Counting(3, _ => together.SignalAndWait());
        Workers.Run(job, 3);
        AllOnce(job);
        for (int i = 0; i < 3; i++) { Assert.Equal(ran[i] + 1, Workers.Ran(i)); }
        Assert.Equal(pool, ThreadPool.CompletedWorkItemCount);
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
