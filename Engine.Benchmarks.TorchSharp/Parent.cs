using System.Runtime.InteropServices;

namespace Engine.Benchmarks;

internal static partial class Parent
{
    /// <summary>prctl(PR_SET_PDEATHSIG = 1, signal).</summary>
    [LibraryImport("libc", EntryPoint = "prctl")]
    public static partial int DieWith(int option, nint signal);
}
