using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text.Json;
using Engine.Internal;
using Xunit;

namespace Engine.Tests.Basics;

public unsafe class FormattingTests
{
    [Fact]
    public void NumPy_text_is_NumPys()
    {
        using JsonDocument file = JsonDocument.Parse(File.ReadAllText(TestData.Path("numpy-str.json")));
        int cases = 0;
        var failed = new List<string>();
        foreach (JsonElement c in file.RootElement.GetProperty("cases").EnumerateArray())
        {
            DType dtype = DType.Parse(c.GetProperty("dtype").GetString()!)!.Value;
            long[] shape = [.. c.GetProperty("shape").EnumerateArray().Select(n => n.GetInt64())];
            byte[] data = c.TryGetProperty("data", out JsonElement base64)
                ? Convert.FromBase64String(base64.GetString()!)
                : Counting(dtype, Shapes.Count("x", shape), c.GetProperty("counting").GetInt32());
            string expected = c.GetProperty("text").GetString()!, found = NumPy(data, shape, dtype);
            cases++;
            if (expected != found) { failed.Add($"{dtype.Name} {Shapes.Text(shape)}:\n{expected}\n{found}"); }
        }
        Assert.True(failed.Count == 0, $"{failed.Count} of {cases} differ, first:\n{string.Join("\n", failed.Take(12))}");
        Assert.True(cases > 1200);
    }

    [Fact]
    public void MLX_text_is_MLXs()
    {
        using JsonDocument file = JsonDocument.Parse(File.ReadAllText(TestData.Path("mlx-printing.json")));
        int cases = 0;
        foreach (JsonElement c in file.RootElement.GetProperty("cases").EnumerateArray())
        {
            DType dtype = DType.Parse(c.GetProperty("dtype").GetString()!)!.Value;
            long[] shape = [.. c.GetProperty("shape").EnumerateArray().Select(n => n.GetInt64())];
            byte[] data = Convert.FromBase64String(c.GetProperty("data").GetString()!);
            Assert.Equal(c.GetProperty("text").GetString(), Mlx(data, shape, dtype, c.GetProperty("precision").GetInt32()));
            cases++;
        }
        Assert.True(cases > 150);
    }

    [Fact]
    public void NumPy_text_with_a_NET_format_stands_in_columns()
    {
        float[] x = [1.25f, -10.5f, float.NaN, 1000];
        Assert.Equal("[[   1.250  -10.500]\n [     NaN 1000.000]]", Formatted(Bytes(x), [2, 2], DType.Float32, "F3", null));
        Assert.Equal("1.3E+000", Formatted(Bytes([1.3f]), [], DType.Float32, "E1", null));
        Assert.Equal("[ True False]", Formatted([1, 0], [2], DType.Bool, "F3", null));
        Assert.Equal("[001 255]", Formatted([1, 255], [2], DType.UInt8, "D3", null));
        Assert.Equal("[1.0+2.0j 3.0-4.5j]", Formatted(Bytes([1f, 2f, 3f, -4.5f]), [2], DType.Complex64, "F1", null));
        var comma = new NumberFormatInfo { NumberDecimalSeparator = "," };
        Assert.Equal("[1,50]", Formatted(Bytes([1.5]), [1], DType.Float64, "F2", comma));
        Assert.Throws<FormatException>(() => Formatted(Bytes([1.5]), [1], DType.Float64, "D3", null));
    }

    [Fact]
    public void NumPy_text_of_bfloat16_has_its_shortest_digits()
    {
        BFloat16[] x = [(BFloat16)0.1f, (BFloat16)1.5f, (BFloat16)(-2f)];
        Assert.Equal("[ 0.1  1.5 -2. ]", NumPy(Bytes(x), [3], DType.BFloat16));
        Assert.Equal("0.1", NumPy(Bytes(x.AsSpan(0, 1)), [], DType.BFloat16));
    }

    [Fact]
    public void Strides_may_be_negative_or_zero()
    {
        int[] x = [1, 2, 3, 4];
        fixed (int* p = x)
        {
            Assert.Equal("[4 3 2 1]", ArrayFormatter.NumPy((byte*)(p + 3), [4], [-4], DType.Int32));
            Assert.Equal("[[1 3]\n [1 3]]", ArrayFormatter.NumPy((byte*)p, [2, 2], [0, 8], DType.Int32));
        }
    }

