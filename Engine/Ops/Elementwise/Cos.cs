using System.Runtime.CompilerServices;
using Engine.Internal.Graph;
using Engine.Internal.Lanes;
using static Engine.Internal.Lanes.LaneMath;
using static Engine.Internal.Lanes.LaneParts;
using static Engine.Internal.Lanes.LanePoly;

namespace Engine.Internal.Operations;

[Op("cos", "(a, /, *, stream=None)")]
internal readonly partial struct Cos : IPatchedUnary
{
    /// <summary>Cosine.</summary>
    /// <param name="a">Any shape (radians); integers and bool are taken as float32.</param>
    /// <returns>Same shape and float dtype.</returns>
    /// <remarks>Within 2 ulp in float32 and float64; float16 and bfloat16 are rounded once from float32. Right for every finite argument (Payne and Hanek beyond the range of the fast reduction); inf gives NaN. Derivative -sin x.</remarks>
    public static partial Node Of(Node a);

    public static double Bound(DType t) => t == DType.Float32 ? Trig.Bound32 : Trig.Bound64;

    public static double Patch(double x) => Trig.PatchCos(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Apply<V, T, L>(V x) where T : unmanaged where L : struct, ILanes<V, T> => SinCos<V, T, L>(x, 1);

    public static Node? Chain(Node g, Node x, Node y) => -(g * Sin.Of(x));
}
