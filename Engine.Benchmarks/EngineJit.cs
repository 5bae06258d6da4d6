using System.Globalization;
using System.Reflection;
using static Engine.Ops;

namespace Engine.Benchmarks;

/// <summary>The engine in this process, compiled just in time.</summary>
internal sealed class EngineJit : Implementation
{
    /// <summary>What each op of a case is in C#. An op that is not here is printed as "not in this version".</summary>
    static readonly Dictionary<string, Func<NDArray[], int?, NDArray>> s_ops = new()
    {
        ["matmul"] = (x, _) => MatMul(x[0], x[1]),
        ["add"] = (x, _) => x[0] + x[1],
        ["pow"] = (x, _) => Power(x[0], x[1]),
        ["chain"] = (x, _) => Exp(x[0] * x[0] * -0.5f) * x[1] + Sqrt(Abs(x[0]) + 1) * 0.5f,
        ["exp"] = (x, _) => Exp(x[0]),
        ["log"] = (x, _) => Log(x[0]),
        ["tanh"] = (x, _) => Tanh(x[0]),
        ["sin"] = (x, _) => Sin(x[0]),
        ["erf"] = (x, _) => Erf(x[0]),
        ["gelu"] = (x, _) => x[0] * 0.5f * (1 + Erf(x[0] * 0.70710678f)),
        ["softmax"] = (x, _) => Softmax(x[0], -1),
        ["sum"] = (x, axis) => Sum(x[0], axis),
        ["mean"] = (x, axis) => Mean(x[0], axis),
        ["max"] = (x, axis) => Max(x[0], axis),
        ["argmax"] = (x, axis) => Argmax(x[0], axis),
        ["transpose"] = (x, _) => Transpose(x[0]).Copy(),
        ["take"] = (x, _) => Take(x[0], x[1], 0),
        ["cumsum"] = (x, _) => x[0].Cumsum(),
        ["sort"] = (x, _) => Sort(x[0]),
        ["argsort"] = (x, _) => Argsort(x[0]),
    };

    /// <summary>Steps make their own parameters; what comes back is evaluated.</summary>
    static readonly Dictionary<string, Func<NDArray[], Func<NDArray[]>>> s_steps = new()
    {
        ["mlp"] = EngineSteps.Mlp,
        ["digits"] = EngineSteps.Digits,
        ["transformer"] = EngineSteps.Transformer,
    };

    public static string LoadedVersion =>
        typeof(NDArray).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    public override Prepared Prepare(Case work, string dtype)
    {
        NDArray[] inputs = [.. work.Inputs.Select((spec, i) => Draw(spec, work.Shape(i), dtype, i))];
        Eval(inputs);
        void Release()
        {
            foreach (var x in inputs)
            {
                x.Free();
            }
        }
        if (Overhead(work.Op, inputs[0]) is { } small)
        {
            return new Loop(small, Release);
        }
        if (s_steps.TryGetValue(work.Op, out var step))
        {
            var run = step(inputs);
            return new Loop(
                () =>
                {
                    using var scope = new MemoryScope();
                    Eval(run());
                },
                Release);
        }
        if (!s_ops.TryGetValue(work.Op, out var op))
        {
            throw new MissingException("not in this version");
        }
        void Run()
        {
            // What is made in a scope goes back at its end, as in a loop of a program that minds its memory.
            using var scope = new MemoryScope();
            Eval(op(inputs, work.Axis));
        }
        try
        {
            Run();
        }
        catch (DTypeException e)
        {
            Release();
            throw new MissingException($"not in this version: {e.Message}");
        }
        return new Loop(Run, Release);
    }

    public override void Dispose()
    {
    }

    static Action? Overhead(string op, NDArray x) => op switch
    {
        "one_build" => () => _ = x + 1,
        "one_item" => () => _ = (x + 1).Item<float>(),
        "one_add" => () => Add(x),
        "one_chain" => () => Chain(x),
        _ => null,
    };

    static void Add(NDArray x)
    {
        var y = x + x;
        Eval(y);
        y.Free();
    }

    static void Chain(NDArray x)
    {
        NDArray y = x;
        for (int i = 0; i < 100; i++)
        {
            y += 1;
        }
        _ = y.Item<float>();
    }

    static NDArray Draw(string spec, long[] shape, string dtype, int seed)
    {
        var key = new RandomKey(seed);
        if (spec.Split('<') is [_, var bound])
        {
            double n = double.Parse(bound, CultureInfo.InvariantCulture);
            return Floor(key.Uniform(shape) * n).AsType(DType.Int32);
        }
        NDArray x = spec[0] == '+' ? key.Uniform(shape, 0.1, 2) : key.Normal(shape);
        return x.AsType(DTypeExtensions.Parse(dtype)!.Value);
    }
}
