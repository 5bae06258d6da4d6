namespace Engine.Internal.Backends.Cpu;

internal static unsafe partial class TileExecutor
{
    /// <summary>Whether kernels may write an output where it lies: whole vectors stay in the tile, or in the storage's padding after the last one.</summary>
    static bool InPlace(ref Feed f, byte* p, nint n)
    {
        if (f.Mode != Mode.Direct || f.Staged)
        {
            return false;
        }
        nint bytes = n * f.Size;
        return (bytes & 63) == 0 || (p + bytes == f.End && p + ((bytes + 63) & ~63) <= f.Limit);
    }

    /// <summary>Where the input's elements of this tile are, as kernels want them.</summary>
    static byte* Load(ref Feed f, ref Cut cut, byte* p, long rows)
    {
        nint n = (nint)(rows * cut.Inner);
        switch (f.Mode)
        {
            case Mode.Direct:
                nint bytes = n * f.Size;
                if (p + ((bytes + 63) & ~63) <= f.Limit)
                {
                    return p;
                }
                Buffer.MemoryCopy(p, f.Tile, bytes, bytes);
                return f.Tile;
            case Mode.Splat:
                if (f.Held != p)
                {
                    Moves.Splat(p, f.Tile, 64, f.Size);
                    f.Held = p;
                }
                return f.Tile;
            default:
                if (f.Held != p || f.HeldCount < n)
                {
                    Collect(ref f, ref cut, f.Tile, p, rows);
                    f.Held = p;
                    f.HeldCount = n;
                }
                return f.Tile;
        }
    }

    /// <summary>Gathers rows times the inner axes.</summary>
    static void Collect(ref Feed f, ref Cut cut, byte* d, byte* p, long rows)
    {
        int last = cut.Rank - 1, m = cut.Axis;
        if (m >= last - 1)
        {
            CollectRows(ref f, d, p, m == last ? 1 : rows, f.Strides[m], m == last ? rows : cut.Lengths[last], f.Strides[last]);
            return;
        }
        long blocks = rows, rowCount = cut.Lengths[last - 1];
        for (int axis = m + 1; axis < last - 1; axis++)
        {
            blocks *= cut.Lengths[axis];
        }
        long blockBytes = rowCount * cut.Lengths[last] * f.Size;
        for (long b = 0; b < blocks; b++, d += blockBytes)
        {
            CollectRows(ref f, d, p + InnerOffset(ref f, ref cut, b), rowCount, f.Strides[last - 1], cut.Lengths[last], f.Strides[last]);
        }
    }

    static void CollectRows(ref Feed f, byte* d, byte* p, long rows, long rowStride, long columns, long stride)
    {
        if (f.Mode != Mode.Index)
        {
            Moves.Gather(d, p, rows, rowStride, columns, stride, f.Size);
            return;
        }
        for (long r = 0; r < rows; r++, d += columns * sizeof(long))
        {
            Moves.Progression((long*)d, unchecked((long)p + r * rowStride), stride, columns);
        }
    }

    /// <summary>Offset of block number b over the axes from the divided one to the third last.</summary>
    static long InnerOffset(ref Feed f, ref Cut cut, long b)
    {
        long offset = 0;
        for (int axis = cut.Rank - 3; axis > cut.Axis; axis--)
        {
            long q = b / cut.Lengths[axis];
            offset += (b - q * cut.Lengths[axis]) * f.Strides[axis];
            b = q;
        }
        return offset + b * f.Strides[cut.Axis];
    }

    /// <summary>Takes a staged tile to memory, exactly its elements.</summary>
    static void Store(ref Feed f, ref Cut cut, byte* tile, byte* p, long rows, nint n)
    {
        if (f.Mode == Mode.Direct)
        {
            Buffer.MemoryCopy(tile, p, n * f.Size, n * f.Size);
            return;
        }
        int last = cut.Rank - 1, m = cut.Axis;
        if (m >= last - 1)
        {
            Moves.Scatter(tile, p, m == last ? 1 : rows, f.Strides[m], m == last ? rows : cut.Lengths[last], f.Strides[last], f.Size);
            return;
        }
        long blocks = rows, rowCount = cut.Lengths[last - 1];
        for (int axis = m + 1; axis < last - 1; axis++)
        {
            blocks *= cut.Lengths[axis];
        }
        long blockBytes = rowCount * cut.Lengths[last] * f.Size;
        for (long b = 0; b < blocks; b++, tile += blockBytes)
        {
            byte* q = p + InnerOffset(ref f, ref cut, b);
            Moves.Scatter(tile, q, rowCount, f.Strides[last - 1], cut.Lengths[last], f.Strides[last], f.Size);
        }
    }
}
