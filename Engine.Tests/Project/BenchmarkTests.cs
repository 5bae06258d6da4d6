using System.Numerics;
using System.Xml.Linq;
using Engine.Benchmarks;
using FsCheck.Xunit;
using Xunit;

namespace Engine.Tests.Project;

/// <summary>The statistics and the list of peers that the benchmarks rest on.</summary>
public class BenchmarkTests
{
    [Fact]
    public void Bounds_are_the_narrowest_that_cover_the_median_in_95_of_100_runs()
    {
        for (int n = 6; n <= 100; n++)
        {
            int k = Statistics.Rank(n);
            Assert.True(Coverage(n, k) >= 0.95, $"{n} samples: {Coverage(n, k)}");
            Assert.True(k + 1 > (n - 1) / 2 || Coverage(n, k + 1) < 0.95, $"{n} samples: {k + 1} could be left out");
        }

        // The median is below the bound when at most k samples are below the median: counted exactly.
        static double Coverage(int n, int k)
        {
            BigInteger choose = 1, tail = 0;
            for (int i = 0; i <= k; i++)
            {
                tail += choose;
                choose = choose * (n - i) / (i + 1);
            }
            return 1 - 2 * (double)tail / Math.Pow(2, n);
        }
    }

    [Fact]
    public void The_median_of_known_samples()
    {
        Assert.Equal(new Estimate(2, 1, 3), Statistics.Median([3, 1, 2]));
        Assert.Equal(2.5, Statistics.Median([4, 1, 3, 2]).Median);
        // 15 samples: the 4th from either end, as in the tables.
        Assert.Equal(new Estimate(8, 4, 12), Statistics.Median([.. Enumerable.Range(1, 15).Select(i => (double)i).Reverse()]));
        Assert.Throws<ArgumentException>(() => Statistics.Median([]));
    }

    [Property]
    public void Noise_that_both_share_in_a_round_leaves_the_ratio_alone(int seed)
    {
        var random = new Random(seed);
        double[] noise = [.. Enumerable.Range(0, 15).Select(_ => 1 + 100 * random.NextDouble())];
        var ratio = Statistics.Ratio([.. noise.Select(x => 4 * x)], [.. noise.Select(x => 2 * x)]);
        Assert.Equal(new Estimate(2, 2, 2), ratio);
    }

    [Fact]
    public void The_list_of_peers_is_read_and_names_the_packages_that_are_referenced()
    {
        var peers = Peer.Parse(File.ReadLines(Repository.PathOf("Engine.Benchmarks/peers.tsv")));
        Assert.Equal(["engine-jit", "engine-aot"], peers.Where(p => p.IsOurs).Select(p => p.Name));
        var packages = XDocument.Load(Repository.PathOf("Directory.Packages.props")).Descendants("PackageVersion")
            .ToDictionary(p => p.Attribute("Include")!.Value, p => p.Attribute("Version")!.Value);
        foreach (var (peer, package) in new[] { ("numsharp", "NumSharp"), ("mathnet", "MathNet.Numerics"), ("tensorprimitives", "System.Numerics.Tensors"), ("torchsharp", "TorchSharp") })
        {
            Assert.Equal(packages[package], peers.Single(p => p.Name == peer).Version);
        }
    }

    [Theory]
    [InlineData("numpy\t2.4.6")]
    [InlineData("numpy\t\tprocess")]
    [InlineData("a\t1\tprocess\na\t2\tprocess")]
    public void A_list_of_peers_that_is_wrong_is_refused(string text) =>
        Assert.Throws<FormatException>(() => Peer.Parse(text.Split('\n')));
}
