using Engine.Internal;

namespace Engine;

/// <summary>Kinds of devices.</summary>
public enum DeviceKind
{
    /// <summary>The processor.</summary>
    Cpu,
    /// <summary>A graphics processor.</summary>
    Gpu,
}

/// <summary>
/// Where arrays are computed. New operations go to <see cref="Default"/>, which <see cref="Use"/> changes for a while.
/// </summary>
public sealed class Device
{
    static readonly AsyncLocal<Device?> Current = new();
    static Device? s_gpu;
    static Device? s_default;
    static bool s_scoped;
    static readonly string? Asked = Environment.GetEnvironmentVariable("ENGINE_DEVICE");

    internal Device(DeviceKind kind, int index) => (Kind, Index) = (kind, index);

    /// <summary>What it is.</summary>
    public DeviceKind Kind { get; }

    /// <summary>Which of its kind, from 0.</summary>
    public int Index { get; }

    /// <summary>The processor. Always there.</summary>
    public static Device Cpu { get; } = new(DeviceKind.Cpu, 0);

    /// <summary>The graphics processor.</summary>
    /// <exception cref="DeviceException">There is none; the message says why.</exception>
    public static Device Gpu => s_gpu ?? throw Errors.Device("Device.Gpu", WhyNoGpu());

    /// <summary>Whether <see cref="Gpu"/> can be used.</summary>
    public static bool IsGpuAvailable => s_gpu is not null;

    /// <summary>
    /// The graphics processor where one is usable, else the processor. <c>ENGINE_DEVICE=cpu</c> forces the processor.
    /// </summary>
    /// <exception cref="DeviceException">ENGINE_DEVICE has another value.</exception>
    public static Device Preferred
    {
        get
        {
            CheckAsked();
            return s_gpu is null || CpuForced ? Cpu : s_gpu;
        }
    }

    /// <summary>Where new operations go.</summary>
    /// <exception cref="DeviceException">ENGINE_DEVICE has another value than cpu.</exception>
    public static Device Default
    {
        get => (s_scoped ? Current.Value : null) ?? s_default ?? Preferred;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            s_default = value;
        }
    }

    /// <summary>
    /// Sends new operations to a device until the result is disposed; follows the flow of <c>await</c>.
    /// </summary>
    /// <example><code>using (Device.Use(Device.Cpu)) { y = Exp(x); }</code></example>
    public static IDisposable Use(Device device)
    {
        ArgumentNullException.ThrowIfNull(device);
        s_scoped = true;
        var scope = new Scope(Current.Value);
        Current.Value = device;
        return scope;
    }

    /// <summary><c>cpu</c> or <c>gpu</c>, with its number where that is not 0.</summary>
    public override string ToString()
    {
        string name = Kind == DeviceKind.Cpu ? "cpu" : "gpu";
        return Index == 0 ? name : FormattableString.Invariant($"{name}:{Index}");
    }

    /// <summary>Called by a GPU back end that has found a usable device.</summary>
    internal static void Register(Device gpu) => s_gpu = gpu;

    static bool CpuForced => string.Equals(Asked, "cpu", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whatever was asked for and is not there is an error of every evaluation, rather than silently the processor.</summary>
    internal static void CheckAsked()
    {
        if (!string.IsNullOrEmpty(Asked) && !CpuForced)
        {
            throw Errors.Device("ENGINE_DEVICE", $"'{Asked}' is no value of it. Set it to cpu for the processor, or leave it unset for the best device there is.");
        }
    }

    static string WhyNoGpu() => OperatingSystem.IsMacOS()
        ? "no GPU back end is loaded. Reference the package Engine.Metal."
        : "GPUs are used through Metal, which this operating system does not have. Use Device.Cpu or Device.Preferred.";

    sealed class Scope(Device? before) : IDisposable
    {
        public void Dispose() => Current.Value = before;
    }
}
