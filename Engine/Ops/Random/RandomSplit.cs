using Engine.Internal.Graph;

namespace Engine.Internal.Operations;

[Op("split", "(key, num=2, stream=None)", Module = "random")]
internal static partial class RandomSplit
{
    /// <summary>Independent keys from one.</summary>
    /// <param name="key">Two uint32; use it no more.</param>
    /// <param name="num">How many.</param>
    /// <returns>Shape (num, 2), uint32.</returns>
    /// <exception cref="OptionException">num is negative, or the key is none.</exception>
    public static Node Of(Node key, int num = 2)
    {
        if (num < 0) { throw Errors.OptionNegative(OpName, "num", num); }
        Keys.Check(OpName, key);
        return RandomBits.Of(key, [num, 2], 4);
    }
}
