namespace Engine.Internal.Backends.Cpu;

/// <summary>A matrix in memory. Steps count bytes.</summary>
internal unsafe struct Matrix
{
    public byte* Data;
    public DType DType;
    public long Rows, Columns, RowStep, ColumnStep;

    public readonly Matrix Transposed => this with { Rows = Columns, Columns = Rows, RowStep = ColumnStep, ColumnStep = RowStep };

    public readonly Matrix Part(long row, long rows, long column, long columns) =>
        this with { Data = Data + (row * RowStep) + (column * ColumnStep), Rows = rows, Columns = columns };
}
