using System.Globalization;
using Engine.Internal.Memory;
using Engine.Testing;

namespace Engine.Tests.MemoryRuns;

/// <summary>What a run saw: the most engine memory at once, the largest resident size in each quarter, collections that the engine asked for, and bytes of blocks given out.</summary>
internal sealed record MemoryReport(long Peak, long[] Resident, long Forced, long Allocated, long Live)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"peak={Peak} resident={string.Join(',', Resident)} forced={Forced} allocated={Allocated} live={Live}");

    public static MemoryReport Parse(string text)
    {
        Dictionary<string, long[]> fields = text.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(f => f.Split('='))
            .ToDictionary(f => f[0], f => f[1].Split(',').Select(n => long.Parse(n, CultureInfo.InvariantCulture)).ToArray());
        return new MemoryReport(fields["peak"][0], fields["resident"], fields["forced"][0], fields["allocated"][0], fields["live"][0]);
    }
}

/// <summary>C# programs that dispose nothing and collect nothing. Each runs in a process of its own, because counters are process-wide.</summary>
internal static class Scenarios
{
    const long MiB = 1 << 20;

    /// <summary>One step of a program; gives the bytes of the results it made.</summary>
    delegate long Step(int i);

    static readonly Dictionary<string, (int Steps, Func<(Step Step, long Live)> Make)> All = new()
    {
        ["small"] = (200_000, Small),
        ["pages"] = (40_000, Pages),
        ["stream"] = (160, Stream),
        ["branch"] = (120, Branch),
        ["sums"] = (160, Sums),
        ["train"] = (160, Train),
        ["awaiting"] = (600, Awaiting),
        ["backwards"] = (120, Backwards),
        ["layers"] = (24, Layers),
        ["replaced"] = (8, Replaced),
    };

    public static IEnumerable<string> Names => All.Keys;

    /// <summary>Runs a program in this process.</summary>
    public static MemoryReport Run(string name)
    {
        (int steps, Func<(Step Step, long Live)> make) = All[name];
        (Step step, long live) = make();
        var resident = new long[4];
        long allocated = Allocator.Allocated, forced = Allocator.Forced;
        EngineMemory.ResetPeak();
        for (int i = 0; i < steps; i++)
        {
            step(i);
            if (i % Math.Max(1, steps / 64) == 0) { resident[4 * i / steps] = Math.Max(resident[4 * i / steps], ResidentBytes()); }
        }
        return new MemoryReport(EngineMemory.Peak, resident, Allocator.Forced - forced, Allocator.Allocated - allocated, live);
    }

    static long ResidentBytes() =>
        long.Parse(File.ReadAllText("/proc/self/statm").Split(' ')[1], CultureInfo.InvariantCulture) * Environment.SystemPageSize;

    static NDArray Floats(long count) => Ops.Ones([count]) * 0.5;

    static NDArray Evaluated(NDArray x)
    {
        Ops.Eval(x);
        return x;
    }

    static (Step, long) Small()
    {
        NDArray x = Evaluated(Floats(16));
        return (_ => { x = Evaluated((x + 1) * 0.5); return 64; }, 64);
    }

    static (Step, long) Pages()
    {
        NDArray x = Evaluated(Floats(1024));
        return (_ => { x = Evaluated((x + 1) * 0.5); return 4096; }, 4096);
    }

    static (Step, long) Stream()
    {
        NDArray x = Evaluated(Floats(4 * MiB));
        return (_ => { x = Evaluated(x * 0.99 + 1); return 16 * MiB; }, 16 * MiB);
    }

    static (Step, long) Branch()
    {
        NDArray x = Evaluated(Floats(4 * MiB));
        return (_ =>
        {
            NDArray y = x * 0.5, z = y + 1;
            x = Evaluated(z);
            return 16 * MiB;
        }, 16 * MiB);
    }

    static (Step, long) Sums()
    {
        NDArray x = Evaluated(Floats(4 * MiB));
        return (_ =>
        {
            x = x * 0.5 + 0.25;
            Ops.Eval(x.Sum());
            return 16 * MiB;
        }, 16 * MiB);
    }

    static (Step, long) Train()
    {
        NDArray[] weights = [.. Enumerable.Range(0, 20).Select(_ => Evaluated(Floats(MiB / 4)))];
        return (_ =>
        {
            for (int p = 0; p < weights.Length; p++) { weights[p] = weights[p] - weights[p] * 0.01; }
            Ops.Eval(weights);
            return 20 * MiB;
        }, 20 * MiB);
    }

    static (Step, long) Awaiting()
    {
        var kept = new Queue<NDArray>();
        async Task<NDArray> One()
        {
            NDArray x = Floats(MiB / 4);
            await Task.Yield();
            return Evaluated(x + 1);
        }
        return (_ =>
        {
            kept.Enqueue(One().GetAwaiter().GetResult());
            if (kept.Count > 32) { kept.Dequeue(); }
            return MiB;
        }, 32 * MiB);
    }

    static (Step, long) Backwards()
    {
        NDArray x = Evaluated(Floats(4 * MiB));
        return (_ =>
        {
            NDArray y = x * 2, z = y + 1;
            for (int twice = 0; twice < 2; twice++)
            {
                Ops.Eval(z);
                Ops.Eval(y);
            }
            x = Evaluated(y * 0.25 + z * 0.125);
            return 48 * MiB;
        }, 48 * MiB);
    }

    static (Step, long) Layers()
    {
        NDArray w = Evaluated(Floats(64 * 64).Reshape([64, 64]) * 0.01);
        NDArray x = Evaluated(Floats(65536 * 64).Reshape([65536, 64]));
        return (_ =>
        {
            NDArray h = x;
            for (int layer = 0; layer < 20; layer++) { h = Ops.Maximum(Ops.MatMul(h, w), 0); }
            Ops.Eval(h.Sum());
            return 20 * 16 * MiB;
        }, 16 * MiB);
    }

    static (Step, long) Replaced()
    {
        NDArray[] live = [.. Enumerable.Range(0, 32).Select(_ => Evaluated(Floats(4 * MiB)))];
        return (_ =>
        {
            for (int i = 0; i < live.Length; i++) { live[i] = Evaluated(live[i] * 0.5 + 1); }
            return 32 * 16 * MiB;
        }, 32 * 16 * MiB);
    }
}
