using Engine.Internal.Memory;

namespace Engine;

/// <summary>
/// The memory that arrays use. Nothing has to be disposed of: blocks return when the last counted reference goes or a
/// collection finds
/// them unreachable, and wait in a cache to be used again.
/// </summary>
public static class EngineMemory
{
    /// <summary>
    /// Bytes in use by arrays of more than 1,024 bytes, rounded up to the allocator's block sizes. Imported memory does
    /// not count.
    /// </summary>
    public static long Active => Allocator.Active;

    /// <summary>The most that <see cref="Active"/> has been since the start or <see cref="ResetPeak"/>.</summary>
    public static long Peak => Allocator.Peak;

    /// <summary>Bytes kept for the next arrays.</summary>
    public static long Cache => Allocator.Cached;

    /// <summary>
    /// Active and cached bytes together stay below this: first the cache is given back, then a collection looks for
    /// unreachable arrays, then
    /// a <see cref="DeviceMemoryException"/> is thrown. Starts as the memory of the machine or of its container.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public static long Limit
    {
        get => Allocator.Limit;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            Allocator.Limit = value;
        }
    }

    /// <summary>
    /// Cached bytes stay below this. Starts as 1 GiB or a quarter of <see cref="Limit"/>, whichever is less; 0 turns
    /// the cache off.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public static long CacheLimit
    {
        get => Allocator.CacheLimit;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            Allocator.CacheLimit = value;
        }
    }

    /// <summary>
    /// Takes back what past collections have found unreachable and gives the cache to the operating system.
    /// </summary>
    public static void Trim()
    {
        Allocator.Sweep();
        Allocator.Trim();
    }

    /// <summary>Lets <see cref="Peak"/> start again from <see cref="Active"/>.</summary>
    public static void ResetPeak() => Allocator.ResetPeak();
}