    [Fact]
    public void A_thousand_axes_take_no_stack()
    {
        var shape = new long[10_000];
        Array.Fill(shape, 1);
        string text = NumPy([7], shape, DType.UInt8);
        Assert.Equal(20_001, text.Length);
        Assert.Contains("[7]", Mlx([7], shape, DType.UInt8), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(100000.5, "100000")]
    [InlineData(100001.5, "100002")]
    [InlineData(999999.5, "1e+06")]
    [InlineData(0.5, "0.5")]
    [InlineData(1e22, "1e+22")]
    [InlineData(5e-324, "4.94066e-324")]
    [InlineData(1.7976931348623157e308, "1.79769e+308")]
    [InlineData(0.0001, "0.0001")]
    [InlineData(0.00009999995, "0.0001")]
    [InlineData(-0.0, "-0")]
    public void Six_digits_are_those_of_C(double value, string expected) => Assert.Equal(expected, ArrayFormatter.MlxReal(value));

    [Theory]
    [InlineData(0.5, 0, "0")]
    [InlineData(1.5, 0, "2")]
    [InlineData(0.05, 1, "0.1")]
    [InlineData(9.995, 2, "9.99")]
    [InlineData(0.125, 2, "0.12")]
    [InlineData(1e-10, 3, "0.000")]
    [InlineData(-1e-10, 3, "-0.000")]
    [InlineData(99.99, 1, "100.0")]
    [InlineData(0.6, 0, "1")]
    [InlineData(0.1, 25, "0.1000000000000000055511151")]
    public void Fixed_digits_are_those_of_C(double value, int precision, string expected) =>
        Assert.Equal(expected, ArrayFormatter.MlxReal(value, precision));

    internal static byte[] Bytes<T>(ReadOnlySpan<T> values) where T : unmanaged => MemoryMarshal.AsBytes(values).ToArray();

    internal static byte[] Bytes<T>(T[] values) where T : unmanaged => Bytes<T>(values.AsSpan());

    internal static string Mlx(byte[] data, long[] shape, DType dtype, int precision = -1)
    {
        fixed (byte* p = data.Length == 0 ? new byte[1] : data)
        {
            return ArrayFormatter.Mlx(p, shape, Shapes.RowMajorStrides(shape, dtype.Size), dtype, precision);
        }
    }

    static string NumPy(byte[] data, long[] shape, DType dtype) => Formatted(data, shape, dtype, null, null);

    static string Formatted(byte[] data, long[] shape, DType dtype, string? format, IFormatProvider? provider)
    {
        fixed (byte* p = data.Length == 0 ? new byte[1] : data)
        {
            return ArrayFormatter.Formatted(p, shape, Shapes.RowMajorStrides(shape, dtype.Size), dtype, format, provider);
        }
    }

    internal static byte[] Counting(DType dtype, long count, int modulus)
    {
        var values = new double[count];
        for (int i = 0; i < count; i++) { values[i] = i % modulus; }
        return FromDoubles(values, dtype);
    }

    /// <summary>Integers wrap as a cast does.</summary>
    internal static byte[] FromDoubles(ReadOnlySpan<double> x, DType dtype) => dtype switch
    {
        DType.Bool => Bytes(Map(x, v => v != 0)),
        DType.UInt8 => Bytes(Map(x, v => unchecked((byte)(long)v))),
        DType.Int8 => Bytes(Map(x, v => unchecked((sbyte)(long)v))),
        DType.UInt16 => Bytes(Map(x, v => unchecked((ushort)(long)v))),
        DType.Int16 => Bytes(Map(x, v => unchecked((short)(long)v))),
        DType.UInt32 => Bytes(Map(x, v => unchecked((uint)(long)v))),
        DType.Int32 => Bytes(Map(x, v => unchecked((int)(long)v))),
        DType.UInt64 => Bytes(Map(x, v => unchecked((ulong)(long)v))),
        DType.Int64 => Bytes(Map(x, v => (long)v)),
        DType.Float16 => Bytes(Map(x, v => (Half)v)),
        DType.BFloat16 => Bytes(Map(x, v => (BFloat16)v)),
        DType.Float32 => Bytes(Map(x, v => (float)v)),
        DType.Float64 => Bytes(x),
        DType.Complex64 => Bytes(Map(x, v => new Complex64((float)v, 0))),
        _ => Bytes(Map(x, v => new Complex(v, 0))),
    };

    static T[] Map<T>(ReadOnlySpan<double> x, Func<double, T> f)
    {
        var result = new T[x.Length];
        for (int i = 0; i < x.Length; i++) { result[i] = f(x[i]); }
        return result;
    }
}
