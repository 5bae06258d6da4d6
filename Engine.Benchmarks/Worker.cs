using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Engine.Benchmarks;

/// <summary>A library in a process of its own, which is stopped while others are measured: Python's, or TorchSharp's.</summary>
internal sealed partial class Worker : Implementation
{
    const int Stop = 19, Continue = 18;

    readonly Process _process;
    readonly TimeSpan _limit;

    Worker(Process process, TimeSpan limit) => (_process, _limit) = (process, limit);

    /// <summary>Starts a worker. It inherits the calling thread's CPUs.</summary>
    /// <exception cref="FailedException">There is no such interpreter, program or library.</exception>
    public static Worker Start(string name, string place, int threads, TimeSpan limit)
    {
        if (Environment.GetEnvironmentVariable(place) is not { Length: > 0 } program)
        {
            throw new FailedException($"{place} is not set");
        }
        string[] script = place.StartsWith("ENGINE_PYTHON", StringComparison.Ordinal) ? [Path.Combine(AppContext.BaseDirectory, "Python", "worker.py"), name] : [];
        var start = new ProcessStartInfo(program, script) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (variable, value) in Variables(threads))
        {
            start.Environment[variable] = value;
        }
        // They would choose OpenBLAS's kernels and blocks in its place, and can halve its speed.
        start.Environment.Remove("OPENBLAS_CORETYPE");
        start.Environment.Remove("OPENBLAS_L2_SIZE");
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new FailedException($"{program}: {e.Message}");
        }
        var errors = new List<string>();
        process.ErrorDataReceived += (_, e) =>
        {
            if (e.Data is { Length: > 0 } line)
            {
                lock (errors)
                {
                    errors.Add(line);
                }
            }
        };
        process.BeginErrorReadLine();
        // TensorFlow takes some seconds.
        var hello = Read(process, TimeSpan.FromMinutes(2));
        if (hello is null)
        {
            process.WaitForExit(1000);
            lock (errors)
            {
                throw new FailedException(errors.LastOrDefault() ?? "ended at once");
            }
        }
        Send(process, Stop);
        return new Worker(process, limit) { Name = name, Version = (string)hello["version"]!, Core = (string?)hello["core"] };
    }

    static IEnumerable<(string, string)> Variables(int threads)
    {
        var n = threads.ToString(CultureInfo.InvariantCulture);
        foreach (var variable in new[] { "OMP", "OPENBLAS", "MKL", "NUMEXPR" })
        {
            yield return ($"{variable}_NUM_THREADS", n);
        }
        yield return ("ENGINE_THREADS", n);
        yield return ("TF_NUM_INTRAOP_THREADS", n);
        yield return ("TF_NUM_INTEROP_THREADS", "1");
        yield return ("XLA_FLAGS", threads == 1 ? "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1" : "");
        yield return ("JAX_PLATFORMS", "cpu");
        yield return ("TF_CPP_MIN_LOG_LEVEL", "3");
        yield return ("PYTHONPATH", Path.GetFullPath(PythonModule.Root));
        yield return ("PYTHONDONTWRITEBYTECODE", "1");
    }

    public override Prepared Prepare(Case work, string dtype)
    {
        var inputs = new JsonArray([.. work.Inputs.Select(i => (JsonNode)i)]);
        var answer = Ask(new JsonObject
        {
            ["prepare"] = new JsonObject { ["op"] = work.Op, ["dtype"] = dtype, ["inputs"] = inputs, ["axis"] = work.Axis },
        });
        if ((string?)answer["missing"] is { } reason)
        {
            throw new MissingException(Name == "engine-aot" ? $"not in this version: {reason}" : reason);
        }
        return new Slot(this, (int)answer["slot"]!);
    }

    public override bool HasEnded => _process.HasExited;

    public override void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }
        _process.Dispose();
    }

    JsonNode Ask(JsonObject question)
    {
        if (_process.HasExited)
        {
            throw new FailedException("died");
        }
        Send(_process, Continue);
        _process.StandardInput.WriteLine(question.ToJsonString());
        _process.StandardInput.Flush();
        var started = Stopwatch.StartNew();
        if (Read(_process, _limit) is not { } answer)
        {
            _process.WaitForExit();
            throw started.Elapsed < _limit ? new FailedException($"died, exit code {_process.ExitCode}") : new TooSlowException(_limit);
        }
        // Its threads may still spin for the next job: they would do so on the CPUs of whoever comes next.
        Send(_process, Stop);
        return answer;
    }

    static JsonNode? Read(Process process, TimeSpan limit)
    {
        using var watchdog = new Timer(_ => process.Kill(), null, limit, Timeout.InfiniteTimeSpan);
        return process.StandardOutput.ReadLine() is { } line ? JsonNode.Parse(line) : null;
    }

    static void Send(Process process, int signal) => _ = Kill(process.Id, signal);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);

    sealed class Slot(Worker worker, int slot) : Prepared
    {
        public override double Time(long calls)
        {
            var answer = worker.Ask(new JsonObject { ["time"] = slot, ["calls"] = calls });
            return (double?)answer["ns"] ?? throw new FailedException((string)answer["missing"]!);
        }

        public override void Dispose()
        {
            if (!worker._process.HasExited)
            {
                worker.Ask(new JsonObject { ["drop"] = slot });
            }
        }
    }
}
