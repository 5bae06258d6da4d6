using System.Globalization;

namespace Samples;

/// <summary>The command line.</summary>
internal sealed record Options(long First, long Last, string? Python, string Folder)
{
    public const string Usage = """
        usage: Digits [--seed N | --seeds A-B] [--python EXE] [--out FOLDER]
          --seed N       draws the split, the weights, the batches and the noise (0)
          --seeds A-B    trains once for each seed from A to B
          --python EXE   lets that interpreter check the weights: it needs NumPy, and `dotnet cake --target=Python` first
          --out FOLDER   where weights.npz, test.npz and digits.png go (artifacts/digits)
        """;

    /// <summary>Null when the arguments make no sense.</summary>
    public static Options? Parse(string[] args)
    {
        var options = new Options(0, 0, null, Path.Combine("artifacts", "digits"));
        for (int i = 0; i < args.Length; i += 2)
        {
            if (i + 1 == args.Length)
            {
                return null;
            }
            var value = args[i + 1];
            var parsed = args[i] switch
            {
                "--seed" => options.WithSeeds(value, value),
                "--seeds" when value.Split('-') is [var first, var last] => options.WithSeeds(first, last),
                "--python" => options with { Python = value },
                "--out" => options with { Folder = value },
                _ => null,
            };
            if (parsed is null)
            {
                return null;
            }
            options = parsed;
        }
        return options;
    }

    Options? WithSeeds(string first, string last) =>
        int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var a) && int.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out var b) && a <= b
            ? this with { First = a, Last = b }
            : null;
}
