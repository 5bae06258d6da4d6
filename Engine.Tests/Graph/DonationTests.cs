using Engine.Internal;
using Engine.Internal.Graph;
using Engine.Internal.Memory;
using Engine.Internal.Operations;
using Engine.Tests.Harness;
using Xunit;

namespace Engine.Tests.Graph;

/// <summary>An op may write into the memory of an input that nobody else needs, and of no other. Counters are the process's: no other test runs meanwhile.</summary>
[Collection(nameof(BackendSwap))]
public unsafe class DonationTests
{
    const int Count = 4096;

    static Storage Ones()
    {
        Storage s = Storage.Allocate(Count * sizeof(float));
        new Span<float>(s.Data, Count).Fill(1);
        return s;
    }

    /// <summary>Adds 1 to a leaf that only the pending op holds; gives whether the memory was taken over.</summary>
    static bool Donates(Storage storage)
    {
        Node leaf = Build.Value(storage, DType.Float32, Layout.RowMajor([Count], sizeof(float)));
        Node sum = Add.Of(leaf, Build.Constant(DType.Float32, 1.0));
        Lifetime.Claim(sum.Array);
        byte* before = storage.Data;
        long donations = Counters.Donations;
        Evaluator.Eval(sum.Array);
        var result = (Storage)sum.Array.Value!;
        Assert.Equal(2, new Span<float>(result.Data, Count)[Count - 1]);
        bool donated = Counters.Donations > donations;
        Assert.Equal(donated, result.Data == before);
        return donated;
    }

    [Fact]
    public void MemoryThatOnlyThePlanHoldsIsTakenOver() => Assert.True(Donates(Ones()));

    [Fact]
    public void ExportedMemoryIsNotTakenOver()
    {
        Storage storage = Ones();
        Header* export = storage.Export();
        Assert.False(Donates(storage));
        Assert.Equal(1, new Span<float>(export->Data, Count)[0]);
        Storage.Unexport(export);
    }

    [Fact]
    public void MemoryWithASecondOwnerIsNotTakenOver()
    {
        Storage storage = Ones();
        storage.Hold();
        Assert.False(Donates(storage));
        Assert.Equal(1, new Span<float>(storage.Data, Count)[0]);
        storage.Drop();
    }
}
