using Engine.Internal.Backends.Cpu;
using Engine.Internal.Plans;
using Xunit;

namespace Engine.Tests.Kernels;

/// <summary>Threefry bits: values that MLX gives for the same keys.</summary>
public unsafe class RandomTests
{
    static T[] Bits<T>(uint k0, uint k1, long[] shape, DType dtype, TestLayout layout = TestLayout.RowMajor) where T : unmanaged
    {
        var plan = new KernelPlan();
        View key = plan.Add(new[] { k0, k1 }, [2], DType.UInt32), to = plan.Space(shape, dtype, layout);
        plan.Run(GroupKind.Random, [key], [to], shape, new RandomAttributes(sizeof(T)));
        Assert.True(plan.IsIntact(to));
        return plan.Read<T>(to);
    }

    [Fact]
    public void SplitsOfMlx()
    {
        Assert.Equal([4146024105, 967050713, 2718843009, 1272950319], Bits<uint>(0, 0, [2, 2], DType.UInt32));
        Assert.Equal([276534068, 861967409, 1905761346, 1641862660, 2900896126, 1402713516], Bits<uint>(0, 7, [3, 2], DType.UInt32));
        Assert.Equal([2441914641, 1384938218, 3819641963, 2025898573], Bits<uint>(0, 1, [2, 2], DType.UInt32));
    }

    [Fact]
    public void UniformsOfMlx()
    {
        static float[] Uniform(long n) => Array.ConvertAll(Bits<uint>(0, 0, [n], DType.UInt32), b => b / (float)uint.MaxValue);
        float[] three = Uniform(3), five = Uniform(5);
        float[] wantThree = [0.96532148f, 0.31468171f, 0.63303000f], wantFive = [0.5745005608f, 0.0996860936f, 0.3931602836f, 0.8941783905f, 0.5965665579f];
        for (int i = 0; i < 3; i++) { Assert.Equal(wantThree[i], three[i], 5e-8f); }
        for (int i = 0; i < 5; i++) { Assert.Equal(wantFive[i], five[i], 5e-8f); }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(1001)]
    public void NarrowWidthsAreTheBytesOfTheWords(int n)
    {
        // Words for the same number of bytes; the last is cut.
        foreach (int width in new[] { 1, 2 })
        {
            long words = ((n * width) + 3) / 4;
            byte[] bytes = [.. Bits<uint>(5, 9, [words], DType.UInt32).SelectMany(BitConverter.GetBytes)];
            if (width == 1) { Assert.Equal(bytes[..n], Bits<byte>(5, 9, [n], DType.UInt8)); }
            else { Assert.Equal(bytes[..(2 * n)], Bits<ushort>(5, 9, [n], DType.UInt16).SelectMany(BitConverter.GetBytes)); }
        }
    }

    [Fact]
    public void ManyWordsAreTheScalarRounds()
    {
        const int n = 1003;
        uint[] words = Bits<uint>(11, 22, [n], DType.UInt32);
        for (int i = 0; i < n / 2; i++)
        {
            (uint a, uint b) = Hash(11, 22, (uint)i, (uint)(i + (n / 2) + 1));
            Assert.Equal((a, b), (words[i], words[i + (n / 2) + 1]));
        }
        Assert.Equal(Hash(11, 22, n / 2, 0).A, words[n / 2]);
    }

    // Salmon and others, 2011, as plainly as it can be said.
    static (uint A, uint B) Hash(uint k0, uint k1, uint x0, uint x1)
    {
        uint[] ks = [k0, k1, k0 ^ k1 ^ 0x1BD11BDA];
        int[][] r = [[13, 15, 26, 6], [17, 29, 16, 24]];
        x0 += ks[0];
        x1 += ks[1];
        for (int i = 0; i < 5; i++)
        {
            foreach (int s in r[i % 2])
            {
                x0 += x1;
                x1 = uint.RotateLeft(x1, s) ^ x0;
            }
            x0 += ks[(i + 1) % 3];
            x1 += ks[(i + 2) % 3] + (uint)i + 1;
        }
        return (x0, x1);
    }

    [Fact]
    public void SeveralKeysAndLayouts()
    {
        var plan = new KernelPlan();
        View keys = plan.Add(new uint[] { 0, 0, 0, 7, 0, 1 }, [3, 2], DType.UInt32, TestLayout.Transposed), to = plan.Space([3, 2, 2], DType.UInt32, TestLayout.Transposed);
        plan.Run(GroupKind.Random, [keys], [to], [3, 2, 2], new RandomAttributes(4));
        Assert.Equal([.. Bits<uint>(0, 0, [2, 2], DType.UInt32), .. Bits<uint>(0, 7, [2, 2], DType.UInt32), .. Bits<uint>(0, 1, [2, 2], DType.UInt32)], plan.Read<uint>(to));
        Assert.Equal(Bits<byte>(3, 4, [7, 3], DType.UInt8), Bits<byte>(3, 4, [7, 3], DType.UInt8, TestLayout.Sliced));
    }
}
