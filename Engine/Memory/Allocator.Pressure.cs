using System.Runtime.InteropServices;

namespace Engine.Internal.Memory;

/// <summary>
/// How memory that nobody counts comes back: sweeps after collections, collections under pressure, and the limits.
/// </summary>
internal static unsafe partial class Allocator
{
    /// <summary>Escaped bytes that may pile up between two collections where little is alive.</summary>
    public const long Budget = 64L << 20;

    static int s_collectionsSeen;
    static int s_pressing;
    static long s_base0;
    static long s_base1;
    static long s_base2;
    static long s_limit = MemoryLimits.Detect();
    static long s_cacheLimit = Math.Min(1L << 30, s_limit / 4);
    static long s_forced;
    static long s_swept;

    /// <summary>Whether allocation may start a collection. Off where all references are counted.</summary>
    public static bool PressureEnabled { get; set; } = true;

    /// <summary>Collections that pressure has started.</summary>
    public static long Forced => Volatile.Read(ref s_forced);

    /// <summary>Blocks whose owner was found dead.</summary>
    public static long Swept => Volatile.Read(ref s_swept);

    /// <summary>Active and cached bytes may not pass this.</summary>
    public static long Limit
    {
        get => Volatile.Read(ref s_limit);
        set => Volatile.Write(ref s_limit, value);
    }

    /// <summary>Cached bytes may not pass this.</summary>
    public static long CacheLimit
    {
        get => Volatile.Read(ref s_cacheLimit);
        set
        {
            Enter();
            s_cacheLimit = value;
            Header* evicted = s_cached > value ? Evict(value, -1) : null;
            Leave();
            FreeChain(evicted);
        }
    }

    /// <summary>Returns the blocks whose owner a collection, anyone's, has found dead.</summary>
    public static void Sweep()
    {
        Volatile.Write(ref s_collectionsSeen, GC.CollectionCount(0));
        Header* dead = null;
        int count = 0;
        Enter();
        for (int i = s_listedCount - 1; i >= 0; i--)
        {
            Header* header = s_listed[i];
            if (GCHandle.FromIntPtr(header->Weak).Target is not null) { continue; }
            Unlist(header);
            header->Next = dead;
            dead = header;
            count++;
        }
        s_swept += count;
        Leave();
        while (dead != null)
        {
            Header* next = dead->Next;
            Release(dead);
            dead = next;
        }
    }

    /// <summary>Gives the cache back to the operating system.</summary>
    public static void Trim()
    {
        Enter();
        Header* evicted = Evict(0, -1);
        Leave();
        FreeChain(evicted);
    }

    // One collection an event, of a generation chosen beforehand: trying 0, 1, 2 in turn would promote what is alive
    // and make it die late.
    // The bases are the escaped bytes after the last collection of at least that generation. Escaped bytes never pass
    // live + 3 x limit by more than one result for each thread, and there is never more than one collection for each
    // limit of bytes newly given out.
    static void Press(long bytes)
    {
        long now = Escaped;
        if (now < s_base0) { s_base0 = now; }
        if (now < s_base1) { s_base1 = now; }
        if (now < s_base2) { s_base2 = now; }
        long limit = Math.Max(Budget, s_base2 / 4);
        long then = now + Math.Min(bytes, MostBytes);
        if (now == 0 || (then - s_base0 <= limit && then - s_base2 <= 2 * limit)) { return; }
        if (s_allocated + bytes - s_pressedAt < limit) { return; }
        int generation = then - s_base2 > 2 * limit ? 2 : then - s_base1 > limit + (limit / 2) ? 1 : 0;
        if (Interlocked.CompareExchange(ref s_pressing, 1, 0) != 0) { return; }
        s_pressedAt = s_allocated;
        Collect(generation);
        Volatile.Write(ref s_pressing, 0);
    }

    static void Collect(int generation)
    {
        Interlocked.Increment(ref s_forced);
        GC.Collect(generation, GCCollectionMode.Forced, blocking: true);
        Sweep();
        long now = Escaped;
        s_base0 = now;
        if (generation >= 1) { s_base1 = now; }
        if (generation == 2) { s_base2 = now; }
    }

    static void MakeRoom(long asked, long size)
    {
        long limit = Limit;
        // What is cached in the same class costs nothing to use again, so the cache goes only where the request does
        // not fit without.
        if (Active + size <= limit)
        {
            Enter();
            Header* evicted = Evict(Math.Max(0, limit - s_active - size), ClassOf(asked, out _));
            Leave();
            FreeChain(evicted);
            return;
        }
        Reclaim();
        if (Active + size > limit) { throw Errors.OutOfMemory("Allocate", asked, Active, limit); }
    }

    static void Reclaim()
    {
        Sweep();
        if (PressureEnabled) { Collect(2); }
        Trim();
    }

    /// <summary>
    /// Unlinks cached blocks until no more than <paramref name="keep"/> bytes are left; those of <paramref
    /// name="spare"/> last. Gate held.
    /// </summary>
    static Header* Evict(long keep, int spare)
    {
        Header* evicted = null;
        for (int round = 0; round < 2 && s_cached > keep; round++)
        {
            for (int seen = 0; seen < Classes && s_cached > keep; seen++)
            {
                int c = s_evictCursor = (s_evictCursor + 1) % Classes;
                if (c == spare && round == 0) { continue; }
                while (s_bins[c] != null && s_cached > keep)
                {
                    Header* header = s_bins[c];
                    s_bins[c] = header->Next;
                    s_cached -= header->Bytes;
                    header->Next = evicted;
                    evicted = header;
                }
            }
        }
        return evicted;
    }
}
