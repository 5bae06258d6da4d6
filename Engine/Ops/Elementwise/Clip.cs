using Engine.Internal.Graph;

namespace Engine.Internal.Operations;

[Op("clip", "(a, /, a_min, a_max, *, stream=None)")]
internal static partial class Clip
{
    /// <summary>Every element brought between two bounds.</summary>
    /// <param name="a">Any shape and real dtype.</param>
    /// <param name="aMin">Lower bound, broadcast; null for none.</param>
    /// <param name="aMax">Upper bound, broadcast; null for none. Where the bounds cross, the upper one wins.</param>
    /// <returns>The broadcast shape, in the dtype in which all meet.</returns>
    /// <exception cref="OptionException">Both bounds are null.</exception>
    /// <remarks>NaN stays NaN. Derivative 1 inside, 0 outside, one half at a bound.</remarks>
    public static Node Of(Node a, Node? aMin, Node? aMax)
    {
        if (aMin is null && aMax is null) { throw Errors.Option(OpName, "both bounds are missing; give a_min, a_max or both"); }
        if (aMin is { } low) { a = Maximum.Of(a, low); }
        return aMax is { } high ? Minimum.Of(a, high) : a;
    }
}
