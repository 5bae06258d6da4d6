using Engine.Internal;
using FsCheck.Xunit;
using Xunit;

namespace Engine.Tests.Basics;

public class ShapesTests
{
    [Theory]
    [InlineData("2 3", "3", "2 3")]
    [InlineData("2 1", "1 3", "2 3")]
    [InlineData("", "4", "4")]
    [InlineData("0 3", "1 3", "0 3")]
    [InlineData("1", "0", "0")]
    [InlineData("2 3", "2", null)]
    [InlineData("2 3 4", "5 4", null)]
    [InlineData("0", "2", null)]
    public void Broadcast_follows_NumPy(string a, string b, string? expected)
    {
        foreach (var (x, y) in new[] { (Parse(a), Parse(b)), (Parse(b), Parse(a)) })
        {
            if (expected is null) { Assert.Throws<ShapeException>(() => Shapes.Broadcast("Add", x, y)); }
            else { Assert.Equal(Parse(expected), Shapes.Broadcast("Add", x, y)); }
        }
    }

    [Fact]
    public void Broadcast_gives_back_an_input_where_it_can()
    {
        long[] a = [2, 3], b = [3];
        Assert.Same(a, Shapes.Broadcast("Add", a, b));
        Assert.Same(a, Shapes.Broadcast("Add", b, a));
        Assert.Equal([0, 0, 4], Shapes.BroadcastStrides([1, 2], [8, 4], [5, 3, 2])[..2].Append(4L));
        Assert.Equal([2, 3], Shapes.Broadcast("Where", [1, 3], [], [2, 1]));
    }

    [Fact]
    public void CheckBroadcastTo_allows_only_spreading()
    {
        Shapes.CheckBroadcastTo("BroadcastTo", [3], [2, 3]);
        Assert.Throws<ShapeException>(() => Shapes.CheckBroadcastTo("BroadcastTo", [3], [2]));
        Assert.Throws<ShapeException>(() => Shapes.CheckBroadcastTo("BroadcastTo", [3], [1]));
        Assert.Throws<ShapeException>(() => Shapes.CheckBroadcastTo("BroadcastTo", [1, 1], [1]));
    }

    [Theory]
    [InlineData("2 3 4", "4 -1", "4 6")]
    [InlineData("2 3 4", "-1", "24")]
    [InlineData("2 0", "0 5", "0 5")]
    [InlineData("0", "3 -1", "3 0")]
    [InlineData("", "1 1", "1 1")]
    [InlineData("", "-1", "1")]
    [InlineData("2 3 4", "5 -1", null)]
    [InlineData("2 3 4", "-1 -1", null)]
    [InlineData("2 3 4", "23", null)]
    [InlineData("0", "-1 0", null)]
    [InlineData("4", "-2 -2", null)]
    [InlineData("4", "-1 9223372036854775807 9223372036854775807", null)]
    public void Reshape_fills_one_open_length(string from, string to, string? expected)
    {
        long[] shape = Parse(from);
        long count = Shapes.Count("x", shape);
        if (expected is null) { Assert.Throws<ShapeException>(() => Shapes.Reshape("Reshape", shape, count, Parse(to))); }
        else { Assert.Equal(Parse(expected), Shapes.Reshape("Reshape", shape, count, Parse(to))); }
    }

    [Fact]
    public void Count_checks_sign_and_size()
    {
        Assert.Equal(1, Shapes.Count("Zeros", []));
        Assert.Equal(0, Shapes.Count("Zeros", [0, long.MaxValue, long.MaxValue]));
        Assert.Throws<ShapeException>(() => Shapes.Count("Zeros", [2, -1]));
        Assert.Throws<EngineOverflowException>(() => Shapes.Count("Zeros", [1L << 32, 1L << 32]));
        Assert.Throws<EngineOverflowException>(() => Shapes.Count("Zeros", [long.MaxValue]));
    }

    [Fact]
    public void Reduce_drops_or_keeps_axes()
    {
        Assert.Equal([3], Shapes.Reduce([2, 3, 4], [0, 2], false));
        Assert.Equal([1, 3, 1], Shapes.Reduce([2, 3, 4], [0, 2], true));
        Assert.Equal([], Shapes.Reduce([], [], false));
    }

    [Property]
    public bool Strides_of_both_orders_reach_every_element_once(byte a, byte b, byte c)
    {
        long[] shape = [a % 4 + 1, b % 4 + 1, c % 4 + 1];
        long count = Shapes.Count("x", shape);
        foreach (long[] strides in new[] { Shapes.RowMajorStrides(shape, 4), Shapes.ColumnMajorStrides(shape, 4) })
        {
            var seen = new HashSet<long>();
            for (long i = 0; i < shape[0]; i++)
            {
                for (long j = 0; j < shape[1]; j++)
                {
                    for (long k = 0; k < shape[2]; k++) { seen.Add((i * strides[0]) + (j * strides[1]) + (k * strides[2])); }
                }
            }
            if (seen.Count != count || seen.Max() != (count - 1) * 4) { return false; }
        }
        return true;
    }

    [Fact]
    public void Axes_normalize_to_sorted_axes_from_zero()
    {
        Assert.Equal([0, 1, 2], default(Axes).Normalize("Sum", 3));
        Assert.Equal([2], ((Axes)(-1)).Normalize("Sum", 3));
        Assert.Equal([2], ((Axes)(^1)).Normalize("Sum", 3));
        Axes two = [2, -3];
        Assert.Equal([0, 2], two.Normalize("Sum", 3));
        Assert.Equal([2, 0], two.Ordered("Transpose", 3));
        Axes none = [];
        Assert.Empty(none.Normalize("Sum", 3));
        Assert.False(none.IsAll);
        Assert.True(((Axes)(int[]?)null).IsAll);
        Assert.True(((Axes)(int?)null).IsAll);
        Assert.NotEqual(Axes.All, none);
        Assert.Equal("(2, -3)", two.ToString());
        Assert.Empty(Axes.All.Normalize("Sum", 0));
    }

    [Fact]
    public void Axes_outside_or_repeated_are_errors()
    {
        var e = Assert.Throws<AxisException>(() => ((Axes)3).Normalize("Sum", 3));
        Assert.Equal(ErrorKind.Index, e.Kind);
        Assert.IsType<ArgumentOutOfRangeException>(e, exactMatch: false);
        Assert.Throws<AxisException>(() => ((Axes)0).Normalize("Sum", 0));
        Assert.Throws<AxisException>(() => ((Axes)int.MinValue).Normalize("Sum", 3));
        Axes twice = [0, -2];
        Assert.Equal(ErrorKind.Value, Assert.Throws<ShapeException>(() => twice.Normalize("Sum", 2)).Kind);
    }

    static long[] Parse(string text) => [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(long.Parse)];
}
