using System.Numerics;
using System.Runtime.InteropServices;

namespace Engine.Internal.Memory;

/// <summary>
/// Native blocks by size class, kept for reuse when they come back. One spin gate guards lists and counters; nothing
/// inside it allocates
/// managed memory, calls out or waits, so that blocks can come back on any thread.
/// </summary>
internal static unsafe partial class Allocator
{
    const int Alignment = 64;
    const int LargeBytes = 64 << 10;
    const int PageBytes = 16 << 10;
    const int HugeBytes = 4 << 20;
    const int HugePageBytes = 2 << 20;
    const int LinearClasses = 4;
    const int FineFrom = 52;
    const int Classes = 384;
    const long MostBytes = 1L << 56;

    static readonly Header** s_bins = (Header**)NativeMemory.AllocZeroed(Classes, (nuint)sizeof(Header*));
    static Header** s_listed;
    static Header* s_foreignHeaders;
    static int s_gate;
    static int s_listedCount;
    static int s_listedCapacity;
    static int s_evictCursor;
    static long s_active;
    static long s_peak;
    static long s_allocated;
    static long s_pressedAt;
    static long s_cached;
    static long s_escaped;

    /// <summary>Bytes of native blocks in use, rounded up to their size classes; without foreign memory.</summary>
    public static long Active => Volatile.Read(ref s_active);

    /// <summary>The most that <see cref="Active"/> has been since <see cref="ResetPeak"/>.</summary>
    public static long Peak => Volatile.Read(ref s_peak);

    /// <summary>Bytes of native blocks that were ever given out, from the cache or fresh.</summary>
    public static long Allocated => Volatile.Read(ref s_allocated);

    /// <summary>Bytes of native blocks that wait to be used again.</summary>
    public static long Cached => Volatile.Read(ref s_cached);

    /// <summary>Bytes whose references nobody counts.</summary>
    public static long Escaped => Volatile.Read(ref s_escaped);

    /// <summary>Blocks that have an owner.</summary>
    public static int ListedCount => Volatile.Read(ref s_listedCount);

    /// <summary>A block with one reference and no owner yet.</summary>
    public static Header* Take(long bytes)
    {
        if (GC.CollectionCount(0) != Volatile.Read(ref s_collectionsSeen)) { Sweep(); }
        if (PressureEnabled) { Press(bytes); }
        if (bytes > MostBytes) { throw Errors.OutOfMemory("Allocate", bytes, Active, Limit); }
        int c = ClassOf(bytes, out long size);
        if (Active + Cached + size > Limit) { MakeRoom(bytes, size); }

        Enter();
        Header* header = s_bins[c];
        if (header != null)
        {
            s_bins[c] = header->Next;
            s_cached -= size;
            Activate(header);
            Leave();
            return header;
        }
        Leave();
        header = Fresh(c, size, bytes);
        Enter();
        Activate(header);
        Leave();
        return header;
    }

    /// <summary>A header for foreign memory, with one reference and no owner yet.</summary>
    public static Header* Adopt(byte* data, long bytes, void* context, delegate* unmanaged<void*, void> free)
    {
        if (GC.CollectionCount(0) != Volatile.Read(ref s_collectionsSeen)) { Sweep(); }
        Enter();
        Header* header = s_foreignHeaders;
        if (header != null) { s_foreignHeaders = header->Next; }
        Leave();
        if (header == null) { header = (Header*)NativeMemory.AllocZeroed((nuint)sizeof(Header)); }
        header->Data = data;
        header->Bytes = bytes;
        header->Context = context;
        header->Free = free;
        header->References = 1;
        header->Exports = 0;
        header->Escaped = 0;
        header->Index = -1;
        return header;
    }

    /// <summary>Makes the storage the owner whose death a sweep notices.</summary>
    public static void List(Header* header, Storage owner)
    {
        if (header->Weak == 0)
        {
            // Long: a user's finaliser may still read an array that became unreachable together with it.
            header->Weak = GCHandle.ToIntPtr(GCHandle.Alloc(owner, GCHandleType.WeakTrackResurrection));
        }
        else
        {
            GCHandle handle = GCHandle.FromIntPtr(header->Weak);
            handle.Target = owner;
        }
        Enter();
        while (s_listedCount == s_listedCapacity)
        {
            Leave();
            GrowList(header);
            Enter();
        }
        header->Index = s_listedCount;
        s_listed[s_listedCount++] = header;
        Leave();
        GC.KeepAlive(owner);
    }

    /// <summary>The owner gave its block up.</summary>
    public static void OwnerGone(Header* header)
    {
        Enter();
        Unlist(header);
        if (Interlocked.Decrement(ref header->References) == 0) { ReturnAndLeave(header); }
        else { Leave(); }
    }

    /// <summary>One reference less; the last one's block returns. Any thread.</summary>
    public static void Release(Header* header)
    {
        if (Interlocked.Decrement(ref header->References) != 0) { return; }
        Enter();
        ReturnAndLeave(header);
    }

    public static void MarkEscaped(Header* header)
    {
        Enter();
        if (header->Escaped == 0)
        {
            header->Escaped = 1;
            s_escaped += header->Bytes;
        }
        Leave();
    }

    public static void ResetPeak()
    {
        Enter();
        s_peak = s_active;
        Leave();
    }

    /// <summary>
    /// Holds the gate across a fork, so that the child does not inherit it from a thread that it lacks.
    /// </summary>
    public static void EnterForFork() => Enter();

