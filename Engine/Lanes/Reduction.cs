using System.Runtime.CompilerServices;

namespace Engine.Internal.Lanes;

/// <summary>State of a reduction: one to three values per lane. Fields beyond <see cref="IReduction.Values"/> are never read, so they cost nothing.</summary>
internal struct State<V>
{
    public V A, B, C;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public State(V a)
    {
        Unsafe.SkipInit(out this);
        A = a;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public State(V a, V b)
    {
        Unsafe.SkipInit(out this);
        A = a;
        B = b;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public State(V a, V b, V c)
    {
        A = a;
        B = b;
        C = c;
    }
}

/// <summary>The eight elements of a leaf, wherever they lie.</summary>
internal readonly unsafe struct Column<V>(byte* p, nint pitch)
{
    public V this[int i]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Unsafe.ReadUnaligned<V>(p + i * pitch);
    }
}

/// <summary>A reduction, written once over the lane algebra. Most say Identity and Combine, no more.</summary>
/// <remarks>Law (tested): Combine(s, Identity) = Combine(Identity, s) = s, bit for bit, for every reachable s. The tree is fixed, so nothing else is asked.</remarks>
internal interface IReduction
{
    /// <summary>Fields of <see cref="State{V}"/> in use, 1 to 3.</summary>
    static virtual int Values => 1;

    /// <summary>Map and Step look at the index.</summary>
    static virtual bool UsesIndex => false;

    /// <summary><see cref="Leaf"/> is there.</summary>
    static virtual bool HasLeaf => false;

    /// <summary>The result over no elements; null where that is an error.</summary>
    static virtual double? Empty => null;

    static abstract State<V> Identity<V, T, L>() where T : unmanaged where L : struct, ILanes<V, T>;

    /// <summary><paramref name="a"/> precedes <paramref name="b"/>.</summary>
    static abstract State<V> Combine<V, T, L>(State<V> a, State<V> b)
        where T : unmanaged where L : struct, ILanes<V, T>;

    /// <summary>A state from one element; index (integer lanes) is its place along the reduced axes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual State<V> Map<V, T, L>(V x, V index) where T : unmanaged where L : struct, ILanes<V, T> => new(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual V Finish<V, T, L>(State<V> s) where T : unmanaged where L : struct, ILanes<V, T> => s.A;

    /// <summary>One more element, later than all in <paramref name="s"/>. Override where that is cheaper than Combine.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual State<V> Step<V, T, L, TSelf>(State<V> s, V x, V index)
        where T : unmanaged where L : struct, ILanes<V, T> where TSelf : struct, IReduction =>
        TSelf.Combine<V, T, L>(s, TSelf.Map<V, T, L>(x, index));

    /// <summary>Eight elements at once. Override (with <see cref="HasLeaf"/>) where that is cheaper than seven steps.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual State<V> Leaf<V, T, L>(Column<V> x) where T : unmanaged where L : struct, ILanes<V, T> => new(x[0]);
}

/// <summary>Ends of the range of T, for identities of max and min.</summary>
internal static class LaneBounds
{
    /// <summary>Minus infinity, or the least integer.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Lowest<V, T, L>() where T : unmanaged where L : struct, ILanes<V, T>
    {
        if (typeof(T) == typeof(sbyte)) { return L.ConstInt(sbyte.MinValue); }
        if (typeof(T) == typeof(short)) { return L.ConstInt(short.MinValue); }
        if (typeof(T) == typeof(int)) { return L.ConstInt(int.MinValue); }
        if (typeof(T) == typeof(long)) { return L.ConstInt(long.MinValue); }
        if (typeof(T) == typeof(float) || typeof(T) == typeof(double)) { return L.Const(double.NegativeInfinity); }
        return L.ConstInt(0);
    }

    /// <summary>Infinity, or the greatest integer.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Highest<V, T, L>() where T : unmanaged where L : struct, ILanes<V, T>
    {
        if (typeof(T) == typeof(sbyte)) { return L.ConstInt(sbyte.MaxValue); }
        if (typeof(T) == typeof(short)) { return L.ConstInt(short.MaxValue); }
        if (typeof(T) == typeof(int)) { return L.ConstInt(int.MaxValue); }
        if (typeof(T) == typeof(long)) { return L.ConstInt(long.MaxValue); }
        if (typeof(T) == typeof(float) || typeof(T) == typeof(double)) { return L.Const(double.PositiveInfinity); }
        return L.ConstInt(-1);
    }

    /// <summary>An index after every real one: the identity of argmax and argmin.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V LastIndex<V, T, L>() where T : unmanaged where L : struct, ILanes<V, T> =>
        L.ConstInt(Unsafe.SizeOf<T>() == 8 ? long.MaxValue : int.MaxValue);
}
