using System.Runtime.InteropServices;

namespace Engine.Interop.Python;

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct PyMethodDef
{
    public const int NoArgs = 0x4;
    public const int OneArg = 0x8;
    public const int FastKeywords = 0x82;

    public byte* Name;
    public void* Function;
    public int Flags;
    public byte* Doc;
}

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct PyGetSetDef
{
    public byte* Name;
    public void* Get;
    public void* Set;
    public byte* Doc;
    public void* Closure;
}

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct PyMemberDef
{
    public const int SsizeT = 19;
    public const int ReadOnly = 1;

    public byte* Name;
    public int Type;
    public nint Offset;
    public int Flags;
    public byte* Doc;
}

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct PyTypeSlot
{
    public int Slot;
    public void* Function;
}

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct PyTypeSpec
{
    public const uint BaseType = 1 << 10;
    public const uint HaveGc = 1 << 14;
    public const uint DisallowInstantiation = 1 << 7;

    public byte* Name;
    public int BasicSize;
    public int ItemSize;
    public uint Flags;
    public PyTypeSlot* Slots;
}

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct PyModuleDef
{
    public nint RefCount;
    public nint Type;
    public void* Init;
    public nint Index;
    public nint Copy;
    public byte* Name;
    public byte* Doc;
    public nint Size;
    public PyMethodDef* Methods;
    public PyTypeSlot* Slots;
    public void* Traverse;
    public void* Clear;
    public void* Free;
}

/// <summary>An object of one of our types: the header, what it stands for in the handle table, and the list of its
/// weak references.</summary>
/// <remarks>The header {count, type} is that of interpreters with a GIL; free-threaded ones are refused at
/// import.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal struct PyHandleObject
{
    public const int WeakListOffset = 24;

    public nint RefCount;
    public nint Type;
    public nint Handle;
    public nint WeakList;
}

/// <summary>Numbers of type slots (CPython's typeslots.h).</summary>
internal static class Slot
{
    public const int GetBuffer = 1;
    public const int ReleaseBuffer = 2;
    public const int SetSubscript = 3;
    public const int MappingLength = 4;
    public const int Subscript = 5;
    public const int Bool = 9;
    public const int Float = 11;
    public const int Index = 13;
    public const int Int = 26;
    public const int Positive = 32;
    public const int SequenceItem = 44;
    public const int SequenceLength = 45;
    public const int Alloc = 47;
    public const int Call = 50;
    public const int Clear = 51;
    public const int Dealloc = 52;
    public const int Doc = 56;
    public const int GetAttribute = 58;
    public const int Hash = 59;
    public const int Iterate = 62;
    public const int Next = 63;
    public const int Methods = 64;
    public const int New = 65;
    public const int Repr = 66;
    public const int RichCompare = 67;
    public const int SetAttribute = 69;
    public const int Str = 70;
    public const int Traverse = 71;
    public const int Members = 72;
    public const int GetSet = 73;
    public const int Free = 74;
    public const int ModuleExec = 2;
    public const int ModuleInterpreters = 3;
    public const int ModuleGil = 4;
}
