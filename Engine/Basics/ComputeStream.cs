using System.Diagnostics.CodeAnalysis;

namespace Engine;

/// <summary>A queue of work on a device. Work of one stream runs in the order in which it was submitted.</summary>
[SuppressMessage("Naming", "CA1711", Justification = "A stream of work, the field's name.")]
public sealed class ComputeStream
{
    static readonly AsyncLocal<ComputeStream?> Current = new();
    static readonly ComputeStream CpuDefault = new(Device.Cpu, 0);
    static int s_last;

    ComputeStream(Device device, int index) => (Device, Index) = (device, index);

    /// <summary>Where the work runs.</summary>
    public Device Device { get; }

    /// <summary>Which stream of the process, from 0.</summary>
    public int Index { get; }

    /// <summary>The stream that new operations go to.</summary>
    public static ComputeStream Default
    {
        get
        {
            Device device = Device.Default;
            ComputeStream? current = Current.Value;
            return current?.Device == device ? current : Of(device);
        }
    }

    /// <summary>A device's first stream.</summary>
    public static ComputeStream Of(Device device)
    {
        ArgumentNullException.ThrowIfNull(device);
        return device == Device.Cpu ? CpuDefault : new ComputeStream(device, 0);
    }

    /// <summary>A further stream.</summary>
    public static ComputeStream Create(Device device)
    {
        ArgumentNullException.ThrowIfNull(device);
        return new ComputeStream(device, Interlocked.Increment(ref s_last));
    }

    /// <summary>
    /// Sends new operations to a stream, and so to its device, until the result is disposed; follows the flow of
    /// <c>await</c>.
    /// </summary>
    public static IDisposable Use(ComputeStream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var scope = new Scope(Current.Value, Device.Use(stream.Device));
        Current.Value = stream;
        return scope;
    }

    /// <summary>The device and the number.</summary>
    public override string ToString() => FormattableString.Invariant($"stream {Index} on {Device}");

    sealed class Scope(ComputeStream? before, IDisposable device) : IDisposable
    {
        public void Dispose()
        {
            Current.Value = before;
            device.Dispose();
        }
    }
}
