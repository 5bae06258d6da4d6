using System.Numerics;
using Engine.Tests.Harness;
using Xunit;

namespace Engine.Tests.Basics;

public class DTypeTests
{
    [Fact]
    public void Every_type_knows_its_size_kind_and_name()
    {
        Assert.Equal("bool", DType.Bool.Name);
        Assert.Equal("bfloat16", DType.BFloat16.Name);
        Assert.Equal(
            [1, 1, 2, 4, 8, 1, 2, 4, 8, 2, 4, 8, 2, 8, 16],
            Enum.GetValues<DType>().Select(d => d.Size));
        foreach (DType d in Enum.GetValues<DType>())
        {
            Assert.Equal(d, DType.Parse(d.Name));
            if (d != DType.Bool) { Assert.Equal(d.ToString().ToLowerInvariant(), d.Name); }
            Assert.Equal(d.IsInexact, d.IsFloat || d.IsComplex);
            Assert.Single(new[] { d == DType.Bool, d.IsInteger, d.IsFloat, d.IsComplex }, x => x);
        }
        Assert.False(DType.UInt8.IsSigned);
        Assert.True(DType.Int8.IsSigned);
        Assert.True(DType.Float16.IsSigned);
        Assert.Equal(DType.Bool, DType.Parse("bool_"));
        Assert.Null(DType.Parse("float8"));
    }

    [Fact]
    public void Of_maps_dotnet_types()
    {
        Assert.Equal(DType.Bool, DType.Of<bool>());
        Assert.Equal(DType.UInt8, DType.Of<byte>());
        Assert.Equal(DType.Int16, DType.Of<short>());
        Assert.Equal(DType.Int64, DType.Of<nint>());
        Assert.Equal(DType.UInt64, DType.Of<ulong>());
        Assert.Equal(DType.Float16, DType.Of<Half>());
        Assert.Equal(DType.BFloat16, DType.Of<BFloat16>());
        Assert.Equal(DType.Float32, DType.Of<float>());
        Assert.Equal(DType.Complex64, DType.Of<Complex64>());
        Assert.Equal(DType.Complex128, DType.Of<Complex>());
        Assert.Equal(
            "DType: no element type holds values of type Decimal. " +
            "Use bool, an integer, Half, BFloat16, float, double, Complex64 or Complex.",
            Assert.Throws<DTypeException>(() => DType.Of<decimal>()).Message);
    }

    [Fact]
    public void Device_defaults_to_what_is_there()
    {
        Assert.Equal(Device.Cpu, Device.Preferred);
        Assert.Equal("cpu", Device.Default.ToString());
        Assert.False(Device.IsGpuAvailable);
        var e = Assert.Throws<DeviceException>(() => Device.Gpu);
        Assert.Equal(ErrorKind.Value, e.Kind);
        Assert.StartsWith("Device.Gpu: ", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "cpu cpu cpu, gpu gpu gpu, 4.0")]
    [InlineData("cpu", "cpu cpu cpu, cpu cpu cpu, 4.0")]
    [InlineData("CPU", "cpu cpu cpu, cpu cpu cpu, 4.0")]
    [InlineData("gpu", "Value: ENGINE_DEVICE: 'gpu' is no value of it. Set it to cpu for the processor, or leave it unset for the best device there is.")]
    [InlineData("cpu0", "Value: ENGINE_DEVICE: 'cpu0' is no value of it. Set it to cpu for the processor, or leave it unset for the best device there is.")]
    public void ENGINE_DEVICE_is_honoured_or_refused(string value, string said) => Assert.Equal(said, ChildRuns.Start(["device"], ("ENGINE_DEVICE", value)));

    [Fact]
    public async Task Device_Use_follows_the_flow_and_ends()
    {
        var other = new Device(DeviceKind.Gpu, 1);
        using (Device.Use(other))
        {
            Assert.Same(other, Device.Default);
            await Task.Yield();
            Assert.Same(other, Device.Default);
            Assert.Equal("gpu:1", Device.Default.ToString());
            using (Device.Use(Device.Cpu)) { Assert.Same(Device.Cpu, Device.Default); }
            Assert.Same(other, ComputeStream.Default.Device);
        }
        Assert.Same(Device.Cpu, Device.Default);
        ComputeStream stream = ComputeStream.Create(Device.Cpu);
        using (ComputeStream.Use(stream)) { Assert.Same(stream, ComputeStream.Default); }
        Assert.Same(ComputeStream.Of(Device.Cpu), ComputeStream.Default);
    }
}
