using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Engine.Interop.Python;

/// <summary>What grad(), vmap() and their like return: an object that is called as the function it was made
/// of.</summary>
internal abstract unsafe class TransformedFunction(nint function)
{
    /// <summary>The user's function; a reference is held.</summary>
    public nint Function { get; set; } = function;

    /// <summary>Gives back other references than the function's.</summary>
    public virtual void Drop()
    {
    }

    /// <summary>Runs it.</summary>
    /// <param name="args">A tuple.</param>
    /// <param name="keywords">A dict, or 0.</param>
    public abstract nint Call(nint args, nint keywords);
}

/// <summary>The Python type of transformed functions. Python's collector sees the user's function through it, so that
/// cycles by closures go.</summary>
internal static unsafe class TransformObject
{
    public static nint Type { get; set; }

    public static void Create(nint module)
    {
        if (Type == 0)
        {
            Type = Definitions.NewType(
                module,
                "transformed_function",
                PyTypeSpec.HaveGc | PyTypeSpec.DisallowInstantiation,
                [
                    (Slot.Dealloc, Definitions.F(&Dealloc)),
                    (Slot.Traverse, Definitions.F(&Traverse)),
                    (Slot.Clear, Definitions.F(&Clear)),
                    (Slot.Call, Definitions.F(&Call)),
                    (Slot.GetAttribute, Definitions.F(&GetAttribute)),
                    (Slot.Members, Definitions.WeakReferences()),
                    (Slot.Doc, (nint)Text.Permanent("A function made by grad, value_and_grad, vmap or compile.")),
                ]);
        }
    }

    /// <summary>A new object.</summary>
    public static nint New(TransformedFunction f)
    {
        Py.Py_IncRef(f.Function);
        nint o = ((delegate* unmanaged[Cdecl]<nint, nint, nint>)Py.PyType_GetSlot(Type, Slot.Alloc))(Type, 0);
        if (o == 0)
        {
            Py.Py_DecRef(f.Function);
        }
        ((PyHandleObject*)Ref.Check(o))->Handle = Handles.Allocate(f);
        return o;
    }

    private static TransformedFunction? Of(nint self)
    {
        nint handle = ((PyHandleObject*)self)->Handle;
        return handle == 0 ? null : (TransformedFunction?)Handles.Get(handle);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Dealloc(nint self)
    {
        nint type = Ref.Type(self);
        Py.PyObject_GC_UnTrack(self);
        nint errorType, error, traceback;
        Py.PyErr_Fetch(&errorType, &error, &traceback);
        if (((PyHandleObject*)self)->WeakList != 0)
        {
            Py.PyObject_ClearWeakRefs(self);
        }
        TransformedFunction? f = Of(self);
        Forget(f);
        f?.Drop();
        Handles.Free(((PyHandleObject*)self)->Handle);
        Py.PyErr_Restore(errorType, error, traceback);
        ((delegate* unmanaged[Cdecl]<nint, void>)Py.PyType_GetSlot(type, Slot.Free))(self);
        Py.Py_DecRef(type);
    }

    private static void Forget(TransformedFunction? f)
    {
        if (f is not null && f.Function != 0)
        {
            nint function = f.Function;
            f.Function = 0;
            Py.Py_DecRef(function);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Traverse(nint self, delegate* unmanaged[Cdecl]<nint, void*, int> visit, void* argument)
    {
        int stop = visit(Ref.Type(self), argument);
        TransformedFunction? f = Of(self);
        return stop != 0 || f is null || f.Function == 0 ? stop : visit(f.Function, argument);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Clear(nint self)
    {
        Forget(Of(self));
        return 0;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Call(nint self, nint args, nint keywords)
    {
        try
        {
            TransformedFunction? f = Of(self);
            return f is null || f.Function == 0 ? throw PythonException.RuntimeError("the function is gone: its object was cleared by the collector") : f.Call(args, keywords);
        }
        catch (Exception e)
        {
            return Raise.Null(e);
        }
    }

    // Name, docs and signature are those of the user's function.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint GetAttribute(nint self, nint name)
    {
        try
        {
            TransformedFunction? f = Of(self);
            if (f is not null && f.Function != 0 && Ref.Is(name, Globals.UnicodeType))
            {
                switch (Text.Of(name))
                {
                    case "__wrapped__":
                        return Ref.New(f.Function);
                    case "__name__" or "__qualname__" or "__doc__" or "__module__" or "__annotations__" or "__signature__":
                        return Py.PyObject_GetAttr(f.Function, name);
                }
            }
            return Py.PyObject_GenericGetAttr(self, name);
        }
        catch (Exception e)
        {
            return Raise.Null(e);
        }
    }
}
