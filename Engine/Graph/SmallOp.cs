using System.Runtime.CompilerServices;
using Engine.Internal.Lanes;
using Engine.Internal.Memory;
using Engine.Internal.Plans;

namespace Engine.Internal.Graph;

/// <summary>Elementwise ops whose results stay in managed memory: kernels are called at once, without a plan. Constants fold by it.</summary>
internal static unsafe class SmallOp
{
    const int Pitch = Storage.SmallBytes + 64;

    [ThreadStatic]
    static NDArray[]? path;

    /// <summary>Under the gate. Runs what is pending behind <paramref name="x"/>, op by op: at one element a kernel call costs less than its share of a plan. False: the rest needs one.</summary>
    public static bool TryRunAll(NDArray x)
    {
        if (x.Layout.Count != 1)
        {
            if (!TryRun(x)) { return false; }
            Counters.Small++;
            return true;
        }
        NDArray[] stack = path ??= new NDArray[16];
        stack[0] = x;
        for (int depth = 1; depth > 0;)
        {
            NDArray top = stack[depth - 1];
            NDArray? next = Pending(top);
            if (next is null)
            {
                // Claims that go with a node's inputs may free what is further down: nothing is read from there again.
                if (!TryRun(top))
                {
                    Array.Clear(stack, 0, depth);
                    return false;
                }
                Counters.Small++;
                stack[--depth] = null!;
                continue;
            }
            if (next.Layout.Count != 1)
            {
                Array.Clear(stack, 0, depth);
                return false;
            }
            if (depth == stack.Length) { Array.Resize(ref path, 2 * depth); }
            stack = path!;
            stack[depth++] = next;
        }
        return true;
    }

    static NDArray? Pending(NDArray x)
    {
        if (x.A is { HasValue: false }) { return x.A; }
        if (x.B is { HasValue: false }) { return x.B; }
        return x.More is { Length: 1 } more && !more[0].HasValue ? more[0] : null;
    }

    /// <summary>Under the gate, or before the node is shared. False: the node needs a plan.</summary>
    [SkipLocalsInit]
    public static bool TryRun(NDArray x)
    {
        if (x.Op is not ElementwiseOp op || (x.FlagBits & (int)(NodeFlags.InPlan | NodeFlags.KeepEdges | NodeFlags.Abstract)) != 0) { return false; }
        Layout layout = x.Layout;
        long bytes = layout.Count * x.DType.Size;
        if (bytes > Storage.SmallBytes || layout.Count == 0 || x.More is { Length: > 1 } || !Backend.Current.RunsLanes) { return false; }
        DType operand = op.Operand(x), t = LaneBody.LaneType(operand);
        // The registers hold operands too, which may be wider than the result.
        if (layout.Count * t.Size > Storage.SmallBytes) { return false; }
        if (op.Body(operand) is not { } body || t.Size != operand.Size || t.IsComplex || body.Result(t).Size != x.DType.Size) { return false; }
        var kernel = body.Kernel(t);
        if (kernel == null) { return false; }
        // Four aligned registers: three operands and the result.
        byte* memory = stackalloc byte[(4 * Pitch) + 64];
        memory = (byte*)(((nint)memory + 63) & ~63);
        byte** registers = stackalloc byte*[4];
        Step step = new() { Run = kernel, A = 0, B = 1, C = 2, D = 3 };
        for (int i = 0; i < 4; i++) { registers[i] = memory + (i * Pitch); }
        for (int i = 0, count = x.InputCount; i < count; i++)
        {
            NDArray input = x.Input(i);
            if (!input.HasValue || !(input.Layout.Count == 1 || (input.Layout.Contiguous && input.Layout.SameShape(layout)))) { return false; }
            int size = input.DType.Size;
            nint increment = LaneWidth.Lanes(t.Size) * (nint)size;
            if (input.Layout.Count == 1)
            {
                Splat(Values.First(input), size, registers[i]);
                increment = 0;
            }
            else { Copy((Storage)input.Value!, input.Layout.Offset, (int)layout.Count * size, registers[i]); }
            if (i == 0) { step.IncA = increment; }
            else if (i == 1) { step.IncB = increment; }
            else { step.IncC = increment; }
        }
        kernel(registers, &step, (nint)layout.Count);
        Finish(x, registers[3], (int)bytes);
        return true;
    }

    static void Splat(UInt128 bits, int size, byte* to)
    {
        switch (size)
        {
            case 1: new Span<byte>(to, 64).Fill((byte)bits); break;
            case 2: new Span<ushort>(to, 32).Fill((ushort)bits); break;
            case 4: new Span<uint>(to, 16).Fill((uint)bits); break;
            default: new Span<ulong>(to, 8).Fill((ulong)bits); break;
        }
    }

    static void Copy(Storage storage, long offset, int bytes, byte* to)
    {
        byte[]? small = storage.Small;
        var from = small is not null ? small.AsSpan((int)offset, bytes) : new Span<byte>(storage.Data + offset, bytes);
        from.CopyTo(new Span<byte>(to, bytes));
        GC.KeepAlive(storage);
    }

    static void Finish(NDArray x, byte* from, int bytes)
    {
        if (x.Layout.Count == 1)
        {
            UInt128 bits = 0;
            new ReadOnlySpan<byte>(from, bytes).CopyTo(new Span<byte>(&bits, bytes));
            x.Scalar = bits;
            Volatile.Write(ref x.Value, Build.ScalarMark);
        }
        else
        {
            Storage storage = Storage.Allocate(bytes);
            new ReadOnlySpan<byte>(from, bytes).CopyTo(storage.Small);
            Volatile.Write(ref x.Value, storage);
        }
        Lifetime.DropInputs(x);
    }

    /// <summary>An op on constants is a constant.</summary>
    public static void Fold(NDArray x)
    {
        for (int i = 0, count = x.InputCount; i < count; i++)
        {
            if (!x.Input(i).Has(NodeFlags.Literal)) { return; }
        }
        if (x.Layout.Ndim != 0 || !TryRun(x)) { return; }
        Counters.Count();
        x.Set(NodeFlags.Literal);
    }
}
