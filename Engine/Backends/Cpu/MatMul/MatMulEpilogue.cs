using System.Runtime.CompilerServices;
using Engine.Internal.Plans;

namespace Engine.Internal.Backends.Cpu;

/// <summary>Elementwise ops over finished blocks of a product, while they are in a cache.</summary>
internal sealed unsafe class MatMulEpilogue
{
    /// <summary>Bytes of a block that is rounded to the product's dtype before the ops see it.</summary>
    const int RoundedBytes = 1 << 15;

    readonly ExprProgram program;
    readonly DType type;
    readonly TileOperand[] operands;

    /// <summary>The product as T, and where the result goes.</summary>
    Matrix product, result;
    TileOperand[] inputs;

    public MatMulEpilogue(Group group, GroupMemory memory, DType type)
    {
        program = group.Epilogue!;
        this.type = type;
        operands = memory.In[2..].ToArray();
        inputs = operands;
    }

    /// <summary>Whether the operands, too, lie so that an axis of batches continues the rows.</summary>
    public bool Folds(int axis, long rows)
    {
        foreach (TileOperand x in operands)
        {
            if (x.Strides[axis] != rows * x.Strides[^2]) { return false; }
        }
        return true;
    }

    /// <summary>Turns to one product of the batch.</summary>
    public void At(ReadOnlySpan<long> index, in Matrix product, in Matrix result)
    {
        (this.product, this.result) = (product, result);
        inputs = new TileOperand[operands.Length];
        for (int i = 0; i < inputs.Length; i++)
        {
            inputs[i] = operands[i];
            for (int axis = 0; axis < index.Length; axis++) { Move(ref inputs[i], index[axis] * operands[i].Strides[axis]); }
        }
    }

    static void Move(ref TileOperand x, long step)
    {
        if (x.IsIndex) { x.Offset += step; }
        else { x.Data += step; }
    }

    /// <summary>A finished block. <paramref name="epilogue"/> is the address of a reference to this, or null.</summary>
    public static void Run(void* epilogue, long row, long rows, long column, long columns)
    {
        if (epilogue != null) { Unsafe.AsRef<MatMulEpilogue>(epilogue).Run(row, rows, column, columns); }
    }

    void Run(long row, long rows, long column, long columns)
    {
        if (program.Inputs[0] == type)
        {
            Block(product.Part(row, rows, column, columns), row, column);
            return;
        }
        int size = program.Inputs[0].Size;
        long some = Math.Max(1, RoundedBytes / (columns * size));
        using var scratch = new Scratch(Math.Min(some, rows) * columns * size);
        for (long i = 0; i < rows; i += some)
        {
            long n = Math.Min(some, rows - i);
            var rounded = new Matrix { Data = scratch.Data, DType = program.Inputs[0], Rows = n, Columns = columns, RowStep = columns * size, ColumnStep = size };
            MatMulExecutor.Copy(product.Part(row + i, n, column, columns), rounded);
            ExecutorCounters.Traffic(0, -n * columns * size);
            Block(rounded, row + i, column);
        }
    }

    void Block(in Matrix from, long row, long column)
    {
        Matrix to = result.Part(row, from.Rows, column, from.Columns);
        var ins = new TileOperand[1 + inputs.Length];
        ins[0] = TileOperand.Memory(from.Data, from.DType, [from.RowStep, from.ColumnStep], false);
        for (int i = 0; i < inputs.Length; i++)
        {
            TileOperand x = inputs[i];
            Move(ref x, (row * x.Strides[^2]) + (column * x.Strides[^1]));
            x.Strides = [x.Strides[^2], x.Strides[^1]];
            x.Padded = false;
            ins[1 + i] = x;
        }
        TileExecutor.Run(program, [from.Rows, from.Columns], ins, [TileOperand.Memory(to.Data, to.DType, [to.RowStep, to.ColumnStep], false)]);
        ExecutorCounters.Traffic(-from.Rows * from.Columns * from.DType.Size, 0);
    }
}
