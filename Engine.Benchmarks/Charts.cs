using ScottPlot;

namespace Engine.Benchmarks;

/// <summary>Pictures of the results, below artifacts/bench.</summary>
internal static class Charts
{
    public static void Write(List<Measurement> rows)
    {
        foreach (var group in rows.Where(r => r.MedianNs is not null).GroupBy(r => r.Threads))
        {
            Ratios([.. group], group.Key);
            MatMuls([.. group.Where(r => r.Case == "matmul" && r.DType == "float32")], group.Key);
        }
    }

    /// <summary>Best peer's time over ours, a bar for each case, on a logarithmic scale.</summary>
    static void Ratios(List<Measurement> rows, int threads)
    {
        var keys = rows.Where(r => r.IsOurs).Select(r => r.Key).Distinct().Reverse().ToList();
        var plot = new Plot();
        int side = 0;
        foreach (var (name, colour) in new[] { ("engine-jit", Colors.C0), ("engine-aot", Colors.C1) })
        {
            var bars = new List<Bar>();
            foreach (var row in rows.Where(r => r.Implementation == name))
            {
                var best = rows.Where(r => r.Key == row.Key && !r.IsOurs && r.Implementation != "hand-csharp").Min(r => r.MedianNs);
                if (best is not null)
                {
                    double at = keys.IndexOf(row.Key) + (side == 0 ? 0.2 : -0.2);
                    bars.Add(new Bar { Position = at, Value = Math.Log2(best.Value / row.MedianNs!.Value), Size = 0.38, FillColor = colour, LineWidth = 0 });
                }
            }
            if (bars.Count > 0)
            {
                var drawn = plot.Add.Bars(bars);
                drawn.LegendText = name;
                drawn.Horizontal = true;
            }
            side++;
        }
        int[] powers = [-6, -5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6];
        plot.Axes.Left.SetTicks([.. keys.Select((_, i) => (double)i)], [.. keys]);
        plot.Axes.Bottom.SetTicks([.. powers.Select(p => (double)p)], [.. powers.Select(p => p < 0 ? $"1/{1 << -p}" : $"{1 << p}")]);
        plot.Add.VerticalLine(0, 1, Colors.Black);
        plot.Title($"Best peer's time / ours, {Report.Threads(threads)}: right of 1 is faster");
        plot.ShowLegend(Alignment.LowerRight);
        plot.Axes.SetLimitsY(-1, keys.Count);
        plot.SavePng(Path.Combine(Store.Folder, $"ratios-{threads}.png"), 1100, 120 + 22 * Math.Max(4, keys.Count));
    }

    /// <summary>GFLOP/s of square matrix products.</summary>
    static void MatMuls(List<Measurement> rows, int threads)
    {
        var plot = new Plot();
        var lines = rows.Where(r => r.Size.Split('x') is [var m, var k, var n] && m == k && k == n).GroupBy(r => r.Implementation).ToList();
        if (lines.Count == 0)
        {
            return;
        }
        foreach (var line in lines)
        {
            var points = line.Select(r => (N: double.Parse(r.Size.Split('x')[0], System.Globalization.CultureInfo.InvariantCulture), r)).OrderBy(p => p.N).ToList();
            var drawn = plot.Add.Scatter(points.Select(p => Math.Log2(p.N)).ToArray(), points.Select(p => p.r.Flops / p.r.MedianNs!.Value).ToArray());
            (drawn.LegendText, drawn.LineWidth) = (line.Key, line.First().IsOurs ? 3 : 1);
        }
        plot.Axes.Bottom.SetTicks([.. Enumerable.Range(4, 9).Select(p => (double)p)], [.. Enumerable.Range(4, 9).Select(p => $"{1 << p}")]);
        plot.XLabel("n");
        plot.YLabel("GFLOP/s");
        plot.Title($"float32 matmul n x n x n, {Report.Threads(threads)}");
        plot.ShowLegend(Alignment.UpperLeft);
        plot.SavePng(Path.Combine(Store.Folder, $"matmul-{threads}.png"), 900, 600);
    }
}
