using System.Text;

namespace Engine.Benchmarks;

/// <summary>docs/performance.md, from the results.</summary>
internal static class Documents
{
    public static void Write()
    {
        var rows = Store.Read<List<Measurement>>("results.json") ?? throw new InvalidOperationException("There are no results: measure first.");
        var machine = Store.Read<Machine>("machine.json")!;
        Directory.CreateDirectory("docs");
        File.WriteAllText(Path.Combine("docs", "performance.md"), Text(rows, machine));
        Console.WriteLine("wrote docs/performance.md");
    }

    static string Text(List<Measurement> rows, Machine machine)
    {
        var text = new StringBuilder();
        text.Append($"""
            # Performance

            Written by `dotnet cake --target=Bench` ({machine.Date}); do not edit. All implementations of a row are measured in one run, one short sample
            of each per round, in an order that turns; a time is the median of the samples, a ratio the median over rounds of the best peer's time
            to ours, more than 1 being faster, with its 95 % bounds. A row passes when the lower bound is at least 0.97 x the aim.
            Every library allocates as it does by default. With 1 thread everything runs on one CPU. "Roof" is the share of what the machine's bandwidth or FMA rate allows.
            {(machine.Quick ? "\n**This was a `--quick` run, with down to 6 samples: the numbers are rough.**\n" : "")}
            ## Machine

            {machine.Cpu}, {machine.Cores} cores, {machine.System}, {machine.Runtime}.

            | threads | {string.Join(" | ", machine.Roofs[0].Levels.Select(l => $"{l.Name}, GB/s"))} | FMA float32, GFLOP/s | float64 |
            | --- |{string.Concat(machine.Roofs[0].Levels.Select(_ => " ---: |"))} ---: | ---: |

            """);
        foreach (var roof in machine.Roofs)
        {
            text.Append($"| {roof.Threads} | {string.Join(" | ", roof.Levels.Select(l => $"{l.Bandwidth:F0}"))} | {roof.Float32:F0} | {roof.Float64:F0} |\n");
        }
        text.Append("\n## Implementations\n\n| name | version | OpenBLAS kernels |\n| --- | --- | --- |\n");
        foreach (var one in rows.Where(r => !r.Failed).GroupBy(r => r.Implementation).Select(g => g.First()))
        {
            text.Append($"| {one.Implementation} | {one.Version} | {one.Core ?? "-"} |\n");
        }
        foreach (var group in rows.Where(r => r.Case != "load").GroupBy(r => r.Threads))
        {
            Tables(text, group.Key, [.. group]);
        }
        Misses(text, rows);
        text.Append("\n## Single numbers\n\n| what | value | at most |\n| --- | ---: | ---: |\n");
        foreach (var fact in machine.Facts)
        {
            text.Append($"| {fact.What} | {fact.Value:N1} {fact.Unit} | {fact.AtMost?.ToString("N0", null) ?? "-"} |\n");
        }
        return text.ToString();
    }

    static void Tables(StringBuilder text, int threads, List<Measurement> rows)
    {
        text.Append($"\n## {Report.Threads(threads)}\n\n| case | dtype | size | ours | time | roof | best peer | its time | ratio | aims |\n");
        text.Append("| --- | --- | --- | --- | ---: | ---: | --- | ---: | ---: | --- |\n");
        foreach (var row in rows.Where(r => r.IsOurs))
        {
            var best = rows.Where(r => r.Key == row.Key && !r.IsOurs && r.MedianNs is not null && r.Implementation != "hand-csharp").MinBy(r => r.MedianNs);
            var start = $"| {row.Case} | {row.DType} | {row.Size} | {row.Implementation} |";
            var peer = best is null ? "- | -" : $"{best.Implementation} | {Report.Time(best.MedianNs!.Value)}";
            if (row.MedianNs is not { } median)
            {
                text.Append($"{start} {(row.Failed ? "failed: " : "")}{row.Note?.Replace('|', '/')} | | {peer} | | |\n");
                continue;
            }
            var told = row.Verdicts?.FirstOrDefault(v => v.Against == best?.Implementation);
            var ratio = told is null ? "-" : $"{told.Ratio:F2} ({told.Low:F2} to {told.High:F2})";
            var aims = string.Join(", ", (row.Verdicts ?? []).Where(v => v.Aim is not null)
                .Select(v => $"{(v.Passed == true ? "" : "**missed** ")}{v.Aim:F2} x {v.Against}{(v == told ? "" : $": {v.Ratio:F2}")}"));
            text.Append($"{start} {Report.Time(median)} | {(row.RoofShare is { } share ? $"{100 * share:F0} %" : "-")} | {peer} | {ratio} | {aims} |\n");
        }
    }

    static void Misses(StringBuilder text, List<Measurement> rows)
    {
        var verdicts = rows.SelectMany(r => r.Verdicts ?? []).Where(v => v.Passed is not null).ToList();
        text.Append($"\n## What is missed\n\n{verdicts.Count(v => v.Passed == true)} aims are reached, {verdicts.Count(v => v.Passed == false)} are missed, the worst first:\n\n");
        var missed = rows.SelectMany(r => (r.Verdicts ?? []).Where(v => v.Passed == false).Select(v => (r, v))).OrderBy(m => m.v.Low / m.v.Aim);
        foreach (var (row, v) in missed)
        {
            text.Append($"* {row.Key}, {Report.Threads(row.Threads)}, {row.Implementation}: {v.Ratio:F2} of {v.Against} ({v.Low:F2} to {v.High:F2}), the aim is {v.Aim:F2}\n");
        }
        foreach (var row in rows.Where(r => r.Failed))
        {
            text.Append($"* {row.Key}, {Report.Threads(row.Threads)}, {row.Implementation} failed: {row.Note}\n");
        }
    }
}
