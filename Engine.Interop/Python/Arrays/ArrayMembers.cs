using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Engine.Internal.Graph;

namespace Engine.Interop.Python;

/// <summary>Properties of engine.core.array, and the methods that are no ops.</summary>
internal static unsafe class ArrayMembers
{
    private enum Property
    {
        Shape,
        DType,
        Ndim,
        Size,
        ItemSize,
        Bytes,
        Transposed,
        NumPy,
    }

    private static readonly Signature s_array = new("__array__", 2, 0, 0, "dtype", "copy");
    private static readonly Signature s_view = new("view", 1, 0, 1, "dtype", "stream");

    public static PyGetSetDef* Properties() => Definitions.Table(
    [
        Row("shape", Property.Shape, "The lengths of the axes, outermost first."),
        Row("dtype", Property.DType, "The type of the elements."),
        Row("ndim", Property.Ndim, "The number of axes."),
        Row("size", Property.Size, "The number of elements."),
        Row("itemsize", Property.ItemSize, "Bytes of one element."),
        Row("nbytes", Property.Bytes, "Bytes of all elements."),
        Row("__numpy_dtype__", Property.NumPy, "The NumPy dtype of the elements."),
        Row("T", Property.Transposed, "The array with its axes reversed."),
    ]);

    public static void AddMethods(List<PyMethodDef> methods) => methods.AddRange(
    [
        Definitions.Method("item", Definitions.F(&Item), PyMethodDef.NoArgs, "item($self, /)\n--\n\nThe only element, as a Python number."),
        Definitions.Method("tolist", Definitions.F(&ToList), PyMethodDef.NoArgs, "tolist($self, /)\n--\n\nThe elements, as nested lists of Python numbers."),
        Definitions.Method("view", Definitions.F(&View), PyMethodDef.FastKeywords, "view($self, dtype, *, stream=None)\n--\n\nThe same bytes as elements of another type."),
        Definitions.Method("__array__", Definitions.F(&ToNumPy), PyMethodDef.FastKeywords, "__array__($self, /, dtype=None, copy=None)\n--\n\nA NumPy array, which shares memory unless a copy or another dtype is asked for."),
        Definitions.Method("__dlpack__", Definitions.F(&ToDlpack), PyMethodDef.FastKeywords, "__dlpack__($self, /, *, stream=None, max_version=None, dl_device=None, copy=None)\n--\n\nA DLPack capsule over the array's memory."),
        Definitions.Method("__dlpack_device__", Definitions.F(&DlpackDevice), PyMethodDef.NoArgs, "__dlpack_device__($self, /)\n--\n\nDLPack's device: (1, 0), the CPU."),
        Definitions.Method("__array_namespace__", Definitions.F(&Namespace), PyMethodDef.FastKeywords, "__array_namespace__($self, /, *, api_version=None)\n--\n\nThe module engine.core."),
        Definitions.Method("__copy__", Definitions.F(&Copy), PyMethodDef.NoArgs, "__copy__($self, /)\n--\n\nAnother array with the same value."),
        Definitions.Method("__deepcopy__", Definitions.F(&DeepCopy), PyMethodDef.OneArg, "__deepcopy__($self, memo, /)\n--\n\nAnother array with the same value."),
        Definitions.Method("__format__", Definitions.F(&Format), PyMethodDef.OneArg, "__format__($self, spec, /)\n--\n\nThe text; with a format, of the only element."),
        Definitions.Method("__complex__", Definitions.F(&ToComplex), PyMethodDef.NoArgs, "__complex__($self, /)\n--\n\nThe only element, as a complex number."),
        Definitions.Method("__bytes__", Definitions.F(&ToBytes), PyMethodDef.NoArgs, "__bytes__($self, /)\n--\n\nThe elements' bytes in row-major order."),
        Definitions.Method("__reduce__", Definitions.F(&Reduce), PyMethodDef.NoArgs, "__reduce__($self, /)\n--\n\nFor pickle."),
    ]);

