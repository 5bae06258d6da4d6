namespace Engine.Internal.Backends.Cpu;

/// <summary>What the executors did since the process started. Bytes are those of the elements that a group reads or writes, each once.</summary>
/// <remarks>Every thread counts for itself, without interlocked instructions; a reader adds up.</remarks>
internal static class ExecutorCounters
{
    sealed class Cell
    {
        public long MapGroups, Tiles, Loaded, Stored;
    }

    static readonly Lock gate = new();
    static readonly List<Cell> cells = [];
    [ThreadStatic] static Cell? own;

    /// <summary>Map groups run (an empty one is none).</summary>
    public static long MapGroups => Sum(c => Volatile.Read(ref c.MapGroups));

    /// <summary>Tiles run.</summary>
    public static long Tiles => Sum(c => Volatile.Read(ref c.Tiles));

    /// <summary>Bytes read from operands.</summary>
    public static long BytesLoaded => Sum(c => Volatile.Read(ref c.Loaded));

    /// <summary>Bytes written to operands.</summary>
    public static long BytesStored => Sum(c => Volatile.Read(ref c.Stored));

    /// <summary>A Map group that ran.</summary>
    internal static void Map(long tiles, long bytesLoaded, long bytesStored)
    {
        Cell c = own ?? Register();
        c.MapGroups++;
        c.Tiles += tiles;
        c.Loaded += bytesLoaded;
        c.Stored += bytesStored;
    }

    /// <summary>Traffic of another executor.</summary>
    internal static void Traffic(long bytesLoaded, long bytesStored)
    {
        Cell c = own ?? Register();
        c.Loaded += bytesLoaded;
        c.Stored += bytesStored;
    }

    static Cell Register()
    {
        var c = own = new Cell();
        lock (gate)
        {
            cells.Add(c);
        }
        return c;
    }

    static long Sum(Func<Cell, long> of)
    {
        lock (gate)
        {
            return cells.Sum(of);
        }
    }
}
