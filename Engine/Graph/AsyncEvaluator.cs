namespace Engine.Internal.Graph;

/// <summary>Evaluations that nobody waits for on the spot: one thread runs them in the order in which they came.</summary>
internal static class AsyncEvaluator
{
    sealed record Request(NDArray[] Roots, TaskCompletionSource Done, CancellationToken Cancel);

    static readonly object gate = new();
    static readonly Queue<Request> queue = new();
    static Thread? thread;
    static bool stopping;

    /// <summary>Evaluations that have not ended.</summary>
    public static int Active { get; private set; }

    /// <summary>The task ends when the arrays have their values; continuations run where the awaiter wants them, never on this thread.</summary>
    public static Task Eval(NDArray[] roots, CancellationToken cancel)
    {
        if (cancel.IsCancellationRequested) { return Task.FromCanceled(cancel); }
        if (Array.TrueForAll(roots, r => r.HasValue)) { return Task.CompletedTask; }
        // Until its turn comes nobody else may keep the graph.
        foreach (NDArray root in roots) { Lifetime.Claim(root); }
        var request = new Request(roots, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), cancel);
        lock (gate)
        {
            queue.Enqueue(request);
            Active++;
            if (thread is null)
            {
                stopping = false;
                thread = new Thread(Loop) { IsBackground = true, Name = "Engine stream" };
                thread.Start();
            }
            Monitor.PulseAll(gate);
        }
        return request.Done.Task;
    }

    static void Loop()
    {
        while (true)
        {
            Request request;
            lock (gate)
            {
                while (queue.Count == 0)
                {
                    if (stopping) { return; }
                    Monitor.Wait(gate);
                }
                request = queue.Dequeue();
            }
            Run(request);
        }
    }

    static void Run(Request request)
    {
        Exception? error = null;
        try
        {
            request.Cancel.ThrowIfCancellationRequested();
            Evaluator.Eval(request.Roots, request.Cancel);
        }
        catch (Exception e)
        {
            error = e;
        }
        foreach (NDArray root in request.Roots) { Lifetime.ReleaseKeeping(root); }
        lock (gate) { Active--; }
        switch (error)
        {
            case null: request.Done.SetResult(); break;
            case OperationCanceledException when request.Cancel.IsCancellationRequested: request.Done.SetCanceled(request.Cancel); break;
            default: request.Done.SetException(error); break;
        }
    }

    /// <summary>Ends the thread when it has run what it was given; the next evaluation starts another.</summary>
    public static void Stop()
    {
        Thread? running;
        lock (gate)
        {
            running = thread;
            thread = null;
            stopping = true;
            Monitor.PulseAll(gate);
        }
        running?.Join();
    }
}
