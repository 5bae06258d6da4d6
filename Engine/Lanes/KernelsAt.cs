using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Engine.Internal.Lanes;

/// <summary>The loops at any width by request: 512, 256, 128, 0 for Vector of T, 1 for one lane. For tests and ENGINE_LANES; no AOT image has them.</summary>
internal static unsafe class KernelAt<T, L512, L256, L128, LVector>
    where T : unmanaged, INumber<T>
    where L512 : struct, IMemoryLanes<Vector512<T>, T>
    where L256 : struct, IMemoryLanes<Vector256<T>, T>
    where L128 : struct, IMemoryLanes<Vector128<T>, T>
    where LVector : struct, IMemoryLanes<Vector<T>, T>
{
    public static delegate*<byte**, Step*, nint, void> Unary<TOp>(int bits) where TOp : struct, IUnaryBody => bits switch
    {
        512 => &At<Vector512<T>, L512>.Unary<TOp>,
        256 => &At<Vector256<T>, L256>.Unary<TOp>,
        128 => &At<Vector128<T>, L128>.Unary<TOp>,
        LaneWidth.Vector => &At<Vector<T>, LVector>.Unary<TOp>,
        _ => &At<T, Lanes1<T>>.Unary<TOp>,
    };

    public static delegate*<byte**, Step*, nint, void> Binary<TOp>(int bits) where TOp : struct, IBinaryBody => bits switch
    {
        512 => &At<Vector512<T>, L512>.Binary<TOp>,
        256 => &At<Vector256<T>, L256>.Binary<TOp>,
        128 => &At<Vector128<T>, L128>.Binary<TOp>,
        LaneWidth.Vector => &At<Vector<T>, LVector>.Binary<TOp>,
        _ => &At<T, Lanes1<T>>.Binary<TOp>,
    };

    public static delegate*<byte**, Step*, nint, void> Ternary<TOp>(int bits) where TOp : struct, ITernaryBody => bits switch
    {
        512 => &At<Vector512<T>, L512>.Ternary<TOp>,
        256 => &At<Vector256<T>, L256>.Ternary<TOp>,
        128 => &At<Vector128<T>, L128>.Ternary<TOp>,
        LaneWidth.Vector => &At<Vector<T>, LVector>.Ternary<TOp>,
        _ => &At<T, Lanes1<T>>.Ternary<TOp>,
    };

    public static delegate*<byte**, Step*, nint, void> Predicate<TOp>(int bits) where TOp : struct, IUnaryBody => bits switch
    {
        512 => &At<Vector512<T>, L512>.Predicate<TOp>,
        256 => &At<Vector256<T>, L256>.Predicate<TOp>,
        128 => &At<Vector128<T>, L128>.Predicate<TOp>,
        LaneWidth.Vector => &At<Vector<T>, LVector>.Predicate<TOp>,
        _ => &At<T, Lanes1<T>>.Predicate<TOp>,
    };

    public static delegate*<byte**, Step*, nint, void> Compare<TOp>(int bits) where TOp : struct, IBinaryBody => bits switch
    {
        512 => &At<Vector512<T>, L512>.Compare<TOp>,
        256 => &At<Vector256<T>, L256>.Compare<TOp>,
        128 => &At<Vector128<T>, L128>.Compare<TOp>,
        LaneWidth.Vector => &At<Vector<T>, LVector>.Compare<TOp>,
        _ => &At<T, Lanes1<T>>.Compare<TOp>,
    };

    public static delegate*<byte**, Step*, nint, void> Select(int bits) => bits switch
    {
        512 => &At<Vector512<T>, L512>.Select,
        256 => &At<Vector256<T>, L256>.Select,
        128 => &At<Vector128<T>, L128>.Select,
        LaneWidth.Vector => &At<Vector<T>, LVector>.Select,
        _ => &At<T, Lanes1<T>>.Select,
    };

    public static delegate*<byte**, Step*, nint, void> Patched<TOp>(int bits) where TOp : struct, IPatchedBody => bits switch
    {
        512 => &At<Vector512<T>, L512>.Patched<TOp>,
        256 => &At<Vector256<T>, L256>.Patched<TOp>,
        128 => &At<Vector128<T>, L128>.Patched<TOp>,
        LaneWidth.Vector => &At<Vector<T>, LVector>.Patched<TOp>,
        _ => &At<T, Lanes1<T>>.Patched<TOp>,
    };

    /// <summary>The loops over one kind of lanes.</summary>
    static class At<V, L> where L : struct, IMemoryLanes<V, T>
    {
        const MethodImplOptions Hot = MethodImplOptions.AggressiveOptimization;

        [MethodImpl(Hot)]
        public static void Unary<TOp>(byte** r, Step* s, nint n) where TOp : struct, IUnaryBody => Loop.Unary<V, T, L, TOp>(r, s, n);

        [MethodImpl(Hot)]
        public static void Binary<TOp>(byte** r, Step* s, nint n) where TOp : struct, IBinaryBody => Loop.Binary<V, T, L, TOp>(r, s, n);

        [MethodImpl(Hot)]
        public static void Ternary<TOp>(byte** r, Step* s, nint n) where TOp : struct, ITernaryBody => Loop.Ternary<V, T, L, TOp>(r, s, n);

        [MethodImpl(Hot)]
        public static void Predicate<TOp>(byte** r, Step* s, nint n) where TOp : struct, IUnaryBody => Loop.Predicate<V, T, L, TOp>(r, s, n);

        [MethodImpl(Hot)]
        public static void Compare<TOp>(byte** r, Step* s, nint n) where TOp : struct, IBinaryBody => Loop.Compare<V, T, L, TOp>(r, s, n);

        [MethodImpl(Hot)]
        public static void Select(byte** r, Step* s, nint n) => Loop.Select<V, T, L>(r, s, n);

        [MethodImpl(Hot)]
        public static void Patched<TOp>(byte** r, Step* s, nint n) where TOp : struct, IPatchedBody => Loop.Patched<V, T, L, TOp>(r, s, n);
    }
}
