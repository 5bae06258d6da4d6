using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Engine.Interop.Python;

/// <summary>Text and references across the boundary.</summary>
internal static unsafe class Text
{
    /// <summary>The address of a literal: "..."u8 lies in the image, terminated, for good.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte* Z(ReadOnlySpan<byte> literal) => (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(literal));

    /// <summary>A terminated copy in native memory that is never freed: names and docs of definitions.</summary>
    public static byte* Permanent(string s)
    {
        int n = Encoding.UTF8.GetByteCount(s);
        byte* p = (byte*)NativeMemory.Alloc((nuint)n + 1);
        Encoding.UTF8.GetBytes(s, new Span<byte>(p, n));
        p[n] = 0;
        return p;
    }

    /// <summary>A new str.</summary>
    public static nint New(string s)
    {
        byte[]? large = null;
        int most = Encoding.UTF8.GetMaxByteCount(s.Length);
        Span<byte> bytes = most <= 512 ? stackalloc byte[512] : (large = new byte[most]);
        int n = Encoding.UTF8.GetBytes(s, bytes);
        fixed (byte* p = bytes)
        {
            return Ref.Check(Py.PyUnicode_FromStringAndSize(p, n));
        }
    }

    /// <summary>The text of a str.</summary>
    public static string Of(nint o)
    {
        nint n;
        byte* p = Py.PyUnicode_AsUTF8AndSize(o, &n);
        return p is null ? throw new PythonErrorSet() : Encoding.UTF8.GetString(p, (int)n);
    }

    /// <summary>The name of an object's type, for messages.</summary>
    public static string TypeName(nint o)
    {
        nint name = Py.PyObject_GetAttrString(Ref.Type(o), Z("__name__"u8));
        if (name == 0)
        {
            Py.PyErr_Clear();
            return "object";
        }
        string text = Of(name);
        Py.Py_DecRef(name);
        return text;
    }
}

/// <summary>References to Python objects.</summary>
internal static unsafe class Ref
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint Type(nint o) => ((nint*)o)[1];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint New(nint o)
    {
        Py.Py_IncRef(o);
        return o;
    }

    /// <summary>A new reference to None.</summary>
    public static nint None() => New(Globals.None);

    /// <summary>A new reference to True or False.</summary>
    public static nint Bool(bool value) => New(value ? Globals.True : Globals.False);

    /// <summary>Passes a result on; null means that a Python error is set.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint Check(nint o) => o == 0 ? throw new PythonErrorSet() : o;

    /// <summary>Passes a status on; negative means that a Python error is set.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Check(int status) => status < 0 ? throw new PythonErrorSet() : status;

    public static bool IsExactly(nint o, nint type) => Type(o) == type;

    public static bool Is(nint o, nint type) => Type(o) == type || Py.PyType_IsSubtype(Type(o), type) != 0;

    /// <summary>A new tuple that takes over the references.</summary>
    public static nint Tuple(params ReadOnlySpan<nint> stolen)
    {
        nint t = Check(Py.PyTuple_New(stolen.Length));
        for (int i = 0; i < stolen.Length; i++)
        {
            Check(Py.PyTuple_SetItem(t, i, Check(stolen[i])));
        }
        return t;
    }

    /// <summary>A new tuple of ints.</summary>
    public static nint Ints(ReadOnlySpan<long> values)
    {
        nint t = Check(Py.PyTuple_New(values.Length));
        for (int i = 0; i < values.Length; i++)
        {
            Check(Py.PyTuple_SetItem(t, i, Check(Py.PyLong_FromLongLong(values[i]))));
        }
        return t;
    }
}
