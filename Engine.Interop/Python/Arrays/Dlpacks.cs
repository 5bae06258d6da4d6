using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Engine.Internal.Graph;

namespace Engine.Interop.Python;

/// <summary>DLPack's Python protocol: __dlpack__ and from_dlpack.</summary>
internal static unsafe class Dlpacks
{
    private static readonly Signature s_export = new("__dlpack__", 0, 0, 0, "stream", "max_version", "dl_device", "copy");

    private static byte* Plain => Text.Z("dltensor"u8);

    private static byte* Versioned => Text.Z("dltensor_versioned"u8);

    /// <summary>array.__dlpack__.</summary>
    public static nint Export(NDArray x, nint* args, nint n, nint keywords)
    {
        nint* v = stackalloc nint[4];
        s_export.Bind(args, n, keywords, v);
        CheckStream(v[0]);
        bool versioned = WantsVersioned(v[1]);
        CheckDevice(v[2]);
        bool copy = v[3] == Globals.True, share = v[3] == Globals.False;
        Gil.Eval(x);
        using BufferDescriptor d = ArrayExchange.Describing(x);
        bool negative = false;
        foreach (long stride in d.Strides)
        {
            negative |= stride < 0;
        }
        if (negative && share)
        {
            throw new BufferException("Exchange", "an array with negative strides is exported as a copy, which copy=False forbids");
        }
        if (copy || negative)
        {
            NDArray c = ArrayExchange.Copy(d, narrow: false);
            Lifetime.Claim(c);
            try
            {
                using BufferDescriptor fresh = ArrayExchange.Describing(c);
                return NewCapsule(Dlpack.Export(fresh, versioned, copied: true), versioned);
            }
            finally
            {
                // The capsule has a reference of its own.
                Lifetime.Release(c);
            }
        }
        return NewCapsule(Dlpack.Export(d, versioned, copied: false), versioned);
    }

    /// <summary>An array over, or of, what an object's __dlpack__ gives.</summary>
    public static NDArray FromProducer(nint o, Foreign.Sharing sharing, bool narrow)
    {
        nint method = Ref.Check(Py.PyObject_GetAttrString(o, Text.Z("__dlpack__"u8)));
        nint capsule = 0;
        try
        {
            capsule = Ask(method);
            // JAX's arrays are constants, which the capsules it makes cannot say.
            bool constant = TypeModule(o).StartsWith("jax", StringComparison.Ordinal);
            return FromCapsule(capsule, sharing, narrow, constant);
        }
        finally
        {
            Py.Py_DecRef(method);
            if (capsule != 0)
            {
                Py.Py_DecRef(capsule);
            }
        }
    }

    /// <summary>Consumes a capsule. Until everything that can fail has succeeded it stays its producer's.</summary>
    public static NDArray FromCapsule(nint capsule, Foreign.Sharing sharing, bool narrow, bool constant = false)
    {
        bool versioned = Py.PyCapsule_IsValid(capsule, Versioned) != 0;
        if (!versioned && Py.PyCapsule_IsValid(capsule, Plain) == 0)
        {
            throw PythonException.ValueError("no DLPack capsule was given, or one that has been consumed already");
        }
        nint managed = (nint)Py.PyCapsule_GetPointer(capsule, versioned ? Versioned : Plain);
        BufferDescriptor d = Dlpack.Read(managed, versioned);
        if (constant)
        {
            d = new BufferDescriptor(d.Data, d.DType, d.Shape, d.Strides, d.Offset, true, d.Device);
        }
        narrow &= d.DType is DType.Float64 or DType.Complex128;
        void* record = Releases.NewTensor(managed, versioned);
        NDArray? x = null;
        bool shared = false;
        try
        {
            if (sharing != Foreign.Sharing.Copy && !narrow)
            {
                x = ArrayExchange.TryShare(d, record, &Releases.Later);
                shared = x is not null;
            }
            if (x is null && sharing == Foreign.Sharing.Require)
            {
                throw Module.CopyRequired("the memory cannot be shared: its elements are not aligned or would have to be converted");
            }
            x ??= ArrayExchange.Copy(d, narrow);
        }
        catch
        {
            Releases.Discard(record);
            throw;
        }
        Ref.Check(Py.PyCapsule_SetName(capsule, versioned ? Text.Z("used_dltensor_versioned"u8) : Text.Z("used_dltensor"u8)));
        if (!shared)
        {
            Releases.Now(record);
        }
        return x;
    }

