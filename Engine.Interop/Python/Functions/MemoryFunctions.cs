using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Engine.Interop.Python;

/// <summary>Memory counters and limits.</summary>
internal static unsafe class MemoryFunctions
{
    private static readonly Signature s_limit = new("limit", 1, 0, 1, "limit");

    public static void Add(List<PyMethodDef> list) => list.AddRange(
    [
        Definitions.Method("get_active_memory", Definitions.F(&Active), PyMethodDef.NoArgs, "get_active_memory($module, /)\n--\n\nBytes in use by arrays."),
        Definitions.Method("get_peak_memory", Definitions.F(&Peak), PyMethodDef.NoArgs, "get_peak_memory($module, /)\n--\n\nThe most bytes that were in use since the start or reset_peak_memory()."),
        Definitions.Method("get_cache_memory", Definitions.F(&Cache), PyMethodDef.NoArgs, "get_cache_memory($module, /)\n--\n\nBytes kept for the next arrays."),
        Definitions.Method("get_memory_limit", Definitions.F(&Limit), PyMethodDef.NoArgs, "get_memory_limit($module, /)\n--\n\nBytes that active and cached memory together stay below."),
        Definitions.Method("reset_peak_memory", Definitions.F(&ResetPeak), PyMethodDef.NoArgs, "reset_peak_memory($module, /)\n--\n\nLets the peak start again from what is active."),
        Definitions.Method("clear_cache", Definitions.F(&ClearCache), PyMethodDef.NoArgs, "clear_cache($module, /)\n--\n\nGives cached memory back to the operating system."),
        Definitions.Method("set_memory_limit", Definitions.F(&SetLimit), PyMethodDef.FastKeywords, "set_memory_limit($module, limit)\n--\n\nSets the limit of active and cached memory; returns the one before."),
        Definitions.Method("set_cache_limit", Definitions.F(&SetCacheLimit), PyMethodDef.FastKeywords, "set_cache_limit($module, limit)\n--\n\nSets the limit of cached memory; returns the one before."),
    ]);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Active(nint self, nint unused)
    {
        try
        {
            return Ref.Check(Py.PyLong_FromLongLong(EngineMemory.Active));
        }
        catch (Exception e)
        {
            return Raise.Null(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Peak(nint self, nint unused)
    {
        try
        {
            return Ref.Check(Py.PyLong_FromLongLong(EngineMemory.Peak));
        }
        catch (Exception e)
        {
            return Raise.Null(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Cache(nint self, nint unused)
    {
        try
        {
            return Ref.Check(Py.PyLong_FromLongLong(EngineMemory.Cache));
        }
        catch (Exception e)
        {
            return Raise.Null(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Limit(nint self, nint unused)
    {
        try
        {
            return Ref.Check(Py.PyLong_FromLongLong(EngineMemory.Limit));
        }
        catch (Exception e)
        {
            return Raise.Null(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint ResetPeak(nint self, nint unused)
    {
        try
        {
            EngineMemory.ResetPeak();
            return Ref.None();
        }
        catch (Exception e)
        {
            return Raise.Null(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint ClearCache(nint self, nint unused)
    {
        try
        {
            EngineMemory.Trim();
            return Ref.None();
        }
        catch (Exception e)
        {
            return Raise.Null(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint SetLimit(nint self, nint* args, nint n, nint keywords)
    {
        try
        {
            nint* v = stackalloc nint[1];
            s_limit.Bind(args, n, keywords, v);
            long limit = Argument.Int64(v[0], "set_memory_limit", "limit");
            if (limit < 0)
            {
                throw PythonException.TypeError("set_memory_limit(): 'limit' must not be negative");
            }
            long before = EngineMemory.Limit;
            EngineMemory.Limit = limit;
            return Ref.Check(Py.PyLong_FromLongLong(before));
        }
        catch (Exception e)
        {
            return Raise.Null(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint SetCacheLimit(nint self, nint* args, nint n, nint keywords)
    {
        try
        {
            nint* v = stackalloc nint[1];
            s_limit.Bind(args, n, keywords, v);
            long limit = Argument.Int64(v[0], "set_cache_limit", "limit");
            if (limit < 0)
            {
                throw PythonException.TypeError("set_cache_limit(): 'limit' must not be negative");
            }
            long before = EngineMemory.CacheLimit;
            EngineMemory.CacheLimit = limit;
            return Ref.Check(Py.PyLong_FromLongLong(before));
        }
        catch (Exception e)
        {
            return Raise.Null(e);
        }
    }
}
