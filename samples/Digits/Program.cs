using System.ComponentModel;
using System.Globalization;
using Engine;
using Samples;
using Spectre.Console;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (Options.Parse(args) is not { } options)
{
    Console.Error.WriteLine(Options.Usage);
    return 2;
}

var data = DigitsData.Load();
var results = new List<Result>();
for (long seed = options.First; seed <= options.Last; seed++)
{
    var result = Train(data, seed);
    results.Add(result);
    Console.WriteLine(
        $"seed {seed}: {result.Seconds:F1} s, {result.ImagesPerSecond:N0} images/s, loss {result.Losses[^1]:F4}, "
        + $"accuracy {100 * result.Accuracy:F2} % of {result.Test.Count} test images");
}

var (weights, test, picture) = Save(results[0], options.Folder);
Console.WriteLine($"wrote {weights}, {test}, {picture}");
if (options.Python is { } python)
{
    try
    {
        int exit = PythonCheck.Run(python, weights, test);
        if (exit != 0)
        {
            return exit;
        }
    }
    catch (Win32Exception e)
    {
        Console.Error.WriteLine($"{python} could not be started: {e.Message}");
        return 1;
    }
}
Console.WriteLine(results.Count == 1
    ? $"accuracy {100 * results[0].Accuracy:F2} %"
    : $"accuracy {100 * results.Average(r => r.Accuracy):F2} % on average, {100 * results.Min(r => r.Accuracy):F2} % at worst");
return 0;

static Result Train(DigitsData data, long seed) => AnsiConsole.Progress()
    .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
    .Start(context =>
    {
        var task = context.AddTask($"training, seed {seed}", maxValue: Training.Epochs);
        return Training.Run(data, seed, (epoch, loss) =>
        {
            task.Description = $"training, seed {seed}, epoch {epoch}, loss {loss:F4}";
            task.Value = epoch;
        });
    });

static (string Weights, string Test, string Picture) Save(Result result, string folder)
{
    Directory.CreateDirectory(folder);
    var paths = (Path.Combine(folder, "weights.npz"), Path.Combine(folder, "test.npz"), Path.Combine(folder, "digits.png"));
    Ops.Savez(paths.Item1, [.. result.Weights.Index().Select(w => ($"{(w.Index % 2 == 0 ? 'w' : 'b')}{w.Index / 2}", w.Item))]);
    Ops.Savez(
        paths.Item2,
        ("images", Training.Images(result.Test)),
        ("labels", NDArray.From(result.Test.Labels)),
        ("predictions", NDArray.From(result.Predictions)));
    Picture.Save(result, paths.Item3);
    return paths;
}
