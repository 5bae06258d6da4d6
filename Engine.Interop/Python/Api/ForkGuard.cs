using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Engine.Interop.Python;

/// <summary>Makes os.fork work: when it happens no other thread may be inside managed code, since the child has none
/// of them.</summary>
internal static unsafe class ForkGuard
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    public static void Register()
    {
        nint os = Ref.Check(Py.PyImport_ImportModule(Text.Z("os"u8)));
        nint register = Py.PyObject_GetAttrString(os, Text.Z("register_at_fork"u8));
        Py.Py_DecRef(os);
        if (register == 0)
        {
            // A platform without fork.
            Py.PyErr_Clear();
            return;
        }
        PyMethodDef* methods = Definitions.Table(
        [
            Definitions.Method("_before_fork", Definitions.F(&Before), PyMethodDef.NoArgs),
            Definitions.Method("_after_fork_in_child", Definitions.F(&AfterInChild), PyMethodDef.NoArgs),
        ]);
        nint keywords = Ref.Check(Py.PyDict_New());
        nint none = Ref.Check(Py.PyTuple_New(0));
        nint before = Ref.Check(Py.PyCFunction_NewEx(methods, 0, 0));
        nint after = Ref.Check(Py.PyCFunction_NewEx(methods + 1, 0, 0));
        Ref.Check(Py.PyDict_SetItemString(keywords, Text.Z("before"u8), before));
        Ref.Check(Py.PyDict_SetItemString(keywords, Text.Z("after_in_child"u8), after));
        nint result = Ref.Check(Py.PyObject_Call(register, none, keywords));
        foreach (nint o in (ReadOnlySpan<nint>)[result, before, after, none, keywords, register])
        {
            Py.Py_DecRef(o);
        }
    }

    // The GIL is held: no new evaluation can start, and those that run need no GIL to end.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Before(nint self, nint unused)
    {
        try
        {
            long start = Stopwatch.GetTimestamp();
            var wait = default(SpinWait);
            while (Gil.Active != 0)
            {
                if (Stopwatch.GetElapsedTime(start) > s_patience)
                {
                    throw PythonException.RuntimeError("os.fork(): an evaluation on another thread has not ended within 30 seconds; the child may not work");
                }
                wait.SpinOnce();
            }
            // A child has none of them; the parent's next large evaluation starts new ones.
            EngineThreads.Stop();
            return Ref.None();
        }
        catch (Exception e)
        {
            return Raise.Null(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint AfterInChild(nint self, nint unused)
    {
        Gil.ResetInChild();
        // Threads that a child starts after its parent had some do not come up reliably: a child computes alone.
        EngineThreads.Count = 1;
        return Ref.None();
    }
}
