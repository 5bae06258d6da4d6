using Engine.Internal.Backends.Cpu;
using Engine.Internal.Memory;
using Engine.Internal.Plans;
using Engine.Tests.Harness;
using Xunit;

namespace Engine.Tests.Fusion;

/// <summary>What a fused chain moves and allocates, counted where elements are loaded and stored.</summary>
[Collection(nameof(BackendSwap))]
public class TrafficTests
{
    const long MiB = 1 << 20;

    [Fact]
    public void AChainOfFiveOpsMovesItsInputsAndItsResult()
    {
        const int Count = 1_000_000;
        NDArray x = Ops.Ones([Count]) * 0.5, y = Ops.Ones([Count]) * 2;
        Ops.Eval(x, y);
        NDArray z = Ops.Tanh(Ops.Exp(x) * y + 1) - x;
        long loaded = ExecutorCounters.BytesLoaded, stored = ExecutorCounters.BytesStored, passes = GroupCounters.Of(GroupKind.Map);
        Ops.Eval(z);
        Assert.Equal(1, GroupCounters.Of(GroupKind.Map) - passes);
        Assert.Equal(2L * Count * sizeof(float), ExecutorCounters.BytesLoaded - loaded);
        Assert.Equal(1L * Count * sizeof(float), ExecutorCounters.BytesStored - stored);
    }

    [Fact]
    public void AChainOfTwentyOpsAllocatesItsResultAndTiles()
    {
        NDArray x = Ops.Ones([16 * MiB]) * 0.5;
        Ops.Eval(x);
        NDArray y = x;
        for (int i = 0; i < 10; i++) { y = (y + 1) * 0.5; }
        // Bytes given out, not bytes in use: what a sweep returns meanwhile does not count.
        long before = Allocator.Allocated;
        Ops.Eval(y);
        Assert.InRange(Allocator.Allocated - before, 64 * MiB, 65 * MiB);
        GC.KeepAlive(x);
    }
}