    // Producers from before DLPack 1.0 know no max_version.
    private static nint Ask(nint method)
    {
        nint none = Ref.Check(Py.PyTuple_New(0));
        nint keywords = Ref.Check(Py.PyDict_New());
        nint version = Ref.Ints([1, 0]);
        Ref.Check(Py.PyDict_SetItemString(keywords, Text.Z("max_version"u8), version));
        nint capsule = Py.PyObject_Call(method, none, keywords);
        Py.Py_DecRef(version);
        Py.Py_DecRef(keywords);
        Py.Py_DecRef(none);
        if (capsule == 0)
        {
            if (Py.PyErr_ExceptionMatches(Globals.TypeError) == 0)
            {
                throw new PythonErrorSet();
            }
            Py.PyErr_Clear();
            capsule = Ref.Check(Py.PyObject_CallNoArgs(method));
        }
        return capsule;
    }

    private static string TypeModule(nint o)
    {
        nint name = Py.PyObject_GetAttrString(Ref.Type(o), Text.Z("__module__"u8));
        if (name == 0)
        {
            Py.PyErr_Clear();
            return "";
        }
        string text = Ref.Is(name, Globals.UnicodeType) ? Text.Of(name) : "";
        Py.Py_DecRef(name);
        return text;
    }

    private static void CheckStream(nint o)
    {
        // -1 asks for no synchronisation; torch passes it by default.
        if (o != 0 && o != Globals.None && !(Ref.Is(o, Globals.LongType) && Number.Int64(o) == -1))
        {
            throw PythonException.ValueError("__dlpack__(): memory of the CPU has no streams, 'stream' must be None");
        }
    }

    private static bool WantsVersioned(nint o)
    {
        if (o == 0 || o == Globals.None)
        {
            return false;
        }
        if (!Ref.Is(o, Globals.TupleType) || Py.PyTuple_Size(o) < 1)
        {
            throw PythonException.TypeError("__dlpack__(): 'max_version' must be a tuple (major, minor)");
        }
        return Number.Int64(Py.PyTuple_GetItem(o, 0)) >= 1;
    }

    private static void CheckDevice(nint o)
    {
        if (o == 0 || o == Globals.None)
        {
            return;
        }
        if (!Ref.Is(o, Globals.TupleType) || Py.PyTuple_Size(o) != 2)
        {
            throw PythonException.TypeError("__dlpack__(): 'dl_device' must be a tuple (type, index)");
        }
        long type = Number.Int64(Py.PyTuple_GetItem(o, 0)), index = Number.Int64(Py.PyTuple_GetItem(o, 1));
        if (type != 1 || index != 0)
        {
            throw new BufferException("Exchange", $"__dlpack__(): device ({type}, {index}) cannot be reached from here, only the CPU, (1, 0)");
        }
    }

    private static nint NewCapsule(nint managed, bool versioned)
    {
        nint capsule = Py.PyCapsule_New((void*)managed, versioned ? Versioned : Plain, (delegate* unmanaged[Cdecl]<nint, void>)&DestroyCapsule);
        if (capsule == 0)
        {
            Dlpack.Delete(managed, versioned);
        }
        return Ref.Check(capsule);
    }

    // A consumed capsule has another name: its tensor is the consumer's.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void DestroyCapsule(nint capsule)
    {
        if (Py.PyCapsule_IsValid(capsule, Plain) != 0)
        {
            Dlpack.Delete((nint)Py.PyCapsule_GetPointer(capsule, Plain), versioned: false);
        }
        else if (Py.PyCapsule_IsValid(capsule, Versioned) != 0)
        {
            Dlpack.Delete((nint)Py.PyCapsule_GetPointer(capsule, Versioned), versioned: true);
        }
        Releases.Drain();
    }
}
