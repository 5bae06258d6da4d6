using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Engine.Internal.Memory;
using Xunit;

namespace Engine.Tests.Memory;

[Collection(MemoryTestGroup.Name)]
public unsafe class StorageTests
{
    static int s_freed;

    public StorageTests() => MemoryTestGroup.Settle();

    [Fact]
    public void Blocks_return_exactly_and_are_used_again()
    {
        long before = EngineMemory.Active, cached = EngineMemory.Cache;
        Storage a = Storage.Allocate(100_000);
        byte* data = a.Data;
        Assert.Equal(before + (112 << 10), EngineMemory.Active);
        Assert.Equal(0, (nint)data % (16 << 10));
        a.Hold();
        a.Drop();
        Assert.True(a.Data == data);
        a.Drop();
        Assert.True(a.Data == null);
        Assert.Equal(before, EngineMemory.Active);
        Assert.Equal(cached + (112 << 10), EngineMemory.Cache);
        Storage b = Storage.Allocate(99_000);
        Assert.True(b.Data == data);
        Assert.Equal(cached, EngineMemory.Cache);
        b.Drop();
        EngineMemory.Trim();
        Assert.Equal(0, EngineMemory.Cache);
    }

    [Fact]
    public void Every_size_is_aligned_padded_and_writable()
    {
        foreach (long bytes in new long[] { 1025, 1088, 4095, 65535, 65536, 65537, 1 << 20, (1 << 20) + 1, (4 << 20) + 1, 33 << 20 })
        {
            Storage s = Storage.Allocate(bytes);
            Assert.Equal(bytes, s.Bytes);
            Assert.Equal(0, (nint)s.Data % 64);
            long padded = (bytes + 63) & -64;
            s.Data[0] = 1;
            s.Data[padded - 1] = 2;
            Assert.Equal(3, s.Data[0] + s.Data[padded - 1]);
            s.Drop();
        }
    }

    [Fact]
    public void Size_classes_cover_grow_and_waste_little()
    {
        int last = -1;
        long lastSize = 0;
        for (long n = 1; n < 1L << 50; n += Math.Max(1, n / 64))
        {
            int c = Allocator.ClassOf(n, out long size);
            Assert.True(size >= n && size % 64 == 0 && (size < 65536 || size % (16 << 10) == 0));
            Assert.True(n <= 256 || size <= n + (n / 4) + 64);
            Assert.True(c == last ? size == lastSize : c > last && size > lastSize);
            Assert.Equal(c, Allocator.ClassOf(size, out long same));
            Assert.Equal(size, same);
            (last, lastSize) = (c, size);
        }
        Assert.True(last < 384);
    }

    [Fact]
    public void Small_bytes_are_managed_until_promoted()
    {
        long before = EngineMemory.Active;
        Storage s = Storage.Allocate(1024);
        Assert.True(s.IsSmall && s.Data == null && s.CanDonate);
        Assert.Equal(before, EngineMemory.Active);
        s.Small!.AsSpan().Fill(7);
        s.Promote();
        s.Promote();
        Assert.False(s.IsSmall);
        Assert.Equal(-1, new Span<byte>(s.Data, 1024).IndexOfAnyExcept((byte)7));
        Assert.Equal(before + 1024, EngineMemory.Active);
        s.Drop();
        Assert.Equal(before, EngineMemory.Active);
        Storage empty = Storage.Allocate(0);
        Storage.Unexport(empty.Export());
        Assert.True(empty.Data != null);
        empty.Drop();
        Assert.Equal(before, EngineMemory.Active);
    }

    [Fact]
    public void Promote_on_many_threads_happens_once()
    {
        long before = EngineMemory.Active;
        for (int round = 0; round < 200; round++)
        {
            Storage s = Storage.FromSmall(new byte[64]);
            var seen = new nint[3];
            Run(seen.Length, i =>
            {
                s.Promote();
                seen[i] = (nint)s.Data;
            });
            Assert.All(seen, p => Assert.Equal((nint)s.Data, p));
            s.Drop();
        }
        Assert.Equal(before, EngineMemory.Active);
    }

