using System.Runtime.InteropServices;

namespace Engine.Tests.Tiles;

/// <summary>Memory that ends at a page which may not be touched, and starts behind another.</summary>
internal sealed unsafe partial class GuardedMemory : IDisposable
{
    const int Page = 4096;
    readonly byte* map;
    readonly nuint length;

    /// <summary>So many bytes, the last one before the forbidden page.</summary>
    public GuardedMemory(int bytes)
    {
        nuint inner = (nuint)((bytes + Page - 1) / Page * Page);
        length = inner + 2 * Page;
        map = (byte*)MemoryMap(null, length, 3, 0x22, -1, 0);
        if ((nint)map == -1) { throw new InvalidOperationException("mmap failed."); }
        if (Protect(map, Page, 0) != 0 || Protect(map + Page + inner, Page, 0) != 0) { throw new InvalidOperationException("mprotect failed."); }
        Data = map + Page + inner - bytes;
        Bytes = bytes;
    }

    public byte* Data { get; }
    public int Bytes { get; }
    public Span<byte> Span => new(Data, Bytes);

    public void Dispose() => _ = Unmap(map, length);

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial void* MemoryMap(void* address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect", SetLastError = true)]
    private static partial int Protect(void* address, nuint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    private static partial int Unmap(void* address, nuint length);
}
