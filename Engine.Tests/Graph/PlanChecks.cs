using System.Runtime.CompilerServices;
using Engine.Internal.Backends.Cpu;
using Engine.Internal.Graph;

namespace Engine.Tests.Graph;

/// <summary>Every plan that a test makes is checked.</summary>
internal static class PlanChecks
{
    [ModuleInitializer]
    internal static void Enable()
    {
        PlanCheck.Enabled = true;
        Workers.Eager = true;
    }
}
