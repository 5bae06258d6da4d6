using Engine.Internal;
using Xunit;

namespace Engine.Tests.Basics;

public class LayoutTests
{
    [Fact]
    public void RowMajor_counts_and_strides()
    {
        Layout l = Layout.RowMajor([2, 3, 4], 4);
        Assert.Equal([48, 16, 4], l.Strides);
        Assert.Equal((24, 3, true, 0), (l.Count, l.Ndim, l.Contiguous, l.Offset));
        Assert.Equal(1, Layout.RowMajor([], 8).Count);
        Assert.Equal(0, Layout.RowMajor([3, 0, long.MaxValue], 8).Count);
        Assert.Throws<EngineOverflowException>(() => Layout.RowMajor([1L << 40, 1L << 40], 4));
        Assert.Throws<EngineOverflowException>(() => Layout.RowMajor([1L << 61], 4));
    }

    [Fact]
    public void Strided_knows_whether_there_are_gaps()
    {
        Assert.True(Layout.Strided([2, 3], [12, 4], 8, 4).Contiguous);
        Assert.True(Layout.Strided([1, 3], [0, 4], 0, 4).Contiguous);
        Assert.True(Layout.Strided([0, 3], [1, 1], 0, 4).Contiguous);
        Assert.False(Layout.Strided([2, 3], [4, 8], 0, 4).Contiguous);
        Assert.False(Layout.Strided([3], [-4], 8, 4).Contiguous);
        Assert.False(Layout.Strided([3], [0], 0, 4).Contiguous);
        Assert.True(Layout.RowMajor([2, 3], 4).SameShape(Layout.Strided([2, 3], [0, 0], 0, 4)));
    }
}
