using System.Globalization;
using System.Text;
using Engine.Internal;
using Engine.Testing;
using Engine.Tests.Basics;
using Engine.Tests.Oracles;
using Xunit;

namespace Engine.Tests.Harness;

/// <summary>Elementary functions are within 2 ulp. docs/accuracy.md is what these tests measured: <c>ENGINE_WRITE_ACCURACY=1</c> writes it anew.</summary>
public class AccuracyTests(ITestOutputHelper output)
{
    const double Allowed = 2;
    const int Stride = 4099, Points = 100_000, Kept = 92;

    sealed record Worst(string Op, DType DType, double Error, double Input, long Count);

    static IEnumerable<OpEntry> Functions => OpCatalog.All.Where(e => e.Kind is "FloatUnary" or "PatchedUnary");

    static Func<NDArray, NDArray> Function(OpEntry entry) =>
        typeof(Ops).GetMethod(entry.Type, [typeof(NDArray)])!.CreateDelegate<Func<NDArray, NDArray>>();

    // Another's result in double: libm, or, for the inverse of erf, one Newton step with libm's erf.
    static double Reference(string op, double x, float got)
    {
        if (Libm.Unary(op) is { } f) { return f(x); }
        if (op != "erfinv") { return Mpfr.Value(op, x); }
        if (!(Math.Abs(x) < 1)) { return Math.Abs(x) == 1 ? x * double.PositiveInfinity : double.NaN; }
        double slope = 2 / Math.Sqrt(Math.PI) * Math.Exp(-(double)got * got);
        return x == 0 ? x : got - (Libm.Unary("erf")!(got) - x) / slope;
    }

    static List<(double Error, float Input)> Singles(OpEntry entry, float[] inputs, int keep)
    {
        float[] got = Function(entry)(NDArray.From(inputs)).ToArray<float>();
        var worst = new PriorityQueue<float, double>();
        for (int i = 0; i < inputs.Length; i++)
        {
            double error = Ulp.Error(got[i], Reference(entry.Name, inputs[i], got[i]), DType.Float32);
            if (worst.Count < keep) { worst.Enqueue(inputs[i], error); }
            else { worst.EnqueueDequeue(inputs[i], error); }
        }
        var all = new List<(double, float)>();
        while (worst.TryDequeue(out float input, out double error)) { all.Add((error, input)); }
        all.Reverse();
        return all;
    }

    static float[] Every(int stride)
    {
        var inputs = new float[(1L << 32) / stride + 1];
        for (long i = 0; i < inputs.Length; i++) { inputs[i] = BitConverter.UInt32BitsToSingle((uint)(i * stride)); }
        return inputs;
    }

