using Engine.Internal.Memory;

namespace Engine.Internal.Graph;

/// <summary>Counted lifetime of nodes. A new node floats; its first claim claims its inputs; when the last claim goes, the node dies and gives back what only it held.</summary>
/// <remarks>
/// Counts are interlocked; planning, committing and destroying take <see cref="Gate"/>. An escape (a node handed to C# code) is a claim that only Free, a MemoryScope or the closing frame gives back;
/// otherwise the garbage collector finds the node and the allocator's sweep its memory. Everything here is a loop: graphs may be 100,000 deep.
/// </remarks>
internal static class Lifetime
{
    /// <summary>Taken for planning, committing and destroying; never while kernels run.</summary>
    public static readonly object Gate = new();

    [ThreadStatic]
    static Stack<NDArray>? work;

    /// <summary>Counts one more reason to keep the node.</summary>
    public static void Claim(NDArray node)
    {
        if (TryClaimNew(node, NodeFlags.None)) { return; }
        if (!node.Has(NodeFlags.Literal) && Interlocked.Increment(ref node.Claims) == 1 && node.A is not null) { Take(node); }
    }

    /// <summary>Gives one reason back.</summary>
    public static void Release(NDArray node)
    {
        if (!node.Has(NodeFlags.Literal) && Interlocked.Decrement(ref node.Claims) == 0) { lock (Gate) { Destroy(node); } }
    }

    /// <summary>Gives a claim back that was taken for a reading: a floating node that got its value by it stays alive as plain garbage.</summary>
    public static void ReleaseKeeping(NDArray node)
    {
        if (!node.Has(NodeFlags.Literal) && Interlocked.Decrement(ref node.Claims) == 0 && !node.HasValue) { lock (Gate) { Destroy(node); } }
    }

    /// <summary>Hands a node to C# code.</summary>
    public static NDArray Escape(NDArray node)
    {
        if (node.Has(NodeFlags.Literal | NodeFlags.Escaped)) { return node; }
        if (!TryClaimNew(node, NodeFlags.Escaped))
        {
            node.Set(NodeFlags.Escaped);
            Claim(node);
        }
        if (node.Value is Storage storage) { storage.MarkEscaped(); }
        Frames.Current?.Made(node);
        MemoryScope.Current?.Made(node);
        return node;
    }

    // A node that was just made can be seen by this thread alone: plain writes do.
    static bool TryClaimNew(NDArray node, NodeFlags flags)
    {
        if (node.Claims != 0 || (node.FlagBits & ~(int)(NodeFlags.KeepEdges | NodeFlags.Abstract)) != 0) { return false; }
        node.Claims = 1;
        node.FlagBits |= (int)flags;
        if (node.A is not null)
        {
            node.FlagBits |= (int)NodeFlags.Took;
            TakeInputs(node);
        }
        return true;
    }

    /// <summary>Takes an escape back; the node dies if nothing else holds it.</summary>
    public static void Unescape(NDArray node)
    {
        lock (Gate)
        {
            if (!node.Has(NodeFlags.Escaped)) { return; }
            node.Clear(NodeFlags.Escaped);
            Release(node);
        }
    }

    // n was just claimed for the first time: claim its inputs.
    static void Take(NDArray n)
    {
        n.Set(NodeFlags.Took);
        TakeInputs(n);
    }

    static void TakeInputs(NDArray n)
    {
        Stack<NDArray>? stack = null;
        while (true)
        {
            NDArray? next = null;
            for (int i = 0, count = n.InputCount; i < count; i++)
            {
                NDArray input = n.Input(i);
                if (input.Has(NodeFlags.Literal) || Interlocked.Increment(ref input.Claims) != 1 || input.A is null) { continue; }
                input.Set(NodeFlags.Took);
                if (next is null) { next = input; }
                else { (stack ??= Work()).Push(input); }
            }
            if (next is null && (stack is null || !stack.TryPop(out next))) { break; }
            n = next!;
        }
        if (stack is not null) { work = stack; }
    }

    static Stack<NDArray> Work()
    {
        var stack = work ?? new Stack<NDArray>();
        work = null;
        return stack;
    }

    // Under the gate. No counted holder is left.
    static void Destroy(NDArray n)
    {
        Stack<NDArray>? stack = null;
        while (true)
        {
            bool took = n.Has(NodeFlags.Took);
            int count = took ? n.InputCount : 0;
            NDArray? a = n.A, b = n.B;
            NDArray[]? more = n.More;
            n.A = n.B = null;
            n.More = null;
            if (Interlocked.Exchange(ref n.Value, null) is Storage storage) { storage.Drop(); }
            n.Set(NodeFlags.Dead);
            NDArray? next = null;
            for (int i = 0; i < count; i++)
            {
                NDArray input = i == 0 ? a! : i == 1 ? b! : more![i - 2];
                if (input.Has(NodeFlags.Literal) || Interlocked.Decrement(ref input.Claims) != 0) { continue; }
                if (next is null) { next = input; }
                else { (stack ??= Work()).Push(input); }
            }
            if (next is null && (stack is null || !stack.TryPop(out next))) { break; }
            n = next!;
        }
        if (stack is not null) { work = stack; }
    }

    /// <summary>Under the gate. An evaluated node forgets where it came from, unless an open frame wants the edges.</summary>
    public static void DropInputs(NDArray n)
    {
        if (n.Has(NodeFlags.KeepEdges)) { return; }
        bool took = n.Has(NodeFlags.Took);
        int count = n.InputCount;
        NDArray? a = n.A, b = n.B;
        NDArray[]? more = n.More;
        n.A = n.B = null;
        n.More = null;
        n.Op = Leaf.Instance;
        if (!took) { return; }
        n.Clear(NodeFlags.Took);
        for (int i = 0; i < count; i++) { Release(i == 0 ? a! : i == 1 ? b! : more![i - 2]); }
    }
}
