using System.Globalization;

namespace Engine.Internal.Memory;

/// <summary>How much memory this process may use.</summary>
internal static class MemoryLimits
{
    static readonly string[] LimitFiles =
    [
        "/sys/fs/cgroup/memory.max",
        "/sys/fs/cgroup/memory/memory.limit_in_bytes",
    ];

    /// <summary>
    /// The least of the machine's memory, the container's limit and what the garbage collector was told.
    /// </summary>
    public static long Detect()
    {
        long limit = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        if (limit <= 0) { limit = long.MaxValue / 2; }
        if (!OperatingSystem.IsLinux()) { return limit; }
        foreach (string file in LimitFiles)
        {
            if (Read(file) is long bytes and > 0 && bytes < limit) { limit = bytes; }
        }
        return limit;
    }

    // "max", an unlimited group's huge number, and a group that cannot be read all mean: no limit of its own.
    static long? Read(string file)
    {
        if (!File.Exists(file)) { return null; }
        try
        {
            string text = File.ReadAllText(file).Trim();
            return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long bytes) ? bytes : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
