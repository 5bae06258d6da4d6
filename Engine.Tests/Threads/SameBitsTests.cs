using System.Runtime.InteropServices;
using Engine.Internal;
using Engine.Internal.Backends.Cpu;
using Engine.Tests.Harness;
using Xunit;
using static Engine.Ops;

namespace Engine.Tests.Threads;

/// <summary>Any number of threads gives the same bits, for every kind of group.</summary>
[Collection(nameof(BackendSwap))]
public sealed class SameBitsTests : IDisposable
{
    readonly int before = EngineThreads.Count;

    public void Dispose() => EngineThreads.Count = before;

    /// <summary>Shapes that parts cut in the middle of vectors, tiles and leaves.</summary>
    static readonly long[][] shapes = [[70_001], [3, 30_011], [30_011, 3], [257, 259], [17, 19, 23], [2, 3, 5, 7, 11], [1, 4099, 1], [131, 1, 67], [64, 640]];

    static IEnumerable<(string Name, Func<NDArray, NDArray> Run)> Work(int ndim)
    {
        yield return ("map", x => Exp(x) * x + 1);
        yield return ("map to bool", x => x > 0);
        yield return ("two casts", x => (x.AsType(DType.BFloat16) * 3).AsType(DType.Float64));
        yield return ("transposed", x => Transpose(x) + 1);
        yield return ("sum", x => Sum(x));
        yield return ("mean of squares", x => Mean(x * x));
        yield return ("largest", x => Max(x) - Min(x));
        yield return ("softmax of all", x => Logsumexp(x));
        yield return ("place of the largest", x => Argmax(x));
        yield return ("random", x => new RandomKey(7).Normal(x.Shape));
        for (int i = 0; i < ndim; i++)
        {
            int axis = i;
            yield return ($"sum over {axis}", x => Sum(x, axis));
            yield return ($"sum of products over {axis}", x => Sum(x * Sin(x), axis) * 0.5);
            yield return ($"logsumexp over {axis}", x => Logsumexp(x, axis));
            yield return ($"argmax over {axis}", x => Argmax(x, axis));
            yield return ($"reversed, over {axis}", x => Sum(x[Ellipsis, Slice(null, null, -1)], axis));
            yield return ($"cumsum over {axis}", x => Cumsum(x, axis));
            yield return ($"sort over {axis}", x => Sort(x, axis));
            yield return ($"softmax over {axis}", x => Softmax(x, axis));
            yield return ($"take along {axis}", x => Take(x, NDArray.From([0, 0, -1, (int)x.Shape[axis] / 2]), axis));
            for (int k = i + 1; k < ndim; k++)
            {
                int other = k;
                yield return ($"sum over {axis} and {other}", x => Sum(x, [axis, other]));
                yield return ($"logsumexp over {axis} and {other}", x => Logsumexp(x + 1, [axis, other]));
            }
        }
        if (ndim == 3)
        {
            yield return ("convolution", x => Conv1d(x, new RandomKey(1).Normal([5, 2, x.Shape[2]]), padding: 1));
            yield return ("transposed convolution", x => ConvTranspose1d(x, new RandomKey(1).Normal([5, 3, x.Shape[2]]), stride: 2));
            yield return ("convolution by channel", x => Conv1d(x, new RandomKey(1).Normal([x.Shape[2], 2, 1]), padding: 1, groups: (int)x.Shape[2]));
        }
        if (ndim == 2)
        {
            yield return ("matmul", x => MatMul(x[..128], Transpose(x[..128])));
            yield return ("rows taken", x => Take(x, Remainder(Arange(5000), x.Shape[0]), 0));
        }
    }

    [Fact]
    public void OneThreadAndSeveral()
    {
        bool eager = Workers.Eager;
        try
        {
            Workers.Eager = true;
            var wrong = new List<string>();
            foreach (long[] shape in shapes)
            {
                NDArray x = new RandomKey(3).Normal(shape);
                Eval(x);
                foreach (var (name, run) in Work(shape.Length))
                {
                    EngineThreads.Count = 1;
                    byte[] one = Bits(run(x));
                    foreach (int threads in (int[])[2, 5])
                    {
                        EngineThreads.Count = threads;
                        if (!Bits(run(x)).AsSpan().SequenceEqual(one)) { wrong.Add($"{name}, {Shapes.Text(shape)}, {threads} threads"); }
                    }
                }
            }
            Assert.Empty(wrong);
        }
        finally { Workers.Eager = eager; }
    }

    static byte[] Bits(NDArray x) => x.DType switch
    {
        DType.Float32 => MemoryMarshal.AsBytes<float>(x.ToArray<float>()).ToArray(),
        DType.Float64 => MemoryMarshal.AsBytes<double>(x.ToArray<double>()).ToArray(),
        DType.UInt32 => MemoryMarshal.AsBytes<uint>(x.ToArray<uint>()).ToArray(),
        _ => MemoryMarshal.AsBytes<bool>(x.ToArray<bool>()).ToArray(),
    };
}
