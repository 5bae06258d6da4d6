using System.Runtime.CompilerServices;
using Engine.Internal.Graph;
using Engine.Internal.Memory;

namespace Engine.Interop.Python;

/// <summary>Arrays of other libraries: found by DLPack, the buffer protocol or __array__.</summary>
internal static unsafe class Foreign
{
    /// <summary>What to do with somebody else's memory.</summary>
    public enum Sharing
    {
        /// <summary>Copy it; doubles become singles.</summary>
        Copy,

        /// <summary>Share it where that is possible, else copy.</summary>
        Prefer,

        /// <summary>Share it or fail.</summary>
        Require,
    }

    private static bool Has(nint o, ReadOnlySpan<byte> name)
    {
        // On the type, as for all special methods: an instance's __getattr__ is not asked.
        return Py.PyObject_HasAttrString(Ref.Type(o), Text.Z(name)) != 0;
    }

    /// <summary>A bare capsule from somebody's to_dlpack.</summary>
    public static bool IsCapsule(nint o) => Ref.Type(o) == Globals.CapsuleType;

    public static bool IsArray(nint o) =>
        !Ref.Is(o, Globals.UnicodeType) && (Py.PyObject_CheckBuffer(o) != 0 || Has(o, "__dlpack__"u8) || Has(o, "__array__"u8) || IsCapsule(o));

    /// <summary>A copy of a foreign array as MLX makes one: doubles become singles, and then the given dtype.</summary>
    public static Node Array(nint o, DType? dtype)
    {
        NDArray x = Import(o, Sharing.Copy, narrow: dtype is not (DType.Float64 or DType.Complex128));
        return dtype is DType d && d != x.DType ? Core.AsType(new Node(x), d) : new Node(x);
    }

    /// <summary>A foreign array, by the first of DLPack, buffer and __array__ that it has.</summary>
    public static NDArray Import(nint o, Sharing sharing, bool narrow)
    {
        Releases.Drain();
        if (IsCapsule(o))
        {
            return Dlpacks.FromCapsule(o, sharing, narrow);
        }
        // A NumPy array knows by its buffer whether it is read-only, which the capsule that older versions make
        // cannot say.
        bool buffer = Py.PyObject_CheckBuffer(o) != 0;
        if (Has(o, "__dlpack__"u8) && !buffer)
        {
            return Dlpacks.FromProducer(o, sharing, narrow);
        }
        if (buffer)
        {
            NDArray? x = FromBuffer(o, sharing, narrow);
            if (x is not null)
            {
                return x;
            }
        }
        return FromArrayMethod(o, sharing, narrow);
    }

    private static NDArray? FromBuffer(nint o, Sharing sharing, bool narrow)
    {
        void* record = Releases.NewBuffer(out PyBuffer* view);
        // Writable first, so that a read-only exporter is known by its refusal.
        if (Py.PyObject_GetBuffer(o, view, (int)(PyBufferFlags.Strides | PyBufferFlags.Format)) < 0)
        {
            Releases.Discard(record);
            return NoBuffer(o, sharing, narrow);
        }
        NDArray? shared = null;
        try
        {
            (DType type, long[] shape, long[] byteStrides, bool swapped) = BufferProtocol.Read(view);
            narrow &= type is DType.Float64 or DType.Complex128;
            if (sharing != Sharing.Copy && !swapped && !narrow)
            {
                shared = Share(view, type, shape, byteStrides, record);
            }
            if (shared is not null)
            {
                return shared;
            }
            if (sharing == Sharing.Require)
            {
                throw Module.CopyRequired("the memory cannot be shared: its elements are not aligned or would have to be converted");
            }
            return ArrayExchange.Copy((nint)view->Buf, type, shape, byteStrides, swapped, narrow);
        }
        finally
        {
            if (shared is null)
            {
                Releases.Now(record);
            }
        }
    }

    private static NDArray? Share(PyBuffer* view, DType type, long[] shape, long[] byteStrides, void* record)
    {
        int itemSize = ElementFormat.Size(type);
        var strides = new long[shape.Length];
        for (int i = 0; i < strides.Length; i++)
        {
            if (byteStrides[i] % itemSize != 0)
            {
                return null;
            }
            strides[i] = byteStrides[i] / itemSize;
        }
        var d = new BufferDescriptor((nint)view->Buf, type, shape, strides, 0, view->ReadOnly != 0);
        return ArrayExchange.TryShare(d, record, &Releases.Later);
    }

    // Some libraries' arrays have the buffer protocol but refuse for some types (bfloat16): DLPack and __array__ are
    // left.
    private static NDArray? NoBuffer(nint o, Sharing sharing, bool narrow)
    {
        nint type, value, traceback;
        Py.PyErr_Fetch(&type, &value, &traceback);
        NDArray? x = null;
        bool other = Has(o, "__dlpack__"u8) || IsBFloat16(o);
        if (IsBFloat16(o))
        {
            x = FromWords(o);
        }
        else if (Has(o, "__dlpack__"u8))
        {
            x = Dlpacks.FromProducer(o, sharing, narrow);
        }
        if (!other)
        {
            Py.PyErr_Restore(type, value, traceback);
            throw new PythonErrorSet();
        }
        foreach (nint e in (ReadOnlySpan<nint>)[type, value, traceback])
        {
            if (e != 0)
            {
                Py.Py_DecRef(e);
            }
        }
        return x;
    }

    private static bool IsBFloat16(nint o)
    {
        nint dtype = Py.PyObject_GetAttrString(o, Text.Z("dtype"u8));
        if (dtype == 0)
        {
            Py.PyErr_Clear();
            return false;
        }
        nint text = Py.PyObject_Str(dtype);
        Py.Py_DecRef(dtype);
        if (text == 0)
        {
            Py.PyErr_Clear();
            return false;
        }
        bool result = Text.Of(text) == "bfloat16";
        Py.Py_DecRef(text);
        return result;
    }

    /// <summary>A NumPy array of ml_dtypes' bfloat16, by its bits.</summary>
    private static NDArray FromWords(nint o)
    {
        nint view = Ref.Check(Py.PyObject_GetAttrString(o, Text.Z("view"u8)));
        nint args = Ref.Tuple(Text.New("uint16"));
        nint words = Py.PyObject_CallObject(view, args);
        Py.Py_DecRef(args);
        Py.Py_DecRef(view);
        Ref.Check(words);
        try
        {
            NDArray bits = FromBuffer(words, Sharing.Copy, narrow: false)!;
            // The storage changes hands: nobody counts the node that it came with.
            return Build.Value(Values.Of(bits), DType.BFloat16, bits.Layout);
        }
        finally
        {
            Py.Py_DecRef(words);
        }
    }

    private static NDArray FromArrayMethod(nint o, Sharing sharing, bool narrow)
    {
        nint method = Ref.Check(Py.PyObject_GetAttrString(o, Text.Z("__array__"u8)));
        nint array = Py.PyObject_CallNoArgs(method);
        Py.Py_DecRef(method);
        Ref.Check(array);
        try
        {
            if (IsBFloat16(array))
            {
                return FromWords(array);
            }
            if (Py.PyObject_CheckBuffer(array) == 0)
            {
                throw PythonException.TypeError($"__array__ of an object of type {Text.TypeName(o)} returned no array but an object of type {Text.TypeName(array)}");
            }
            return FromBuffer(array, sharing, narrow)!;
        }
        finally
        {
            Py.Py_DecRef(array);
        }
    }
}
