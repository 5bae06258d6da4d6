using System.Runtime.InteropServices;

namespace Engine.Tests.Oracles;

/// <summary>The C library's functions in double: references for f32 (their error is far below half an ulp of a single).</summary>
internal static partial class Libm
{
    const string Library = "libm.so.6";

    [LibraryImport(Library)] private static partial double exp(double x);
    [LibraryImport(Library)] private static partial double log(double x);
    [LibraryImport(Library)] private static partial double log1p(double x);
    [LibraryImport(Library)] private static partial double expm1(double x);
    [LibraryImport(Library)] private static partial double tanh(double x);
    [LibraryImport(Library)] private static partial double sin(double x);
    [LibraryImport(Library)] private static partial double cos(double x);
    [LibraryImport(Library)] private static partial double erf(double x);
    [LibraryImport(Library)] private static partial double pow(double x, double y);
    [LibraryImport(Library)] private static partial double sqrt(double x);

    public static bool IsAvailable => NativeLibrary.TryLoad(Library, out _);

    public static bool Knows(string name) => Unary(name) != null || name == "power";

    /// <summary>The function of that op name, or null.</summary>
    public static Func<double, double>? Unary(string name) => name switch
    {
        "exp" => exp,
        "log" => log,
        "log1p" => log1p,
        "expm1" => expm1,
        "tanh" => tanh,
        "sin" => sin,
        "cos" => cos,
        "erf" => erf,
        "sqrt" => sqrt,
        "rsqrt" => static x => x == 0 ? 1 / x : 1 / sqrt(x),
        "sigmoid" => static x => 1 / (1 + exp(-x)),
        _ => null,
    };

    public static double Power(double x, double y) => pow(x, y);
}
