using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Engine.Internal;
using Engine.Internal.Graph;

namespace Engine.Interop.Python;

/// <summary>save, savez and load. A file is a path or an object with write or read.</summary>
internal static unsafe class FileFunctions
{
    private static readonly Signature s_save = new("save", 2, 0, 2, "file", "arr");
    private static readonly Signature s_load = new("load", 3, 1, 1, "file", "format", "return_metadata", "stream");

    public static void Add(List<PyMethodDef> list) => list.AddRange(
    [
        Definitions.Method("save", Definitions.F(&Save), PyMethodDef.FastKeywords, "save($module, file, arr)\n--\n\nWrites an array as .npy, which NumPy reads."),
        Definitions.Method("savez", Definitions.F(&Savez), PyMethodDef.FastKeywords, "savez($module, file, /, *args, **kwargs)\n--\n\nWrites arrays as .npz, which NumPy reads; those without a name are arr_0, arr_1, ..."),
        Definitions.Method("load", Definitions.F(&Load), PyMethodDef.FastKeywords, "load($module, file, /, format=None, return_metadata=False, *, stream=None)\n--\n\nReads the array of a .npy file, or the dict of arrays of a .npz file."),
    ]);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Save(nint self, nint* args, nint n, nint keywords)
    {
        try
        {
            nint* v = stackalloc nint[2];
            s_save.Bind(args, n, keywords, v);
            Node x = Argument.Array(v[1], "save", "arr");
            Gil.Eval(x.Array);
            Write(v[0], ".npy", "save", [x.Array], stream => Files.Save(stream, x));
            return Ref.None();
        }
        catch (Exception e)
        {
            return Raise.Null(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Savez(nint self, nint* args, nint n, nint keywords)
    {
        try
        {
            if (n == 0)
            {
                throw PythonException.TypeError("savez() is missing the argument 'file'");
            }
            var arrays = new List<(string Name, NDArray Array)>();
            for (nint i = 1; i < n; i++)
            {
                arrays.Add(($"arr_{i - 1}", Argument.Array(args[i], "savez", "args").Array));
            }
            nint count = keywords == 0 ? 0 : Py.PyTuple_Size(keywords);
            for (nint i = 0; i < count; i++)
            {
                string name = Text.Of(Py.PyTuple_GetItem(keywords, i));
                if (arrays.Exists(a => a.Name == name))
                {
                    throw PythonException.ValueError($"savez(): '{name}' is given by position and by name");
                }
                arrays.Add((name, Argument.Array(args[n + i], "savez", name).Array));
            }
            NDArray[] all = [.. arrays.ConvertAll(a => a.Array)];
            Gil.EvalAll(all);
            Write(args[0], ".npz", "savez", all, stream => Files.Savez(stream, [.. arrays]));
            return Ref.None();
        }
        catch (Exception e)
        {
            return Raise.Null(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Load(nint self, nint* args, nint n, nint keywords)
    {
        try
        {
            nint* v = stackalloc nint[4];
            s_load.Bind(args, n, keywords, v);
            Devices.CheckStream(v[3], "load");
            string? path = Path(v[0]);
            string format = Format(path, v[1]);
            if (v[2] != 0 && Argument.Bool(v[2], "load", "return_metadata"))
            {
                throw PythonException.ValueError($"load(): a file of format {format} has no metadata");
            }
            byte[]? bytes = path is null ? Read(v[0]) : null;
            if (format == "npy")
            {
                return ArrayObject.New(Gil.Without([], () =>
                {
                    using Stream stream = Open(path, bytes);
                    return Files.Load(stream);
                }));
            }
            return Dict(Gil.Without([], () =>
            {
                using Stream stream = Open(path, bytes);
                return Files.Loadz(stream).ToArray();
            }));
        }
        catch (Exception e)
        {
            return Raise.Null(e);
        }
    }

    private static Stream Open(string? path, byte[]? bytes) => path is null ? new MemoryStream(bytes!) : File.OpenRead(path);

    private static string Format(string? path, nint given)
    {
        string? format = given == 0 || given == Globals.None ? null : Argument.Str(given, "load", "format");
        if (format is null && path is not null)
        {
            format = System.IO.Path.GetExtension(path).TrimStart('.');
        }
        return format switch
        {
            "npy" or "npz" => format,
            null or "" => throw PythonException.ValueError("load(): the format is not to be seen from the file's name: give format='npy' or 'npz'"),
            "safetensors" or "gguf" => throw PythonException.RuntimeError($"load(): files of format {format} are not yet read in this version"),
            _ => throw PythonException.ValueError($"load(): '{format}' is no known format: 'npy' and 'npz' are"),
        };
    }

    private static nint Dict(IEnumerable<(string Name, Node Array)> arrays)
    {
        nint dict = Ref.Check(Py.PyDict_New());
        foreach ((string name, Node array) in arrays)
        {
            nint key = Text.New(name), value = ArrayObject.New(array);
            int status = Py.PyDict_SetItem(dict, key, value);
            Py.Py_DecRef(key);
            Py.Py_DecRef(value);
            Ref.Check(status);
        }
        return dict;
    }

    /// <summary>The path that an object is; null for other objects, which are files themselves.</summary>
    private static string? Path(nint o)
    {
        if (Ref.Is(o, Globals.UnicodeType))
        {
            return Text.Of(o);
        }
        if (Py.PyObject_HasAttrString(o, Text.Z("__fspath__"u8)) == 0)
        {
            return null;
        }
        nint os = Ref.Check(Py.PyImport_ImportModule(Text.Z("os"u8)));
        nint decode = Py.PyObject_GetAttrString(os, Text.Z("fsdecode"u8));
        Py.Py_DecRef(os);
        nint args = Ref.Tuple(Ref.New(o));
        nint text = Py.PyObject_CallObject(Ref.Check(decode), args);
        Py.Py_DecRef(args);
        Py.Py_DecRef(decode);
        string path = Text.Of(Ref.Check(text));
        Py.Py_DecRef(text);
        return path;
    }

    private static void Write(nint file, string extension, string function, NDArray[] arrays, Action<Stream> write)
    {
        string? path = Path(file);
        nint method = path is null ? Method(file, "write"u8, function) : 0;
        using var memory = new MemoryStream();
        Gil.Without(arrays, () =>
        {
            if (path is null)
            {
                write(memory);
                return 0;
            }
            using FileStream stream = File.Create(path.EndsWith(extension, StringComparison.Ordinal) ? path : path + extension);
            write(stream);
            return 0;
        });
        if (path is not null)
        {
            return;
        }
        nint bytes;
        fixed (byte* p = memory.GetBuffer())
        {
            bytes = Ref.Check(Py.PyBytes_FromStringAndSize(p, (nint)memory.Length));
        }
        nint args = Ref.Tuple(bytes);
        nint result = Py.PyObject_CallObject(method, args);
        Py.Py_DecRef(args);
        Py.Py_DecRef(method);
        Py.Py_DecRef(Ref.Check(result));
    }

    private static byte[] Read(nint file)
    {
        nint method = Method(file, "read"u8, "load");
        nint bytes = Py.PyObject_CallNoArgs(method);
        Py.Py_DecRef(method);
        Ref.Check(bytes);
        try
        {
            byte* p;
            nint n;
            Ref.Check(Py.PyBytes_AsStringAndSize(bytes, &p, &n));
            return new ReadOnlySpan<byte>(p, checked((int)n)).ToArray();
        }
        finally
        {
            Py.Py_DecRef(bytes);
        }
    }

    private static nint Method(nint file, ReadOnlySpan<byte> name, string function)
    {
        nint method = Py.PyObject_GetAttrString(file, Text.Z(name));
        if (method == 0)
        {
            Py.PyErr_Clear();
            throw PythonException.TypeError($"{function}(): 'file' must be a path or a file object, an object of type {Text.TypeName(file)} was given");
        }
        return method;
    }
}