    private static PyGetSetDef Row(string name, Property p, string doc) => Definitions.Property(name, Definitions.F(&Get), doc, (nint)p);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Get(nint self, nint closure)
    {
        try
        {
            NDArray x = ArrayObject.Of(self);
            return Ref.Check((Property)closure switch
            {
                Property.Shape => Ref.Ints(x.Layout.Shape),
                Property.DType => DTypes.Object(x.DType),
                Property.NumPy => Python.NumPy.DType(x.DType),
                Property.Ndim => Py.PyLong_FromLongLong(x.Layout.Ndim),
                Property.Size => Py.PyLong_FromLongLong(x.Layout.Count),
                Property.ItemSize => Py.PyLong_FromLongLong(ElementFormat.Size(x.DType)),
                Property.Bytes => Py.PyLong_FromLongLong(x.Layout.Count * ElementFormat.Size(x.DType)),
                _ => ArrayObject.New(Core.Transpose(new Node(x))),
            });
        }
        catch (Exception e)
        {
            return Raise.Null(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Item(nint self, nint unused)
    {
        try
        {
            return Elements.Single(ArrayObject.Of(self));
        }
        catch (Exception e)
        {
            return Raise.Null(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint ToList(nint self, nint unused)
    {
        try
        {
            return Elements.List(ArrayObject.Of(self));
        }
        catch (Exception e)
        {
            return Raise.Null(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint View(nint self, nint* args, nint n, nint keywords)
    {
        try
        {
            nint* v = stackalloc nint[2];
            s_view.Bind(args, n, keywords, v);
            Devices.CheckStream(v[1], "view");
            return ArrayObject.New(Core.View(new Node(ArrayObject.Of(self)), DTypes.Of(v[0], "view", "dtype")));
        }
        catch (Exception e)
        {
            return Raise.Null(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint ToNumPy(nint self, nint* args, nint n, nint keywords)
    {
        try
        {
            nint* v = stackalloc nint[2];
            s_array.Bind(args, n, keywords, v);
            NDArray x = ArrayObject.Of(self);
            if (x.DType == DType.BFloat16)
            {
                throw Module.Exchange(ElementFormat.BFloat16Advice);
            }
            nint options = Ref.Check(Py.PyDict_New());
            if (v[0] != 0 && v[0] != Globals.None)
            {
                Ref.Check(Py.PyDict_SetItemString(options, Text.Z("dtype"u8), v[0]));
            }
            bool copy = v[1] == Globals.True;
            if (v[1] == Globals.False)
            {
                // NumPy's own rule for copy=False: fail rather than convert.
                Ref.Check(Py.PyDict_SetItemString(options, Text.Z("copy"u8), Globals.False));
            }
            nint positional = Ref.Tuple(Memory(self));
            try
            {
                return copy || v[1] == Globals.False ? NumPy.Call("array"u8, positional, options) : NumPy.Call("asarray"u8, positional, options);
            }
            finally
            {
                Py.Py_DecRef(positional);
                Py.Py_DecRef(options);
            }
        }
        catch (Exception e)
        {
            return Raise.Null(e);
        }
    }

    private static nint Memory(nint self) => Ref.Check(Py.PyMemoryView_FromObject(self));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint ToDlpack(nint self, nint* args, nint n, nint keywords)
    {
        try
        {
            return Dlpacks.Export(ArrayObject.Of(self), args, n, keywords);
        }
        catch (Exception e)
        {
            return Raise.Null(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint DlpackDevice(nint self, nint unused)
    {
        try
        {
            return Ref.Ints([1, 0]);
        }
        catch (Exception e)
        {
            return Raise.Null(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Namespace(nint self, nint* args, nint n, nint keywords)
    {
        try
        {
            return Ref.Check(Py.PyImport_ImportModule(Text.Z("engine.core"u8)));
        }
        catch (Exception e)
        {
            return Raise.Null(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Copy(nint self, nint unused)
    {
        try
        {
            return ArrayObject.New(ArrayObject.Of(self));
        }
        catch (Exception e)
        {
            return Raise.Null(e);
        }
    }

    // Values do not change: an object of its own over the same node is a copy, in-place operators rebind one of them
    // only.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint DeepCopy(nint self, nint memo)
    {
        try
        {
            return ArrayObject.New(ArrayObject.Of(self));
        }
        catch (Exception e)
        {
            return Raise.Null(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Format(nint self, nint spec)
    {
        try
        {
            NDArray x = ArrayObject.Of(self);
            if (x.Layout.Ndim > 0)
            {
                return Ref.Is(spec, Globals.UnicodeType) && Text.Of(spec).Length == 0
                    ? Py.PyObject_Repr(self)
                    : throw PythonException.TypeError("an array with axes takes no format: format its elements");
            }
            nint value = Elements.Single(x);
            nint text = Py.PyObject_Format(value, spec);
            Py.Py_DecRef(value);
            return text;
        }
        catch (Exception e)
        {
            return Raise.Null(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint ToComplex(nint self, nint unused)
    {
        try
        {
            nint value = Elements.Single(ArrayObject.Of(self));
            nint result = Py.PyComplex_FromDoubles(Py.PyComplex_RealAsDouble(value), Py.PyComplex_ImagAsDouble(value));
            Py.Py_DecRef(value);
            return result;
        }
        catch (Exception e)
        {
            return Raise.Null(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint ToBytes(nint self, nint unused)
    {
        try
        {
            NDArray x = ArrayObject.Of(self);
            Gil.Eval(x);
            using BufferDescriptor d = ArrayExchange.Describing(x);
            nint n = (nint)(d.Count * d.ItemSize);
            nint bytes = Ref.Check(Py.PyBytes_FromStringAndSize(null, n));
            byte* p;
            Ref.Check(Py.PyBytes_AsStringAndSize(bytes, &p, &n));
            d.CopyTo(p);
            return bytes;
        }
        catch (Exception e)
        {
            return Raise.Null(e);
        }
    }

    // array(bytes) reads unsigned bytes; the rest are views.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Reduce(nint self, nint unused)
    {
        try
        {
            NDArray x = ArrayObject.Of(self);
            nint core = Ref.Check(Py.PyImport_ImportModule(Text.Z("engine.core"u8)));
            nint restore = Ref.Check(Py.PyObject_GetAttrString(core, Text.Z("_restore"u8)));
            Py.Py_DecRef(core);
            nint bytes = Ref.Check(Py.PyObject_CallNoArgs(Ref.Check(Py.PyObject_GetAttrString(self, Text.Z("__bytes__"u8)))));
            return Ref.Tuple(restore, Ref.Tuple(bytes, Ref.Ints(x.Layout.Shape), Py.PyLong_FromLongLong((long)x.DType)));
        }
        catch (Exception e)
        {
            return Raise.Null(e);
        }
    }
}
