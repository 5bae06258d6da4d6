namespace Engine.Internal.Backends.Cpu;

/// <summary>An input or output of a Map over a space: memory seen with byte strides, or the element's own index.</summary>
internal unsafe struct TileOperand
{
    /// <summary>Element 0 of the view. Null for an index.</summary>
    public byte* Data;
    /// <summary>Element type in memory; Int64 for an index.</summary>
    public DType DType;
    /// <summary>No memory: the element at coordinates c is Offset + sum c[i] * Strides[i].</summary>
    public bool IsIndex;
    /// <summary>Whole vectors may reach from the view's last element to the next multiple of 64 of the address: an own storage that ends there.</summary>
    public bool Padded;
    /// <summary>One for each axis of the space, in bytes; for an index in units.</summary>
    public long[] Strides;
    /// <summary>The index of element 0.</summary>
    public long Offset;

    /// <summary>Elements in memory.</summary>
    public static TileOperand Memory(byte* data, DType dtype, long[] strides, bool padded) =>
        new() { Data = data, DType = dtype, Strides = strides, Padded = padded };

    /// <summary>Elements that are linear in their coordinates.</summary>
    public static TileOperand Index(long offset, long[] strides) =>
        new() { DType = DType.Int64, Strides = strides, Offset = offset, IsIndex = true };
}