    [Fact]
    public void Export_keeps_memory_until_a_foreign_thread_gives_it_back()
    {
        long before = EngineMemory.Active;
        Storage s = Storage.Allocate(5000);
        Header* h = s.Export();
        Assert.Equal(1, s.Exports);
        Assert.False(s.CanDonate);
        Assert.True(s.IsShared);
        byte* data = h->Data;
        s.Drop();
        Assert.Equal(before + 5120, EngineMemory.Active);
        data[4999] = 1;
        Run(1, _ => Storage.Unexport(h));
        Assert.Equal(before, EngineMemory.Active);
    }

    [Fact]
    public void A_lease_counts_as_export_but_holds_nothing()
    {
        Storage s = Storage.Allocate(5000);
        s.BeginLease();
        Assert.Equal(1, s.Exports);
        s.EndLease();
        Assert.Equal(0, s.Exports);
        Assert.True(s.CanDonate);
        s.Drop();
    }

    [Fact]
    public void Foreign_memory_is_freed_once_by_its_last_reference()
    {
        byte* memory = stackalloc byte[64];
        s_freed = 0;
        long before = EngineMemory.Active;
        Storage s = Storage.Foreign(memory, 64, readOnly: true, (void*)3, &CountFree);
        Assert.True(s.IsForeign && s.ReadOnly && !s.CanDonate && s.Data == memory && !s.IsSmall);
        Assert.Equal(before, EngineMemory.Active);
        Header* h = s.Export();
        s.Drop();
        Assert.Equal(0, s_freed);
        Storage.Unexport(h);
        Assert.Equal(3, s_freed);

        int released = 0;
        Storage t = Storage.Foreign(memory, 64, readOnly: false, () => released++);
        t.Drop();
        Assert.Equal(1, released);
    }

    [Fact]
    public void Sweep_returns_blocks_whose_owner_died()
    {
        long before = EngineMemory.Active;
        s_freed = 0;
        byte* memory = stackalloc byte[64];
        long swept = Allocator.Swept;
        Abandon(memory);
        Assert.Equal(before + 20480 + 1024, EngineMemory.Active);
        GC.Collect();
        Storage next = Storage.Allocate(2000);
        Assert.Equal(before + 2048, EngineMemory.Active);
        Assert.Equal(5, s_freed);
        Assert.Equal(swept + 3, Allocator.Swept);
        next.Drop();

        [MethodImpl(MethodImplOptions.NoInlining)]
        static void Abandon(byte* memory)
        {
            Storage.Allocate(20000);
            Storage.Foreign(memory, 64, false, (void*)5, &CountFree);
            Storage.Allocate(1000).Promote();
        }
    }

    [Fact]
    public void Negative_and_huge_sizes_are_errors()
    {
        Assert.Throws<OptionException>(() => Storage.Allocate(-1));
        Assert.Throws<OptionException>(() => Storage.Allocate(long.MinValue));
        foreach (long bytes in new[] { long.MaxValue, 1L << 62, 1L << 56, 1L << 46 })
        {
            var e = Assert.Throws<DeviceMemoryException>(() => Storage.Allocate(bytes));
            Assert.Equal(ErrorKind.Memory, e.Kind);
            Assert.StartsWith($"Allocate: {bytes} bytes were asked for while ", e.Message, StringComparison.Ordinal);
        }
        long limit = EngineMemory.Limit;
        try
        {
            EngineMemory.Limit = long.MaxValue;
            Assert.Throws<DeviceMemoryException>(() => Storage.Allocate(1L << 55));
        }
        finally { EngineMemory.Limit = limit; }
    }

    [UnmanagedCallersOnly]
    static void CountFree(void* context) => Interlocked.Add(ref s_freed, (int)context);

    internal static void Run(int threads, Action<int> work)
    {
        Exception? failed = null;
        Thread[] all = [.. Enumerable.Range(0, threads).Select(i => new Thread(() =>
        {
            try { work(i); }
            catch (Exception e) { failed = e; }
        }))];
        foreach (Thread t in all) { t.Start(); }
        foreach (Thread t in all) { t.Join(); }
        Assert.Null(failed);
    }
}
