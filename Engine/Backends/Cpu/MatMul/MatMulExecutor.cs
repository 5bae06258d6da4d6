using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Engine.Internal.Lanes;
using Engine.Internal.Plans;

namespace Engine.Internal.Backends.Cpu;

/// <summary>Runs a MatMul group: batches one after the other. f16 and bf16 are widened while they are packed, and rounded once at the end.</summary>
internal static unsafe class MatMulExecutor
{
    public static void Run(Group group, GroupMemory memory)
    {
        View to = group.Out[0];
        if (Views.Count(to.Shape) == 0) { return; }
        switch (to.DType)
        {
            case DType.Float64: Run<double>(group, memory, DType.Float64); break;
            case DType.Float32 or DType.Float16 or DType.BFloat16: Run<float>(group, memory, DType.Float32); break;
            default: throw new DTypeException("matmul", $"matmul takes no {to.DType.Name} yet; convert with astype(float32) first.");
        }
    }

    static void Run<T>(Group group, GroupMemory memory, DType type) where T : unmanaged, INumber<T>
    {
        int batch = group.Out[0].Shape.Length - 2;
        long[] shape = group.Out[0].Shape;
        Matrix a = Of(group.In[0], memory.In[0]), b = Of(group.In[1], memory.In[1]), c = Of(group.Out[0], memory.Out[0]);
        long[] stepA = memory.In[0].Strides, stepB = memory.In[1].Strides, stepC = memory.Out[0].Strides;
        MatMulEpilogue? epilogue = group.Epilogue is null ? null : new MatMulEpilogue(group, memory, type);
        // Batches of rows against one matrix are one tall matrix.
        while (batch > 0 && stepB[batch - 1] == 0 && stepA[batch - 1] == a.Rows * a.RowStep && stepC[batch - 1] == c.Rows * c.RowStep
            && epilogue?.Folds(batch - 1, a.Rows) != false)
        {
            a.Rows *= shape[batch - 1];
            c.Rows *= shape[batch - 1];
            batch--;
        }
        bool direct = c.DType == type && (c.ColumnStep == sizeof(T) || c.Columns == 1) && c.RowStep % sizeof(T) == 0 && !Overlaps(c, a) && !Overlaps(c, b);
        using var temporary = new Scratch(direct ? 0 : c.Rows * c.Columns * sizeof(T));
        Span<long> at = batch <= 32 ? stackalloc long[batch] : new long[batch];
        long moved = 0;
        for (bool more = true; more;)
        {
            Matrix x = a, y = b, z = c;
            for (int i = 0; i < batch; i++)
            {
                x.Data += at[i] * stepA[i];
                y.Data += at[i] * stepB[i];
                z.Data += at[i] * stepC[i];
            }
            T* result = (T*)(direct ? z.Data : temporary.Data);
            long pitch = direct ? z.RowStep / sizeof(T) : z.Columns;
            var product = new Matrix { Data = (byte*)result, DType = type, Rows = z.Rows, Columns = z.Columns, RowStep = pitch * sizeof(T), ColumnStep = sizeof(T) };
            epilogue?.At(at, product, z);
            void* then = epilogue is null ? null : Unsafe.AsPointer(ref epilogue);
            if (x.Columns == 0)
            {
                Zero(result, pitch, z);
                MatMulEpilogue.Run(then, 0, z.Rows, 0, z.Columns);
            }
            else { Multiply(x, y, result, pitch, then); }
            if (!direct && epilogue is null) { Copy(product, z); }
            moved += (x.Rows * x.Columns) + (y.Rows * y.Columns);
            more = false;
            for (int i = batch - 1; i >= 0 && !more; i--)
            {
                more = ++at[i] < shape[i];
                if (!more) { at[i] = 0; }
            }
        }
        ExecutorCounters.Traffic(moved * a.DType.Size, direct && epilogue is null ? Views.Count(shape) * sizeof(T) : 0);
    }

