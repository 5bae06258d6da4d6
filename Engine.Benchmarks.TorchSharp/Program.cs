using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Engine.Benchmarks;
using TorchSharp;
using static TorchSharp.torch;

// Measures TorchSharp for Engine.Benchmarks, by the protocol of Engine.Benchmarks/Python/worker.py.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
// A stopped process would outlive a harness that was killed.
_ = Parent.DieWith(1, 9);
using var answers = new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true };
Console.SetOut(Console.Error);
VersionNeed.Relax(Path.Combine(AppContext.BaseDirectory, "libLibTorchSharp.so"), "GLIBCXX_3.4.32");
set_num_threads(int.Parse(Environment.GetEnvironmentVariable("OMP_NUM_THREADS") ?? "1", CultureInfo.InvariantCulture));
random.manual_seed(1);
using var noGradients = no_grad();
var version = typeof(torch).Assembly.GetName().Version!.ToString(3);
answers.WriteLine(new JsonObject { ["version"] = version }.ToJsonString());

var slots = new List<(Action Run, DisposeScope Inputs)?>();
while (Console.ReadLine() is { } line)
{
    answers.WriteLine(Answer(JsonNode.Parse(line)!).ToJsonString());
}

JsonObject Answer(JsonNode request)
{
    try
    {
        if (request["prepare"] is { } work)
        {
            var inputs = NewDisposeScope();
            var run = Operations.Of(work);
            run();
            slots.Add((run, inputs));
            return new JsonObject { ["slot"] = slots.Count - 1 };
        }
        if (request["time"] is { } slot)
        {
            var run = slots[(int)slot]!.Value.Run;
            long calls = (long)request["calls"]!, start = Stopwatch.GetTimestamp();
            for (long i = 0; i < calls; i++)
            {
                run();
            }
            return new JsonObject { ["ns"] = Stopwatch.GetElapsedTime(start).TotalNanoseconds };
        }
        int drop = (int)request["drop"]!;
        slots[drop]!.Value.Inputs.Dispose();
        slots[drop] = null;
        return [];
    }
    catch (Exception e) when (e is not OutOfMemoryException)
    {
        return new JsonObject { ["missing"] = $"{e.GetType().Name}: {e.Message.Split('\n')[0]}" };
    }
}
