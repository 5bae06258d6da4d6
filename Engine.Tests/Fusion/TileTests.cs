using Engine.Internal.Backends.Cpu;
using Engine.Internal.Graph;
using Engine.Internal.Plans;
using Engine.Testing;
using Engine.Tests.Harness;
using Xunit;

namespace Engine.Tests.Fusion;

/// <summary>Every elementwise op, for every dtype and layout, is one pass: of the tile executor, or for a small result of the kernel alone.</summary>
[Collection(nameof(BackendSwap))]
public class TileTests(ITestOutputHelper output)
{
    [Fact]
    public void ElementwiseOpsRunOnTiles()
    {
        int seen = 0, onTiles = 0;
        foreach (OpCase c in OpCases.All)
        {
            foreach (DType type in c.NoArrays ? [] : c.Types)
            {
                foreach (ArrayLayout layout in Enum.GetValues<ArrayLayout>())
                {
                    Trial t = Trial.Draw(c, type, layout, Settings.SeedFor(c.Op, type, (int)layout));
                    NDArray r = t.Call.Call(t.Arrays());
                    if (r.Op is not ElementwiseOp || r.Size == 0 || Enumerable.Range(0, r.InputCount).Any(i => !r.Input(i).HasValue)) { continue; }
                    long[] before = Counts();
                    long passes = Counters.Groups, tiled = ExecutorCounters.MapGroups;
                    Ops.Eval(r);
                    long[] after = Counts();
                    int widest = Enumerable.Range(0, r.InputCount).Select(i => r.Input(i).ItemSize).Append(r.ItemSize).Max();
                    bool small = r.Size * widest <= 1024 && after[(int)GroupKind.Map] == before[(int)GroupKind.Map];      // its kernel alone, in registers
                    for (int k = 0; k < after.Length; k++)
                    {
                        Assert.True(after[k] - before[k] == ((GroupKind)k == GroupKind.Map && !small ? 1 : 0), $"{t}: {after[k] - before[k]} groups of kind {(GroupKind)k}");
                    }
                    Assert.True(Counters.Groups - passes == 1 && ExecutorCounters.MapGroups - tiled == (small ? 0 : 1), $"{t}: {Counters.Groups - passes} passes, {ExecutorCounters.MapGroups - tiled} on tiles");
                    seen++;
                    onTiles += small ? 0 : 1;
                }
            }
        }
        Assert.True(seen > 1000 && onTiles > 500, $"only {seen} runs, {onTiles} on tiles");
        output.WriteLine($"{seen} runs, {onTiles} of them on tiles");
    }

    static long[] Counts() => [.. Enum.GetValues<GroupKind>().Select(GroupCounters.Of)];
}
