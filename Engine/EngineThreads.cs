using Engine.Internal;
using Engine.Internal.Backends.Cpu;
using Engine.Internal.Graph;

namespace Engine;

/// <summary>The threads that compute. Results have the same bits with any number of them.</summary>
public static class EngineThreads
{
    /// <summary>Threads that work on one evaluation at most, the caller's among them. Starts as ENGINE_THREADS, else as the processors that this process may use.</summary>
    /// <exception cref="OptionException">The value is below 1 or above 1,024, or ENGINE_THREADS is no such number.</exception>
    public static int Count
    {
        get => Workers.Count;
        set
        {
            if (value is < 1 or > Workers.MostThreads) { throw Errors.Option("EngineThreads.Count", $"{value} was given; give 1 to {Workers.MostThreads}"); }
            Workers.Count = value;
        }
    }

    /// <summary>Ends the library's threads when they have done what they were given; the next large evaluation starts new ones.</summary>
    /// <remarks>For processes that are about to fork, or that unload the library.</remarks>
    public static void Stop()
    {
        AsyncEvaluator.Stop();
        Workers.Stop();
    }
}
