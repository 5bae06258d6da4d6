using System.Numerics;
using Engine.Internal.Graph;
using Engine.Internal.Memory;
using Engine.Tests.Harness;
using FsCheck.Xunit;
using Xunit;
using static Engine.Ops;

namespace Engine.Tests.Transforms;

/// <summary>Compiled functions: called once for a signature, then replayed. Counters are the process's: no other test runs meanwhile.</summary>
[Collection(nameof(BackendSwap))]
public class CompileTests
{
    static NDArray Drawn(int seed, params long[] shape) => new RandomKey(seed).Normal(shape);

    static void Same(NDArray a, NDArray b)
    {
        Assert.Equal(b.Shape.ToArray(), a.Shape.ToArray());
        Assert.Equal(b.DType, a.DType);
        Assert.Equal(b.ToArray<float>(), a.ToArray<float>());
    }

    static readonly Func<NDArray, NDArray, NDArray>[] functions =
    [
        (x, y) => x + y, (x, y) => Exp(x) * y + 1, (x, y) => Sum(x * x, 0) + y[0], (x, y) => MatMul(x, Transpose(y)), (x, y) => Softmax(x, 1) - y,
        (x, y) => x, (x, y) => Transpose(x), (x, y) => y[1..3, Slice(null, null, -2)], (x, y) => Ones([2, 3]), (x, y) => Sum(x) * 2,
        (x, y) => Concatenate([x, y, x], 0), (x, y) => Sort(x + y, 0), (x, y) => Cumsum(x, 1), (x, y) => x.At(1).Set(y[2]) * 2,
        (x, y) => Take(x, Argmax(y, 0), 0), (x, y) => Grad((NDArray v) => Sum(Tanh(v) * y))(x), (x, y) => Vmap((NDArray v) => v * Sum(v))(x) + y,
        (x, y) => Where(x > y, Max(x, 0), Mean(y)), (x, y) => Reshape(x, [-1]), (x, y) => Softmax(MatMul(x, Transpose(y)), 0) + Logsumexp(x),
    ];

    [Fact]
    public void HasTheValuesOfTheFunction()
    {
        foreach (var f in functions)
        {
            int calls = 0;
            var compiled = Compile((NDArray x, NDArray y) =>
            {
                calls++;
                return f(x, y);
            });
            for (int i = 0; i < 3; i++)
            {
                NDArray x = Drawn(2 * i, 5, 7), y = Drawn((2 * i) + 1, 5, 7);
                Same(compiled(x, y), f(x, y));
                // Strided, offset, pending.
                NDArray wide = Drawn(i, 7, 6);
                Same(compiled(Transpose(wide)[1..], y * 0.5), f(Transpose(wide)[1..], y * 0.5));
            }
            Assert.Equal(1, calls);
            Same(compiled(Drawn(1, 60, 70), Drawn(2, 60, 70)), f(Drawn(1, 60, 70), Drawn(2, 60, 70)));
            Assert.Equal(2, calls);
        }
    }

    [Property(MaxTest = 60)]
    public void RandomGraphs(ushort[] choices)
    {
        NDArray F(NDArray x, NDArray y)
        {
            List<NDArray> values = [x, y];
            foreach (ushort c in choices)
            {
                NDArray a = values[c / 8 % values.Count], b = values[^1];
                values.Add((c % 8) switch
                {
                    0 => a + b, 1 => a * 0.5 - b, 2 => Maximum(a, b), 3 => Tanh(a), 4 => b - Mean(a, 1, keepDims: true), 5 => Transpose(Transpose(a) + 1), 6 => a.At(0).Set(b[1]), _ => MatMul(a, Eye(4)) + b,
                });
            }
            return values[^1];
        }

        NDArray x = Drawn(1, 4, 4), y = Drawn(2, 4, 4);
        var compiled = Compile((NDArray a, NDArray b) => F(a, b));
        Same(compiled(x, y), F(x, y));
        Same(compiled(y, x), F(y, x));
    }

    [Fact]
    public void ASignatureIsStructureShapesAndDtypes()
    {
        int calls = 0;
        var f = Compile((NDArray[] p, NDArray x) =>
        {
            calls++;
            return (NDArray[])[.. p.Select(w => w * x)];
        });
        NDArray[] two = [Drawn(1, 3), Drawn(2, 3)];
        for (int i = 0; i < 2; i++) { Assert.Equal(2, f(two, Drawn(3, 3)).Length); }
        Assert.Equal(1, calls);
        Assert.Equal(3, f([.. two, Drawn(4, 3)], Drawn(3, 3)).Length);
        f(two, Drawn(3, 1));
        f(two, Ones([3], DType.Float64));
        // A constant is part of the function: weak, and by its value.
        f(two, 2);
        Assert.Equal(DType.Float32, f(two, 3.5)[0].DType);
        Assert.Equal(6, calls);
    }

