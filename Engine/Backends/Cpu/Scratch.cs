using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Engine.Internal.Backends.Cpu;

/// <summary>Memory that one kernel needs while it runs: native, 64-byte aligned, readable and writable to the next 64 bytes.</summary>
internal readonly unsafe ref struct Scratch
{
    public readonly byte* Data;

    public Scratch(long bytes)
    {
        if (bytes < 0 || bytes > nint.MaxValue - 4096) { throw new DeviceMemoryException("Scratch", "A kernel's working memory would not fit the address space."); }
        Data = (byte*)NativeMemory.AlignedAlloc((nuint)(((bytes + 63) & ~63L) + 64), 64);
    }

    public void Dispose() => NativeMemory.AlignedFree(Data);
}

/// <summary>A thread's memory for kernels whose need has a bound: kept, because mapping pages anew costs more than the work on them.</summary>
internal sealed unsafe class ThreadScratch
{
    [ThreadStatic] static ThreadScratch? current, inner;

    byte[] bytes = [];

    public static ThreadScratch Current => current ??= new ThreadScratch();

    /// <summary>Another one, for parts of a job whose starter uses <see cref="Current"/> while it runs parts itself.</summary>
    public static ThreadScratch Inner => inner ??= new ThreadScratch();

    /// <summary>The memory, at least so many bytes, 4096-byte aligned. One user at a time.</summary>
    public byte* Take(int count)
    {
        if (bytes.Length < count + 4096) { bytes = GC.AllocateUninitializedArray<byte>(count + 4096, pinned: true); }
        return (byte*)(((nint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(bytes)) + 4095) & ~4095);
    }
}
