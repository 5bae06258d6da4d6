using Engine.Internal.Plans;
using Engine.Tests.Harness;
using Xunit;
using static Engine.Ops;

namespace Engine.Tests.Threads;

/// <summary>Evaluation that nobody waits for on the spot. The back end is swapped: no other test runs meanwhile.</summary>
[Collection(nameof(BackendSwap))]
public class EvalAsyncTests
{
    /// <summary>Runs groups when the test lets it.</summary>
    sealed class Gated(Backend inner) : Backend, IDisposable
    {
        public readonly SemaphoreSlim Pass = new(0), Came = new(0);

        public override bool Claims(LibraryKernel kernel, ReadOnlySpan<DType> types, int ndim) => inner.Claims(kernel, types, ndim);

        public override void Run(Plan plan, Group group)
        {
            Came.Release();
            Pass.Wait();
            inner.Run(plan, group);
        }

        public void Dispose()
        {
            Pass.Dispose();
            Came.Dispose();
        }
    }

    static async Task WithGate(Func<Gated, Task> body)
    {
        Backend before = Backend.Current;
        using var gated = new Gated(before);
        Backend.Current = gated;
        try { await body(gated); }
        finally
        {
            gated.Pass.Release(1000);
            EngineThreads.Stop();
            Backend.Current = before;
        }
    }

    static NDArray Chain()
    {
        NDArray x = NDArray.From<float>(new float[5000]);
        for (int i = 0; i < 3; i++) { x = Cumsum(x + 1, 0); }
        return x;
    }

    [Fact]
    public async Task TheCallerGoesOn() => await WithGate(async gate =>
    {
        NDArray x = Chain();
        Task task = EvalAsync(x);
        await gate.Came.WaitAsync(TestContext.Current.CancellationToken);
        Assert.False(task.IsCompleted);
        Assert.False(x.IsEvaluated);
        gate.Pass.Release(100);
        await task;
        Assert.True(x.IsEvaluated);
        Assert.Equal(Chain().ToArray<float>(), x.ToArray<float>());
        Assert.True(EvalAsync(x).IsCompletedSuccessfully);
    });

    [Fact]
    public async Task CancelledArraysStayPending() => await WithGate(async gate =>
    {
        NDArray x = Chain();
        using var cancel = new CancellationTokenSource();
        Task task = x.EvalAsync(cancel.Token);
        await gate.Came.WaitAsync(TestContext.Current.CancellationToken);
        await cancel.CancelAsync();
        gate.Pass.Release(100);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task);
        Assert.True(task.IsCanceled);
        Assert.False(x.IsEvaluated);
        Assert.Equal(Chain().ToArray<float>(), x.ToArray<float>());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Chain().EvalAsync(cancel.Token));
    });

    [Fact]
    public async Task ErrorsComeToTheAwaiter()
    {
        NDArray bad = Take(Arange(5), NDArray.From([7]));
        await Assert.ThrowsAsync<IndexException>(() => bad.EvalAsync(TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<ArgumentNullException>(() => EvalAsync(null!));
        var traced = Assert.Throws<TraceException>(() => Vmap((NDArray x) => { EvalAsync(x); return x; })(Ones([3])));
        Assert.Contains("EvalAsync", traced.Message, StringComparison.Ordinal);
        NDArray freed = Ones([3]) + 1;
        freed.Free();
        await Assert.ThrowsAsync<ReleasedException>(() => EvalAsync(freed));
    }

    [Fact]
    public async Task ManyAtOnceAndAfterAStop()
    {
        for (int round = 0; round < 3; round++)
        {
            NDArray[] all = [.. Enumerable.Range(0, 50).Select(i => Sum(Arange(1000) * i))];
            await Task.WhenAll(all.Select(x => x.EvalAsync(TestContext.Current.CancellationToken)));
            for (int i = 0; i < all.Length; i++) { Assert.Equal(499_500 * i, all[i].Item<int>()); }
            EngineThreads.Stop();
        }
    }
}
