using System.Runtime.InteropServices;

namespace Engine.Interop.Python;

/// <summary>Builds the tables that CPython reads types and modules from. They live for good.</summary>
internal static unsafe class Definitions
{
    // One overload for each signature: the address of a method converts to the one that fits, and a wrong one does
    // not compile.
    public static nint F(delegate* unmanaged[Cdecl]<nint, nint> f) => (nint)f;

    public static nint F(delegate* unmanaged[Cdecl]<nint, void> f) => (nint)f;

    public static nint F(delegate* unmanaged[Cdecl]<nint, int> f) => (nint)f;

    public static nint F(delegate* unmanaged[Cdecl]<nint, nint, nint> f) => (nint)f;

    // By another name: an int parameter would fit a method that takes nint.
    public static nint Comparison(delegate* unmanaged[Cdecl]<nint, nint, int, nint> f) => (nint)f;

    public static nint F(delegate* unmanaged[Cdecl]<nint, nint, nint, nint> f) => (nint)f;

    public static nint F(delegate* unmanaged[Cdecl]<nint, nint, nint, int> f) => (nint)f;

    public static nint F(delegate* unmanaged[Cdecl]<nint, nint*, nint, nint, nint> f) => (nint)f;

    public static nint F(delegate* unmanaged[Cdecl]<nint, PyBuffer*, int, int> f) => (nint)f;

    public static nint F(delegate* unmanaged[Cdecl]<nint, PyBuffer*, void> f) => (nint)f;

    public static nint F(delegate* unmanaged[Cdecl]<nint, delegate* unmanaged[Cdecl]<nint, void*, int>, void*, int> f) => (nint)f;

    public static PyMethodDef Method(string name, nint function, int flags, string doc = "") => new()
    {
        Name = Text.Permanent(name),
        Function = (void*)function,
        Flags = flags,
        Doc = doc.Length == 0 ? null : Text.Permanent(doc),
    };

    public static PyGetSetDef Property(string name, nint get, string doc, nint closure = 0) => new()
    {
        Name = Text.Permanent(name),
        Get = (void*)get,
        Doc = Text.Permanent(doc),
        Closure = (void*)closure,
    };

    /// <summary>A terminated native copy of a table.</summary>
    public static T* Table<T>(IReadOnlyList<T> rows)
        where T : unmanaged
    {
        T* table = (T*)NativeMemory.AllocZeroed((nuint)(rows.Count + 1), (nuint)sizeof(T));
        for (int i = 0; i < rows.Count; i++)
        {
            table[i] = rows[i];
        }
        return table;
    }

    /// <summary>Makes a heap type of handle objects.</summary>
    public static nint NewType(nint module, string name, uint flags, IReadOnlyList<(int Slot, nint Function)> slots)
    {
        var rows = new List<PyTypeSlot>();
        foreach ((int slot, nint function) in slots)
        {
            rows.Add(new PyTypeSlot { Slot = slot, Function = (void*)function });
        }
        var spec = new PyTypeSpec
        {
            Name = Text.Permanent("engine.core." + name),
            BasicSize = sizeof(PyHandleObject),
            Flags = flags,
            Slots = Table(rows),
        };
        return Ref.Check(Py.PyType_FromModuleAndSpec(module, &spec, 0));
    }

    /// <summary>The member that tells CPython where an object's weak references hang.</summary>
    public static nint WeakReferences() => (nint)Table(
    [
        new PyMemberDef
        {
            Name = Text.Permanent("__weaklistoffset__"),
            Type = PyMemberDef.SsizeT,
            Offset = PyHandleObject.WeakListOffset,
            Flags = PyMemberDef.ReadOnly,
        },
    ]);

    public static void Add(nint module, string name, nint borrowed)
    {
        byte* p = Text.Permanent(name);
        Ref.Check(Py.PyModule_AddObjectRef(module, p, borrowed));
        NativeMemory.Free(p);
    }

    /// <summary>Adds an object and drops the caller's reference.</summary>
    public static void AddNew(nint module, string name, nint owned)
    {
        Ref.Check(owned);
        Add(module, name, owned);
        Py.Py_DecRef(owned);
    }
}
