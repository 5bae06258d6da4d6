using System.Runtime.InteropServices;

namespace Engine.Internal.Memory;

/// <summary>
/// What is known of a block without touching managed memory: 64 bytes in front of small data, apart from large and
/// foreign data.
/// Exports hold it, so that a consumer gives memory back on any thread.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct Header
{
    public byte* Data;
    /// <summary>Bytes that can be used: the size class, or what a foreign owner said.</summary>
    public long Bytes;
    /// <summary>Foreign memory only: called once with Context when the last reference goes.</summary>
    public delegate* unmanaged<void*, void> Free;
    public void* Context;
    /// <summary>
    /// A long weak handle to the owning Storage. Made once and pointed at the next owner when the block is used again.
    /// </summary>
    public nint Weak;
    public Header* Next;
    /// <summary>The owner, and each export.</summary>
    public int References;
    public int Exports;
    /// <summary>Place among the listed blocks; -1: has no owner.</summary>
    public int Index;
    public short Class;
    public byte Escaped;
    public byte Separate;
}
