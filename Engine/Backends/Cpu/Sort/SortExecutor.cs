using Engine.Internal.Plans;

namespace Engine.Internal.Backends.Cpu;

/// <summary>Runs a Sort group: stable along an axis, NaN last, wholly or about one element; values, or the places they come from.</summary>
internal static unsafe class SortExecutor
{
    public static void Run(Group group, GroupMemory memory)
    {
        if (Views.Count(group.Space) == 0) { return; }
        var a = (SortAttributes)group.A!;
        switch (memory.In[0].DType)
        {
            case DType.Bool or DType.UInt8: Run<byte, UnsignedKey<byte>>(group, memory, a); break;
            case DType.UInt16: Run<ushort, UnsignedKey<ushort>>(group, memory, a); break;
            case DType.UInt32: Run<uint, UnsignedKey<uint>>(group, memory, a); break;
            case DType.UInt64: Run<ulong, UnsignedKey<ulong>>(group, memory, a); break;
            case DType.Int8: Run<byte, SignedKey<byte>>(group, memory, a); break;
            case DType.Int16: Run<ushort, SignedKey<ushort>>(group, memory, a); break;
            case DType.Int32: Run<uint, SignedKey<uint>>(group, memory, a); break;
            case DType.Int64: Run<ulong, SignedKey<ulong>>(group, memory, a); break;
            case DType.Float16: Run<ushort, FloatKey<ushort, InfinityF16>>(group, memory, a); break;
            case DType.BFloat16: Run<ushort, FloatKey<ushort, InfinityBF16>>(group, memory, a); break;
            case DType.Float32: Run<uint, FloatKey<uint, InfinityF32>>(group, memory, a); break;
            case DType.Float64: Run<ulong, FloatKey<ulong, InfinityF64>>(group, memory, a); break;
            case var other: throw new DTypeException("sort", $"sort takes no {other.Name}: complex numbers have no order yet.");
        }
    }

    static void Run<T, TKey>(Group group, GroupMemory memory, SortAttributes a) where T : unmanaged where TKey : struct, ISortKey<T>
    {
        DType dtype = memory.In[0].DType;
        var rows = new RowBlocks(group, memory, a.Axis, dtype, a.Indices ? DType.UInt32 : dtype, 16384);
        long n = rows.N;
        if (a.Indices && n > uint.MaxValue)
        {
            throw new EngineOverflowException("argsort", $"argsort: {n} elements have places that uint32 cannot hold.");
        }
        long block = ((rows.Most * n * sizeof(T)) + 127) & ~63L, row = ((n * sizeof(T)) + 127) & ~63L, places = ((n * 4) + 127) & ~63L, results = ((rows.Most * n * 4) + 127) & ~63L;
        using var scratch = new Scratch(block + row + (a.Indices ? (2 * places) + results : 0) + Sorter<T, TKey>.CounterBytes);
        byte* values = scratch.Data, spare = values + block;
        var counters = (long*)(spare + row);
        byte* first = spare + row + Sorter<T, TKey>.CounterBytes, second = first + places, found = second + places;
        for (long count = rows.Next(); count > 0; count = rows.Next())
        {
            rows.Load(values);
            for (long r = 0; r < count; r++)
            {
                T* v = (T*)values + (r * n);
                if (!a.Indices)
                {
                    if (Order<T, TKey>(a, v, (T*)spare, null, null, n, counters)) { Buffer.MemoryCopy(spare, v, n * sizeof(T), n * sizeof(T)); }
                    continue;
                }
                for (long i = 0; i < n; i++) { ((uint*)first)[i] = (uint)i; }
                bool swapped = Order<T, TKey>(a, v, (T*)spare, (uint*)first, (uint*)second, n, counters);
                Buffer.MemoryCopy(swapped ? second : first, found + (r * n * 4), n * 4, n * 4);
            }
            rows.Store(a.Indices ? found : values);
        }
    }

    static bool Order<T, TKey>(SortAttributes a, T* values, T* spare, uint* places, uint* sparePlaces, long n, long* counters) where T : unmanaged where TKey : struct, ISortKey<T> =>
        a.Kth is { } kth ? Selector<T, TKey>.Partition(values, spare, places, sparePlaces, n, kth, counters) : Sorter<T, TKey>.Sort(values, spare, places, sparePlaces, n, counters);
}
