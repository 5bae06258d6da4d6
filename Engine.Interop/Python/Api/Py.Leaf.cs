using System.Runtime.InteropServices;

[assembly: System.Runtime.CompilerServices.DisableRuntimeMarshalling]

namespace Engine.Interop.Python;

/// <summary>Functions of the stable ABI that run no Python code, free nothing, make nothing that the collector tracks
/// and never block: called without a GC transition.</summary>
/// <remarks>
/// A function belongs here only if all of that holds. One that frees an object could reach our own deallocator, and a
/// transition into managed code
/// from a call without transition ends the process.
/// </remarks>
internal static unsafe partial class Py
{
    private const string Host = "pyhost";

    [DllImport(Host), SuppressGCTransition]
    public static extern nint PyLong_FromSsize_t(nint value);

    [DllImport(Host), SuppressGCTransition]
    public static extern nint PyLong_FromLongLong(long value);

    [DllImport(Host), SuppressGCTransition]
    public static extern nint PyLong_FromUnsignedLongLong(ulong value);

    [DllImport(Host), SuppressGCTransition]
    public static extern nint PyFloat_FromDouble(double value);

    [DllImport(Host), SuppressGCTransition]
    public static extern nint PyTuple_GetItem(nint tuple, nint index);

    [DllImport(Host), SuppressGCTransition]
    public static extern nint PyTuple_Size(nint tuple);

    [DllImport(Host), SuppressGCTransition]
    public static extern nint PyList_GetItem(nint list, nint index);

    [DllImport(Host), SuppressGCTransition]
    public static extern nint PyList_Size(nint list);

    [DllImport(Host), SuppressGCTransition]
    public static extern void Py_IncRef(nint o);

    [DllImport(Host), SuppressGCTransition]
    public static extern nuint PyType_GetFlags(nint type);

    [DllImport(Host), SuppressGCTransition]
    public static extern nint PyErr_Occurred();

    [DllImport(Host), SuppressGCTransition]
    public static extern void* PyType_GetSlot(nint type, int slot);

    [DllImport(Host), SuppressGCTransition]
    public static extern int PyType_IsSubtype(nint type, nint other);

    [DllImport(Host), SuppressGCTransition]
    public static extern int Py_IsInitialized();

    [DllImport(Host), SuppressGCTransition]
    public static extern int PyCapsule_IsValid(nint capsule, byte* name);

    [DllImport(Host), SuppressGCTransition]
    public static extern void* PyCapsule_GetPointer(nint capsule, byte* name);

    [DllImport(Host), SuppressGCTransition]
    public static extern int PyCapsule_SetName(nint capsule, byte* name);
}
