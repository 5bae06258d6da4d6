using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Engine.Interop.Python;

/// <summary>engine.core.DeviceType, Device, Stream and the context that stream() returns. There is one device, the
/// CPU, with as many streams as are asked for.</summary>
internal static unsafe class Devices
{
    private static readonly Signature s_new = new("Device", 2, 0, 1, "type", "index");
    private static nint s_deviceType;
    private static nint s_cpu;
    private static nint s_gpu;
    private static nint s_device;
    private static nint s_stream;
    private static nint s_context;
    private static long s_streams;

    [ThreadStatic]
    private static long t_current;

    public static void Add(nint module)
    {
        if (s_device == 0)
        {
            MakeEnum();
            s_device = SmallType.Create(
                module,
                "Device",
                0,
                "Device(type, index=0)\n--\n\nA device: its type and its number among those.",
                [SmallType.Property("type", 0, "The kind of device."), SmallType.Property("index", 1, "Its number.")],
                [],
                Definitions.F(&NewDevice));
            s_stream = SmallType.Create(
                module,
                "Stream",
                0,
                "A queue of work on a device.",
                [SmallType.Property("device", 0, "The device."), SmallType.Property("index", 1, "Its number.")],
                []);
            s_context = SmallType.Create(
                module,
                "StreamContext",
                0,
                "Makes a stream or device the current one.",
                [],
                [
                    Definitions.Method("__enter__", Definitions.F(&Enter), PyMethodDef.NoArgs),
                    Definitions.Method("__exit__", Definitions.F(&Exit), PyMethodDef.FastKeywords),
                ]);
        }
        Definitions.Add(module, "DeviceType", s_deviceType);
        Definitions.Add(module, "cpu", s_cpu);
        Definitions.Add(module, "gpu", s_gpu);
        Definitions.Add(module, "Device", s_device);
        Definitions.Add(module, "Stream", s_stream);
        Definitions.Add(module, "StreamContext", s_context);
    }

    public static void Forget() => s_device = s_stream = s_context = s_deviceType = s_cpu = s_gpu = 0;

    private static void MakeEnum()
    {
        nint module = Ref.Check(Py.PyImport_ImportModule(Text.Z("enum"u8)));
        nint make = Ref.Check(Py.PyObject_GetAttrString(module, Text.Z("Enum"u8)));
        nint names = Ref.Check(Py.PyDict_New());
        Ref.Check(Py.PyDict_SetItemString(names, Text.Z("cpu"u8), Py.PyLong_FromLongLong(0)));
        Ref.Check(Py.PyDict_SetItemString(names, Text.Z("gpu"u8), Py.PyLong_FromLongLong(1)));
        nint args = Ref.Tuple(Text.New("DeviceType"), names);
        nint keywords = Ref.Check(Py.PyDict_New());
        nint owner = Text.New("engine.core");
        Ref.Check(Py.PyDict_SetItemString(keywords, Text.Z("module"u8), owner));
        s_deviceType = Ref.Check(Py.PyObject_Call(make, args, keywords));
        nint text = Ref.Check(Py.PyObject_GetAttrString(s_deviceType, Text.Z("__str__"u8)));
        Ref.Check(Py.PyObject_SetAttrString(s_deviceType, Text.Z("__repr__"u8), text));
        Py.Py_DecRef(text);
        s_cpu = Ref.Check(Py.PyObject_GetAttrString(s_deviceType, Text.Z("cpu"u8)));
        s_gpu = Ref.Check(Py.PyObject_GetAttrString(s_deviceType, Text.Z("gpu"u8)));
        foreach (nint o in (ReadOnlySpan<nint>)[owner, keywords, args, make, module])
        {
            Py.Py_DecRef(o);
        }
    }

    /// <summary>Checks a stream= argument: None, a stream, a device or a device type that is there.</summary>
    public static void CheckStream(nint o, string function)
    {
        if (o == 0 || o == Globals.None || o == s_cpu || Ref.Type(o) == s_stream)
        {
            return;
        }
        Device(o, function, "stream");
    }

