using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Engine.Internal.Graph;

namespace Engine.Interop.Python;

/// <summary>Functions that make arrays of other things, evaluate, and read the module itself.</summary>
internal static unsafe class ArrayFunctions
{
    private static readonly Signature s_asArray = new("asarray", 2, 1, 1, "a", "dtype", "copy");
    private static readonly Signature s_fromDlpack = new("from_dlpack", 1, 1, 1, "x", "device", "copy");

    public static void Add(List<PyMethodDef> list) => list.AddRange(
    [
        Definitions.Method("asarray", Definitions.F(&AsArray), PyMethodDef.FastKeywords, "asarray($module, a, /, dtype=None, *, copy=None)\n--\n\nAn array of a number, a list, or another library's array, whose memory is shared where that is possible."),
        Definitions.Method("from_dlpack", Definitions.F(&FromDlpack), PyMethodDef.FastKeywords, "from_dlpack($module, x, /, *, device=None, copy=None)\n--\n\nAn array over the memory of an object that has __dlpack__, or of a capsule."),
        Definitions.Method("eval", Definitions.F(&Eval), PyMethodDef.FastKeywords, "eval($module, /, *args)\n--\n\nComputes the arrays in the arguments; lists, tuples and dicts are looked through."),
        Definitions.Method("async_eval", Definitions.F(&Eval), PyMethodDef.FastKeywords, "async_eval($module, /, *args)\n--\n\nAs eval, which it waits for."),
        Definitions.Method("_stub_text", Definitions.F(&StubText), PyMethodDef.NoArgs, "_stub_text($module, /)\n--\n\nThe text of the stub file core.pyi."),
        Definitions.Method("_restore", Definitions.F(&Restore), PyMethodDef.FastKeywords, "_restore($module, data, shape, dtype, /)\n--\n\nFor pickle: an array of its bytes."),
    ]);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint AsArray(nint self, nint* args, nint n, nint keywords)
    {
        try
        {
            nint* v = stackalloc nint[3];
            s_asArray.Bind(args, n, keywords, v);
            return ArrayObject.New(Construct.AsArray(v[0], Argument.DType(v[1], "asarray", "dtype"), Argument.BoolOrNone(v[2], "asarray", "copy")));
        }
        catch (Exception e)
        {
            return Raise.Null(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint FromDlpack(nint self, nint* args, nint n, nint keywords)
    {
        try
        {
            nint* v = stackalloc nint[3];
            s_fromDlpack.Bind(args, n, keywords, v);
            if (v[1] != 0 && v[1] != Globals.None && !(Ref.Is(v[1], Globals.UnicodeType) && Text.Of(v[1]) == "cpu"))
            {
                Devices.Device(v[1], "from_dlpack", "device");
            }
            return ArrayObject.New(Construct.FromDlpack(v[0], Argument.BoolOrNone(v[2], "from_dlpack", "copy")));
        }
        catch (Exception e)
        {
            return Raise.Null(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Eval(nint self, nint* args, nint n, nint keywords)
    {
        try
        {
            if (keywords != 0 && Py.PyTuple_Size(keywords) > 0)
            {
                throw PythonException.TypeError("eval() takes no keyword arguments");
            }
            var arrays = new List<nint>();
            for (nint i = 0; i < n; i++)
            {
                Tree.Flatten(args[i], arrays, constants: true, "eval");
            }
            var nodes = new NDArray[arrays.Count];
            for (int i = 0; i < nodes.Length; i++)
            {
                nodes[i] = ArrayObject.Of(arrays[i]);
            }
            Gil.EvalAll(nodes);
            return Ref.None();
        }
        catch (Exception e)
        {
            return Raise.Null(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint StubText(nint self, nint unused)
    {
        try
        {
            fixed (byte* p = ModuleText.Stub)
            {
                return Ref.Check(Py.PyUnicode_FromStringAndSize(p, ModuleText.Stub.Length));
            }
        }
        catch (Exception e)
        {
            return Raise.Null(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Restore(nint self, nint* args, nint n, nint keywords)
    {
        try
        {
            if (n != 3)
            {
                throw PythonException.TypeError("_restore() takes data, shape and dtype");
            }
            long[] shape = Argument.Shape(args[1], "_restore", "shape");
            var type = (DType)Argument.Int(args[2], "_restore", "dtype");
            byte* data;
            nint length;
            Ref.Check(Py.PyBytes_AsStringAndSize(args[0], &data, &length));
            int itemSize = ElementFormat.Size(type);
            return Extent.CheckedCount(shape, itemSize) * itemSize == length
                ? ArrayObject.New(ArrayExchange.Copy(new BufferDescriptor((nint)data, type, shape), narrow: false))
                : throw PythonException.ValueError("_restore(): the data have another size than the shape");
        }
        catch (Exception e)
        {
            return Raise.Null(e);
        }
    }
}
