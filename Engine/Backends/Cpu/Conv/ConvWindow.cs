namespace Engine.Internal.Backends.Cpu;

/// <summary>Output elements are computed in blocks of rows of one plane. What a block meets of the input lies in a cache, with its padding: rows of A are read there where they lie.</summary>
internal struct ConvWindow
{
    const int Bytes = 256 << 10, MostBytes = 1 << 20, Elements = 256;

    /// <summary>Length of a block's rows and columns, and how many there are; rows and columns of the window of a whole block.</summary>
    public int Rows, Columns;
    public long RowBlocks, ColumnBlocks, Height, Width;

    public readonly long Blocks => RowBlocks * ColumnBlocks;

    /// <summary>Blocks for a window of so many channels, or false where it is too large.</summary>
    public static unsafe bool TryFind(in ConvSpace space, long channels, int wanted, int size, out ConvWindow window)
    {
        window = default;
        long blocks = (space.Output[2] + Elements - 1) / Elements, columns = Math.Min(space.Output[2], ((space.Output[2] + blocks - 1) / blocks + 7) & ~7);
        window.Width = ((columns - 1) * space.Stride[2]) + ((space.Kernel[2] - 1) * space.Dilation[2]) + 1;
        double line = space.Kernel[0] * (double)window.Width * channels * size, reach = ((space.Kernel[1] - 1) * (double)space.Dilation[1]) + 1;
        if (line * reach > MostBytes) { return false; }
        long rows = Math.Min(space.Output[1], Math.Max(1, Elements / columns));
        while (rows > 1 && (line * (((rows - 1) * (double)space.Stride[1]) + reach) > Bytes || space.Batch * space.Groups * space.Output[0] * blocks * (double)((space.Output[1] + rows - 1) / rows) < 2 * wanted)) { rows--; }
        (window.Rows, window.Columns) = ((int)rows, (int)columns);
        (window.RowBlocks, window.ColumnBlocks) = ((space.Output[1] + rows - 1) / rows, (space.Output[2] + columns - 1) / columns);
        window.Height = ((rows - 1) * space.Stride[1]) + (long)reach;
        return true;
    }

    /// <summary>Whether rows of A are long and many enough to be read from a window: else they are gathered.</summary>
    public static unsafe bool Pays(in ConvSpace space) => space.Output[2] >= 6 && (space.Dilation[2] == 1 ? space.Kernel[2] : 1) * space.C >= 48 && space.Stride[2] <= 4 * space.Kernel[2] * space.Dilation[2];

    /// <summary>No kernel reaches beyond the input, and what it meets of a row lies side by side: the input is its own window.</summary>
    public static unsafe bool IsInput(in ConvSpace space, int size)
    {
        bool inside = space.Dilation[2] != 1 || space.Kernel[2] == 1 || space.StepX[3] == space.C * size;
        for (int i = 0; i < 3; i++) { inside &= space.Low[i] <= 0 && ((space.Output[i] - 1) * space.Stride[i]) - space.Low[i] + ((space.Kernel[i] - 1) * space.Dilation[i]) < space.Input[i]; }
        return inside;
    }
}
