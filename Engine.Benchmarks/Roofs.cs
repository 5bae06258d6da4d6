using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Engine.Benchmarks;

/// <summary>The fastest that the machine moves bytes, by where they lie, and multiplies and adds.</summary>
/// <param name="Threads">Of the measurement.</param>
/// <param name="Levels">Caches and memory: name, bytes per core, or in all for the last cache and for memory, GB/s.</param>
/// <param name="Float32">GFLOP/s.</param>
/// <param name="Float64">GFLOP/s.</param>
internal sealed record Roofs(int Threads, List<Level> Levels, double Float32, double Float64)
{
    /// <summary>The least nanoseconds that a case can take here, and which roof says so.</summary>
    public (double Nanoseconds, string Name) Of(double bytes, double flops, string dtype)
    {
        var level = Levels.First(l => l == Levels[^1] || bytes / (l.Shared ? 1 : Threads) <= l.Bytes);
        double peak = dtype == "float64" ? Float64 : Float32, move = bytes / level.Bandwidth, compute = flops / peak;
        return compute > move ? (compute, "FMA") : (move, level.Name);
    }

    public static unsafe Roofs Measure(int threads, bool quick)
    {
        long samples = quick ? 5 : 15;
        var levels = new List<Level>();
        foreach (var (name, bytes, shared) in Sizes())
        {
            // Half of a cache, so that nothing else's lines matter; four times the last one for memory.
            long each = name == "memory" ? bytes : shared ? bytes / 2 / threads : bytes / 2, length = each / 3 / 4 / 128 * 128;
            long repeats = Math.Max(1, (quick ? 1L << 25 : 1L << 27) / each);
            var memory = new nint[threads];
            for (int i = 0; i < threads; i++)
            {
                memory[i] = (nint)NativeMemory.AlignedAlloc((nuint)(3 * length * 4), 4096);
                new Span<byte>((void*)memory[i], checked((int)(3 * length * 4))).Fill(1);
            }
            double best = 0;
            foreach (var kernel in new Kernel[] { Read, Triad, TriadPastCache })
            {
                double seconds = Best(threads, samples, i =>
                {
                    float* p = (float*)memory[i];
                    for (long r = 0; r < repeats; r++)
                    {
                        kernel(p, p + length, p + 2 * length, length);
                    }
                });
                best = Math.Max(best, threads * repeats * 12.0 * length / seconds / 1e9);
            }
            foreach (var p in memory)
            {
                NativeMemory.AlignedFree((void*)p);
            }
            levels.Add(new Level(name, name == "memory" ? long.MaxValue : bytes, best, shared));
        }
        bool wide = Vector512.IsHardwareAccelerated;
        double f32 = Flops(threads, samples, wide ? Fma<Vector512<float>, Wide32> : Fma<Vector256<float>, Narrow32>, wide ? 16 : 8);
        double f64 = Flops(threads, samples, wide ? Fma<Vector512<double>, Wide64> : Fma<Vector256<double>, Narrow64>, wide ? 8 : 4);
        return new Roofs(threads, levels, f32, f64);
    }

    unsafe delegate void Kernel(float* a, float* b, float* c, long n);

    // Linux tells the sizes; elsewhere those of a small machine.
    static IEnumerable<(string Name, long Bytes, bool Shared)> Sizes()
    {
        long[] sizes = [32 << 10, 512 << 10, 8 << 20];
        for (int level = 1; level <= 3; level++)
        {
            var file = $"/sys/devices/system/cpu/cpu0/cache/index{(level == 1 ? 0 : level)}/size";
            if (File.Exists(file) && File.ReadAllText(file).Trim() is var text && text.EndsWith('K'))
            {
                sizes[level - 1] = long.Parse(text[..^1], CultureInfo.InvariantCulture) << 10;
            }
            yield return ($"L{level}", sizes[level - 1], level == 3);
        }
        yield return ("memory", Math.Clamp(4 * sizes[2], 128L << 20, 512L << 20), true);
    }

    static double Flops(int threads, long samples, Func<long, double> kernel, int lanes)
    {
        // Short, and often: some of them run undisturbed.
        const long Steps = 100_000;
        return threads * Steps * Accumulators * 2.0 * lanes / Best(threads, 20 * samples, _ => s_sink = kernel(Steps)) / 1e9;
    }

    /// <summary>The shortest of some runs: a roof is what the machine can do, not what it did beside others' work.</summary>
    static double Best(int threads, long samples, Action<int> work)
    {
        var best = double.MaxValue;
        work(0);
        for (long s = 0; s < samples; s++)
        {
            using var gate = new Barrier(threads);
            var seconds = new double[threads];
            void Run(int i)
            {
                gate.SignalAndWait();
                long start = Stopwatch.GetTimestamp();
                work(i);
                seconds[i] = Stopwatch.GetElapsedTime(start).TotalSeconds;
            }
            Thread[] others = [.. Enumerable.Range(1, threads - 1).Select(i => new Thread(() => Run(i)))];
            Array.ForEach(others, t => t.Start());
            Run(0);
            Array.ForEach(others, t => t.Join());
            best = Math.Min(best, seconds.Max());
        }
        return best;
    }