    // A file of the source tree, for what these tests write.
    static string InTree(string name)
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Engine.slnx"))) { folder = folder.Parent; }
        return Path.Combine(folder?.FullName ?? throw new DirectoryNotFoundException("no source tree above the tests"), name);
    }

    static string Data => TestData.Path("worst-float32.tsv");

    [Fact]
    public void SinglesAreWithinTwoUlp()
    {
        Requirement.Check(Libm.IsAvailable && Mpfr.IsAvailable, "linker", "libm and MPFR");
        float[] inputs = Every(Stride);
        ILookup<string, float> known = File.ReadLines(Data).Select(l => l.Split('\t'))
            .ToLookup(l => l[0], l => BitConverter.UInt32BitsToSingle(uint.Parse(l[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture)));
        Assert.True(known.Sum(k => k.Count()) >= 900, "the checked-in worst inputs are missing");
        var rows = new List<Worst>();
        foreach (OpEntry entry in Functions)
        {
            float[] all = [.. inputs, .. known[entry.Name]];
            var (error, input) = Singles(entry, all, 1)[0];
            rows.Add(new Worst(entry.Name, DType.Float32, error, input, all.Length));
            output.WriteLine($"{entry.Name}: {error:F3} ulp at {input:R}");
        }
        Write(rows);
        Assert.Empty(rows.Where(r => !(r.Error <= Allowed)).Select(r => $"{r.Op}: {r.Error} ulp at {r.Input:R}"));
    }

    [Fact]
    public void DoublesAreWithinTwoUlp()
    {
        Requirement.Check(Mpfr.IsAvailable, "linker", "MPFR");
        var random = new Random(Settings.Seed);
        var inputs = new double[Points];
        for (int i = 0; i < inputs.Length; i++)
        {
            // A third by value near 1, a third by exponent, a third by bits.
            inputs[i] = (i % 3) switch
            {
                0 => (random.NextDouble() - 0.5) * 8,
                1 => (random.Next(2) * 2 - 1) * Math.ScaleB(1 + random.NextDouble(), random.Next(-60, 12)),
                _ => BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue)),
            };
        }
        var rows = new List<Worst>();
        foreach (OpEntry entry in Functions.Where(e => Mpfr.Knows(e.Name)))
        {
            double[] got = Function(entry)(NDArray.From(inputs)).ToArray<double>();
            double most = 0, at = 0;
            for (int i = 0; i < inputs.Length; i++)
            {
                double error = Mpfr.Error(entry.Name, inputs[i], 0, got[i], DType.Float64);
                if (!(error <= most)) { (most, at) = (error, inputs[i]); }
            }
            rows.Add(new Worst(entry.Name, DType.Float64, most, at, Points));
            output.WriteLine($"{entry.Name}: {most:F3} ulp at {at:R}");
        }
        Write(rows);
        Assert.Empty(rows.Where(r => !(r.Error <= Allowed)).Select(r => $"{r.Op}: {r.Error} ulp at {r.Input:R}"));
    }

    [Fact]
    public void SineOfALargeArgumentIsRight() => Assert.Equal(Mpfr.Single("sin", 1e10f), Ops.Sin(NDArray.From([1e10f])).Item<float>());

    static void Write(List<Worst> rows)
    {
        if (Environment.GetEnvironmentVariable("ENGINE_WRITE_ACCURACY") != "1") { return; }
        string path = InTree("docs/accuracy.md");
        string head = "# Accuracy\n\nLargest error that the tests met, in ulp of the exact value, and where. float32: every 4,099th of all 2^32 inputs and the worst known ones, against libm in double\n"
            + "(erfinv: a Newton step with libm's erf). float64: 100,000 points by value, by exponent and by bits, against MPFR with 200 bits. float16 and bfloat16 are float32\nresults rounded once. "
            + "Written by `ENGINE_WRITE_ACCURACY=1` and the test class AccuracyTests.\n\n| op | dtype | largest error, ulp | at | inputs |\n| --- | --- | --- | --- | --- |\n";
        var lines = new SortedSet<string>(StringComparer.Ordinal);
        if (File.Exists(path))
        {
            foreach (string line in File.ReadLines(path).Where(l => l.StartsWith("| ", StringComparison.Ordinal) && l.Contains("| float", StringComparison.Ordinal) && !l.Contains($"| {rows[0].DType.Name} |", StringComparison.Ordinal))) { lines.Add(line); }
        }
        foreach (Worst r in rows) { lines.Add(string.Create(CultureInfo.InvariantCulture, $"| {r.Op} | {r.DType.Name} | {r.Error:F3} | {r.Input:R} | {r.Count:N0} |")); }
        File.WriteAllText(path, new StringBuilder(head).AppendJoin('\n', lines).Append('\n').ToString());
    }

    /// <summary>Looks for worse inputs with a finer stride and writes the worst of each op: by hand, <c>ENGINE_WORST_STRIDE=257</c>.</summary>
    [Fact(Explicit = true)]
    public void FindWorstSingles()
    {
        int stride = int.Parse(Environment.GetEnvironmentVariable("ENGINE_WORST_STRIDE") ?? "257", CultureInfo.InvariantCulture);
        float[] inputs = Every(stride);
        IEnumerable<string> lines = Functions.SelectMany(e => Singles(e, inputs, Kept).Select(w => $"{e.Name}\t{BitConverter.SingleToUInt32Bits(w.Input):x8}\t{w.Error.ToString("F3", CultureInfo.InvariantCulture)}"));
        File.WriteAllLines(InTree("Engine.Tests/Data/worst-float32.tsv"), lines);
    }
}
