using System.Diagnostics;
using System.Globalization;

namespace Engine.Benchmarks;

/// <summary>Size and import time of the built CPython module.</summary>
internal static class PythonModule
{
    const string Import = "import time; t = time.perf_counter(); import engine.core; print((time.perf_counter() - t) * 1000)";

    /// <summary>The image of each level and its bytes; empty where the module was not built.</summary>
    public static IEnumerable<(string Level, long Bytes)> Images() =>
        Directory.Exists(Tree)
            ? Directory.GetFiles(Tree, "core.abi3.so", SearchOption.AllDirectories)
                .Select(f => (Path.GetFileName(Path.GetDirectoryName(f)!).TrimStart('_'), new FileInfo(f).Length)).Order()
            : [];

    /// <summary>Median milliseconds of the import in a fresh interpreter.</summary>
    public static double ImportMilliseconds(string python)
    {
        var times = new List<double>();
        for (int i = 0; i < 9; i++)
        {
            var start = new ProcessStartInfo(python, ["-c", Import]) { RedirectStandardOutput = true };
            start.Environment["PYTHONPATH"] = Path.GetFullPath(Root);
            using var process = Process.Start(start)!;
            var text = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            if (process.ExitCode != 0)
            {
                throw new InvalidOperationException($"{python} could not import engine.core.");
            }
            times.Add(double.Parse(text, CultureInfo.InvariantCulture));
        }
        times.Sort();
        return times[times.Count / 2];
    }

    /// <summary>What PYTHONPATH must name.</summary>
    public static string Root => Path.Combine("artifacts", "python");

    static string Tree => Path.Combine(Root, "engine");
}
