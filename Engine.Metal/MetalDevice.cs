namespace Engine.Metal;

/// <summary>Whether arrays can run on a GPU through Metal on this machine.</summary>
/// <remarks>This version has no Metal kernels: every array runs on the CPU.</remarks>
public static class MetalDevice
{
    /// <summary>True where Metal can be used. Always false in this version; <see cref="Reason"/> says why.</summary>
    public static bool IsAvailable => false;

    /// <summary>Why Metal cannot be used here, as one sentence.</summary>
    public static string Reason => OperatingSystem.IsMacOS()
        ? "This version of Engine.Metal has no kernels yet, so arrays run on the CPU."
        : "Metal needs macOS on Apple silicon and this is another system, so arrays run on the CPU.";
}