    static double s_sink;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static unsafe void Read(float* a, float* b, float* c, long n)
    {
        Vector512<float> s0 = default, s1 = default, s2 = default, s3 = default;
        for (float* p = a, end = a + 3 * n; p < end; p += 64)
        {
            s0 += Vector512.Load(p);
            s1 += Vector512.Load(p + 16);
            s2 += Vector512.Load(p + 32);
            s3 += Vector512.Load(p + 48);
        }
        s_sink = Vector512.Sum(s0 + s1 + s2 + s3);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static unsafe void Triad(float* a, float* b, float* c, long n)
    {
        var s = Vector512.Create(3f);
        for (long i = 0; i < n; i += 32)
        {
            Vector512.FusedMultiplyAdd(s, Vector512.Load(a + i), Vector512.Load(b + i)).Store(c + i);
            Vector512.FusedMultiplyAdd(s, Vector512.Load(a + i + 16), Vector512.Load(b + i + 16)).Store(c + i + 16);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static unsafe void TriadPastCache(float* a, float* b, float* c, long n)
    {
        var s = Vector512.Create(3f);
        for (long i = 0; i < n; i += 32)
        {
            Vector512.FusedMultiplyAdd(s, Vector512.Load(a + i), Vector512.Load(b + i)).StoreAlignedNonTemporal(c + i);
            Vector512.FusedMultiplyAdd(s, Vector512.Load(a + i + 16), Vector512.Load(b + i + 16)).StoreAlignedNonTemporal(c + i + 16);
        }
    }

    const int Accumulators = 12;

    // Twelve chains: more than latency times ports, fewer than registers.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static double Fma<V, L>(long steps) where V : struct where L : struct, IFma<V>
    {
        V a = L.Create(1), b = L.Create(1e-9), c0 = a, c1 = a, c2 = a, c3 = a, c4 = a, c5 = a, c6 = a, c7 = a, c8 = a, c9 = a, c10 = a, c11 = a;
        for (long i = 0; i < steps; i++)
        {
            (c0, c1, c2) = (L.Fma(a, b, c0), L.Fma(a, b, c1), L.Fma(a, b, c2));
            (c3, c4, c5) = (L.Fma(a, b, c3), L.Fma(a, b, c4), L.Fma(a, b, c5));
            (c6, c7, c8) = (L.Fma(a, b, c6), L.Fma(a, b, c7), L.Fma(a, b, c8));
            (c9, c10, c11) = (L.Fma(a, b, c9), L.Fma(a, b, c10), L.Fma(a, b, c11));
        }
        return L.First(c0) + L.First(c1) + L.First(c2) + L.First(c3) + L.First(c4) + L.First(c5) + L.First(c6)
            + L.First(c7) + L.First(c8) + L.First(c9) + L.First(c10) + L.First(c11);
    }

    interface IFma<V>
    {
        static abstract V Create(double x);
        static abstract V Fma(V a, V b, V c);
        static abstract double First(V a);
    }

    readonly struct Wide32 : IFma<Vector512<float>>
    {
        public static Vector512<float> Create(double x) => Vector512.Create((float)x);
        public static Vector512<float> Fma(Vector512<float> a, Vector512<float> b, Vector512<float> c) => Vector512.FusedMultiplyAdd(a, b, c);
        public static double First(Vector512<float> a) => a[0];
    }

    readonly struct Wide64 : IFma<Vector512<double>>
    {
        public static Vector512<double> Create(double x) => Vector512.Create(x);
        public static Vector512<double> Fma(Vector512<double> a, Vector512<double> b, Vector512<double> c) => Vector512.FusedMultiplyAdd(a, b, c);
        public static double First(Vector512<double> a) => a[0];
    }

    readonly struct Narrow32 : IFma<Vector256<float>>
    {
        public static Vector256<float> Create(double x) => Vector256.Create((float)x);
        public static Vector256<float> Fma(Vector256<float> a, Vector256<float> b, Vector256<float> c) => Vector256.FusedMultiplyAdd(a, b, c);
        public static double First(Vector256<float> a) => a[0];
    }

    readonly struct Narrow64 : IFma<Vector256<double>>
    {
        public static Vector256<double> Create(double x) => Vector256.Create(x);
        public static Vector256<double> Fma(Vector256<double> a, Vector256<double> b, Vector256<double> c) => Vector256.FusedMultiplyAdd(a, b, c);
        public static double First(Vector256<double> a) => a[0];
    }
}

/// <summary>A cache or the memory.</summary>
internal sealed record Level(string Name, long Bytes, double Bandwidth, bool Shared);
