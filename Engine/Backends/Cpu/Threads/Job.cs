using System.Runtime.ExceptionServices;

namespace Engine.Internal.Backends.Cpu;

/// <summary>Work in parts that need nothing of each other; which thread runs a part changes no bit of its result.</summary>
/// <remarks>Parts are handed out one at a time to whoever is free, so that a thread that the machine holds up delays its own part and no other.</remarks>
internal abstract class Job
{
    int parts, next, done, waiting;
    bool failed;
    Exception? error;

    /// <summary>Runs one part.</summary>
    protected abstract void Run(int part);

    /// <summary>Whether a part is left that nobody has taken.</summary>
    public bool IsOpen => Volatile.Read(ref next) < parts;

    public void Begin(int count) => (parts, next, done, waiting, failed, error) = (count, 0, 0, 0, false, null);

    /// <summary>Runs parts until none is left, and counts them.</summary>
    public void Work(ref long ran)
    {
        while (true)
        {
            int part = Interlocked.Increment(ref next) - 1;
            if (part >= parts) { return; }
            Interlocked.Increment(ref ran);
            try
            {
                if (!Volatile.Read(ref failed)) { Run(part); }
            }
            catch (Exception e)
            {
                Interlocked.CompareExchange(ref error, e, null);
                Volatile.Write(ref failed, true);
            }
            if (Interlocked.Increment(ref done) == parts && Volatile.Read(ref waiting) != 0)
            {
                lock (this) { Monitor.Pulse(this); }
            }
        }
    }

    /// <summary>Waits for the parts that others run, and throws what one of them threw. A join waits for parts, never for threads.</summary>
    public void Join(int spins)
    {
        for (int i = 0; i < spins && Volatile.Read(ref done) < parts; i++) { Thread.SpinWait(1); }
        if (Volatile.Read(ref done) < parts)
        {
            lock (this)
            {
                Interlocked.Exchange(ref waiting, 1);
                while (Volatile.Read(ref done) < parts) { Monitor.Wait(this); }
            }
        }
        if (error is not null) { ExceptionDispatchInfo.Throw(error); }
    }
}
