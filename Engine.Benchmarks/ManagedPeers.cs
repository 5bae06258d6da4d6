using System.Numerics.Tensors;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using MathNet.Numerics;
using MathNet.Numerics.LinearAlgebra;
using NumSharp;

namespace Engine.Benchmarks;

/// <summary>.NET libraries, and the loop that somebody would write by hand.</summary>
internal static class ManagedPeers
{
    public static Implementation Create(string name, int threads)
    {
        Control.MaxDegreeOfParallelism = threads;
        return name switch
        {
            "numsharp" => Of(name, typeof(np), NumSharpCase),
            "tensorprimitives" => Of(name, typeof(TensorPrimitives), TensorPrimitivesCase),
            "mathnet" => Of(name, typeof(Control), MathNetCase),
            "hand-csharp" => new InProcess(HandCase) { Name = name, Version = "1" },
            _ => throw new FailedException("is not known to this program"),
        };
    }

    static InProcess Of(string name, Type type, Func<Case, string, Action?> make) => new(make)
    {
        Name = name,
        Version = type.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0],
    };

    static Action? NumSharpCase(Case work, string dtype)
    {
        if (dtype != "float32" || work.Inputs.Any(i => i.Contains('<', StringComparison.Ordinal)))
        {
            return null;
        }
        NumSharp.NDArray Input(int i) => np.array(Draw.Floats(work.Count(i))).reshape([.. work.Shape(i).Select(n => (int)n)]);
        NumSharp.NDArray x = Input(0), y = work.Inputs.Length > 1 ? Input(1) : x;
        return work.Op switch
        {
            "matmul" => () => np.matmul(x, y),
            "add" => () => _ = x + y,
            "pow" => () => np.power(x, y),
            "exp" => () => np.exp(x),
            "log" => () => np.log(x),
            "tanh" => () => np.tanh(x),
            "sin" => () => np.sin(x),
            "sum" => work.Axis is { } axis ? () => np.sum(x, axis) : () => np.sum(x),
            "mean" => work.Axis is { } axis ? () => np.mean(x, axis) : () => np.mean(x),
            "max" => work.Axis is { } axis ? () => np.amax(x, axis) : () => np.amax(x),
            "chain" => () => _ = np.exp(x * x * -0.5f) * y + np.sqrt(np.abs(x) + 1f) * 0.5f,
            "one_build" => () => _ = x + 1f,
            "one_add" => () => _ = x + x,
            _ => null,
        };
    }

    // Contiguous spans of float32 are all it has; the result's memory is reused, as its callers do.
    static Action? TensorPrimitivesCase(Case work, string dtype)
    {
        if (dtype != "float32" || work.Axis is not null || work.Shape(0).Length > 1 && work.Op is not ("sum" or "max" or "argmax"))
        {
            return null;
        }
        float[] x = Draw.Floats(work.Count(0)), y = work.Inputs.Length > 1 ? Draw.Floats(work.Count(1)) : x, to = new float[x.Length];
        return work.Op switch
        {
            "add" => () => TensorPrimitives.Add(x, y, to),
            "pow" => () => TensorPrimitives.Pow(x, y, to),
            "exp" => () => TensorPrimitives.Exp(x, to),
            "log" => () => TensorPrimitives.Log(x, to),
            "tanh" => () => TensorPrimitives.Tanh(x, to),
            "sin" => () => TensorPrimitives.Sin(x, to),
            "sum" => () => TensorPrimitives.Sum(x),
            "max" => () => TensorPrimitives.Max(x),
            "argmax" => () => TensorPrimitives.IndexOfMax(x),
            _ => null,
        };
    }

    static Action? MathNetCase(Case work, string dtype)
    {
        if (work.Op != "matmul" || work.Shape(0).Length != 2 || work.Flops > 3e9)
        {
            return null;
        }
        int m = (int)work.Shape(0)[0], k = (int)work.Shape(0)[1], n = (int)work.Shape(1)[1];
        switch (dtype)
        {
            case "float32":
                Matrix<float> a = Matrix<float>.Build.Random(m, k), b = Matrix<float>.Build.Random(k, n);
                return () => a.Multiply(b);
            case "float64":
                Matrix<double> c = Matrix<double>.Build.Random(m, k), d = Matrix<double>.Build.Random(k, n);
                return () => c.Multiply(d);
            default:
                return null;
        }
    }

    static Action? HandCase(Case work, string dtype)
    {
        if (work.Op != "chain" || dtype != "float32" || !Vector256.IsHardwareAccelerated)
        {
            return null;
        }
        float[] x = Draw.Floats(work.Count(0)), y = Draw.Floats(work.Count(1)), to = new float[x.Length];
        return () => HandFused(x, y, to);
    }

    /// <summary>exp(-x x / 2) y + sqrt(|x| + 1) / 2 in one loop, each operation rounded as when run alone.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void HandFused(float[] x, float[] y, float[] to)
    {
        int i = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            for (; i <= x.Length - Vector512<float>.Count; i += Vector512<float>.Count)
            {
                Vector512<float> a = Vector512.LoadUnsafe(ref x[i]), half = Vector512.Create(0.5f), one = Vector512.Create(1f);
                Vector512<float> e = Exp(a * a * Vector512.Create(-0.5f)) * Vector512.LoadUnsafe(ref y[i]);
                (e + Vector512.Sqrt(Vector512.Abs(a) + one) * half).StoreUnsafe(ref to[i]);
            }
        }
        for (; i <= x.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            Vector256<float> a = Vector256.LoadUnsafe(ref x[i]), half = Vector256.Create(0.5f), one = Vector256.Create(1f);
            Vector256<float> e = Vector256.Exp(a * a * Vector256.Create(-0.5f)) * Vector256.LoadUnsafe(ref y[i]);
            (e + Vector256.Sqrt(Vector256.Abs(a) + one) * half).StoreUnsafe(ref to[i]);
        }
        for (; i < x.Length; i++)
        {
            to[i] = MathF.Exp(x[i] * x[i] * -0.5f) * y[i] + MathF.Sqrt(MathF.Abs(x[i]) + 1) * 0.5f;
        }
    }

    // 2^n e^r with r = x - n ln 2 in two steps and a polynomial of degree 6; right for |x| below 87, which the inputs keep.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<float> Exp(Vector512<float> x)
    {
        Vector512<float> magic = Vector512.Create(12582912f), n = Vector512.FusedMultiplyAdd(x, Vector512.Create(1.44269504f), magic) - magic;
        Vector512<float> r = Vector512.FusedMultiplyAdd(n, Vector512.Create(-0.693145752f), x);
        r = Vector512.FusedMultiplyAdd(n, Vector512.Create(-1.42860677e-6f), r);
        Vector512<float> p = Vector512.Create(1.38929e-3f);
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(8.33304e-3f));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(4.16667e-2f));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1.66667e-1f));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(0.5f));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1f));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1f));
        Vector512<int> scale = Vector512.ShiftLeft(Vector512.ConvertToInt32Native(n) + Vector512.Create(127), 23);
        return p * scale.AsSingle();
    }
}
