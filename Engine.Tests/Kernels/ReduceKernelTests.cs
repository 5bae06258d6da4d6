using System.Numerics;
using System.Runtime.InteropServices;
using Engine.Internal.Lanes;
using Xunit;

namespace Engine.Tests.Kernels;

/// <summary>The kernels of reductions against the rule, at every width, for every lane type, feed and end of memory.</summary>
public unsafe class ReduceKernelTests
{
    static readonly (int, int, int)[] Shapes =
    [
        (1, 1, 1), (1, 1000, 1), (1, 64, 1), (1, 513, 1), (1, 4096, 1), (1, 20000, 1), (40, 3, 1), (70, 10, 1), (100, 33, 1), (70, 64, 1), (21, 65, 1), (66, 512, 1), (18, 700, 1),
        (3, 5000, 1), (1, 100, 64), (2, 77, 100), (1, 33, 700), (1, 9, 3000), (1, 3000, 40), (3, 200, 3), (2, 1001, 10), (1, 9000, 2), (5, 7, 33), (1, 2000, 17), (300, 2, 5), (2, 1024, 96), (20, 1000, 1),
    ];

    static readonly int[] Widths = [512, 256, 128, 0, 1];

    /// <summary>Elements of any layout in a block that ends with the last of them: what is read behind it would fault or be counted.</summary>
    static void Compare<T, TOp>(ReduceBody body, DType lane, bool special, int seed) where T : unmanaged, INumber<T> where TOp : struct, IReduction
    {
        var random = new Random(seed);
        var kernels = Array.ConvertAll(Widths, w => body.At(lane, w));
        var scratch = (byte*)NativeMemory.AlignedAlloc(ReduceJob.ScratchBytes, 4096);
        foreach (var (outer, n, inner) in Shapes)
        {
            foreach (string layout in new[] { "c", "t", "s", "2", "b" })
            {
                nint so = n * inner, sn = inner, si = 1, size = (nint)outer * n * inner;
                switch (layout)
                {
                    case "t": (so, sn, si) = (1, outer, (nint)outer * n); break;
                    case "s": (so, sn, si, size) = ((n * (inner + 3)) + 5, inner + 3, 1, outer * ((n * (inner + 3)) + 5)); break;
                    case "2": (so, sn, si, size) = (2 * so, 2 * sn, 2, 2 * size); break;
                    case "b": (so, sn, si, size) = (0, inner, 1, (nint)n * inner); break;
                }
                var x = (T*)NativeMemory.AlignedAlloc((nuint)((size * sizeof(T)) + 4096), 64);
                for (nint i = 0; i < size + (4096 / sizeof(T)); i++)
                {
                    x[i] = Draw<T>(random, special || i >= size);
                    if (body is BoolReduceBody<TOp>) { x[i] = T.CreateTruncating(random.Next(2)); }
                }
                var want = new ulong[outer * inner];
                for (int o = 0; o < outer; o++)
                {
                    for (int i = 0; i < inner; i++)
                    {
                        T* q = x + (o * so) + (i * si);
                        want[(o * inner) + i] = Bits.Of(ReduceRule<T, TOp>.Finish(ReduceRule<T, TOp>.Group(r => q[r * sn], n, inner)));
                    }
                }
                var y = (T*)NativeMemory.AlignedAlloc((nuint)((outer * inner * sizeof(T)) + 256), 64);
                T guard = T.CreateChecked(77);
                for (int w = 0; w < Widths.Length; w++)
                {
                    for (int end = 0; end < 2; end++)
                    {
                        new Span<T>(y, (outer * inner) + 8).Fill(guard);
                        var job = new ReduceJob
                        {
                            X = (byte*)x,
                            Y = (byte*)y,
                            End = end == 0 ? (byte*)(x + size) : (byte*)x + ((((size * sizeof(T)) + 63) & ~63)),
                            Outer = outer,
                            N = n,
                            Inner = inner,
                            StrideO = so * sizeof(T),
                            StrideN = sn * sizeof(T),
                            StrideI = si * sizeof(T),
                            Scratch = scratch,
                        };
                        kernels[w].Run(&job);
                        for (int k = 0; k < want.Length; k++)
                        {
                            Assert.True(want[k] == Bits.Of(y[k]), $"{typeof(TOp).Name} {lane} ({outer},{n},{inner}) {layout} width {Widths[w]} mode {job.Mode} end {end} at {k}: {y[k]}");
                        }
                        for (int k = 0; k < 8; k++) { Assert.True(y[(outer * inner) + k] == guard, $"{typeof(TOp).Name} {lane} ({outer},{n},{inner}) {layout} width {Widths[w]}: written behind the result"); }
                    }
                }
                NativeMemory.AlignedFree(x);
                NativeMemory.AlignedFree(y);
            }
        }
        NativeMemory.AlignedFree(scratch);
    }

    static T Draw<T>(Random random, bool special) where T : unmanaged, INumber<T>
    {
        if (typeof(T) == typeof(float) || typeof(T) == typeof(double))
        {
            if (special && random.Next(9) == 0)
            {
                return T.CreateTruncating(random.Next(5) switch { 0 => double.NaN, 1 => double.PositiveInfinity, 2 => double.NegativeInfinity, 3 => -0.0, _ => 0.5 });
            }
            return T.CreateTruncating(special ? random.Next(7) : (random.NextDouble() - 0.3) * Math.Pow(2, random.Next(-12, 6)));
        }
        return special ? T.CreateTruncating(random.Next(5)) : T.CreateTruncating(random.NextInt64(long.MinValue, long.MaxValue));
    }

    static void Number<TOp>(bool wideOnly) where TOp : struct, IReduction
    {
        var body = new NumberReduceBody<TOp>("test");
        for (int s = 0; s < 2; s++)
        {
            bool special = s == 1;
            Compare<float, TOp>(body, DType.Float32, special, 1);
            Compare<double, TOp>(body, DType.Float64, special, 2);
            Compare<int, TOp>(body, DType.Int32, special, 3);
            Compare<ulong, TOp>(body, DType.UInt64, special, 4);
            if (special || wideOnly) { continue; }
            Compare<long, TOp>(body, DType.Int64, special, 5);
            Compare<uint, TOp>(body, DType.UInt32, special, 6);
            Compare<sbyte, TOp>(body, DType.Int8, special, 7);
            Compare<short, TOp>(body, DType.Int16, special, 8);
            Compare<byte, TOp>(body, DType.UInt8, special, 9);
            Compare<ushort, TOp>(body, DType.UInt16, special, 10);
        }
    }

    [Fact]
    public void Sum() => Number<TestSum>(false);

    [Fact]
    public void Max() => Number<TestMax>(false);

    [Fact]
    public void Min() => Number<TestMin>(false);

    [Fact]
    public void Argmax() => Number<TestArgmax>(true);

    [Fact]
    public void AnyAndAll()
    {
        Compare<byte, TestAny>(new BoolReduceBody<TestAny>("any"), DType.UInt8, true, 1);
        Compare<byte, TestAll>(new BoolReduceBody<TestAll>("all"), DType.UInt8, true, 2);
    }

    [Fact]
    public void VarianceHasALeafOfItsOwn()
    {
        var body = new FloatReduceBody<TestVariance>("variance");
        Compare<float, TestVariance>(body, DType.Float32, false, 1);
        Compare<float, TestVariance>(body, DType.Float32, true, 2);
        Compare<double, TestVariance>(body, DType.Float64, false, 3);
    }
}
