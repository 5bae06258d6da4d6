using System.Numerics;

namespace Engine.Internal.Lanes;

/// <summary>Outer x N x Inner elements of one lane type, in logical order, reduced along N to Outer x Inner, contiguous.</summary>
/// <remarks>
/// The tree depends on N and Inner alone. A = the largest power of two with A * Inner up to 64: element r belongs to leaf r / 8A, lane r % A; a leaf is
/// eight elements in order; leaves of a lane combine by a tree that splits at the largest power of two below their count; lanes fold upper half onto
/// lower half. Any aligned run of 2^k leaves is a subtree, so strips, blocks and modes are schedule and change no bit.
/// </remarks>
internal unsafe struct ReduceJob
{
    /// <summary>Element (o, n, i) is at X + o StrideO + n StrideN + i StrideI. Bytes below End may be read.</summary>
    public byte* X, End;

    /// <summary>Results; with a Plane, unfinished states: value k of them at Y + k Plane.</summary>
    public byte* Y;
    public nint Plane;
    public nint Outer, N, Inner, StrideO, StrideN, StrideI;

    /// <summary>Where this job's N elements start among those that are reduced: not 0 where a job is one run of leaves of several.</summary>
    public nint First;

    /// <summary>Where the unfinished state of a run of leaves goes instead of a result: <see cref="StateBytes"/>. Null where the job is all.</summary>
    public byte* State;

    /// <summary><see cref="ScratchBytes"/> of memory, 64-byte aligned.</summary>
    public byte* Scratch;

    public int A;
    public nint Leaves;
    public ReduceMode Mode;

    /// <summary>Lanes of a strip and their bytes in whole vectors; next leaf of the strip in work.</summary>
    public nint Lanes, Bytes, Leaf;

    /// <summary>State planes of a vector strip lie this far apart: 2 KB and a line, so that planes do not meet in one cache set.</summary>
    public const int StatePlane = 2048 + 64;

    /// <summary>A strip's lanes, unfinished: up to three values.</summary>
    public const int StateBytes = 3 * StatePlane;

    const int MaxDepth = 48, Slots = 64;

    /// <summary>Stack of the tree (levels x values), 64 column slots, one closed state, two buffers.</summary>
    public const int ScratchBytes = ((MaxDepth + Slots + 1) * 3 * StatePlane) + (2 * BufferBytes) + 4096;
    public const int BufferBytes = 32768 + 4096;

    public const int SlotsAt = MaxDepth * 3 * StatePlane;
    public const int ClosedAt = SlotsAt + (Slots * 3 * StatePlane);
    public const int BufferAt = (ClosedAt + (3 * StatePlane) + 4095) & ~4095;

    /// <summary>Elements of one output that lie side by side in a row of the tree: rows 64 (Inner 1), columns 1 (Inner above 32).</summary>
    public static int Width(nint inner) => inner >= 64 ? 1 : 1 << BitOperations.Log2((uint)(64 / inner));

    public void Plan(int size, int vector)
    {
        A = Width(Inner);
        Leaves = (N + (8 * A) - 1) / (8 * A);
        bool whole = (StrideI == size && (A == 1 || StrideN == Inner * size)) || (Inner == 1 && StrideN == size);
        bool many = Inner == 1 && Outer >= Math.Max(16, vector / size);
        Mode = many && N <= 512 && StrideN == size && size >= 4 ? ReduceMode.Short
            : many && StrideO == size && StrideN != size ? ReduceMode.Across
            : whole ? ReduceMode.Direct : ReduceMode.Gathered;
        nint strip = 2048 / size;
        nint limit = Mode switch
        {
            ReduceMode.Across => strip / 2,
            ReduceMode.Gathered => A == 1 && StrideN == size ? Math.Max(16, vector / size) : 64,
            _ => strip,
        };
        SetLanes(Math.Min(Mode == ReduceMode.Across ? Outer : A * Inner, limit), size, vector);
    }

    public void SetLanes(nint lanes, int size, int vector)
    {
        Lanes = lanes;
        Bytes = ((lanes * size) + vector - 1) / vector * vector;
        Leaf = 0;
    }
}

/// <summary>Where the vectors of a reduction come from.</summary>
internal enum ReduceMode : byte
{
    /// <summary>Lanes lie side by side in memory.</summary>
    Direct,
    /// <summary>A tile is gathered in logical order.</summary>
    Gathered,
    /// <summary>Many outputs of few elements: outputs are the lanes.</summary>
    Short,
    /// <summary>Rows of the tree lie across memory, neighbouring outputs along it.</summary>
    Across,
}

/// <summary>The entry points of one reduction for one lane type and width.</summary>
internal unsafe struct ReduceKernels
{
    /// <summary>Bytes of a vector.</summary>
    public int Vector;

    /// <summary>A whole job from memory.</summary>
    public delegate*<ReduceJob*, void> Run;

    /// <summary>Whole leaves onto the stack: (job, rows, pitch, number of rows, a multiple of 8).</summary>
    public delegate*<ReduceJob*, byte*, nint, nint, void> Feed;

    /// <summary>The last, partial leaf (rows below 8, elements of one more), then the strip's results: (job, rows, pitch, rows, tail, index of its first output).</summary>
    public delegate*<ReduceJob*, byte*, nint, nint, nint, nint, void> Close;

    /// <summary>As Run over states: value k of element e at X + k StrideI + e size, contiguous.</summary>
    public delegate*<ReduceJob*, void> Merge;

    /// <summary>Aligned runs of 2^k leaves, each a state, and behind them the state of what is left, to results: (job, states, number of runs).</summary>
    public delegate*<ReduceJob*, byte*, nint, void> Join;

    /// <summary>A block of a scanned row, see <see cref="Scanner{V,T,L,TOp}.Block"/>; null where there is more than one value.</summary>
    public delegate*<byte*, byte*, nint, byte*, bool, void> ScanBlock;

    /// <summary>Rows of a scanned column strip: (from, to, lanes, pitch from, pitch to, rows, carry, first).</summary>
    public delegate*<byte*, byte*, nint, nint, nint, nint, byte*, bool, void> ScanRows;
}
