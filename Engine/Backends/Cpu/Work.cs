namespace Engine.Internal.Backends.Cpu;

/// <summary>Independent items of one kernel's work.</summary>
internal static unsafe class Work
{
    /// <summary>Runs every item, in any order; a worker runs one at a time.</summary>
    public static void Run(int items, void* context, delegate*<void*, int, int, void> run)
    {
        for (int i = 0; i < items; i++) { run(context, i, 0); }
    }
}
