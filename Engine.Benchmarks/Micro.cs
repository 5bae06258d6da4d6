using BenchmarkDotNet.Attributes;
using static Engine.Ops;

namespace Engine.Benchmarks;

/// <summary>What one small operation costs: dotnet run -c Release --project Engine.Benchmarks -- --micro --filter '*Small*'.</summary>
[MemoryDiagnoser]
public class SmallOps
{
    readonly NDArray _x = NDArray.From([1f], [1]);

    [GlobalSetup]
    public void Ready() => Eval(_x);

    [Benchmark]
    public NDArray Build() => _x + 1;

    [Benchmark]
    public float BuildEvalItem() => (_x + 1).Item<float>();

    [Benchmark(OperationsPerInvoke = 100)]
    public float ChainOf100()
    {
        NDArray y = _x;
        for (int i = 0; i < 100; i++)
        {
            y += 1;
        }
        return y.Item<float>();
    }
}

/// <summary>One op over arrays in the first, second and no cache.</summary>
public class LargeOps
{
    NDArray _x = null!, _square = null!;

    [Params(1_000, 100_000, 10_000_000)]
    public int Count { get; set; }

    [GlobalSetup]
    public void Draw()
    {
        _x = new RandomKey(0).Normal([Count]);
        int n = (int)Math.Sqrt(Count);
        _square = new RandomKey(1).Normal([n, n]);
        Eval(_x, _square);
    }

    [Benchmark]
    public void Add() => Run(_x + _x);

    [Benchmark]
    public void ExpOf() => Run(Exp(_x));

    [Benchmark]
    public void Chain() => Run(Exp(_x * _x * -0.5f) * _x + Sqrt(Abs(_x) + 1) * 0.5f);

    [Benchmark]
    public void SumAll() => Run(Sum(_x));

    [Benchmark]
    public void SoftmaxRows() => Run(Softmax(_square, -1));

    [Benchmark]
    public void SquareMatMul() => Run(Count > 1_000_000 ? _square[..1024, ..1024].MatMul(_square[..1024, ..1024]) : MatMul(_square, _square));

    static void Run(NDArray y)
    {
        Eval(y);
        y.Free();
    }
}
