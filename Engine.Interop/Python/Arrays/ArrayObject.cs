using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Engine.Internal.Graph;

namespace Engine.Interop.Python;

/// <summary>Objects of engine.core.array: each stands for one node and holds a claim on it.</summary>
internal static unsafe class ArrayObject
{
    private static delegate* unmanaged[Cdecl]<nint, nint, nint> s_allocate;

    /// <summary>engine.core.array; one for the process, since objects outlive a module that is imported
    /// again.</summary>
    public static nint Type { get; private set; }

    public static void SetType(nint type)
    {
        Type = type;
        s_allocate = type == 0 ? null : (delegate* unmanaged[Cdecl]<nint, nint, nint>)Py.PyType_GetSlot(type, Slot.Alloc);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Is(nint o) => Ref.Type(o) == Type || Py.PyType_IsSubtype(Ref.Type(o), Type) != 0;

    /// <summary>The node of an array object.</summary>
    /// <exception cref="PythonException">A subclass's __new__ never made one.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static NDArray Of(nint o) => Unsafe.As<NDArray>(Handles.Get(((PyHandleObject*)o)->Handle)) ?? throw Uninitialised();

    /// <summary>A new object for a node.</summary>
    public static nint New(Node x) => New(x.Array);

    /// <summary>A new object for a node.</summary>
    public static nint New(NDArray x)
    {
        x = Build.Own(x);
        Lifetime.Claim(x);
        return NewClaimed(x, Type, s_allocate);
    }

    /// <summary>A new list of objects.</summary>
    public static nint New(Node[] xs)
    {
        nint list = Ref.Check(Py.PyList_New(xs.Length));
        for (int i = 0; i < xs.Length; i++)
        {
            Ref.Check(Py.PyList_SetItem(list, i, New(xs[i])));
        }
        return list;
    }

    /// <summary>A new object of a subclass.</summary>
    public static nint New(NDArray x, nint type)
    {
        Lifetime.Claim(x);
        return NewClaimed(x, type, (delegate* unmanaged[Cdecl]<nint, nint, nint>)Py.PyType_GetSlot(type, Slot.Alloc));
    }

    private static nint NewClaimed(NDArray x, nint type, delegate* unmanaged[Cdecl]<nint, nint, nint> allocate)
    {
        nint o = allocate(type, 0);
        if (o == 0)
        {
            Release(x);
            throw new PythonErrorSet();
        }
        ((PyHandleObject*)o)->Handle = Handles.Allocate(x);
        return o;
    }

    /// <summary>Gives an object another node: in-place operators and indexed assignment. Every name of the object
    /// sees it; views and exports taken before keep the old value.</summary>
    public static void Rebind(nint o, Node x)
    {
        nint handle = ((PyHandleObject*)o)->Handle;
        if (handle == 0)
        {
            throw Uninitialised();
        }
        Lifetime.Claim(x.Array);
        var old = (NDArray)Handles.Replace(handle, x.Array)!;
        Release(old);
    }

    /// <summary>Gives a claim back, and with it what foreign memory may have become free.</summary>
    public static void Release(NDArray x)
    {
        Lifetime.Release(x);
        Releases.Drain();
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static void Dealloc(nint self)
    {
        nint type = Ref.Type(self);
        var p = (PyHandleObject*)self;
        nint errorType, error, traceback;
        // Freeing must not disturb an error that is on its way, and cannot report one of its own but as unraisable.
        Py.PyErr_Fetch(&errorType, &error, &traceback);
        try
        {
            if ((Py.PyType_GetFlags(type) & PyTypeSpec.HaveGc) != 0)
            {
                Py.PyObject_GC_UnTrack(self);
            }
            if (p->WeakList != 0)
            {
                Py.PyObject_ClearWeakRefs(self);
            }
            nint handle = p->Handle;
            p->Handle = 0;
            if (Handles.Free(handle) is NDArray x)
            {
                Release(x);
            }
        }
        catch (Exception e)
        {
            Raise.Null(e);
            Py.PyErr_WriteUnraisable(type);
        }
        Py.PyErr_Restore(errorType, error, traceback);
        ((delegate* unmanaged[Cdecl]<nint, void>)Py.PyType_GetSlot(type, Slot.Free))(self);
        // An instance of a heap type holds a reference to its type.
        Py.Py_DecRef(type);
    }

    private static PythonException Uninitialised() => PythonException.ValueError("the array was never initialised: __new__ of a subclass must call array.__new__");
}
