using Engine.Internal.Graph;

namespace Engine.Internal.Operations;

[Op("key", "(seed)", Module = "random")]
internal static partial class RandomKeyOp
{
    /// <summary>The key of a seed.</summary>
    /// <param name="seed">Any integer of 64 bits.</param>
    /// <returns>Two uint32.</returns>
    public static Node Of(long seed) => Keys.Of((ulong)seed);
}
