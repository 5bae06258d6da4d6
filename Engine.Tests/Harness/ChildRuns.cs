using System.Diagnostics;
using Engine.Internal.Lanes;
using Engine.Testing;
using Engine.Tests.MemoryRuns;
using Xunit;

namespace Engine.Tests.Harness;

/// <summary>What the test program does when a test starts it again: <c>--child memory NAME</c>, <c>--child hashes OP ...</c>, <c>--child guarded</c>, <c>--child device</c>, <c>--child kernels</c>, <c>--child threads</c>.</summary>
internal static class ChildRuns
{
    public static int Main(string[] args)
    {
        string[] rest = args[(Array.IndexOf(args, "--child") + 1)..];
        switch (rest)
        {
            case ["memory", var name]:
                Console.WriteLine(Scenarios.Run(name));
                return 0;
            case ["guarded"]:
                Console.WriteLine(GuardedMemory.RunAll());
                return 0;
            case ["kernels"]:
                NDArray x = new RandomKey(1).Normal([64, 512]);
                Console.WriteLine((Engine.Ops.Exp(x).Sum() + Engine.Ops.MatMul(x, x.T).Sum()).Item<float>());
                return 0;
            case ["threads"]:
                Console.WriteLine(Threads.WorkersTests.Together());
                return 0;
            case ["device"]:
                Console.WriteLine(Devices());
                return 0;
            case ["hashes", .. var ops]:
                Console.WriteLine(LaneWidth.Name);
                foreach (string op in ops) { Console.WriteLine($"{op} {Hash(op):x16}"); }
                return 0;
            default:
                Console.Error.WriteLine($"unknown: {string.Join(" ", rest)}");
                return 2;
        }
    }

    /// <summary>Where arrays go without a GPU and, told that there is one, with it; then a value that is computed.</summary>
    static string Devices()
    {
        try
        {
            string without = $"{Device.Preferred} {Device.Default} {ComputeStream.Default.Device}";
            Device.Register(new Device(DeviceKind.Gpu, 0));
            return $"{without}, {Device.Preferred} {Device.Default} {ComputeStream.Default.Device}, {(Engine.Ops.Ones([2]) + 1).Sum()}";
        }
        catch (DeviceException e)
        {
            NDArray one = Engine.Ops.Ones([]);
            foreach (Func<float> compute in (Func<float>[])[() => (one + 1).Item<float>(), () => (Engine.Ops.Ones([2]) + 1).Sum().Item<float>()])
            {
                try { return $"computed {compute()}"; }
                catch (DeviceException again) when (again.Message == e.Message) { }
            }
            return $"{e.Kind}: {e.Message}";
        }
    }

    /// <summary>Of the bits of an op's results, NaN like NaN, over all its dtypes.</summary>
    static ulong Hash(string op)
    {
        ulong h = 14695981039346656037;
        foreach (OpCase c in OpCases.All.Where(c => c.Op == op))
        {
            foreach (DType type in c.NoArrays ? [DType.Float32] : c.Types)
            {
                for (int i = 0; i < Settings.Cases; i++)
                {
                    HostArray r = Trial.Draw(c, type, (ArrayLayout)(i % 6), Settings.SeedFor(op, type, i)).Run();
                    for (long k = 0; k < r.Count; k++)
                    {
                        UInt128 bits = r.Bits(k);
                        h = (h ^ (ulong)bits ^ (ulong)(bits >> 64)) * 1099511628211;
                    }
                }
            }
        }
        return h;
    }

    /// <summary>Starts this test program again and gives what it prints.</summary>
    public static string Start(string[] arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet") { start.ArgumentList.Add(typeof(ChildRuns).Assembly.Location); }
        start.ArgumentList.Add("--child");
        foreach (string a in arguments) { start.ArgumentList.Add(a); }
        foreach ((string name, string value) in environment) { start.Environment[name] = value; }
        using Process child = Process.Start(start)!;
        Task<string> error = child.StandardError.ReadToEndAsync();
        string text = child.StandardOutput.ReadToEnd();
        Assert.True(child.WaitForExit(300_000), $"{string.Join(" ", arguments)} did not end");
        Assert.True(child.ExitCode == 0, $"{string.Join(" ", arguments)} failed:\n{text}\n{error.Result}");
        return text.Trim();
    }
}
