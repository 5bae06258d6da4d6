using System.Runtime.CompilerServices;
using Engine.Internal.Lanes;

namespace Engine.Tests.Kernels;

// Reductions of the tests' own: the kernels are judged without any op of the library.

internal readonly struct TestSum : IReduction
{
    public static double? Empty => 0;

    // -0 + x = x for every x; +0 is not such.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static State<V> Identity<V, T, L>() where T : unmanaged where L : struct, ILanes<V, T> => new(L.Const(-0.0));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static State<V> Combine<V, T, L>(State<V> a, State<V> b) where T : unmanaged where L : struct, ILanes<V, T> =>
        new(L.Add(a.A, b.A));
}

internal readonly struct TestProduct : IReduction
{
    public static double? Empty => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static State<V> Identity<V, T, L>() where T : unmanaged where L : struct, ILanes<V, T> => new(L.Const(1));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static State<V> Combine<V, T, L>(State<V> a, State<V> b) where T : unmanaged where L : struct, ILanes<V, T> =>
        new(L.Mul(a.A, b.A));
}

internal readonly struct TestMax : IReduction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static State<V> Identity<V, T, L>() where T : unmanaged where L : struct, ILanes<V, T> => new(LaneBounds.Lowest<V, T, L>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static State<V> Combine<V, T, L>(State<V> a, State<V> b) where T : unmanaged where L : struct, ILanes<V, T> =>
        new(L.Max(a.A, b.A));
}

internal readonly struct TestMin : IReduction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static State<V> Identity<V, T, L>() where T : unmanaged where L : struct, ILanes<V, T> => new(LaneBounds.Highest<V, T, L>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static State<V> Combine<V, T, L>(State<V> a, State<V> b) where T : unmanaged where L : struct, ILanes<V, T> =>
        new(L.Min(a.A, b.A));
}

internal readonly struct TestAny : IReduction
{
    public static double? Empty => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static State<V> Identity<V, T, L>() where T : unmanaged where L : struct, ILanes<V, T> => new(L.ConstInt(0));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static State<V> Combine<V, T, L>(State<V> a, State<V> b) where T : unmanaged where L : struct, ILanes<V, T> =>
        new(L.Or(a.A, b.A));
}

internal readonly struct TestAll : IReduction
{
    public static double? Empty => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static State<V> Identity<V, T, L>() where T : unmanaged where L : struct, ILanes<V, T> => new(L.ConstInt(1));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static State<V> Combine<V, T, L>(State<V> a, State<V> b) where T : unmanaged where L : struct, ILanes<V, T> =>
        new(L.And(a.A, b.A));
}

/// <summary>First index of the maximum, or of the first NaN. A = value, B = index.</summary>
internal readonly struct TestArgmax : IReduction
{
    public static int Values => 2;

    public static bool UsesIndex => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static State<V> Identity<V, T, L>() where T : unmanaged where L : struct, ILanes<V, T> =>
        new(LaneBounds.Lowest<V, T, L>(), LaneBounds.LastIndex<V, T, L>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static State<V> Map<V, T, L>(V x, V index) where T : unmanaged where L : struct, ILanes<V, T> => new(x, index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Finish<V, T, L>(State<V> s) where T : unmanaged where L : struct, ILanes<V, T> => s.B;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static State<V> Step<V, T, L, TSelf>(State<V> s, V x, V index)
        where T : unmanaged where L : struct, ILanes<V, T> where TSelf : struct, IReduction
    {
        V keep = L.Or(L.Le(x, s.A), L.Not(L.Eq(s.A, s.A)));
        return new(L.Select(keep, s.A, x), L.Select(keep, s.B, index));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static State<V> Combine<V, T, L>(State<V> a, State<V> b) where T : unmanaged where L : struct, ILanes<V, T>
    {
        V nanA = L.Not(L.Eq(a.A, a.A)), nanB = L.Not(L.Eq(b.A, b.A)), tie = L.Or(L.Eq(a.A, b.A), L.And(nanA, nanB));
        V first = L.EqInt(L.Shr(L.SubInt(b.B, a.B), (8 * Unsafe.SizeOf<T>()) - 1), L.ConstInt(0));
        V keep = L.Or(L.And(tie, first), L.And(L.Not(tie), L.Or(L.Lt(b.A, a.A), nanA)));
        return new(L.Select(keep, a.A, b.A), L.Select(keep, a.B, b.B));
    }
}

/// <summary>Sum of squared deviations in one pass: a leaf of its own and three values. A = count, B = mean, C = the sum.</summary>
internal readonly struct TestVariance : IReduction
{
    public static int Values => 3;

    public static bool HasLeaf => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static State<V> Identity<V, T, L>() where T : unmanaged where L : struct, ILanes<V, T> => new(L.Const(0), L.Const(0), L.Const(0));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static State<V> Map<V, T, L>(V x, V index) where T : unmanaged where L : struct, ILanes<V, T> => new(L.Const(1), x, L.Const(0));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Finish<V, T, L>(State<V> s) where T : unmanaged where L : struct, ILanes<V, T> => s.C;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static State<V> Combine<V, T, L>(State<V> a, State<V> b) where T : unmanaged where L : struct, ILanes<V, T>
    {
        V n = L.Add(a.A, b.A), d = L.Sub(b.B, a.B), w = L.Div(b.A, n), c = L.Add(a.C, b.C);
        V noA = L.Eq(a.A, L.Const(0)), noB = L.Eq(b.A, L.Const(0));
        V mean = L.Select(noB, a.B, L.Select(noA, b.B, L.Fma(d, w, a.B)));
        return new(n, mean, L.Select(L.Or(noA, noB), c, L.Fma(L.Mul(d, L.Mul(a.A, w)), d, c)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static State<V> Leaf<V, T, L>(Column<V> x) where T : unmanaged where L : struct, ILanes<V, T>
    {
        V m = x[0], c = L.Const(0);
        for (int r = 1; r < 8; r++) { m = L.Add(m, x[r]); }
        m = L.Mul(m, L.Const(0.125));
        for (int r = 0; r < 8; r++)
        {
            V d = L.Sub(x[r], m);
            c = L.Fma(d, d, c);
        }
        return new(L.Const(8), m, c);
    }
}
