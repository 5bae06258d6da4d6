using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Engine.Interop.Python;

/// <summary>Gives foreign memory back: a Py_buffer needs the GIL, and a DLPack deleter may want it, while the engine
/// frees on any thread and under its own gate.</summary>
/// <remarks>
/// Memory that is no longer needed goes to a lock-free list. It is emptied where the GIL is held and no lock of ours
/// is: after an object's deallocation,
/// after an evaluation, at an import, and by a pending call otherwise. After the interpreter's end it is leaked.
/// </remarks>
internal static unsafe class Releases
{
    private enum Kind
    {
        Buffer,
        Dlpack,
        DlpackVersioned,
    }

    private struct Record
    {
        public Record* Next;
        public Kind Kind;
        public nint Managed;
        public int Generation;
        public PyBuffer View;
    }

    private static nint s_list;

    /// <summary>A record with a view to be filled by PyObject_GetBuffer: a view must not move.</summary>
    public static void* NewBuffer(out PyBuffer* view)
    {
        var r = (Record*)NativeMemory.AllocZeroed((nuint)sizeof(Record));
        r->Kind = Kind.Buffer;
        r->Generation = Globals.Generation;
        view = &r->View;
        return r;
    }

    /// <summary>A record that owns a managed tensor.</summary>
    public static void* NewTensor(nint managed, bool versioned)
    {
        var r = (Record*)NativeMemory.AllocZeroed((nuint)sizeof(Record));
        r->Kind = versioned ? Kind.DlpackVersioned : Kind.Dlpack;
        r->Generation = Globals.Generation;
        r->Managed = managed;
        return r;
    }

    /// <summary>Forgets a record without releasing anything.</summary>
    public static void Discard(void* record) => NativeMemory.Free(record);

    /// <summary>Releases a record's memory at once. The GIL is held.</summary>
    public static void Now(void* record)
    {
        var r = (Record*)record;
        // A view of an interpreter that has ended is left alone.
        if (r->Generation == Globals.Generation)
        {
            if (r->Kind == Kind.Buffer)
            {
                Py.PyBuffer_Release(&r->View);
            }
            else
            {
                Dlpack.Delete(r->Managed, r->Kind == Kind.DlpackVersioned);
            }
        }
        NativeMemory.Free(r);
    }

    /// <summary>The storage's free function.</summary>
    [UnmanagedCallersOnly]
    public static void Later(void* record)
    {
        var r = (Record*)record;
        nint head;
        do
        {
            head = Volatile.Read(ref s_list);
            r->Next = (Record*)head;
        }
        while (Interlocked.CompareExchange(ref s_list, (nint)r, head) != head);
        // Only the first of a list asks: the call empties all of it. Where the queue of calls is full, the next entry
        // does.
        if (head == 0 && Py.Py_IsInitialized() != 0)
        {
            _ = Py.Py_AddPendingCall(&Pending, null);
        }
    }

    /// <summary>Empties the list. The GIL is held and none of our locks is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Drain()
    {
        if (Volatile.Read(ref s_list) != 0)
        {
            DrainAll();
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void DrainAll()
    {
        // An error that is on its way is none of a release's business.
        nint type, value, traceback;
        Py.PyErr_Fetch(&type, &value, &traceback);
        // A release may put the next one on the list: an import of an import.
        while ((Record*)Interlocked.Exchange(ref s_list, 0) is var r && r is not null)
        {
            while (r is not null)
            {
                Record* next = r->Next;
                Now(r);
                r = next;
            }
        }
        Py.PyErr_Restore(type, value, traceback);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Pending(void* unused)
    {
        Drain();
        return 0;
    }
}
