using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Engine.Internal.Memory;

/// <summary>
/// The managed owner of a block of memory, shared by all nodes and views over it. It has no finaliser: a block returns
/// when the last
/// counted hold goes, or, where nobody counts, when a sweep finds that its owner was collected.
/// </summary>
/// <remarks>Whoever works with <see cref="Data"/> keeps the storage reachable until the work is done.</remarks>
internal sealed unsafe class Storage
{
    /// <summary>Results of up to this many bytes stay in managed memory until they are exported.</summary>
    public const int SmallBytes = 1024;

    Header* _header;
    byte* _data;
    byte[]? _small;
    readonly long _bytes;
    int _holds = 1;
    int _promoting;
    readonly bool _readOnly;
    readonly bool _foreign;
    bool _escaped;

    Storage(long bytes, bool readOnly = false, bool foreign = false) =>
        (_bytes, _readOnly, _foreign) = (bytes, readOnly, foreign);

    /// <summary>
    /// Memory of any content. Native blocks are 64-byte aligned and readable and writable to the next 64 bytes.
    /// </summary>
    /// <exception cref="DeviceMemoryException">Not even after giving back everything unused.</exception>
    public static Storage Allocate(long bytes)
    {
        if (bytes > SmallBytes) { return AllocateNative(bytes); }
        if (bytes < 0) { throw Errors.NegativeBytes("Allocate", bytes); }
        return new Storage(bytes) { _small = bytes == 0 ? [] : new byte[bytes] };
    }

    /// <summary>A native block even where managed memory would do.</summary>
    public static Storage AllocateNative(long bytes)
    {
        if (bytes < 0) { throw Errors.NegativeBytes("Allocate", bytes); }
        var storage = new Storage(bytes);
        Header* header = Allocator.Take(bytes);
        storage.Attach(header);
        Allocator.List(header, storage);
        return storage;
    }

    /// <summary>Managed bytes that nobody else writes; at most <see cref="SmallBytes"/>.</summary>
    public static Storage FromSmall(byte[] bytes)
    {
        Debug.Assert(bytes.Length <= SmallBytes);
        return new Storage(bytes.Length) { _small = bytes };
    }

    /// <summary>
    /// Somebody else's memory. <paramref name="free"/> runs once, on any thread, when the last reference has gone.
    /// </summary>
    public static Storage Foreign(
        byte* data, long bytes, bool readOnly, void* context, delegate* unmanaged<void*, void> free)
    {
        if (bytes < 0) { throw Errors.NegativeBytes("Import", bytes); }
        var storage = new Storage(bytes, readOnly, foreign: true);
        Header* header = Allocator.Adopt(data, bytes, context, free);
        storage.Attach(header);
        Allocator.List(header, storage);
        return storage;
    }

    /// <summary>
    /// Somebody else's memory, given back by a delegate: once, on any thread, when the last reference has gone.
    /// </summary>
    public static Storage Foreign(byte* data, long bytes, bool readOnly, Action release) =>
        Foreign(data, bytes, readOnly, (void*)GCHandle.ToIntPtr(GCHandle.Alloc(release)), &RunRelease);

    /// <summary>A name for memory that a trace will be given when it runs.</summary>
    public static Storage Placeholder(long bytes) => new(bytes);

    /// <summary>Bytes that were asked for.</summary>
    public long Bytes => _bytes;

    /// <summary>May not be written.</summary>
    public bool ReadOnly => _readOnly;

    /// <summary>Not from our allocator: may change, or be unaligned or unpadded.</summary>
    public bool IsForeign => _foreign;

    /// <summary>How many consumers see this memory.</summary>
    public int Exports => _header == null ? 0 : Volatile.Read(ref _header->Exports);

    /// <summary>Whether somebody else can see or change this memory.</summary>
    public bool IsShared => _foreign || Exports > 0;

    /// <summary>In managed memory.</summary>
    public bool IsSmall => Volatile.Read(ref _small) is not null;

    /// <summary>The bytes while they are in managed memory, else null.</summary>
    public byte[]? Small => Volatile.Read(ref _small);

    /// <summary>The native bytes; null while small and after the last hold has gone.</summary>
    public byte* Data => _data;

    /// <summary>Counted owners.</summary>
    public int Holds => Volatile.Read(ref _holds);

    /// <summary>Our own memory, which nobody outside sees.</summary>
    public bool IsOwn => !_foreign && !_readOnly && (_header == null || Volatile.Read(ref _header->References) == 1);

    /// <summary>Whether the only owner may let an operation write its result here.</summary>
    public bool CanDonate => Holds == 1 && IsOwn;

    /// <summary>Moves small bytes into a native block. Does nothing elsewhere; safe on several threads.</summary>
    public void Promote()
    {
        if (Volatile.Read(ref _small) is not byte[] small) { return; }
        Header* header = Allocator.Take(Math.Max(_bytes, 1));
        small.AsSpan().CopyTo(new Span<byte>(header->Data, small.Length));
        if (Interlocked.CompareExchange(ref _promoting, 1, 0) == 0)
        {
            Attach(header);
            Allocator.List(header, this);
            if (Volatile.Read(ref _escaped)) { Allocator.MarkEscaped(header); }
            Volatile.Write(ref _small, null);
            return;
        }
        Allocator.Release(header);
        var wait = new SpinWait();
        while (Volatile.Read(ref _small) is not null) { wait.SpinOnce(); }
    }

    /// <summary>One more counted owner.</summary>
    public void Hold() => Interlocked.Increment(ref _holds);

    /// <summary>One counted owner less; the last one's block returns at once.</summary>
    public void Drop()
    {
        int left = Interlocked.Decrement(ref _holds);
        Debug.Assert(left >= 0, "A storage was dropped more often than held.");
        if (left != 0) { return; }
        Header* header = _header;
        _header = null;
        _data = null;
        _small = null;
        if (header != null) { Allocator.OwnerGone(header); }
        // Until the block is unlisted, a sweep must not find its owner dead and return it a second time.
        GC.KeepAlive(this);
    }

    /// <summary>One more consumer and one more reference, both given back by <see cref="Unexport"/>.</summary>
    public Header* Export()
    {
        Promote();
        Header* header = _header;
        Interlocked.Increment(ref header->References);
        Interlocked.Increment(ref header->Exports);
        GC.KeepAlive(this);
        return header;
    }

    /// <summary>Ends an export. Any thread; takes no lock but the allocator's spin gate.</summary>
    public static void Unexport(Header* header)
    {
        Interlocked.Decrement(ref header->Exports);
        Allocator.Release(header);
    }

    /// <summary>A consumer that holds no reference: it sees the memory only while the storage is reachable.</summary>
    public void BeginLease()
    {
        Promote();
        Interlocked.Increment(ref _header->Exports);
        GC.KeepAlive(this);
    }

    /// <summary>Ends a lease.</summary>
    public void EndLease()
    {
        if (_header != null) { Interlocked.Decrement(ref _header->Exports); }
        GC.KeepAlive(this);
    }

    /// <summary>From now on references to it are not counted: its bytes make pressure.</summary>
    public void MarkEscaped()
    {
        if (_escaped) { return; }
        Volatile.Write(ref _escaped, true);
        Header* header = _header;
        if (header != null) { Allocator.MarkEscaped(header); }
        GC.KeepAlive(this);
    }

    void Attach(Header* header)
    {
        _header = header;
        _data = header->Data;
    }

    [UnmanagedCallersOnly]
    static void RunRelease(void* context)
    {
        GCHandle handle = GCHandle.FromIntPtr((nint)context);
        var release = (Action)handle.Target!;
        handle.Free();
        release();
    }
}
