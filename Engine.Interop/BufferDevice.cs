namespace Engine.Interop;

/// <summary>Where memory lives: DLPack's device number (1 is the CPU) and the index among devices of that
/// kind.</summary>
/// <param name="Kind">DLPack's device type.</param>
/// <param name="Index">0 for the CPU.</param>
public readonly record struct BufferDevice(int Kind, int Index)
{
    /// <summary>Memory that the CPU reads and writes.</summary>
    public static BufferDevice Cpu => new(1, 0);

    /// <summary>Whether the CPU can read the memory: the CPU's own, pinned host memory of CUDA and ROCm, and CUDA's
    /// managed memory.</summary>
    public bool IsHost => Kind is 1 or 3 or 11 or 13;
}
