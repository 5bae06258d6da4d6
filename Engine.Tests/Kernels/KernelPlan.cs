using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Engine.Internal;
using Engine.Internal.Backends.Cpu;
using Engine.Internal.Memory;
using Engine.Internal.Plans;

namespace Engine.Tests.Kernels;

/// <summary>How a test's array lies in memory.</summary>
public enum TestLayout
{
    RowMajor,
    Reversed,
    Transposed,
    Sliced,
    Stepped,
    Foreign,
}

/// <summary>A plan of one group for the CPU back end, with arrays in any layout.</summary>
internal sealed unsafe class KernelPlan
{
    public static readonly TestLayout[] Layouts = Enum.GetValues<TestLayout>();

    readonly Plan plan = new();

    /// <summary>An array of given elements in row-major order.</summary>
    public View Add<T>(T[] elements, long[] shape, DType dtype, TestLayout layout = TestLayout.RowMajor) where T : unmanaged
    {
        View view = Space(shape, dtype, layout);
        byte* data = Data(view.Buffer);
        long i = 0;
        Walk(view, offset =>
        {
            Unsafe.WriteUnaligned(data + offset, elements[i++]);
        });
        GC.KeepAlive(this);
        return view;
    }

    /// <summary>Memory for an array; what lies between its elements holds a pattern that must stay.</summary>
    public View Space(long[] shape, DType dtype, TestLayout layout)
    {
        int size = dtype.Size, rank = shape.Length;
        var strides = new long[rank];
        var order = Enumerable.Range(0, rank).ToArray();
        if (layout == TestLayout.Transposed) { Array.Reverse(order); }
        long gap = layout is TestLayout.Sliced ? 3 : 0, step = layout == TestLayout.Stepped ? 2 * size : size;
        for (int k = rank - 1; k >= 0; k--)
        {
            strides[order[k]] = step;
            step *= Math.Max(1, shape[order[k]]) + gap;
        }
        long offset = gap * size, bytes = Math.Max(step, size) + offset;
        if (layout == TestLayout.Foreign)
        {
            long count = 1;
            foreach (long n in shape) { count *= n; }
            bytes = Math.Max(count * size, 1);
        }
        if (layout == TestLayout.Reversed)
        {
            for (int i = 0; i < rank; i++)
            {
                offset += Math.Max(0, shape[i] - 1) * strides[i];
                strides[i] = -strides[i];
            }
        }
        Storage storage = layout == TestLayout.Foreign ? GuardedMemory.Allocate(bytes) : Storage.Allocate(bytes);
        plan.Buffers.Add(new PlanBuffer { Storage = storage, Bytes = bytes });
        var view = new View(plan.Buffers.Count - 1, dtype, offset, shape, strides);
        Span<byte> all = storage.Small is { } small ? small : new Span<byte>(storage.Data, checked((int)bytes));
        all.Fill(0x5A);
        GC.KeepAlive(storage);
        return view;
    }

    byte* Data(int buffer)
    {
        Storage storage = plan.Buffers[buffer].Storage!;
        // Tests keep a small storage's bytes pinned by copying: the address is used at once.
        if (storage.Small is { } small) { return (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(Pin(small))); }
        return storage.Data;
    }

    readonly List<GCHandle> pins = [];

    byte[] Pin(byte[] bytes)
    {
        pins.Add(GCHandle.Alloc(bytes, GCHandleType.Pinned));
        return bytes;
    }

    static void Walk(View view, Action<long> visit)
    {
        var at = new long[view.Shape.Length];
        foreach (long n in view.Shape)
        {
            if (n == 0) { return; }
        }
        while (true)
        {
            long offset = view.Offset;
            for (int i = 0; i < at.Length; i++) { offset += at[i] * view.Strides[i]; }
            visit(offset);
            int k = at.Length - 1;
            while (k >= 0 && ++at[k] == view.Shape[k]) { at[k--] = 0; }
            if (k < 0) { return; }
        }
    }

    /// <summary>Elements in row-major order.</summary>
    public T[] Read<T>(View view) where T : unmanaged
    {
        var result = new List<T>();
        byte* data = Data(view.Buffer);
        Walk(view, offset => result.Add(Unsafe.ReadUnaligned<T>(data + offset)));
        GC.KeepAlive(this);
        return [.. result];
    }

    /// <summary>That bytes between and around the elements are what they were.</summary>
    public bool IsIntact(View view)
    {
        Storage storage = plan.Buffers[view.Buffer].Storage!;
        byte[] all = storage.Small is { } small ? (byte[])small.Clone() : new Span<byte>(storage.Data, checked((int)storage.Bytes)).ToArray();
        GC.KeepAlive(this);
        Walk(view, offset => all.AsSpan((int)offset, view.DType.Size).Fill(0x5A));
        return all.AsSpan().IndexOfAnyExcept((byte)0x5A) < 0;
    }

    public void Run(GroupKind kind, View[] ins, View[] outs, long[] space, Attributes? attributes, ExprProgram? prologue = null, ExprProgram? epilogue = null)
    {
        new CpuBackend().Run(plan, new Group(kind, prologue, epilogue, ins, outs, space, attributes));
    }

    /// <summary>The element itself.</summary>
    public static ExprProgram Identity(DType dtype) => new([dtype], [], [], [0]);
}