    /// <summary>A result that lies on an operand is written when all of it has been read.</summary>
    static bool Overlaps(in Matrix a, in Matrix b)
    {
        Bounds(a, out byte* lowA, out byte* highA);
        Bounds(b, out byte* lowB, out byte* highB);
        return lowA < highB && lowB < highA;
    }

    static void Bounds(in Matrix a, out byte* low, out byte* high)
    {
        long rows = (a.Rows - 1) * a.RowStep, columns = (a.Columns - 1) * a.ColumnStep;
        low = a.Data + Math.Min(rows, 0) + Math.Min(columns, 0);
        high = a.Data + Math.Max(rows, 0) + Math.Max(columns, 0) + a.DType.Size;
        if (a.Rows == 0 || a.Columns == 0) { high = low; }
    }

    static Matrix Of(View view, in TileOperand operand) => new()
    {
        Data = operand.Data,
        DType = view.DType,
        Rows = view.Shape[^2],
        Columns = view.Shape[^1],
        RowStep = operand.Strides[^2],
        ColumnStep = operand.Strides[^1],
    };

    static void Zero<T>(T* c, long pitch, in Matrix to) where T : unmanaged
    {
        for (long i = 0; i < to.Rows; i++, c += pitch)
        {
            for (long j = 0; j < to.Columns; j++) { c[j] = default; }
        }
    }

    /// <summary>Every element, rounded to the other's dtype; the result's bytes count as traffic.</summary>
    public static void Copy(in Matrix from, in Matrix to)
    {
        var x = TileOperand.Memory(from.Data, from.DType, [from.RowStep, from.ColumnStep], false);
        var y = TileOperand.Memory(to.Data, to.DType, [to.RowStep, to.ColumnStep], false);
        TileExecutor.Run(Programs.Cast(from.DType, to.DType), [to.Rows, to.Columns], [x], [y]);
        ExecutorCounters.Traffic(-to.Rows * to.Columns * from.DType.Size, 0);
    }

    static void Multiply<T>(in Matrix a, in Matrix b, T* c, long pitch, void* then) where T : unmanaged, INumber<T>
    {
        if (typeof(T) == typeof(float)) { Multiply<float, Lanes512F32, Lanes256F32, Lanes128F32, LanesVectorF32>(a, b, (float*)c, pitch, then); }
        else { Multiply<double, Lanes512F64, Lanes256F64, Lanes128F64, LanesVectorF64>(a, b, (double*)c, pitch, then); }
    }

    static void Multiply<T, L512, L256, L128, LVector>(in Matrix a, in Matrix b, T* c, long pitch, void* then) where T : unmanaged, INumber<T>
        where L512 : struct, IMemoryLanes<Vector512<T>, T>
        where L256 : struct, IMemoryLanes<Vector256<T>, T>
        where L128 : struct, IMemoryLanes<Vector128<T>, T>
        where LVector : struct, IMemoryLanes<Vector<T>, T>
    {
        if (LaneWidth.Forced)
        {
            switch (LaneWidth.Bits)
            {
                case 512: Gemm<Vector512<T>, T, L512>.Run(a, b, c, pitch, then); return;
                case 256: Gemm<Vector256<T>, T, L256>.Run(a, b, c, pitch, then); return;
                case 128: Gemm<Vector128<T>, T, L128>.Run(a, b, c, pitch, then); return;
                case LaneWidth.Vector: Gemm<Vector<T>, T, LVector>.Run(a, b, c, pitch, then); return;
                default: Gemm<T, T, Lanes1<T>>.Run(a, b, c, pitch, then); return;
            }
        }
        if (Vector512.IsHardwareAccelerated) { Gemm<Vector512<T>, T, L512>.Run(a, b, c, pitch, then); }
        else if (Vector256.IsHardwareAccelerated) { Gemm<Vector256<T>, T, L256>.Run(a, b, c, pitch, then); }
        else { Gemm<Vector128<T>, T, L128>.Run(a, b, c, pitch, then); }
    }
}
