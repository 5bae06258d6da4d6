using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Engine.Interop.Python;

/// <summary>Devices and streams.</summary>
internal static unsafe class DeviceFunctions
{
    private static readonly Signature s_stream = new("stream", 1, 0, 0, "stream");
    private static readonly Signature s_device = new("device", 1, 0, 1, "device");
    private static readonly Signature s_s = new("stream", 1, 0, 1, "s");

    public static void Add(List<PyMethodDef> list) => list.AddRange(
    [
        Definitions.Method("default_device", Definitions.F(&DefaultDevice), PyMethodDef.NoArgs, "default_device($module, /)\n--\n\nThe device that arrays are made on."),
        Definitions.Method("set_default_device", Definitions.F(&SetDefaultDevice), PyMethodDef.FastKeywords, "set_default_device($module, device)\n--\n\nSets the device that arrays are made on."),
        Definitions.Method("is_available", Definitions.F(&IsAvailable), PyMethodDef.FastKeywords, "is_available($module, device)\n--\n\nWhether a device can be used."),
        Definitions.Method("default_stream", Definitions.F(&DefaultStream), PyMethodDef.FastKeywords, "default_stream($module, device)\n--\n\nThe current stream of a device."),
        Definitions.Method("set_default_stream", Definitions.F(&SetDefaultStream), PyMethodDef.FastKeywords, "set_default_stream($module, stream)\n--\n\nMakes a stream the current one."),
        Definitions.Method("new_stream", Definitions.F(&NewStream), PyMethodDef.FastKeywords, "new_stream($module, device)\n--\n\nA new stream."),
        Definitions.Method("stream", Definitions.F(&Stream), PyMethodDef.FastKeywords, "stream($module, s)\n--\n\nA context in which a stream or device is the current one."),
        Definitions.Method("synchronize", Definitions.F(&Synchronize), PyMethodDef.FastKeywords, "synchronize($module, stream=None)\n--\n\nWaits for a stream: evaluation here is over when eval() returns."),
    ]);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint DefaultDevice(nint self, nint unused)
    {
        try
        {
            return Devices.Cpu();
        }
        catch (Exception e)
        {
            return Raise.Null(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint SetDefaultDevice(nint self, nint* args, nint n, nint keywords)
    {
        try
        {
            nint* v = stackalloc nint[1];
            s_device.Bind(args, n, keywords, v);
            Devices.Device(v[0], "set_default_device", "device");
            return Ref.None();
        }
        catch (Exception e)
        {
            return Raise.Null(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint IsAvailable(nint self, nint* args, nint n, nint keywords)
    {
        try
        {
            nint* v = stackalloc nint[1];
            s_device.Bind(args, n, keywords, v);
            if (Devices.IsGpu(v[0]))
            {
                return Ref.Bool(false);
            }
            Devices.Device(v[0], "is_available", "device");
            return Ref.Bool(true);
        }
        catch (Exception e)
        {
            return Raise.Null(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint DefaultStream(nint self, nint* args, nint n, nint keywords)
    {
        try
        {
            nint* v = stackalloc nint[1];
            s_device.Bind(args, n, keywords, v);
            Devices.Device(v[0], "default_stream", "device");
            return Devices.CurrentStream();
        }
        catch (Exception e)
        {
            return Raise.Null(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint SetDefaultStream(nint self, nint* args, nint n, nint keywords)
    {
        try
        {
            nint* v = stackalloc nint[1];
            s_stream.Bind(args, n, keywords, v);
            Devices.SetCurrent(v[0] == 0 ? Globals.None : v[0]);
            return Ref.None();
        }
        catch (Exception e)
        {
            return Raise.Null(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint NewStream(nint self, nint* args, nint n, nint keywords)
    {
        try
        {
            nint* v = stackalloc nint[1];
            s_device.Bind(args, n, keywords, v);
            Devices.Device(v[0], "new_stream", "device");
            return Devices.NewStream();
        }
        catch (Exception e)
        {
            return Raise.Null(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Stream(nint self, nint* args, nint n, nint keywords)
    {
        try
        {
            nint* v = stackalloc nint[1];
            s_s.Bind(args, n, keywords, v);
            return Devices.Context(v[0]);
        }
        catch (Exception e)
        {
            return Raise.Null(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Synchronize(nint self, nint* args, nint n, nint keywords)
    {
        try
        {
            nint* v = stackalloc nint[1];
            s_stream.Bind(args, n, keywords, v);
            Devices.CheckStream(v[0], "synchronize");
            return Ref.None();
        }
        catch (Exception e)
        {
            return Raise.Null(e);
        }
    }
}
