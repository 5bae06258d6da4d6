using Engine.Internal.Backends.Cpu;
using Engine.Internal.Lanes;
using Engine.Tests.Lanes;
using Xunit;

namespace Engine.Tests.Tiles;

/// <summary>An operand with a drawn layout in memory that ends at a forbidden page.</summary>
internal sealed unsafe class TestOperand : IDisposable
{
    readonly GuardedMemory? memory;
    readonly LaneData? own;
    readonly byte[] before = [];

    public TileOperand Operand { get; }
    public DType DType { get; }

    public TestOperand(Random random, DType dtype, long[] space, bool isOutput, bool plain)
    {
        DType = dtype;
        int size = LaneSize.Of(dtype);
        var strides = new long[space.Length];
        if (!plain && !isOutput && dtype == DType.Int64 && random.Next(4) == 0)
        {
            for (int i = 0; i < strides.Length; i++) { strides[i] = random.Next(-3, 4); }
            Operand = TileOperand.Index(random.Next(-5, 100), strides);
            return;
        }
        int kind = plain ? 0 : random.Next(6);
        // 0, 1: row-major; 2: any order of axes; 3: stepped and negative; 4: some axes broadcast; 5: one element
        var order = Enumerable.Range(0, space.Length).ToArray();
        if (kind is 2 or 3) { random.Shuffle(order); }
        long step = size;
        foreach (int axis in order.Reverse())
        {
            bool still = !isOutput && (kind == 5 || (kind == 4 && random.Next(2) == 0));
            long gap = kind == 3 && space.Length < 8 ? random.Next(1, 4) : 1;
            strides[axis] = still ? 0 : step * gap * (kind == 3 && random.Next(2) == 0 ? -1 : 1);
            if (!still) { step *= gap * space[axis]; }
        }
        long low = 0, high = size;
        for (int i = 0; i < space.Length; i++)
        {
            long reach = strides[i] * (space[i] - 1);
            low += Math.Min(0, reach);
            high += Math.Max(0, reach);
        }
        bool padded = kind == 0;
        byte* data;
        if (padded)
        {
            own = new LaneData((int)(high - low));
            data = own.Data - low;
        }
        else
        {
            memory = new GuardedMemory((int)(high - low));
            data = memory.Data - low;
        }
        Fill(random);
        before = Span.ToArray();
        Operand = TileOperand.Memory(data, dtype, strides, padded);
    }

    Span<byte> Span => own is null ? memory!.Span : own.Span;

    void Fill(Random random)
    {
        fixed (byte* p = Span)
        {
            int size = LaneSize.Of(DType), count = Span.Length / size;
            Span.Clear();
            DType part = DType == DType.Complex64 ? DType.Float32 : DType == DType.Complex128 ? DType.Float64 : DType;
            LaneData.Fill(p, part == DType ? count : 2 * count, part, random, 1);
        }
    }

    /// <summary>Where the element at these coordinates is, from the start of the view.</summary>
    public long Offset(ReadOnlySpan<long> at)
    {
        long offset = 0;
        for (int i = 0; i < at.Length; i++) { offset += at[i] * Operand.Strides[i]; }
        return offset;
    }

    public void Read(ReadOnlySpan<long> at, byte* to)
    {
        if (Operand.IsIndex) { *(long*)to = Operand.Offset + Offset(at); }
        else { Buffer.MemoryCopy(Operand.Data + Offset(at), to, 16, LaneSize.Of(DType)); }
    }

    /// <summary>Bytes that belong to no element are what they were.</summary>
    public void AssertGaps(HashSet<long> elements)
    {
        int size = LaneSize.Of(DType);
        fixed (byte* p = Span)
        {
            long start = Operand.Data - p;
            for (int i = 0; i < before.Length; i++)
            {
                if (before[i] != p[i] && !elements.Any(e => i >= start + e && i < start + e + size)) { Assert.Fail($"Byte {i} between elements was written."); }
            }
        }
    }

    public void Dispose()
    {
        memory?.Dispose();
        own?.Dispose();
    }
}