    /// <summary>Checks a device argument: a device or a device type.</summary>
    public static void Device(nint o, string function, string parameter)
    {
        bool gpu = o == s_gpu || (Ref.Type(o) == s_device && SmallType.Of<DeviceValue>(o).Gpu);
        if (gpu)
        {
            throw PythonException.ValueError($"{function}(): there is no GPU back end in this build: use engine.core.cpu");
        }
        if (o != s_cpu && Ref.Type(o) != s_device)
        {
            throw PythonException.TypeError($"{function}(): '{parameter}' must be a stream, a device or None, an object of type {Text.TypeName(o)} was given");
        }
    }

    public static bool IsGpu(nint o) => o == s_gpu || (Ref.Type(o) == s_device && SmallType.Of<DeviceValue>(o).Gpu);

    /// <summary>A new reference to the CPU device.</summary>
    public static nint Cpu() => SmallType.New(s_device, new DeviceValue(false, 0));

    /// <summary>A new reference to the current stream.</summary>
    public static nint CurrentStream() => SmallType.New(s_stream, new StreamValue(t_current));

    /// <summary>A new stream.</summary>
    public static nint NewStream() => SmallType.New(s_stream, new StreamValue(Interlocked.Increment(ref s_streams)));

    public static void SetCurrent(nint o)
    {
        if (Ref.Type(o) != s_stream)
        {
            throw PythonException.TypeError($"set_default_stream(): a stream is needed, an object of type {Text.TypeName(o)} was given");
        }
        t_current = SmallType.Of<StreamValue>(o).Index;
    }

    /// <summary>What stream(s) returns.</summary>
    public static nint Context(nint o)
    {
        CheckStream(o == Globals.None ? throw PythonException.TypeError("stream(): a stream or a device is needed, None was given") : o, "stream");
        return SmallType.New(s_context, new ContextValue(Ref.Type(o) == s_stream ? SmallType.Of<StreamValue>(o).Index : 0));
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint NewDevice(nint type, nint args, nint keywords)
    {
        try
        {
            nint* v = stackalloc nint[2];
            s_new.Bind(args, keywords, v);
            if (v[0] != s_cpu && v[0] != s_gpu)
            {
                throw PythonException.TypeError($"Device(): 'type' must be engine.core.cpu or engine.core.gpu, an object of type {Text.TypeName(v[0])} was given");
            }
            return SmallType.New(s_device, new DeviceValue(v[0] == s_gpu, v[1] == 0 ? 0 : Number.Int64(v[1])));
        }
        catch (Exception e)
        {
            return Raise.Null(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Enter(nint self, nint unused)
    {
        try
        {
            ContextValue c = SmallType.Of<ContextValue>(self);
            c.Before.Push(t_current);
            t_current = c.Index;
            return Ref.None();
        }
        catch (Exception e)
        {
            return Raise.Null(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Exit(nint self, nint* args, nint n, nint keywords)
    {
        try
        {
            if (SmallType.Of<ContextValue>(self).Before.TryPop(out long before))
            {
                t_current = before;
            }
            return Ref.None();
        }
        catch (Exception e)
        {
            return Raise.Null(e);
        }
    }

    private sealed class DeviceValue(bool gpu, long index) : SmallObject
    {
        public bool Gpu => gpu;

        public override string Repr => $"Device({(gpu ? "gpu" : "cpu")}, {index})";

        public override nint Hash => (nint)(index * 2) + (gpu ? 1 : 0);

        public override bool SameAs(SmallObject other) => other is DeviceValue d && d.Gpu == gpu && d.Hash == Hash;

        public override nint Property(nint number) => number == 0 ? Ref.New(gpu ? s_gpu : s_cpu) : Py.PyLong_FromLongLong(index);
    }

    private sealed class StreamValue(long index) : SmallObject
    {
        public long Index => index;

        public override string Repr => $"Stream(Device(cpu, 0), {index})";

        public override nint Hash => (nint)index;

        public override bool SameAs(SmallObject other) => other is StreamValue s && s.Index == index;

        public override nint Property(nint number) => number == 0 ? Cpu() : Py.PyLong_FromLongLong(index);
    }

    private sealed class ContextValue(long index) : SmallObject
    {
        public long Index => index;

        public Stack<long> Before { get; } = new();

        public override string Repr => $"StreamContext({index})";
    }
}
