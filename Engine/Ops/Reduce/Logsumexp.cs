using System.Runtime.CompilerServices;
using Engine.Internal.Graph;
using Engine.Internal.Lanes;

namespace Engine.Internal.Operations;

[Op("logsumexp", "(a, /, axis=None, keepdims=False, *, stream=None)")]
internal readonly partial struct Logsumexp : IFloatReduction
{
    /// <summary>log(sum(exp(a))) over axes, without overflow.</summary>
    /// <param name="a">Any shape, real; integers and bool are taken as float32.</param>
    /// <param name="axis">The axes that go; all where none is given.</param>
    /// <param name="keepDims">Leave them with length 1.</param>
    /// <returns>The reduced shape, float.</returns>
    /// <exception cref="AxisException">An axis is out of range.</exception>
    /// <remarks>One pass. Over no elements -inf. Derivative exp(a - y).</remarks>
    public static partial Node Of(Node a, Axes axis = default, bool keepDims = false);

    public static double? Empty => double.NegativeInfinity;

    public static int Values => 2;

    public static bool HasLeaf => true;

    public static Node? Weight(Node x, Node y, int[] axes) => Exp.Of(x - y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static State<V> Identity<V, T, L>() where T : unmanaged where L : struct, ILanes<V, T> =>
        new(L.Const(double.NegativeInfinity), L.Const(0));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static State<V> Map<V, T, L>(V x, V index) where T : unmanaged where L : struct, ILanes<V, T> => new(x, L.Const(1));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Finish<V, T, L>(State<V> s) where T : unmanaged where L : struct, ILanes<V, T> => L.Add(s.A, Log.Apply<V, T, L>(s.B));

    // One exp: of the two factors one is always 1. Equal infinities are met by Eq (their difference is NaN); a NaN lives on in B.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static State<V> Combine<V, T, L>(State<V> a, State<V> b) where T : unmanaged where L : struct, ILanes<V, T>
    {
        V d = L.Sub(b.A, a.A), up = L.Lt(L.Const(0), d);
        V e = L.Select(L.Eq(a.A, b.A), L.Const(1), Exp.Apply<V, T, L>(L.Neg(L.Abs(d))));
        return new(L.Select(up, b.A, a.A), L.Fma(L.Select(up, a.B, b.B), e, L.Select(up, b.B, a.B)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static State<V> Leaf<V, T, L>(Column<V> x) where T : unmanaged where L : struct, ILanes<V, T>
    {
        V m = x[0], s = L.Const(0);
        for (int r = 1; r < 8; r++) { m = L.Max(m, x[r]); }
        V z = L.Select(L.Lt(L.Abs(m), L.Const(double.PositiveInfinity)), m, L.Const(0));
        for (int r = 0; r < 8; r++) { s = L.Add(s, Exp.Apply<V, T, L>(L.Sub(x[r], z))); }
        return new(m, s);
    }
}
