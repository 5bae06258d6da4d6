namespace Engine.Benchmarks;

/// <summary>What is printed.</summary>
internal static class Report
{
    public static void List(IEnumerable<Case> cases)
    {
        foreach (var work in cases)
        {
            Console.WriteLine($"{work.Key,-44} {string.Join("; ", work.Aims.Select(Text))}");
        }
    }

    public static void Roofs(Roofs roofs)
    {
        Console.WriteLine($"roofs, {Threads(roofs.Threads)}: {string.Join(", ", roofs.Levels.Select(l => $"{l.Name} {l.Bandwidth:F0} GB/s"))}, "
            + $"FMA {roofs.Float32:F0} GFLOP/s float32, {roofs.Float64:F0} float64");
    }

    public static void Rows(Case work, int threads, List<Measurement> rows)
    {
        Console.WriteLine($"{work.Key}, {Threads(threads)}");
        foreach (var row in rows.OrderBy(r => r.IsOurs ? 0 : 1).ThenBy(r => r.MedianNs ?? double.MaxValue))
        {
            if (row.MedianNs is not { } median)
            {
                Console.WriteLine($"  {row.Implementation,-17} {(row.Failed ? "FAILED: " : "")}{row.Note}");
                continue;
            }
            var roof = row.RoofShare is { } share ? $"{100 * share,5:F0} % of {row.RoofName}" : "";
            Console.WriteLine($"  {row.Implementation,-17} {Time(median),10} [{Time(row.Low!.Value)}, {Time(row.High!.Value)}] {roof,-17} "
                + string.Join("; ", (row.Verdicts ?? []).Select(Text)));
        }
    }

    public static void Facts(IEnumerable<Fact> facts)
    {
        foreach (var fact in facts)
        {
            Console.WriteLine($"{fact.What,-52} {fact.Value,10:N1} {fact.Unit}" + (fact.AtMost is { } most ? $", at most {most}" : ""));
        }
    }

    public static void Summary(List<Measurement> rows)
    {
        var verdicts = rows.Where(r => r.Verdicts is not null).SelectMany(r => r.Verdicts!).ToList();
        foreach (var row in rows.Where(r => r.Verdicts?.Any(v => v.Passed == false) == true))
        {
            Console.WriteLine($"miss: {row.Key}, {Threads(row.Threads)}, {row.Implementation}: {string.Join("; ", row.Verdicts!.Where(v => v.Passed == false).Select(Text))}");
        }
        foreach (var row in rows.Where(r => r.Failed))
        {
            Console.WriteLine($"failed: {row.Key}, {Threads(row.Threads)}, {row.Implementation}: {row.Note}");
        }
        Console.WriteLine($"{verdicts.Count(v => v.Passed == true)} aims reached, {verdicts.Count(v => v.Passed == false)} missed, "
            + $"{rows.Count(r => r.IsOurs && r.MedianNs is null && !r.Failed)} rows not in this version, {rows.Count(r => r.Failed)} failed");
    }

    public static string Text(Verdict v) =>
        $"{v.Ratio:F2}x {v.Against} [{v.Low:F2}, {v.High:F2}]" + (v.Passed is { } passed ? $" {(passed ? "ok" : "MISS")} (aim {v.Aim:F2})" : "");

    public static string Threads(int n) => n == 1 ? "1 thread" : $"{n} threads";

    public static string Time(double ns) => ns switch
    {
        < 1e3 => $"{ns:F1} ns",
        < 1e6 => $"{ns / 1e3:F2} us",
        < 1e9 => $"{ns / 1e6:F2} ms",
        _ => $"{ns / 1e9:F2} s",
    };

    static string Text(Aim aim) => aim.Against switch
    {
        "ns" => $"{aim.Ours} at most {aim.Value:N0} ns",
        "roof" => $"{aim.Ours} at least {100 * aim.Value:F0} % of the roof",
        "self" => $"{aim.Ours} at least {aim.Value}x our float32",
        _ => $"{aim.Ours} at least {aim.Value}x {aim.Against}",
    };
}
