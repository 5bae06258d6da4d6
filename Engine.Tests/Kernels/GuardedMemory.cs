using System.Runtime.InteropServices;
using Engine.Internal.Memory;

namespace Engine.Tests.Kernels;

/// <summary>Foreign memory whose last byte is the last of a page: on Linux a kernel that reads or writes beyond it faults.</summary>
internal static unsafe partial class GuardedMemory
{
    const int ReadWrite = 3, PrivateAnonymous = 0x22;

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial nint Map(nint address, nint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect")]
    private static partial int Protect(nint address, nint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(nint address, nint length);

    public static Storage Allocate(long bytes)
    {
        if (!OperatingSystem.IsLinux())
        {
            var p = (byte*)NativeMemory.Alloc((nuint)bytes + 1);
            return Storage.Foreign(p, bytes, false, () => NativeMemory.Free(p));
        }
        int page = Environment.SystemPageSize;
        nint size = (nint)((bytes + page - 1) / page * page), whole = size + page;
        nint block = Map(0, whole, ReadWrite, PrivateAnonymous, -1, 0);
        if (block == -1 || Protect(block + size, page, 0) != 0) { throw new InvalidOperationException("mmap"); }
        return Storage.Foreign((byte*)(block + size - (nint)bytes), bytes, false, () => Unmap(block, whole));
    }
}
