using System.Runtime.CompilerServices;
using Engine.Internal.Memory;
using Xunit;

namespace Engine.Tests.Memory;

[Collection(MemoryTestGroup.Name)]
public unsafe class PressureTests
{
    const long MiB = 1 << 20;

    public PressureTests() => MemoryTestGroup.Settle();

    [Fact]
    public void Escaped_bytes_stay_within_twice_the_budget_without_Dispose()
    {
        long before = EngineMemory.Active, forced = Allocator.Forced;
        for (int i = 0; i < 400; i++) { Escape(4 * MiB); }
        Assert.InRange(EngineMemory.Peak - before, 0, (2 * Allocator.Budget) + (8 * MiB));
        Assert.InRange(Allocator.Forced - forced, 1, 100);
    }

    [Fact]
    public void Counted_bytes_never_start_a_collection()
    {
        long forced = Allocator.Forced;
        var all = new List<Storage>();
        for (int i = 0; i < 100; i++) { all.Add(Storage.Allocate(4 * MiB)); }
        foreach (Storage s in all) { s.Drop(); }
        Assert.Equal(forced, Allocator.Forced);
    }

    [Fact]
    public void Without_pressure_nothing_is_collected()
    {
        long forced = Allocator.Forced;
        Allocator.PressureEnabled = false;
        try
        {
            for (int i = 0; i < 100; i++) { Escape(4 * MiB); }
            Assert.Equal(forced, Allocator.Forced);
        }
        finally { Allocator.PressureEnabled = true; }
    }

    [Fact]
    public void Escaped_counts_a_storage_once_and_ends_with_it()
    {
        long before = Allocator.Escaped;
        Storage s = Storage.Allocate(500);
        s.MarkEscaped();
        Assert.Equal(before, Allocator.Escaped);
        s.Promote();
        s.MarkEscaped();
        Assert.Equal(before + 512, Allocator.Escaped);
        s.Drop();
        Assert.Equal(before, Allocator.Escaped);
    }

    [Fact]
    public void Limit_gives_back_the_cache_then_the_dead_then_fails_with_the_numbers()
    {
        long limit = EngineMemory.Limit, active = EngineMemory.Active;
        try
        {
            Storage.Allocate(30 * MiB).Drop();
            EngineMemory.Limit = active + (40 * MiB);
            Storage a = Storage.Allocate(20 * MiB);
            Assert.True(EngineMemory.Active + EngineMemory.Cache <= EngineMemory.Limit);
            Lose(15 * MiB);
            Storage b = Storage.Allocate(20 * MiB);
            Assert.Equal(active + (40 * MiB), EngineMemory.Active);
            var e = Assert.Throws<DeviceMemoryException>(() => Storage.Allocate(MiB));
            Assert.Equal(
                $"Allocate: {MiB} bytes were asked for while {active + (40 * MiB)} of {active + (40 * MiB)} are in use. " +
                "Free arrays, work in smaller parts, or raise EngineMemory.Limit.", e.Message);
            a.Drop();
            b.Drop();
        }
        finally { EngineMemory.Limit = limit; }
        Assert.Equal(active, EngineMemory.Active);
    }

    [Fact]
    public void Cache_stays_below_its_limit_and_keeps_what_came_last()
    {
        long limit = EngineMemory.CacheLimit;
        try
        {
            EngineMemory.CacheLimit = 10 * MiB;
            Assert.True(EngineMemory.Cache <= 10 * MiB);
            for (int i = 1; i <= 9; i++) { Storage.Allocate(i * MiB).Drop(); }
            Assert.InRange(EngineMemory.Cache, 9 * MiB, 10 * MiB);
            Storage.Allocate(64 * MiB).Drop();
            Assert.True(EngineMemory.Cache <= 10 * MiB);
            EngineMemory.CacheLimit = 0;
            Assert.Equal(0, EngineMemory.Cache);
            Storage.Allocate(4 * MiB).Drop();
            Assert.Equal(0, EngineMemory.Cache);
        }
        finally { EngineMemory.CacheLimit = limit; }
        Assert.Throws<ArgumentOutOfRangeException>(() => EngineMemory.CacheLimit = -1);
        Assert.Throws<ArgumentOutOfRangeException>(() => EngineMemory.Limit = -1);
    }

    [Fact]
    public void Limits_are_those_of_the_machine()
    {
        Assert.InRange(EngineMemory.Limit, 256 * MiB, 1L << 46);
        Assert.InRange(EngineMemory.CacheLimit, 0, 1L << 30);
    }

    [Fact]
    public void Peak_is_the_most_since_its_reset()
    {
        long active = EngineMemory.Active;
        Storage.Allocate(8 * MiB).Drop();
        Assert.Equal(active + (8 * MiB), EngineMemory.Peak);
        EngineMemory.ResetPeak();
        Assert.Equal(active, EngineMemory.Peak);
    }

    [Fact]
    public void Threads_allocate_export_drop_and_abandon_without_losing_a_byte()
    {
        long before = EngineMemory.Active, escaped = Allocator.Escaped;
        using var barrier = new Barrier(4);
        StorageTests.Run(4, t =>
        {
            var random = new Random(t);
            var kept = new List<Storage>();
            barrier.SignalAndWait();
            for (int i = 0; i < 20_000; i++)
            {
                long bytes = random.Next(3) == 0 ? random.Next(200_000) : random.Next(5000);
                Storage s = Storage.Allocate(bytes);
                s.Promote();
                *(int*)s.Data = t;
                switch (random.Next(5))
                {
                    case 0:
                        Header* h = s.Export();
                        s.Drop();
                        Assert.Equal(t, *(int*)h->Data);
                        Storage.Unexport(h);
                        break;
                    case 1:
                        s.MarkEscaped();
                        break;
                    case 2:
                        kept.Add(s);
                        break;
                    default:
                        Assert.Equal(t, *(int*)s.Data);
                        s.Drop();
                        break;
                }
                if (kept.Count > 50)
                {
                    foreach (Storage k in kept)
                    {
                        Assert.Equal(t, *(int*)k.Data);
                        k.Drop();
                    }
                    kept.Clear();
                }
                if (i % 1000 == 0) { GC.Collect(0); }
            }
            foreach (Storage k in kept) { k.Drop(); }
        });
        GC.Collect();
        EngineMemory.Trim();
        Assert.Equal(before, EngineMemory.Active);
        Assert.Equal(escaped, Allocator.Escaped);
        Assert.Equal(0, EngineMemory.Cache);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static void Escape(long bytes) => Storage.Allocate(bytes).MarkEscaped();

    [MethodImpl(MethodImplOptions.NoInlining)]
    static void Lose(long bytes) => Storage.Allocate(bytes);
}
