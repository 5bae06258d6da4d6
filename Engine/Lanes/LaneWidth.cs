using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Engine.Internal.Lanes;

/// <summary>Which lanes the kernels run on: the machine's widest, or what ENGINE_LANES (512, 256, 128, vector, one) asks for under a JIT.</summary>
/// <remarks>An AOT image holds one width; there the variable is ignored and <see cref="Forced"/> is the constant false.</remarks>
internal static class LaneWidth
{
    /// <summary>Bits of Vector of T, as <see cref="LaneBody.At"/> names it.</summary>
    public const int Vector = 0;
    /// <summary>One lane, as <see cref="LaneBody.At"/> names it.</summary>
    public const int One = 1;

    static readonly int forced = RuntimeFeature.IsDynamicCodeSupported ? Read() : -1;

    /// <summary>ENGINE_LANES chose the width: kernels come from <see cref="LaneBody.At"/>.</summary>
    public static bool Forced => RuntimeFeature.IsDynamicCodeSupported && forced >= 0;

    /// <summary>512, 256, 128, <see cref="Vector"/> or <see cref="One"/>.</summary>
    public static int Bits => Forced ? forced : Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;

    /// <summary>512, 256, 128, vector or one.</summary>
    public static string Name => Bits switch { 512 => "512", 256 => "256", 128 => "128", Vector => "vector", _ => "one" };

    /// <summary>Lanes per step of a kernel whose compute type has this many bytes.</summary>
    public static int Lanes(int size) => Lanes(Bits, size);

    /// <summary>The same at a width in bits.</summary>
    public static int Lanes(int bits, int size) => bits switch { One => 1, Vector => Vector<byte>.Count / size, _ => bits / 8 / size };

    static int Read() => Environment.GetEnvironmentVariable("ENGINE_LANES") switch
    {
        "512" => 512,
        "256" => 256,
        "128" => 128,
        "vector" => Vector,
        "one" => One,
        _ => -1,
    };
}
