using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Engine.Interop.Python;

/// <summary>The managed side of a small immutable Python object: a dtype, a device, a stream.</summary>
internal abstract class SmallObject
{
    public abstract string Repr { get; }

    public virtual bool SameAs(SmallObject other) => ReferenceEquals(this, other);

    public virtual nint Hash => RuntimeHelpers.GetHashCode(this);

    /// <summary>A new reference to the value of the property with this number.</summary>
    public virtual nint Property(nint number) => throw new InvalidOperationException("no such property");
}

/// <summary>Functions that all types of small objects share.</summary>
internal static unsafe class SmallType
{
    public static nint Create(
        nint module, string name, uint flags, string doc, IReadOnlyList<PyGetSetDef> properties, IReadOnlyList<PyMethodDef> methods, nint constructor = 0)
    {
        var slots = new List<(int, nint)>
        {
            (Slot.Dealloc, Definitions.F(&Dealloc)),
            (Slot.Repr, Definitions.F(&Repr)),
            (Slot.RichCompare, Definitions.Comparison(&Compare)),
            (Slot.Hash, Definitions.F(&Hash)),
            (Slot.Members, Definitions.WeakReferences()),
            (Slot.Doc, (nint)Text.Permanent(doc)),
        };
        if (properties.Count > 0)
        {
            slots.Add((Slot.GetSet, (nint)Definitions.Table(properties)));
        }
        if (methods.Count > 0)
        {
            slots.Add((Slot.Methods, (nint)Definitions.Table(methods)));
        }
        if (constructor != 0)
        {
            slots.Add((Slot.New, constructor));
        }
        else
        {
            flags |= PyTypeSpec.DisallowInstantiation;
        }
        return Definitions.NewType(module, name, flags, slots);
    }

    public static PyGetSetDef Property(string name, int number, string doc) => Definitions.Property(name, Definitions.F(&Get), doc, number);

    /// <summary>A new object.</summary>
    public static nint New(nint type, SmallObject value)
    {
        nint o = Ref.Check(((delegate* unmanaged[Cdecl]<nint, nint, nint>)Py.PyType_GetSlot(type, Slot.Alloc))(type, 0));
        ((PyHandleObject*)o)->Handle = Handles.Allocate(value);
        return o;
    }

    /// <summary>The managed side of an object of one of these types.</summary>
    public static T Of<T>(nint o)
        where T : SmallObject => (T)Handles.Get(((PyHandleObject*)o)->Handle)!;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Dealloc(nint self)
    {
        nint type = Ref.Type(self);
        var p = (PyHandleObject*)self;
        if (p->WeakList != 0)
        {
            nint errorType, error, traceback;
            Py.PyErr_Fetch(&errorType, &error, &traceback);
            Py.PyObject_ClearWeakRefs(self);
            Py.PyErr_Restore(errorType, error, traceback);
        }
        Handles.Free(p->Handle);
        ((delegate* unmanaged[Cdecl]<nint, void>)Py.PyType_GetSlot(type, Slot.Free))(self);
        Py.Py_DecRef(type);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Repr(nint self)
    {
        try
        {
            return Text.New(Of<SmallObject>(self).Repr);
        }
        catch (Exception e)
        {
            return Raise.Null(e);
        }
    }

    // Equality with any other kind of object is False, never an error: libraries compare dtypes with whatever they
    // have.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Compare(nint self, nint other, int op)
    {
        try
        {
            if (op is not (2 or 3))
            {
                return Ref.New(Globals.NotImplemented);
            }
            bool same = self == other || (Ref.Type(self) == Ref.Type(other) && Of<SmallObject>(self).SameAs(Of<SmallObject>(other)));
            return Ref.Bool(same == (op == 2));
        }
        catch (Exception e)
        {
            return Raise.Null(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Hash(nint self)
    {
        try
        {
            nint hash = Of<SmallObject>(self).Hash;
            // -1 is the sign of an error.
            return hash == -1 ? -2 : hash;
        }
        catch (Exception e)
        {
            return Raise.Minus(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Get(nint self, nint number)
    {
        try
        {
            return Of<SmallObject>(self).Property(number);
        }
        catch (Exception e)
        {
            return Raise.Null(e);
        }
    }
}
