using System.Runtime.InteropServices;
using Engine.Interop;
using Xunit;

namespace Engine.Tests.Interop;

/// <summary>Descriptors, DLPack and the buffer protocol from C#: memory is shared, and malformed descriptions are
/// errors.</summary>
public sealed unsafe class DescriptorTests
{
    [Fact]
    public void Structs_have_the_sizes_of_the_headers()
    {
        Assert.Equal(48, sizeof(DLTensor));
        Assert.Equal(64, sizeof(DLManagedTensor));
        Assert.Equal(80, sizeof(DLManagedTensorVersioned));
        Assert.Equal(80, sizeof(PyBuffer));
        Assert.Equal(32, Marshal.OffsetOf<DLManagedTensorVersioned>(nameof(DLManagedTensorVersioned.Tensor)));
        Assert.Equal(24, Marshal.OffsetOf<DLManagedTensorVersioned>(nameof(DLManagedTensorVersioned.Flags)));
        Assert.Equal(56, Marshal.OffsetOf<DLManagedTensor>(nameof(DLManagedTensor.Deleter)));
        Assert.Equal(40, Marshal.OffsetOf<DLTensor>(nameof(DLTensor.ByteOffset)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(1 << 18)]
    public void A_description_shares_memory_both_ways(int n)
    {
        NDArray x = Ops.Zeros([n]) + 1f;
        using BufferDescriptor d = x.Describe();
        ((float*)d.Address)[n - 1] = 5;
        Assert.Equal(5f, x[^1].Item<float>());
        int released = 0;
        NDArray y = NDArray.FromDescriptor(d, () => released++);
        ((float*)d.Address)[0] = 6;
        NDArray first = y[0];
        Assert.Equal(6f, first.Item<float>());
        using (BufferDescriptor e = y.Describe())
        {
            Assert.Equal(d.Address, e.Address);
        }
        // Both share the memory: it goes with the last of them.
        y.Free();
        Assert.Equal(0, released);
        first.Free();
        Assert.Equal(1, released);
    }

    [Fact]
    public void Malformed_descriptions_are_errors()
    {
        float* p = stackalloc float[4];
        nint data = (nint)p;
        Assert.Throws<BufferException>(() => new BufferDescriptor(data, DType.Float32, [-1]));
        Assert.Throws<BufferException>(() => new BufferDescriptor(data, DType.Float32, [2, 2], [1]));
        Assert.Throws<BufferException>(() => new BufferDescriptor(data, DType.Float32, [1L << 62, 4]));
        Assert.Throws<BufferException>(() => new BufferDescriptor(data, (DType)99, [2]));
        Assert.Throws<BufferException>(() => NDArray.FromDescriptor(new BufferDescriptor(0, DType.Float32, [2])));
        Assert.Throws<BufferException>(() => NDArray.FromDescriptor(new BufferDescriptor(data, DType.Float32, [2], [1L << 61])));
        Assert.Throws<BufferException>(() => NDArray.FromDescriptor(new BufferDescriptor(data, DType.Float32, [2], offset: long.MaxValue)));
        Assert.Throws<BufferException>(() => NDArray.FromDescriptor(new BufferDescriptor(data, DType.Float32, [2], device: new BufferDevice(2, 0))));
        Assert.Throws<BufferException>(() => Dlpack.Import(0));
    }

    [Fact]
    public void Release_runs_once_and_not_on_errors()
    {
        float[] values = [1, 2, 3, 4];
        GCHandle pin = GCHandle.Alloc(values, GCHandleType.Pinned);
        int released = 0;
        var d = new BufferDescriptor(pin.AddrOfPinnedObject(), DType.Float32, [2, 2]);
        NDArray x = NDArray.FromDescriptor(d, () => released++);
        NDArray row = x[1];
        Assert.Equal(7f, row.Sum().Item<float>());
        x.Free();
        row.Free();
        Assert.Equal(1, released);
        var odd = new BufferDescriptor(pin.AddrOfPinnedObject(), DType.Float32, [3], offset: 1);
        NDArray copy = NDArray.FromDescriptor(odd, () => released++);
        Assert.Equal((2, 3), (released, (int)copy.Size));
        Assert.Throws<BufferException>(() => NDArray.FromDescriptor(new BufferDescriptor(1, DType.Float32, [2], [-1]), () => released++));
        Assert.Equal(2, released);
        var empty = new BufferDescriptor(0, DType.Float32, [0, 3]);
        Assert.Equal(0, NDArray.FromDescriptor(empty, () => released++).Size);
        Assert.Equal(3, released);
        pin.Free();
    }

    [Fact]
    public void Foreign_memory_is_not_written()
    {
        float[] values = new float[5000];
        GCHandle pin = GCHandle.Alloc(values, GCHandleType.Pinned);
        NDArray x = NDArray.FromDescriptor(new BufferDescriptor(pin.AddrOfPinnedObject(), DType.Float32, [5000], readOnly: true));
        Ops.Eval(Ops.Exp(x), x + 1f, (x * 2f).Sum());
        Assert.All(values, v => Assert.Equal(0f, v));
        using BufferDescriptor d = x.Describe();
        Assert.True(d.IsReadOnly);
        Assert.Throws<BufferException>(() => Dlpack.Export(x, versioned: false));
        x.Free();
        d.Dispose();
        pin.Free();
    }
}
