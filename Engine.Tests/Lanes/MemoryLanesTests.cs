using System.Numerics;
using System.Runtime.Intrinsics;
using Engine.Internal.Lanes;
using Xunit;

namespace Engine.Tests.Lanes;

public unsafe class MemoryLanesTests
{
    [Fact]
    public void MasksAndCrossLaneMovesAtEveryWidth()
    {
        All<float, Lanes512F32, Lanes256F32, Lanes128F32, LanesVectorF32>();
        All<double, Lanes512F64, Lanes256F64, Lanes128F64, LanesVectorF64>();
        All<byte, Lanes512<byte>, Lanes256<byte>, Lanes128<byte>, LanesVector<byte>>();
        All<short, Lanes512<short>, Lanes256<short>, Lanes128<short>, LanesVector<short>>();
        All<int, Lanes512<int>, Lanes256<int>, Lanes128<int>, LanesVector<int>>();
        All<ulong, Lanes512<ulong>, Lanes256<ulong>, Lanes128<ulong>, LanesVector<ulong>>();
    }

    static void All<T, L512, L256, L128, LVector>()
        where T : unmanaged, INumber<T>
        where L512 : struct, IMemoryLanes<Vector512<T>, T>
        where L256 : struct, IMemoryLanes<Vector256<T>, T>
        where L128 : struct, IMemoryLanes<Vector128<T>, T>
        where LVector : struct, IMemoryLanes<Vector<T>, T>
    {
        Check<Vector512<T>, T, L512>();
        Check<Vector256<T>, T, L256>();
        Check<Vector128<T>, T, L128>();
        Check<Vector<T>, T, LVector>();
        Check<T, T, Lanes1<T>>();
    }

    static void Check<V, T, L>() where T : unmanaged, INumber<T> where L : struct, IMemoryLanes<V, T>
    {
        using LaneData x = new(8192), y = new(8192);
        var random = new Random(5);
        for (int round = 0; round < 50; round++)
        {
            for (int i = 0; i < L.Count; i++) { x.Data[i] = (byte)random.Next(2); }
            V mask = L.LoadMask(x.Data);
            y.Span.Fill(0xEE);
            L.StoreMask(mask, y.Data);
            Assert.True(x.Span[..L.Count].SequenceEqual(y.Span[..L.Count]));
            Assert.Equal(0xEE, y.Data[L.Count]);
            Assert.Equal(x.Span[..L.Count].Contains((byte)1), L.Any(mask));
            L.Store(L.Select(mask, L.Const(1), L.Const(0)), y.Data);
            for (int i = 0; i < L.Count; i++) { Assert.Equal(T.CreateTruncating(x.Data[i]), ((T*)y.Data)[i]); }
        }
        T* a = (T*)x.Data, b = (T*)y.Data;
        for (int i = 0; i < 8192 / sizeof(T); i++) { a[i] = T.CreateTruncating(i); }
        for (int k = 1; k < L.Count; k *= 2)
        {
            L.Store(L.Down(L.Load(a), k), b);
            for (int i = 0; i < k; i++) { Assert.Equal(a[i + k], b[i]); }
        }
        L.Load4(x.Data, 5 * sizeof(T), out V p, out V q, out V r, out V s);
        V[] columns = [p, q, r, s];
        for (int j = 0; j < 4; j++)
        {
            L.Store(columns[j], b);
            for (int i = 0; i < L.Count; i++) { Assert.Equal(a[5 * i + j], b[i]); }
        }
    }

    [Fact]
    public void IntegerDivisionNeverTraps()
    {
        Assert.Equal(0, LaneFallback.DivInt(5, 0));
        Assert.Equal(int.MinValue, LaneFallback.DivInt(int.MinValue, -1));
        Assert.Equal(long.MinValue, LaneFallback.DivInt(long.MinValue, -1L));
        Assert.Equal(sbyte.MinValue, LaneFallback.DivInt(sbyte.MinValue, (sbyte)-1));
        Assert.Equal((short)-3, LaneFallback.DivInt((short)-7, (short)2));
        Assert.Equal(0UL, LaneFallback.DivInt(5UL, 0UL));
        Assert.Equal((byte)127, LaneFallback.DivInt((byte)255, (byte)2));
    }
}
