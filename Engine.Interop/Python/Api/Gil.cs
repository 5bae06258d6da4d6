using System.Runtime.CompilerServices;
using Engine.Internal.Graph;

namespace Engine.Interop.Python;

/// <summary>Evaluation and files from Python: the GIL is let go for large work and kept for small.</summary>
internal static unsafe class Gil
{
    /// <summary>Elements below which letting the GIL go costs more than it gives.</summary>
    private const long SmallWork = 16 * 1024;

    private static int s_active;

    /// <summary>Evaluations, and work with files, that run without the GIL.</summary>
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
            if (work >= SmallWork)
            {
                break;
            }
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
        nint state = Leave(roots);
        try
        {
            Evaluator.Eval(roots);
        }
        finally
        {
            // A thread that gave an object another node meanwhile must not end the node that the caller goes on with.
            Return(state, roots, keep: true);
        }
        Releases.Drain();
    }

    /// <summary>Runs work that touches no Python object, such as reading a file, without the GIL.</summary>
    /// <param name="claimed">Arrays that it reads.</param>
    /// <param name="work">May throw.</param>
    public static T Without<T>(ReadOnlySpan<NDArray> claimed, Func<T> work)
    {
        T result;
        nint state = Leave(claimed);
        try
        {
            result = work();
        }
        finally
        {
            Return(state, claimed, keep: false);
        }
        Releases.Drain();
        return result;
    }

    private static nint Leave(ReadOnlySpan<NDArray> claimed)
    {
        foreach (NDArray x in claimed)
        {
            Lifetime.Claim(x);
        }
        Interlocked.Increment(ref s_active);
        return Py.PyEval_SaveThread();
    }

    private static void Return(nint state, ReadOnlySpan<NDArray> claimed, bool keep)
    {
        // Counted down first: a fork waits for it with the GIL held. At the interpreter's end RestoreThread does
        // not return.
        Interlocked.Decrement(ref s_active);
        Py.PyEval_RestoreThread(state);
        foreach (NDArray x in claimed)
        {
            if (keep)
            {
                Lifetime.ReleaseKeeping(x);
            }
            else
            {
                Lifetime.Release(x);
            }
        }
    }

    /// <summary>In a forked child only the forking thread is left.</summary>
    public static void ResetInChild() => s_active = 0;
}
