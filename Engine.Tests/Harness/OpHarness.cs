using System.Globalization;
using Engine.Testing;
using Engine.Tests.Harness;
using Engine.Tests.Oracles;

namespace Engine.Tests;

/// <summary>Runs one op's properties: <c>--op softmax --seed S --cases 10000</c>; with <c>--dtype</c> and <c>--layout</c> it replays one trial. A failure is shrunk.</summary>
public static class OpHarness
{
    /// <summary>0: all properties hold; 1: one does not; 2: the arguments say nothing.</summary>
    public static int Main(string[] args)
    {
        ArgumentNullException.ThrowIfNull(args);
        string? Option(string name) => Array.IndexOf(args, name) is >= 0 and int i && i + 1 < args.Length ? args[i + 1] : null;
        OpCase[] cases = [.. OpCases.All.Where(c => c.Op == Option("--op"))];
        if (cases.Length == 0)
        {
            Console.Error.WriteLine($"There is no op '{Option("--op")}'. Ops: {string.Join(" ", OpCases.All.Select(c => c.Op).Distinct())}");
            return 2;
        }
        int seed = int.TryParse(Option("--seed"), NumberStyles.Integer, CultureInfo.InvariantCulture, out int s) ? s : Settings.Seed;
        int count = int.TryParse(Option("--cases"), NumberStyles.Integer, CultureInfo.InvariantCulture, out int n) ? n : 1000;
        DType? type = Enum.TryParse(Option("--dtype"), out DType d) ? d : null;
        ArrayLayout? layout = Enum.TryParse(Option("--layout"), out ArrayLayout l) ? l : null;
        bool replay = type != null && layout != null;
        Console.WriteLine($"{cases[0].Op}: seed {seed}, {(replay ? 1 : count)} trials");
        PythonOracle? python = PythonOracle.Peers != null || PythonOracle.Debian != null ? PythonOracle.NumPy() : null;
        if (python == null) { Console.WriteLine("No interpreter with NumPy: values are compared with MPFR only."); }
        var random = new Random(seed);
        for (int i = 0; i < (replay ? 1 : count); i++)
        {
            OpCase c = cases[i % cases.Length];
            Trial trial = Trial.Draw(c, type ?? c.Types[random.Next(c.Types.Length)], layout ?? (ArrayLayout)random.Next(6), replay ? seed : random.Next());
            if (Failure(trial, python) is not { } failure) { continue; }
            (Trial small, string why) = Shrink(trial, failure, python);
            Console.WriteLine($"FAILED after {i + 1} trials: {small}\n{why}");
            return 1;
        }
        Console.WriteLine("ok");
        return 0;
    }

    /// <summary>The first property of all that does not hold.</summary>
    static string? Failure(Trial t, PythonOracle? python)
    {
        try
        {
            return (python != null || t.Case.Mpfr ? OpChecks.Values(t, python!) : null)
                ?? OpChecks.Layouts(t, [t.Layout])
                ?? OpChecks.Fusion(t)
                ?? OpChecks.SecondBackend(t)
                ?? (t.Case.NoArrays ? null : OpChecks.Vmap(t))
                ?? (t.Case.Gradient != null ? OpChecks.Gradient(t.Case, t.Seed) : null);
        }
        catch (Exception e)
        {
            return $"{e.GetType().Name}: {e.Message}\n{e.StackTrace}";
        }
    }

    /// <summary>Looks for a smaller failing trial: contiguous, fewer elements, plain values.</summary>
    static (Trial, string) Shrink(Trial trial, string failure, PythonOracle? python)
    {
        for (int k = 0; k < 400; k++)
        {
            Trial t = Trial.Draw(trial.Case, trial.Type, k % 2 == 0 ? ArrayLayout.Contiguous : trial.Layout, trial.Seed / 7 + k);
            if (t.Size < trial.Size && Failure(t, python) is { } why) { (trial, failure) = (t, why); }
        }
        return (trial, failure);
    }
}
