using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Engine.Testing;

namespace Engine.Tests.Oracles;

/// <summary>What an expression gave: arrays (a tuple or list has several), a text, or an exception.</summary>
internal sealed record PythonAnswer(HostArray[] Arrays, string? Text, string? ErrorType, string? ErrorMessage)
{
    public HostArray Array => ErrorType == null && Arrays.Length == 1 ? Arrays[0]
        : throw new InvalidOperationException($"one array was expected, but there is {(ErrorType == null ? $"{Arrays.Length} of them, text {Text}" : $"{ErrorType}: {ErrorMessage}")}");
}

/// <summary>
/// A Python process that evaluates expressions over arrays: np, mx (MLX), jax and jnp are imported on first use, the arrays are a[0], a[1], ... (also x, y, z).
/// Frames both ways: 4 bytes of length, a JSON header, then the arrays' bytes in row-major order.
/// </summary>
internal sealed class PythonOracle : IDisposable
{
    static readonly Lock Gate = new();
    static readonly Dictionary<string, PythonOracle> Running = [];

    readonly Process process;
    readonly Stream input, output;

    PythonOracle(string interpreter)
    {
        var start = new ProcessStartInfo(interpreter) { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false };
        start.ArgumentList.Add("-u");
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Data", "oracle.py"));
        start.Environment["OPENBLAS_NUM_THREADS"] = "1";
        start.Environment["JAX_PLATFORMS"] = "cpu";
        process = Process.Start(start) ?? throw new InvalidOperationException($"{interpreter} did not start");
        (input, output) = (process.StandardInput.BaseStream, process.StandardOutput.BaseStream);
    }

    /// <summary>The interpreter that has NumPy 2.4, JAX and MLX, or null.</summary>
    public static string? Peers { get; } = Existing(Environment.GetEnvironmentVariable("ENGINE_PYTHON_PEERS"))
        ?? (Environment.GetEnvironmentVariable("ENGINE_PEERS") is { Length: > 0 } root ? Existing(Path.Combine(root, "env", "bin", "python")) : null);

    /// <summary>Debian's interpreter, or null.</summary>
    public static string? Debian { get; } = Existing(Environment.GetEnvironmentVariable("ENGINE_PYTHON_DEBIAN"));

    static string? Existing(string? path) => !string.IsNullOrEmpty(path) && File.Exists(path) ? path : null;

    /// <summary>NumPy of the peers, else Debian's. The test is left out (or fails, where required) when there is neither.</summary>
    public static PythonOracle NumPy()
    {
        Requirement.Check((Peers ?? Debian) != null, "python", "An interpreter with NumPy (ENGINE_PYTHON_PEERS or ENGINE_PYTHON_DEBIAN)");
        return Start((Peers ?? Debian)!);
    }

    /// <summary>The interpreter with MLX and JAX.</summary>
    public static PythonOracle Frameworks()
    {
        Requirement.Check(Peers != null, "frameworks", "The interpreter with MLX and JAX (ENGINE_PYTHON_PEERS)");
        return Start(Peers!);
    }

    static PythonOracle Start(string interpreter)
    {
        lock (Gate)
        {
            if (!Running.TryGetValue(interpreter, out PythonOracle? p) || p.process.HasExited)
            {
                Running[interpreter] = p = new PythonOracle(interpreter);
                AppDomain.CurrentDomain.ProcessExit += (_, _) => p.Dispose();
            }
            return p;
        }
    }

    /// <summary>Evaluates one expression. Statements may come before it, separated by newlines.</summary>
    public PythonAnswer Run(string expression, params ReadOnlySpan<HostArray> arrays) => Send(new JsonObject { ["expr"] = expression }, arrays);

    /// <summary>
    /// A reference value: inputs (but the plain ones) are taken to the precision of <paramref name="mode"/> ("wide" or "lane"); the answer is float64 for a floating
    /// <paramref name="result"/>, else of that dtype, wrapped.
    /// </summary>
    public HostArray Reference(string expression, string mode, DType result, int[] plain, HostArray[] arrays) => Send(
        new JsonObject
        {
            ["expr"] = expression,
            ["mode"] = mode,
            ["result"] = HostArray.Name(result),
            ["plain"] = new JsonArray([.. plain.Select(i => (JsonNode)i)]),
        },
        arrays).Array;

    PythonAnswer Send(JsonObject request, ReadOnlySpan<HostArray> arrays)
    {
        var list = new JsonArray();
        foreach (HostArray a in arrays)
        {
            list.Add(new JsonObject { ["dtype"] = HostArray.Name(a.DType), ["shape"] = new JsonArray([.. a.Shape.Select(n => JsonValue.Create(n))]) });
        }
        request["arrays"] = list;
        byte[] header = Encoding.UTF8.GetBytes(request.ToJsonString());
        lock (process)
        {
            input.Write(BitConverter.GetBytes(header.Length));
            input.Write(header);
            foreach (HostArray a in arrays) { input.Write(a.Bytes); }
            input.Flush();
            return Read();
        }
    }

    /// <summary>One array, or an exception that carries Python's text.</summary>
    public HostArray Array(string expression, params ReadOnlySpan<HostArray> arrays) => Run(expression, arrays).Array;

    PythonAnswer Read()
    {
        byte[] length = new byte[4];
        output.ReadExactly(length);
        byte[] header = new byte[BitConverter.ToInt32(length)];
        output.ReadExactly(header);
        JsonElement json = JsonDocument.Parse(header).RootElement;
        if (json.TryGetProperty("error", out JsonElement error))
        {
            return new PythonAnswer([], null, error.GetString(), json.GetProperty("message").GetString());
        }
        var arrays = new List<HostArray>();
        foreach (JsonElement a in json.GetProperty("arrays").EnumerateArray())
        {
            HostArray h = HostArray.Empty(HostArray.Parse(a.GetProperty("dtype").GetString()!), [.. a.GetProperty("shape").EnumerateArray().Select(n => n.GetInt64())]);
            output.ReadExactly(h.Bytes);
            arrays.Add(h);
        }
        return new PythonAnswer([.. arrays], json.TryGetProperty("text", out JsonElement text) ? text.GetString() : null, null, null);
    }

    public void Dispose()
    {
        if (process.HasExited) { return; }
        input.Dispose();
        if (!process.WaitForExit(2000)) { process.Kill(); }
        process.Dispose();
    }
}
