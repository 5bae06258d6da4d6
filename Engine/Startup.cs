using System.Runtime.CompilerServices;
using Engine.Internal.Backends.Cpu;
using Engine.Internal.Plans;

namespace Engine.Internal;

/// <summary>Gives plans the CPU to run on, before anything of the library runs.</summary>
internal static class Startup
{
    [ModuleInitializer]
    internal static void Start() => Backend.Current = new CpuBackend();
}
