using Engine.Internal;
using Engine.Internal.Graph;

namespace Engine;

/// <summary>Frees at its end what was made on this thread inside it, except what <see cref="Keep"/> was given. Optional: memory returns by itself.</summary>
/// <remarks>Scopes nest; dispose on the thread that made it, innermost first.</remarks>
public sealed class MemoryScope : IDisposable
{
    [ThreadStatic]
    static MemoryScope? current;

    readonly MemoryScope? parent;
    readonly int thread = Environment.CurrentManagedThreadId;
    readonly List<NDArray> made = [];
    readonly HashSet<NDArray> kept = new(ReferenceEqualityComparer.Instance);
    bool ended;

    /// <summary>Opens a scope on this thread.</summary>
    public MemoryScope()
    {
        parent = current;
        current = this;
    }

    internal static MemoryScope? Current => current;

    internal void Made(NDArray array) => made.Add(array);

    /// <summary>Keeps an array beyond the scope's end.</summary>
    /// <returns>The array.</returns>
    public NDArray Keep(NDArray array)
    {
        ArgumentNullException.ThrowIfNull(array);
        kept.Add(array);
        return array;
    }

    /// <summary>Frees what was made inside and not kept.</summary>
    /// <exception cref="InvalidOperationException">On another thread, or while an inner scope is open.</exception>
    public void Dispose()
    {
        if (ended) { return; }
        if (thread != Environment.CurrentManagedThreadId) { throw new InvalidOperationException("MemoryScope: dispose a scope on the thread that made it"); }
        if (current != this) { throw new InvalidOperationException("MemoryScope: an inner scope is still open; dispose that one first"); }
        ended = true;
        current = parent;
        foreach (NDArray array in made)
        {
            if (!kept.Contains(array)) { array.Free(); }
            else { parent?.Made(array); }
        }
    }
}
