using System.Runtime.CompilerServices;

namespace Engine.Internal.Lanes;

/// <summary>The arithmetic that may share a tile kernel with its neighbour. Closed: it grows with the algebra, not with the ops.</summary>
internal enum Light : byte { None, Add, Sub, SubFrom, Mul }

internal readonly struct LightAdd : IBinaryBody
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Apply<V, T, L>(V x, V y) where T : unmanaged where L : struct, ILanes<V, T> => L.Add(x, y);
}

internal readonly struct LightSub : IBinaryBody
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Apply<V, T, L>(V x, V y) where T : unmanaged where L : struct, ILanes<V, T> => L.Sub(x, y);
}

internal readonly struct LightSubFrom : IBinaryBody
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Apply<V, T, L>(V x, V y) where T : unmanaged where L : struct, ILanes<V, T> => L.Sub(y, x);
}

internal readonly struct LightMul : IBinaryBody
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Apply<V, T, L>(V x, V y) where T : unmanaged where L : struct, ILanes<V, T> => L.Mul(x, y);
}

// Two bodies in one, without contraction: the bits of two steps.

/// <summary>A(TOp(x), y).</summary>
internal readonly struct UnaryThen<TOp, A> : IBinaryBody where TOp : struct, IUnaryBody where A : struct, IBinaryBody
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Apply<V, T, L>(V x, V y) where T : unmanaged where L : struct, ILanes<V, T> => A.Apply<V, T, L>(TOp.Apply<V, T, L>(x), y);
}

/// <summary>A(TOp(x, y), z).</summary>
internal readonly struct BinaryThen<TOp, A> : ITernaryBody where TOp : struct, IBinaryBody where A : struct, IBinaryBody
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Apply<V, T, L>(V x, V y, V z) where T : unmanaged where L : struct, ILanes<V, T> =>
        A.Apply<V, T, L>(TOp.Apply<V, T, L>(x, y), z);
}

/// <summary>TOp(A(x, y)).</summary>
internal readonly struct ThenUnary<A, TOp> : IBinaryBody where TOp : struct, IUnaryBody where A : struct, IBinaryBody
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Apply<V, T, L>(V x, V y) where T : unmanaged where L : struct, ILanes<V, T> => TOp.Apply<V, T, L>(A.Apply<V, T, L>(x, y));
}
