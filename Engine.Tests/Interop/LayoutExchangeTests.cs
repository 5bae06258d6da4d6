using Engine.Interop;
using Engine.Testing;
using Engine.Tests.Harness;
using Xunit;

namespace Engine.Tests.Interop;

/// <summary>
/// Descriptor to each protocol and back, for every dtype, layout and shape, of our own memory and of somebody else's: what comes back describes the same elements at the same
/// addresses, and an array made of it shares them.
/// </summary>
public sealed unsafe class LayoutExchangeTests(ITestOutputHelper output)
{
    // 0-d, empty, axes of length 1, small (managed memory) and large (native).
    static readonly long[][] Shapes = [[], [0], [3, 0, 2], [1], [7], [1, 5, 1], [2, 3, 4], [5, 4, 3, 2], [33, 29]];

    public static TheoryData<DType, ArrayLayout> All() => new(Enum.GetValues<DType>().SelectMany(t => Enum.GetValues<ArrayLayout>().Select(l => (t, l))));

    [Theory, MemberData(nameof(All))]
    public void Every_protocol_gives_back_what_was_described(DType type, ArrayLayout layout)
    {
        int refused = 0;
        foreach (long[] shape in Shapes)
        {
            ArrayCase x = ArrayCase.Draw(type, shape, layout, Settings.Seed + shape.Length);
            refused += Exchange(x.Array, x.Values);
            // The same memory as somebody else's: what comes in goes out again.
            using BufferDescriptor owner = x.Array.Describe();
            var foreign = new BufferDescriptor(owner.Address, type, owner.Shape, owner.Strides, readOnly: owner.IsReadOnly);
            refused += Exchange(NDArray.FromDescriptor(foreign), x.Values);
        }
        // A layout that no shape showed would leave the refusals out.
        bool refuses = type == DType.BFloat16 || layout is ArrayLayout.Negative or ArrayLayout.Broadcast;
        Assert.Equal(refuses, refused > 0);
        output.WriteLine($"{2 * Shapes.Length} arrays of {type}, {layout}; {refused} refusals");
    }

    /// <summary>Through each protocol; how often one refused, as it must.</summary>
    static int Exchange(NDArray x, HostArray values)
    {
        int refused = 0;
        using BufferDescriptor d = x.Describe();
        Same(d, d, values);
        bool repeats = d.Shape.ToArray().Zip(d.Strides.ToArray()).Any(a => a.First > 1 && a.Second == 0) && d.Count > 0;
        Assert.Equal(repeats, d.IsReadOnly);
        Shares(NDArray.FromDescriptor(d), d, values);

        using (BufferDescriptor e = x.Describe())
        {
            var view = default(PyBuffer);
            if (x.DType == DType.BFloat16)
            {
                Assert.Contains("bfloat16", Assert.Throws<BufferException>(() => Fill(e)).Message, StringComparison.Ordinal);
                refused++;
            }
            else
            {
                BufferProtocol.Fill(&view, e, PyBufferFlags.Strides | PyBufferFlags.Format);
                Assert.False(e.HoldsLease);
                Assert.Equal((d.Count * d.ItemSize, d.ItemSize), ((long)view.Length, (int)view.ItemSize));
                (DType read, long[] shape, long[] strides, bool swapped) = BufferProtocol.Read(&view);
                Assert.Equal((x.DType, false), (read, swapped));
                Assert.All(strides, s => Assert.Equal(0, s % d.ItemSize));
                var back = new BufferDescriptor((nint)view.Buf, read, shape, [.. strides.Select(s => s / d.ItemSize)], readOnly: view.ReadOnly != 0);
                Same(d, back, values);
                Shares(NDArray.FromDescriptor(back), d, values);
                BufferProtocol.Release(&view);
            }
        }

        foreach (bool versioned in (bool[])[true, false])
        {
            if (d.Strides.ToArray().Any(s => s < 0) || (d.IsReadOnly && !versioned))
            {
                Assert.Throws<BufferException>(() => Dlpack.Export(x, versioned));
                refused++;
                continue;
            }
            nint managed = Dlpack.Export(x, versioned);
            Same(d, Dlpack.Read(managed, versioned), values);
            Shares(Dlpack.Import(managed, versioned), d, values);
        }
        return refused;
    }

    static void Fill(BufferDescriptor d)
    {
        var view = default(PyBuffer);
        BufferProtocol.Fill(&view, d, PyBufferFlags.Strides | PyBufferFlags.Format);
    }

    /// <summary>Lengths, strides, dtype and address are those of d, and at the addresses lie the values.</summary>
    static void Same(BufferDescriptor d, BufferDescriptor e, HostArray values)
    {
        Assert.Equal((d.DType, d.IsReadOnly, d.Device), (e.DType, e.IsReadOnly, e.Device));
        Assert.Equal(values.Shape, e.Shape.ToArray());
        Assert.Equal(d.Strides.ToArray(), e.Strides.ToArray());
        if (values.Count == 0) { return; }
        Assert.Equal(d.Address, e.Address);
        int size = HostArray.SizeOf(values.DType);
        var c = new long[values.Shape.Length];
        for (long i = 0; i < values.Count; i++)
        {
            long at = 0;
            for (int k = 0; k < c.Length; k++) { at += c[k] * e.Strides[k]; }
            Assert.True(values.Bytes.AsSpan((int)i * size, size).SequenceEqual(new ReadOnlySpan<byte>((byte*)e.Address + at * size, size)), $"element {i} of {values}");
            for (int k = c.Length - 1; k >= 0 && ++c[k] == values.Shape[k]; k--) { c[k] = 0; }
        }
    }

    /// <summary>The array has the values and d's memory: a byte changed there changes in the array, and the other way round.</summary>
    static void Shares(NDArray y, BufferDescriptor d, HostArray values)
    {
        Assert.Null(values.Difference(HostReader.Read(y)));
        if (values.Count == 0) { return; }
        using BufferDescriptor e = y.Describe();
        Assert.Equal((d.Address, d.IsReadOnly), (e.Address, e.IsReadOnly));
        Assert.Equal(d.Strides.ToArray(), e.Strides.ToArray());
        byte* first = (byte*)d.Address;
        byte before = *first;
        *first ^= 1;
        Assert.Equal(*first, HostReader.Read(y).Bytes[0]);
        *(byte*)e.Address = before;
        Assert.Equal(before, *first);
        y.Free();
    }
}
