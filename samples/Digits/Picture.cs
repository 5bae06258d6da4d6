using ScottPlot;
using ScottPlot.MultiplotLayouts;

namespace Samples;

/// <summary>Draws the loss of each epoch and some test images with what the network saw in them.</summary>
internal static class Picture
{
    const int Columns = 8;
    const int Rows = 3;

    public static void Save(Result result, string path)
    {
        var plots = new Multiplot();
        plots.AddPlots(1 + Rows * Columns);
        var grid = new CustomGrid();
        var curve = plots.GetPlot(0);
        grid.Set(curve, new GridCell(0, 0, 2, 1));
        curve.Title($"Training loss; test accuracy {result.Accuracy:P2}");
        curve.XLabel("epoch");
        curve.YLabel("log10 of mean cross-entropy");
        curve.Add.Scatter(
            Enumerable.Range(1, result.Losses.Length).Select(e => (double)e).ToArray(), result.Losses.Select(Math.Log10).ToArray());

        // The images that were misread come first: they are the interesting ones.
        var shown = Enumerable.Range(0, result.Test.Count).OrderBy(i => result.Predictions[i] == result.Test.Labels[i]).Take(Rows * Columns);
        foreach (var (cell, image) in shown.Index())
        {
            var plot = plots.GetPlot(1 + cell);
            grid.Set(plot, new GridCell(Rows + cell / Columns, cell % Columns, 2 * Rows, Columns));
            Draw(plot, result, image);
        }
        plots.Layout = grid;
        plots.SavePng(path, 1000, 1000);
    }

    static void Draw(Plot plot, Result result, int image)
    {
        var pixels = new double[8, 8];
        for (int i = 0; i < DigitsData.Pixels; i++)
        {
            pixels[i / 8, i % 8] = result.Test.Images[image * DigitsData.Pixels + i];
        }
        plot.Add.Heatmap(pixels).Colormap = new ScottPlot.Colormaps.GrayscaleReversed();
        plot.HideGrid();
        plot.Layout.Frameless();
        plot.Axes.SquareUnits();
        int seen = result.Predictions[image];
        int real = result.Test.Labels[image];
        var text = plot.Add.Annotation(seen == real ? $"{seen}" : $"{seen}, is {real}", Alignment.UpperLeft);
        text.LabelFontSize = 16;
        text.LabelFontColor = seen == real ? Colors.Green : Colors.Red;
        text.LabelBackgroundColor = Colors.White.WithAlpha(0.7);
        text.LabelShadowColor = Colors.Transparent;
    }
}
