using System.Runtime.CompilerServices;
using Engine.Internal.Graph;
using Engine.Internal.Lanes;

namespace Engine.Internal.Operations;

[Op("argmin", "(a, /, axis=None, keepdims=False, *, stream=None)")]
internal readonly partial struct Argmin : INumberReduction
{
    /// <summary>Index of the first smallest element along an axis.</summary>
    /// <param name="a">Any shape, real.</param>
    /// <param name="axis">The axis; null numbers the elements of the whole array in row-major order.</param>
    /// <param name="keepDims">Leave the axis with length 1.</param>
    /// <returns>The reduced shape, uint32.</returns>
    /// <exception cref="AxisException">The axis is out of range.</exception>
    /// <remarks>The first NaN wins. Over no elements: ShapeException. No gradient.</remarks>
    public static Node Of(Node a, int? axis = null, bool keepDims = false) => NumberReduction<Argmin>.Of(a, axis, keepDims);

    public static int Values => 2;

    public static bool UsesIndex => true;

    public static bool IsDifferentiable => false;

    // The index has the width of the lane.
    public static DType Accumulate(DType dtype) => dtype switch
    {
        DType.Bool or DType.UInt8 or DType.UInt16 => DType.UInt32,
        DType.Int8 or DType.Int16 => DType.Int32,
        _ => dtype,
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static State<V> Identity<V, T, L>() where T : unmanaged where L : struct, ILanes<V, T> =>
        new(LaneBounds.Highest<V, T, L>(), LaneBounds.LastIndex<V, T, L>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static State<V> Map<V, T, L>(V x, V index) where T : unmanaged where L : struct, ILanes<V, T> => new(x, index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Finish<V, T, L>(State<V> s) where T : unmanaged where L : struct, ILanes<V, T> => s.B;

    // Ties and pairs of NaN go to the lower index; the sign of the difference tells it.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static State<V> Combine<V, T, L>(State<V> a, State<V> b) where T : unmanaged where L : struct, ILanes<V, T>
    {
        V nanA = L.Not(L.Eq(a.A, a.A)), nanB = L.Not(L.Eq(b.A, b.A));
        V tie = L.Or(L.Eq(a.A, b.A), L.And(nanA, nanB));
        V first = L.EqInt(L.Shr(L.SubInt(b.B, a.B), 8 * Unsafe.SizeOf<T>() - 1), L.ConstInt(0));
        V above = L.And(L.Not(tie), L.And(L.Not(nanB), L.Or(nanA, L.Lt(a.A, b.A))));
        V keep = L.Or(L.And(tie, first), above);
        return new(L.Select(keep, a.A, b.A), L.Select(keep, a.B, b.B));
    }
}
