using Engine.Testing;
using Engine.Tests.Harness;
using Xunit;

namespace Engine.Tests.Properties;

/// <summary>Indexing, views and broadcasting against naive models.</summary>
public class IndexTests
{
    static int Count => Settings.Full ? 20000 : 1500;

    static HostArray Pick(HostArray from, long[] shape, long[] sources)
    {
        HostArray r = HostArray.Empty(from.DType, shape);
        int size = HostArray.SizeOf(from.DType);
        for (int i = 0; i < sources.Length; i++) { from.Bytes.AsSpan((int)sources[i] * size, size).CopyTo(r.Bytes.AsSpan(i * size)); }
        return r;
    }

    static ArrayCase DrawArray(Random random) =>
        ArrayCase.Draw((DType)random.Next(15), OpCases.Shape(random, 0, 4, 5), (ArrayLayout)random.Next(6), random.Next());

    [Fact]
    public void ReadingIsTheModel()
    {
        for (int n = 0; n < Count; n++)
        {
            int seed = Settings.SeedFor("index", DType.Int32, n);
            var random = new Random(seed);
            ArrayCase x = DrawArray(random);
            IndexModel index = IndexModel.Draw(x.Values.Shape, random, true);
            (long[] shape, long[] sources) = index.Apply(x.Values.Shape);
            HostArray got = HostReader.Read(x.Array[[.. index.Positions.Select(p => p.Index)]]);
            Assert.True(Pick(x.Values, shape, sources).Difference(got) is not { } d, $"seed {seed}: {x}{index.Text}: {Pick(x.Values, shape, sources).Difference(got)}");
        }
    }

    [Fact]
    public void ViewsOfViewsAreTheModel()
    {
        for (int n = 0; n < Count / 3; n++)
        {
            int seed = Settings.SeedFor("views", DType.Int32, n);
            var random = new Random(seed);
            ArrayCase x = DrawArray(random);
            (HostArray model, NDArray array, string text) = (x.Values, x.Array, x.ToString());
            for (int step = 0; step < 4; step++)
            {
                IndexModel index = IndexModel.Draw(model.Shape, random, false);
                (long[] shape, long[] sources) = index.Apply(model.Shape);
                (model, array) = (Pick(model, shape, sources), array[[.. index.Positions.Select(p => p.Index)]]);
                text += index.Text;
                if (random.Next(3) == 0)
                {
                    (model, array) = (Reversed(model), array.T);
                    text += ".T";
                }
                if (random.Next(4) == 0) { Ops.Eval(array); }
            }
            Assert.True(model.Difference(HostReader.Read(array)) is not { }, $"seed {seed}: {text}: {model.Difference(HostReader.Read(array))}");
        }
    }

    static HostArray Reversed(HostArray a)
    {
        long[] shape = [.. a.Shape.Reverse()], c = new long[shape.Length], sources = new long[a.Count];
        for (long i = 0; i < a.Count; i++)
        {
            long flat = 0;
            for (int d = 0; d < a.Shape.Length; d++) { flat = flat * a.Shape[d] + c[c.Length - 1 - d]; }
            sources[i] = flat;
            for (int d = c.Length - 1; d >= 0 && ++c[d] == shape[d]; d--) { c[d] = 0; }
        }
        return Pick(a, shape, sources);
    }

    [Fact]
    public void WritingIsTheModel()
    {
        for (int n = 0; n < Count / 2; n++)
        {
            int seed = Settings.SeedFor("write", DType.Int32, n);
            var random = new Random(seed);
            ArrayCase x = DrawArray(random);
            IndexModel index = IndexModel.Draw(x.Values.Shape, random, true);
            (long[] shape, long[] sources) = index.Apply(x.Values.Shape);
            ArrayCase value = ArrayCase.Draw(x.DType, shape, (ArrayLayout)random.Next(6), random.Next());
            HostArray want = new(x.DType, x.Values.Shape, [.. x.Values.Bytes]);
            int size = HostArray.SizeOf(x.DType);
            for (int i = 0; i < sources.Length; i++) { value.Values.Bytes.AsSpan(i * size, size).CopyTo(want.Bytes.AsSpan((int)sources[i] * size)); }
            NDArray written = x.Array.At([.. index.Positions.Select(p => p.Index)]).Set(value.Array);
            Assert.True(want.Difference(HostReader.Read(written)) is not { }, $"seed {seed}: {x}.At{index.Text}.Set({value}): {want.Difference(HostReader.Read(written))}");
            Assert.True(x.Values.Difference(HostReader.Read(x.Array)) is not { }, $"seed {seed}: writing changed the array itself");
        }
    }

    [Fact]
    public void BroadcastingIsTheModel()
    {
        int fitting = 0, refused = 0;
        for (int n = 0; n < Count; n++)
        {
            int seed = Settings.SeedFor("broadcast", DType.Int32, n);
            var random = new Random(seed);
            long[] a = OpCases.Shape(random, 0, 4, 3), b = OpCases.Shape(random, 0, 4, 3);
            long[]? want = Broadcast(a, b);
            if (want == null)
            {
                Assert.Throws<ShapeException>(() => Ops.Zeros(a) + Ops.Zeros(b));
                refused++;
            }
            else
            {
                Assert.Equal(want, (Ops.Zeros(a) + Ops.Zeros(b)).Shape.ToArray());
                fitting++;
            }
        }
        Assert.True(fitting > 20 && refused > 20, $"{fitting} fitted, {refused} did not");
    }

    static long[]? Broadcast(long[] a, long[] b)
    {
        var r = new long[Math.Max(a.Length, b.Length)];
        for (int d = 1; d <= r.Length; d++)
        {
            long x = d <= a.Length ? a[^d] : 1, y = d <= b.Length ? b[^d] : 1;
            if (x != y && x != 1 && y != 1) { return null; }
            r[^d] = x == 1 ? y : x;
        }
        return r;
    }

    [Fact]
    public void WrongIndicesAreErrorsOnTheLine()
    {
        NDArray x = Ops.Zeros([2, 3]);
        Assert.Throws<IndexException>(() => x[2]);
        Assert.Throws<IndexException>(() => x[0, -4]);
        Assert.ThrowsAny<ArgumentException>(() => x[0, 0, 0]);
        Assert.ThrowsAny<ArgumentException>(() => x[Ops.Slice(null, null, 0)]);
        Assert.ThrowsAny<ArgumentException>(() => x[Ops.Ellipsis, Ops.Ellipsis]);
        Assert.Throws<IndexException>(() => Ops.Eval(x[NDArray.From([0, 2])]));
    }
}
