using System.Globalization;
using Engine.Testing;
using Engine.Tests.Harness;
using Engine.Tests.Oracles;
using Xunit;

namespace Engine.Tests.Properties;

/// <summary>Random numbers against MLX's own, for many keys, shapes and dtypes: keys, splits and uniform numbers have its bits, normal numbers are within 4 ulp.</summary>
public class RandomTests(ITestOutputHelper output)
{
    const int Keys = 24;

    static readonly long[][] Shapes = [[], [0], [1], [2], [3], [64], [65], [1001], [3, 7], [2, 0, 5], [5, 3, 2], [129, 257], [300_007]];

    static readonly DType[] Types = [DType.Float32, DType.Float16, DType.BFloat16];

    public static TheoryData<DType, int> Drawn() => new(Types.SelectMany(t => Shapes.Index().Select(s => (t, s.Index))));

    /// <summary>Keys of edge seeds and drawn ones: (Keys, 2).</summary>
    static HostArray DrawKeys(int salt)
    {
        var random = new Random(Settings.Seed * 1000 + salt);
        uint[] words = [0, 0, 0, 1, 1, 0, uint.MaxValue, uint.MaxValue, 0, uint.MaxValue, 0x80000000, 0, .. Enumerable.Range(0, 2 * Keys - 12).Select(_ => (uint)random.NextInt64(1L << 32))];
        return HostArray.From<uint>(DType.UInt32, [Keys, 2], words);
    }

    static NDArray[] KeysOf(HostArray keys)
    {
        NDArray all = ArrayCase.Place(keys, ArrayLayout.Contiguous);
        return [.. Enumerable.Range(0, Keys).Select(i => all[i])];
    }

    /// <summary>Ours for every key, one after the other, against MLX's expression of the key k; the worst error in ulp.</summary>
    static double Worst(HostArray keys, string mlx, Func<NDArray, NDArray> ours, HostArray? y = null)
    {
        HostArray[] given = y is null ? [keys] : [keys, y];
        HostArray want = PythonOracle.Frameworks().Array($"mx.stack([{mlx} for k in mx.array(x)])", given);
        HostArray[] got = [.. KeysOf(keys).Select(k => HostReader.Read(ours(k)))];
        Assert.All(got, g => Assert.Equal((want.DType, string.Join(",", want.Shape[1..])), (g.DType, string.Join(",", g.Shape))));
        long n = want.Count / Keys;
        double worst = 0;
        for (int k = 0; k < Keys; k++)
        {
            for (long i = 0; i < n; i++)
            {
                worst = Math.Max(worst, got[k].Bits(i) == want.Bits(k * n + i) ? 0
                    : HostArray.IsFloat(want.DType) ? Ulp.Error(got[k].DoubleAt(i), want.DoubleAt(k * n + i), want.DType) : double.PositiveInfinity);
            }
        }
        return worst;
    }

    static string Tuple(long[] shape) => $"({string.Concat(shape.Select(n => n.ToString(CultureInfo.InvariantCulture) + ","))})";

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(64)]
    [InlineData(1001)]
    public void SplitsAreTheBitsOfMlx(int count) =>
        Assert.Equal(0, Worst(DrawKeys(count), $"mx.random.split(k, {count})", k => Ops.Concatenate([.. RandomKey.From(k).Split(count).Select(b => b.Bits.Reshape([1, 2]))], 0)));

    [Theory, MemberData(nameof(Drawn))]
    public void UniformNumbersAreTheBitsOfMlx(DType type, int shape)
    {
        long[] s = Shapes[shape];
        string common = $"shape={Tuple(s)}, dtype=mx.{HostArray.Name(type)}, key=k";
        HostArray keys = DrawKeys(shape);
        Assert.Equal(0, Worst(keys, $"mx.random.uniform({common})", k => RandomKey.From(k).Uniform(s, dtype: type)));
        Assert.Equal(0, Worst(keys, $"mx.random.uniform(-2.5, 0.75, {common})", k => RandomKey.From(k).Uniform(s, -2.5, 0.75, type)));
    }

    [Theory, MemberData(nameof(Drawn))]
    public void NormalNumbersAreThoseOfMlx(DType type, int shape)
    {
        long[] s = Shapes[shape];
        string common = $"shape={Tuple(s)}, dtype=mx.{HostArray.Name(type)}, key=k";
        double worst = Worst(DrawKeys(100 + shape), $"mx.random.normal({common})", k => RandomKey.From(k).Normal(s, dtype: type));
        output.WriteLine($"{worst} ulp at most");
        Assert.InRange(worst, 0, 4);
    }
}
