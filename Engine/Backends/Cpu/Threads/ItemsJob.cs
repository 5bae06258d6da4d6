namespace Engine.Internal.Backends.Cpu;

/// <summary>Items of a kernel's work, in runs of neighbours. Whoever starts it keeps what the pointer points to.</summary>
internal sealed unsafe class ItemsJob : Job
{
    readonly int items, parts;
    readonly void* context;
    readonly delegate*<void*, int, void> run;

    ItemsJob(int items, int parts, void* context, delegate*<void*, int, void> run)
    {
        this.items = items;
        this.parts = parts;
        this.context = context;
        this.run = run;
    }

    protected override void Run(int part)
    {
        for (int i = (int)((long)items * part / parts), end = (int)((long)items * (part + 1) / parts); i < end; i++) { run(context, i); }
    }

    /// <summary>Runs every item, in any order, on this thread or, where all of them take long, on several.</summary>
    public static void Run(int items, double nanoseconds, void* context, delegate*<void*, int, void> run)
    {
        int parts = items > 1 ? Workers.Parts(nanoseconds, items) : 1;
        if (parts > 1)
        {
            Workers.Run(new ItemsJob(items, parts, context, run), parts);
            return;
        }
        for (int i = 0; i < items; i++) { run(context, i); }
    }
}
