using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Engine.Internal.Lanes;

/// <summary>Kernels of a reduction by lane type and width: explicit instantiations, nothing to fill, nothing to look up.</summary>
internal static class ReduceTable
{
    /// <summary>Asks for the machine's widest vectors; the only width that an AOT image has.</summary>
    public const int Widest = -1;

    public static ReduceKernels F32<TOp>(int bits) where TOp : struct, IReduction =>
        Pick<float, Lanes512F32, Lanes256F32, Lanes128F32, LanesVectorF32, TOp>(bits);

    public static ReduceKernels F64<TOp>(int bits) where TOp : struct, IReduction =>
        Pick<double, Lanes512F64, Lanes256F64, Lanes128F64, LanesVectorF64, TOp>(bits);

    public static ReduceKernels I8<TOp>(int bits) where TOp : struct, IReduction => Integer<sbyte, TOp>(bits);

    public static ReduceKernels I16<TOp>(int bits) where TOp : struct, IReduction => Integer<short, TOp>(bits);

    public static ReduceKernels I32<TOp>(int bits) where TOp : struct, IReduction => Integer<int, TOp>(bits);

    public static ReduceKernels I64<TOp>(int bits) where TOp : struct, IReduction => Integer<long, TOp>(bits);

    public static ReduceKernels U8<TOp>(int bits) where TOp : struct, IReduction => Integer<byte, TOp>(bits);

    public static ReduceKernels U16<TOp>(int bits) where TOp : struct, IReduction => Integer<ushort, TOp>(bits);

    public static ReduceKernels U32<TOp>(int bits) where TOp : struct, IReduction => Integer<uint, TOp>(bits);

    public static ReduceKernels U64<TOp>(int bits) where TOp : struct, IReduction => Integer<ulong, TOp>(bits);

    static ReduceKernels Integer<T, TOp>(int bits) where T : unmanaged, INumber<T> where TOp : struct, IReduction =>
        Pick<T, Lanes512<T>, Lanes256<T>, Lanes128<T>, LanesVector<T>, TOp>(bits);

    static ReduceKernels Pick<T, L512, L256, L128, LVector, TOp>(int bits)
        where T : unmanaged, INumber<T>
        where L512 : struct, IMemoryLanes<Vector512<T>, T>
        where L256 : struct, IMemoryLanes<Vector256<T>, T>
        where L128 : struct, IMemoryLanes<Vector128<T>, T>
        where LVector : struct, IMemoryLanes<Vector<T>, T>
        where TOp : struct, IReduction
    {
        if (RuntimeFeature.IsDynamicCodeSupported && bits != Widest)
        {
            return bits switch
            {
                512 => Make<Vector512<T>, T, L512, TOp>(),
                256 => Make<Vector256<T>, T, L256, TOp>(),
                128 => Make<Vector128<T>, T, L128, TOp>(),
                LaneWidth.Vector => Make<Vector<T>, T, LVector, TOp>(),
                _ => Make<T, T, Lanes1<T>, TOp>(),
            };
        }
        if (Vector512.IsHardwareAccelerated) { return Make<Vector512<T>, T, L512, TOp>(); }
        if (Vector256.IsHardwareAccelerated) { return Make<Vector256<T>, T, L256, TOp>(); }
        return Make<Vector128<T>, T, L128, TOp>();
    }

    static ReduceKernels Make<V, T, L, TOp>()
        where T : unmanaged where L : struct, IMemoryLanes<V, T> where TOp : struct, IReduction
    {
        var kernels = Reducer<V, T, L, TOp>.Kernels();
        if (TOp.Values == 1 && Unsafe.SizeOf<T>() >= 4) { Scanner<V, T, L, TOp>.AddTo(ref kernels); }
        return kernels;
    }
}

/// <summary>Runs a reduction's pieces on the recorder.</summary>
internal static unsafe class ReduceRecording<T, TOp> where T : unmanaged where TOp : struct, IReduction
{
    delegate State<Ssa> Piece(Recorder recorder);

    public static ReduceProgram Run(DType lane)
    {
        var identity = Record(lane, _ => TOp.Identity<Ssa, T, RecordLanes<T>>());
        var map = Record(lane, r => Map(r.Input(), r.Input(LaneKind.Int)));
        // A state's values are what Map leaves: elements, or the index.
        var kinds = Array.ConvertAll(map, p => p.Code[p.Result].Kind);
        var combine = Record(lane, r =>
        {
            var a = Inputs(r, kinds);
            return TOp.Combine<Ssa, T, RecordLanes<T>>(a, Inputs(r, kinds));
        });
        var step = Record(lane, r =>
        {
            var s = Inputs(r, kinds);
            Ssa x = r.Input();
            return TOp.Step<Ssa, T, RecordLanes<T>, TOp>(s, x, r.Input(LaneKind.Int));
        });
        var leaf = TOp.HasLeaf ? Record(lane, Leaf) : [];
        var finish = Recorder.Run(lane, r => TOp.Finish<Ssa, T, RecordLanes<T>>(Inputs(r, kinds)));
        return new ReduceProgram(lane, identity, map, combine, step, leaf, finish);
    }

    static State<Ssa> Map(Ssa x, Ssa index) => TOp.Map<Ssa, T, RecordLanes<T>>(x, index);

    static State<Ssa> Leaf(Recorder r)
    {
        var x = stackalloc Ssa[8];
        for (int i = 0; i < 8; i++) { x[i] = r.Input(); }
        return TOp.Leaf<Ssa, T, RecordLanes<T>>(new((byte*)x, sizeof(Ssa)));
    }

    static State<Ssa> Inputs(Recorder r, LaneKind[] kinds)
    {
        Span<Ssa> x = [default, default, default];
        for (int i = 0; i < kinds.Length; i++) { x[i] = r.Input(kinds[i]); }
        return new(x[0], x[1], x[2]);
    }

    static LaneProgram[] Record(DType lane, Piece piece)
    {
        var programs = new LaneProgram[TOp.Values];
        for (int k = 0; k < programs.Length; k++)
        {
            programs[k] = Recorder.Run(lane, r =>
            {
                var s = piece(r);
                return k switch { 0 => s.A, 1 => s.B, _ => s.C };
            });
        }
        return programs;
    }
}
