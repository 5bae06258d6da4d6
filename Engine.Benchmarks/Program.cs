using System.Globalization;
using Engine;
using Engine.Benchmarks;
using static Engine.Ops;

// dotnet cake --target=Bench: what one small operation costs, and what the Python module weighs.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
NDArray x = NDArray.From([1f], [1]);
Eval(x);

Console.WriteLine($"{"one float32 element, C#, one thread",-44} {"ns",8}");
Row("build only: x + 1", Timing.Nanoseconds(() => _ = x + 1));
Row("build, evaluate, read: (x + 1).Item()", Timing.Nanoseconds(() => _ = (x + 1).Item<float>()));
Row("one op of a 100-op chain, evaluated and read", Timing.Nanoseconds(() =>
{
    NDArray y = x;
    for (int i = 0; i < 100; i++)
    {
        y += 1;
    }
    _ = y.Item<float>();
}) / 100);

foreach (var (level, bytes) in PythonModule.Images())
{
    Console.WriteLine($"{$"image of engine.core, {level}",-44} {bytes,8:N0} bytes");
}
foreach (var name in new[] { "ENGINE_PYTHON_DEBIAN", "ENGINE_PYTHON_PEERS", "ENGINE_PYTHON_312", "ENGINE_PYTHON_313" })
{
    if (Environment.GetEnvironmentVariable(name) is { Length: > 0 } python)
    {
        Console.WriteLine($"{$"import engine.core, {name}",-44} {PythonModule.ImportMilliseconds(python),8:N1} ms");
    }
}

static void Row(string what, double nanoseconds) => Console.WriteLine($"{what,-44} {nanoseconds,8:N1}");
