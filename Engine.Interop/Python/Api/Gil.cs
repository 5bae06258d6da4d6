using System.Runtime.CompilerServices;
using Engine.Internal.Graph;

namespace Engine.Interop.Python;

/// <summary>Evaluation from Python: the GIL is let go for large work and kept for small.</summary>
internal static unsafe class Gil
{
    /// <summary>Elements below which letting the GIL go costs more than it gives.</summary>
    private const long SmallWork = 16 * 1024;

    private static int s_active;

    /// <summary>Evaluations that run without the GIL.</summary>
    public static int Active => Volatile.Read(ref s_active);

    /// <summary>Evaluates one array.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Eval(NDArray x)
    {
        if (!x.HasValue)
        {
            EvalAll(x);
        }
    }

    /// <summary>Evaluates arrays. They are claimed while the GIL is away: another thread may drop their
    /// objects.</summary>
    public static void EvalAll(params ReadOnlySpan<NDArray> roots)
    {
        long work = 0;
        foreach (NDArray x in roots)
        {
            work += Pending.Work(x, SmallWork);
        }
        if (work == 0)
        {
            return;
        }
        if (work < SmallWork)
        {
            Evaluator.Eval(roots);
            Releases.Drain();
            return;
        }
        foreach (NDArray x in roots)
        {
            Lifetime.Claim(x);
        }
        Interlocked.Increment(ref s_active);
        nint state = Py.PyEval_SaveThread();
        try
        {
            Evaluator.Eval(roots);
        }
        finally
        {
            // Counted down first: a fork waits for it with the GIL held. At the interpreter's end RestoreThread does
            // not return.
            Interlocked.Decrement(ref s_active);
            Py.PyEval_RestoreThread(state);
            foreach (NDArray x in roots)
            {
                Lifetime.Release(x);
            }
        }
        Releases.Drain();
    }

    /// <summary>In a forked child only the forking thread is left.</summary>
    public static void ResetInChild() => s_active = 0;
}
