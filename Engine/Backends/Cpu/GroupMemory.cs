using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Engine.Internal.Memory;
using Engine.Internal.Plans;

namespace Engine.Internal.Backends.Cpu;

/// <summary>The memory of a group's views while the group runs. Small (managed) storages are copied to padded memory before and back after it.</summary>
internal sealed unsafe class GroupMemory
{
    const int SmallPitch = Storage.SmallBytes + 64;

    TileOperand[] operands = new TileOperand[8];
    nint[] ends = new nint[8];
    Storage[] smalls = new Storage[4];
    bool[] written = new bool[4];
    byte[] block = [];
    int inCount, outCount, smallCount;

    public GroupMemory()
    {
    }

    /// <summary>The memory of a piece of a group, which nobody else must release.</summary>
    public GroupMemory(GroupMemory whole, GroupCut cut, long from, bool last)
    {
        (inCount, outCount) = (whole.inCount, whole.outCount);
        operands = whole.operands.AsSpan(0, inCount + outCount).ToArray();
        ends = whole.ends;
        for (int i = 0; i < operands.Length; i++)
        {
            bool isOut = i >= inCount;
            int axis = isOut ? cut.Out[i - inCount] : cut.In[i];
            if (axis < 0) { continue; }
            ref TileOperand operand = ref operands[i];
            long offset = from * operand.Strides[axis];
            if (operand.IsIndex) { operand.Offset += offset; }
            else { operand.Data += offset; }
            operand.Padded &= !isOut || last;
        }
    }

    /// <summary>Inputs, in the order of the group's In views.</summary>
    public ReadOnlySpan<TileOperand> In => operands.AsSpan(0, inCount);

    /// <summary>Outputs, in the order of the group's Out views.</summary>
    public ReadOnlySpan<TileOperand> Out => operands.AsSpan(inCount, outCount);

    /// <summary>Bytes of an input below this address may be read.</summary>
    public byte* EndOfIn(int i) => (byte*)ends[i];

    /// <summary>Finds the memory of all views. What is bound stays so until <see cref="Release"/>.</summary>
    public void Bind(Plan plan, Group group)
    {
        inCount = group.In.Length;
        outCount = group.Out.Length;
        smallCount = 0;
        int all = inCount + outCount;
        if (operands.Length < all)
        {
            operands = new TileOperand[2 * all];
            ends = new nint[2 * all];
        }
        if (smalls.Length < all)
        {
            smalls = new Storage[2 * all];
            written = new bool[2 * all];
        }
        for (int i = 0; i < all; i++)
        {
            bool isOut = i >= inCount;
            View view = isOut ? group.Out[i - inCount] : group.In[i];
            ref TileOperand operand = ref operands[i];
            if (view.Buffer < 0)
            {
                operand = TileOperand.Index(view.Offset, view.Strides);
                ends[i] = 0;
                continue;
            }
            Storage storage = plan.Buffers[view.Buffer].Storage!;
            byte* data = storage.Data;
            long bytes = storage.Bytes;
            bool padded = !storage.IsForeign;
            if (storage.Small is { } small)
            {
                data = Copy(storage, small, isOut, all);
                padded = true;
            }
            // An output may be overrun only where it ends with its storage.
            operand = TileOperand.Memory(data + view.Offset, view.DType, view.Strides, padded && (!isOut || EndsWith(view, bytes)));
            ends[i] = (nint)(data + (padded ? (bytes + 63) & ~63 : bytes));
        }
    }

    static bool EndsWith(View view, long bytes)
    {
        long end = view.Offset + view.DType.Size;
        for (int i = 0; i < view.Shape.Length; i++)
        {
            if (view.Shape[i] > 1) { end += Math.Max(0, view.Strides[i] * (view.Shape[i] - 1)); }
        }
        return end == bytes;
    }

    byte* Copy(Storage storage, byte[] small, bool isOut, int all)
    {
        int k = 0;
        while (k < smallCount && !ReferenceEquals(smalls[k], storage)) { k++; }
        if (k == smallCount)
        {
            // Grown before the first address is handed out: the block does not move while a group runs.
            if (smallCount == 0 && block.Length < (all * SmallPitch) + 64)
            {
                block = GC.AllocateUninitializedArray<byte>((2 * all * SmallPitch) + 64, pinned: true);
            }
            smalls[k] = storage;
            written[k] = false;
            smallCount++;
            small.AsSpan().CopyTo(new Span<byte>(Slot(k), small.Length));
        }
        written[k] |= isOut;
        return Slot(k);
    }

    byte* Slot(int k) => (byte*)(((nint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(block)) + 63) & ~63) + (k * SmallPitch);

    /// <summary>Takes results back to small storages.</summary>
    public void WriteBack()
    {
        for (int k = 0; k < smallCount; k++)
        {
            if (!written[k]) { continue; }
            Storage storage = smalls[k];
            var from = new ReadOnlySpan<byte>(Slot(k), (int)storage.Bytes);
            from.CopyTo(storage.Small is { } small ? small : new Span<byte>(storage.Data, from.Length));
        }
    }

    /// <summary>Forgets the storages.</summary>
    public void Release()
    {
        Array.Clear(smalls, 0, smallCount);
        Array.Clear(operands, 0, inCount + outCount);
        smallCount = inCount = outCount = 0;
    }
}