    [Fact]
    public void AValueIsNotThereWhileItIsTraced()
    {
        var f = Compile((NDArray x) => x.Sum().Item<float>() > 0 ? x : -x);
        var e = Assert.Throws<TraceException>(() => f(Ones([3])));
        Assert.Equal("Item: this array is being traced by Compile and has no value yet. Move Item out of the compiled function, or use Where() instead of if.", e.Message);
        // Nothing is left of the trace that failed.
        Assert.Null(Frames.Current);
    }

    [Fact]
    public void WhatIsReadFromElsewhereIsTakenOnce()
    {
        NDArray scale = Full([3], 2f) + 1;
        var f = Compile((NDArray x) => x * scale + Exp(scale));
        Same(f(Ones([3])), Full([3], 3f) + Exp(Full([3], 3f)));
        scale = Zeros([3]);
        Same(f(Ones([3])), Full([3], 3f) + Exp(Full([3], 3f)));
    }

    [Fact]
    public void NothingIsPlannedAndNoMemoryIsNewAfterTheSecondCall()
    {
        var step = Compile((NDArray[] p, NDArray x) => Grad((NDArray[] q) => Mean(Square(MatMul(Tanh(MatMul(x, q[0])), q[1]))))(p));
        NDArray[] p = [Drawn(1, 64, 128), Drawn(2, 128, 32)];
        NDArray x = Drawn(3, 256, 64);
        Eval(p);
        Eval(x);
        long taken = 0, plans = 0;
        for (int i = 0; i < 20; i++)
        {
            if (i == 2) { (taken, plans) = (EngineMemory.Active + EngineMemory.Cache, Counters.Plans); }
            using var scope = new MemoryScope();
            step(p, x);
        }
        Assert.Equal(taken, EngineMemory.Active + EngineMemory.Cache);
        Assert.Equal(plans, Counters.Plans);
    }

    [Fact]
    public void IntermediatesShareMemory()
    {
        NDArray w = Drawn(1, 256, 256), x = Drawn(2, 256, 256);
        Eval(w, x);
        var f = Compile((NDArray a) =>
        {
            for (int i = 0; i < 10; i++) { a = Tanh(MatMul(a, w) + i); }
            return a;
        });
        f(x).Free();
        long before = EngineMemory.Active;
        EngineMemory.ResetPeak();
        f(x).Free();
        // What one product reads and writes, and no third.
        Assert.InRange(EngineMemory.Peak - before, 0, 3 * 256 * 256 * 4);
    }

    [Fact]
    public void ADonatedArgumentIsFreedAndItsMemoryUsed()
    {
        var f = Compile((NDArray a) => a * 0.5 + 1, donate: [0]);
        NDArray x = Ones([1000, 1000]) + 0;
        Eval(x);
        long before = EngineMemory.Active;
        EngineMemory.ResetPeak();
        for (int i = 0; i < 10; i++)
        {
            NDArray old = x;
            x = f(x);
            Assert.Throws<ReleasedException>(() => old.ToArray<float>());
        }
        Assert.Equal(before, EngineMemory.Active);
        Assert.Equal(before, EngineMemory.Peak);
        // Memory that somebody else sees stays as it is.
        Memory<float> seen = x.AsMemory<float>();
        float value = seen.Span[0];
        Assert.NotEqual(value, f(x).ToArray<float>()[0]);
        Assert.Equal(value, seen.Span[0]);
        Assert.Throws<OptionException>(() => Compile((NDArray a) => a, donate: [1]));
    }

    [Fact]
    public void InsideOtherTransformsItIsTheFunction()
    {
        static NDArray Cubes(NDArray x) => Sum(x * x * x);
        var f = Compile((NDArray x) => Cubes(x));
        NDArray x = Drawn(1, 5), many = Drawn(2, 3, 5);
        Same(Grad((NDArray v) => f(v))(x), Grad((NDArray v) => Cubes(v))(x));
        Same(Vmap((NDArray v) => f(v))(many), Vmap((NDArray v) => Cubes(v))(many));
        Same(Compile((NDArray v) => f(v) + 1)(x), Cubes(x) + 1);
    }

    [Fact]
    public void SeveralThreadsAtOnce()
    {
        var f = Compile((NDArray x, NDArray y) => MatMul(x, y) + Sum(x));
        NDArray a = Drawn(1, 40, 40);
        float[] want = (MatMul(a, a) + Sum(a)).ToArray<float>();
        var wrong = new System.Collections.Concurrent.ConcurrentBag<int>();
        var threads = new Thread[6];
        for (int t = 0; t < threads.Length; t++)
        {
            int number = t;
            threads[t] = new Thread(() =>
            {
                for (int i = 0; i < 50; i++)
                {
                    if (!f(a, a).ToArray<float>().AsSpan().SequenceEqual(want)) { wrong.Add(number); }
                }
            });
            threads[t].Start();
        }
        foreach (Thread thread in threads) { thread.Join(); }
        Assert.Empty(wrong);
    }
}
