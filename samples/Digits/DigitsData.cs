using System.Globalization;
using System.IO.Compression;

namespace Samples;

/// <summary>The handwritten digits: 1,797 images of 8x8 pixels from 0 to 16, row by row, and what each one shows.</summary>
internal sealed record DigitsData(float[] Images, int[] Labels)
{
    public const int Pixels = 64;

    public int Count => Labels.Length;

    /// <summary>Reads the file beside the program: a row has 64 pixels and the label.</summary>
    public static DigitsData Load()
    {
        var path = Path.Combine(AppContext.BaseDirectory, "Data", "digits.csv.gz");
        using var text = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        var images = new List<float>();
        var labels = new List<int>();
        while (text.ReadLine() is { } line)
        {
            var row = line.Split(',');
            images.AddRange(row.Take(Pixels).Select(v => float.Parse(v, CultureInfo.InvariantCulture)));
            labels.Add((int)double.Parse(row[Pixels], CultureInfo.InvariantCulture));
        }
        return new DigitsData([.. images], [.. labels]);
    }

    /// <summary>The images and labels at some positions, in their order.</summary>
    public DigitsData At(int[] positions) =>
        new([.. positions.SelectMany(i => Images.AsSpan(i * Pixels, Pixels).ToArray())], [.. positions.Select(i => Labels[i])]);
}
