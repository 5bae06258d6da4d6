using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using BenchmarkDotNet.Running;
using Engine.Benchmarks;

// dotnet cake --target=Bench: the engine beside its peers.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args is ["--micro", .. var rest])
{
    BenchmarkSwitcher.FromAssembly(typeof(Case).Assembly).Run(rest.Length > 0 ? rest : ["--filter", "*"]);
    return 0;
}
if (Options.Parse(args) is not { } options)
{
    Console.Error.WriteLine(Options.Usage);
    return 2;
}
if (options.List)
{
    Report.List(Cases.All().Where(options.Takes));
    return 0;
}
if (options.Child)
{
    Session.Run(options);
    return 0;
}
if (options.WriteDocs)
{
    Documents.Write();
    return 0;
}

List<int> counts = options.Threads is { } only ? [only] : Environment.ProcessorCount == 1 ? [1] : [1, Environment.ProcessorCount];
bool part = options.Cases.Count > 0 || options.Threads is not null;
var before = part ? Store.Read<Machine>("machine.json") : null;
var rows = part ? Store.Read<List<Measurement>>("results.json") ?? [] : [];
var roofs = new List<Roofs>();
var measured = new List<Measurement>();
foreach (int threads in counts)
{
    // A process for each number of threads: that is how libraries are told, and the engine too.
    var result = Start(threads);
    roofs.Add(result.Roofs);
    measured.AddRange(result.Rows);
}
var now = measured.Select(m => (m.Key, m.Threads)).ToHashSet();
rows = [.. rows.Where(r => !now.Contains((r.Key, r.Threads))), .. measured];
var order = Cases.All().Select(c => c.Key).ToList();
rows = [.. rows.OrderBy(r => r.Threads).ThenBy(r => order.IndexOf(r.Key))];
roofs = [.. (before?.Roofs ?? []).Where(r => !counts.Contains(r.Threads)), .. roofs];
var facts = Facts.All();
Store.Write("results.json", rows);
Store.Write("machine.json", new Machine(
    Facts.Cpu(), RuntimeInformation.OSDescription, RuntimeInformation.FrameworkDescription, Environment.ProcessorCount,
    options.Quick || before?.Quick == true, DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), [.. roofs.OrderBy(r => r.Threads)], facts));
Charts.Write(rows);
Report.Facts(facts);
Report.Summary(measured);
if (!part && !options.Quick)
{
    Documents.Write();
}
return measured.Any(m => m.Failed) ? 1 : 0;

Part Start(int threads)
{
    var program = Environment.ProcessPath!;
    var start = new ProcessStartInfo(program);
    if (Path.GetFileNameWithoutExtension(program) == "dotnet")
    {
        start.ArgumentList.Add(typeof(Case).Assembly.Location);
    }
    foreach (var argument in (string[])["--child", "--threads", $"{threads}", .. options.Quick ? ["--quick"] : Array.Empty<string>(), .. options.Cases.SelectMany(c => new[] { "--case", c })])
    {
        start.ArgumentList.Add(argument);
    }
    start.Environment["ENGINE_THREADS"] = $"{threads}";
    start.Environment.Remove("OPENBLAS_CORETYPE");
    start.Environment.Remove("OPENBLAS_L2_SIZE");
    Console.Out.Flush();
    using var process = Process.Start(start)!;
    process.WaitForExit();
    if (process.ExitCode != 0)
    {
        throw new InvalidOperationException($"Measuring with {threads} threads ended with exit code {process.ExitCode}.");
    }
    return Store.Read<Part>(Session.File(threads))!;
}