    /// <summary>In parent and child.</summary>
    public static void LeaveAfterFork() => Leave();

    /// <summary>The size class: steps of 64 bytes up to 256, four steps an octave up to 1 MiB, eight above.</summary>
    public static int ClassOf(long bytes, out long size)
    {
        long n = Math.Max(Alignment, (bytes + Alignment - 1) & -Alignment);
        if (n <= LinearClasses * Alignment)
        {
            size = n;
            return (int)(n / Alignment) - 1;
        }
        int log = BitOperations.Log2((ulong)(n - 1));
        int bits = n <= 1 << 20 ? 2 : 3;
        int shift = log - bits;
        long q = (n - 1) >> shift;
        size = (q + 1) << shift;
        int within = (int)q - (1 << bits);
        return bits == 2 ? LinearClasses + ((log - 8) * 4) + within : FineFrom + ((log - 20) * 8) + within;
    }

    static void Enter()
    {
        if (Interlocked.CompareExchange(ref s_gate, 1, 0) == 0) { return; }
        var wait = new SpinWait();
        while (Volatile.Read(ref s_gate) != 0 || Interlocked.CompareExchange(ref s_gate, 1, 0) != 0)
        {
            wait.SpinOnce();
        }
    }

    static void Leave() => Volatile.Write(ref s_gate, 0);

    static void Activate(Header* header)
    {
        header->References = 1;
        header->Exports = 0;
        header->Escaped = 0;
        header->Index = -1;
        s_active += header->Bytes;
        s_allocated += header->Bytes;
        if (s_active > s_peak) { s_peak = s_active; }
    }

    // Foreign memory goes home, ours to the cache. The gate is held on entry and open when anything is called or freed.
    static void ReturnAndLeave(Header* header)
    {
        if (header->Escaped != 0)
        {
            header->Escaped = 0;
            s_escaped -= header->Bytes;
        }
        if (header->Free != null)
        {
            delegate* unmanaged<void*, void> free = header->Free;
            void* context = header->Context;
            header->Free = null;
            header->Next = s_foreignHeaders;
            s_foreignHeaders = header;
            Leave();
            free(context);
            return;
        }
        s_active -= header->Bytes;
        header->Next = s_bins[header->Class];
        s_bins[header->Class] = header;
        s_cached += header->Bytes;
        Header* evicted = s_cached > s_cacheLimit ? Evict(s_cacheLimit, header->Class) : null;
        Leave();
        FreeChain(evicted);
    }

    static void Unlist(Header* header)
    {
        Header* last = s_listed[--s_listedCount];
        s_listed[header->Index] = last;
        last->Index = header->Index;
        header->Index = -1;
    }

    // Outside the gate, which nothing that can fail may hold.
    static void GrowList(Header* header)
    {
        int old = Volatile.Read(ref s_listedCapacity);
        int capacity = Math.Max(1024, old * 2);
        Header** grown;
        try { grown = (Header**)NativeMemory.Alloc((nuint)capacity, (nuint)sizeof(Header*)); }
        catch (OutOfMemoryException)
        {
            long bytes = header->Bytes;
            Release(header);
            throw Errors.OutOfMemory("Allocate", bytes, Active, Limit);
        }
        Header** unused = grown;
        Enter();
        if (s_listedCapacity == old)
        {
            NativeMemory.Copy(s_listed, grown, (nuint)s_listedCount * (nuint)sizeof(Header*));
            unused = s_listed;
            s_listed = grown;
            s_listedCapacity = capacity;
        }
        Leave();
        NativeMemory.Free(unused);
    }

    static Header* Fresh(int c, long size, long asked)
    {
        Header* header = TryFresh(size);
        if (header == null)
        {
            Reclaim();
            header = TryFresh(size);
        }
        if (header == null) { throw Errors.OutOfMemory("Allocate", asked, Active, Limit); }
        header->Bytes = size;
        header->Class = (short)c;
        return header;
    }

    static Header* TryFresh(long size)
    {
        Header* header = null;
        try
        {
            if (size < LargeBytes)
            {
                header = (Header*)NativeMemory.AlignedAlloc((nuint)(size + sizeof(Header)), Alignment);
                *header = default;
                header->Data = (byte*)(header + 1);
                return header;
            }
            header = (Header*)NativeMemory.AllocZeroed((nuint)sizeof(Header));
            bool huge = size >= HugeBytes;
            header->Data = (byte*)NativeMemory.AlignedAlloc((nuint)size, huge ? (nuint)HugePageBytes : PageBytes);
            header->Separate = 1;
            if (huge && OperatingSystem.IsLinux()) { _ = Madvise(header->Data, (nuint)size, UseHugePages); }
            return header;
        }
        catch (OutOfMemoryException)
        {
            NativeMemory.Free(header);
            return null;
        }
    }

    static void FreeChain(Header* header)
    {
        while (header != null)
        {
            Header* next = header->Next;
            if (header->Weak != 0) { GCHandle.FromIntPtr(header->Weak).Free(); }
            if (header->Separate != 0)
            {
                NativeMemory.AlignedFree(header->Data);
                NativeMemory.Free(header);
            }
            else { NativeMemory.AlignedFree(header); }
            header = next;
        }
    }

    const int UseHugePages = 14;

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Madvise(void* address, nuint bytes, int advice);
}
