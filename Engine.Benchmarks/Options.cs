using System.Globalization;

namespace Engine.Benchmarks;

/// <summary>The command line.</summary>
internal sealed record Options
{
    public const string Usage = """
        Engine.Benchmarks [--case GLOB]... [--quick] [--threads N] [--list] [--write-docs] [--micro ...]
          --case GLOB   only cases whose name/dtype/size fits, e.g. "matmul/float32/*"; the other results are kept
          --quick       short samples: shows that everything runs; the numbers are rough
          --threads N   only with N threads; otherwise with 1 and with all cores
          --list        prints the cases and their aims
          --write-docs  only writes docs/performance.md from artifacts/bench; a whole run does so at its end
          --micro ...   BenchmarkDotNet, with its own options
        """;

    public List<string> Cases { get; } = [];
    public bool Quick { get; private set; }
    public int? Threads { get; private set; }
    public bool List { get; private set; }
    public bool WriteDocs { get; private set; }

    /// <summary>Measures in this process, which the program started for one number of threads.</summary>
    public bool Child { get; private set; }

    public static Options? Parse(string[] args)
    {
        var options = new Options();
        for (int i = 0; i < args.Length; i++)
        {
            switch (args[i])
            {
                case "--case" when i + 1 < args.Length:
                    options.Cases.Add(args[++i]);
                    break;
                case "--threads" when i + 1 < args.Length && int.TryParse(args[i + 1], CultureInfo.InvariantCulture, out int n) && n > 0:
                    options.Threads = n;
                    i++;
                    break;
                case "--quick":
                    options.Quick = true;
                    break;
                case "--list":
                    options.List = true;
                    break;
                case "--write-docs":
                    options.WriteDocs = true;
                    break;
                case "--child":
                    options.Child = true;
                    break;
                default:
                    return null;
            }
        }
        return options;
    }

    public bool Takes(Case work) =>
        Cases.Count == 0 || Cases.Any(glob => System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(glob, work.Key));
}
