using System.Diagnostics;

namespace Engine.Benchmarks;

/// <summary>An implementation lacks an op, a dtype or a layout.</summary>
internal sealed class MissingException(string reason) : Exception(reason);

/// <summary>An implementation could not be loaded or died: a failed row.</summary>
internal sealed class FailedException(string reason) : Exception(reason);

/// <summary>An implementation took too long for a measurement.</summary>
internal sealed class TooSlowException(TimeSpan limit) : Exception($"took more than {limit.TotalSeconds:F0} s");

/// <summary>The engine or a peer, for one number of threads.</summary>
internal abstract class Implementation : IDisposable
{
    public required string Name { get; init; }

    /// <summary>The version that was loaded.</summary>
    public required string Version { get; init; }

    /// <summary>The kernels that its OpenBLAS chose.</summary>
    public string? Core { get; init; }

    /// <summary>Nothing more can be asked of it: it must be loaded again.</summary>
    public virtual bool HasEnded => false;

    /// <summary>Draws the inputs and runs once.</summary>
    /// <exception cref="MissingException">It cannot do this.</exception>
    public abstract Prepared Prepare(Case work, string dtype);

    public abstract void Dispose();
}

/// <summary>A case that an implementation is ready to repeat.</summary>
internal abstract class Prepared : IDisposable
{
    /// <summary>Nanoseconds of all calls together.</summary>
    public abstract double Time(long calls);

    public abstract void Dispose();
}

/// <summary>Repeats a delegate in this process.</summary>
internal sealed class Loop(Action action, Action? release = null) : Prepared
{
    public override double Time(long calls)
    {
        long start = Stopwatch.GetTimestamp();
        for (long i = 0; i < calls; i++)
        {
            action();
        }
        return Stopwatch.GetElapsedTime(start).TotalNanoseconds;
    }

    public override void Dispose() => release?.Invoke();
}

/// <summary>A peer in this process: a function from a case to what is repeated.</summary>
internal sealed class InProcess(Func<Case, string, Action?> make) : Implementation
{
    public override Prepared Prepare(Case work, string dtype) =>
        new Loop(make(work, dtype) ?? throw new MissingException("no such function"));

    public override void Dispose()
    {
    }
}
