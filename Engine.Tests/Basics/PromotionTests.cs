using Engine.Internal;
using Xunit;

namespace Engine.Tests.Basics;

public class PromotionTests
{
    static readonly Dictionary<string, DType> Short = new()
    {
        ["b"] = DType.Bool,
        ["u8"] = DType.UInt8,
        ["u16"] = DType.UInt16,
        ["u32"] = DType.UInt32,
        ["u64"] = DType.UInt64,
        ["i8"] = DType.Int8,
        ["i16"] = DType.Int16,
        ["i32"] = DType.Int32,
        ["i64"] = DType.Int64,
        ["f16"] = DType.Float16,
        ["bf16"] = DType.BFloat16,
        ["f32"] = DType.Float32,
        ["f64"] = DType.Float64,
        ["c64"] = DType.Complex64,
    };

    static readonly DType[] All = Enum.GetValues<DType>();

    [Fact]
    public void Promote_agrees_with_MLX_but_for_float64_with_complex()
    {
        foreach (var (a, b, expected) in Table("add, subtract"))
        {
            bool wider = (a, b) is (DType.Float64, DType.Complex64) or (DType.Complex64, DType.Float64);
            Assert.True((wider ? DType.Complex128 : expected) == Promotion.Promote(a, b), $"{a.Name} with {b.Name}");
        }
    }

    [Fact]
    public void AtLeastFloat_of_Promote_is_the_type_of_a_division()
    {
        foreach (var (a, b, expected) in Table("divide, logaddexp"))
        {
            bool wider = (a, b) is (DType.Float64, DType.Complex64) or (DType.Complex64, DType.Float64);
            DType found = Promotion.AtLeastFloat(Promotion.Promote(a, b));
            Assert.True((wider ? DType.Complex128 : expected) == found, $"{a.Name} with {b.Name}");
        }
    }

    [Fact]
    public void Promote_is_symmetric_idempotent_and_has_complex128_on_top()
    {
        foreach (DType a in All)
        {
            Assert.Equal(a, Promotion.Promote(a, a));
            Assert.Equal(DType.Complex128, Promotion.Promote(a, DType.Complex128));
            foreach (DType b in All) { Assert.Equal(Promotion.Promote(a, b), Promotion.Promote(b, a)); }
        }
    }

    [Theory]
    [InlineData("x + True |", WeakKind.Bool)]
    [InlineData("x + 3 |", WeakKind.Int)]
    [InlineData("x / True | True / x | x / 3 | 3 / x | x + 1.5", WeakKind.Float)]
    [InlineData("x + 1j |", WeakKind.Complex)]
    internal void Weak_agrees_with_MLX_but_for_float64_with_complex(string call, WeakKind kind)
    {
        foreach (var (input, expected) in ByInput(call))
        {
            bool wider = kind == WeakKind.Complex && input == DType.Float64;
            Assert.Equal(wider ? DType.Complex128 : expected, Promotion.Weak(input, kind));
        }
    }

    [Fact]
    public void Result_types_of_reductions_agree_with_MLX()
    {
        Check("sum, sum axis=0", Promotion.SumType);
        Check("mean, mean axis=0", Promotion.AtLeastFloat);
        Check("var, var axis=0", Promotion.VarType);
        Check("cumsum, cumsum axis=0", Promotion.CumulativeSumType);
        Check("abs, real, imag", Promotion.RealType);

        static void Check(string call, Func<DType, DType> rule)
        {
            foreach (var (input, expected) in ByInput(call)) { Assert.True(expected == rule(input), $"{call} of {input.Name}"); }
        }
    }

    [Theory]
    [InlineData(DType.UInt8, 300, false)]
    [InlineData(DType.UInt8, 255, true)]
    [InlineData(DType.UInt8, -1, false)]
    [InlineData(DType.Int8, -128, true)]
    [InlineData(DType.Int8, 128, false)]
    [InlineData(DType.UInt16, 65536, false)]
    [InlineData(DType.Int16, 32768, false)]
    [InlineData(DType.UInt32, 1L << 32, false)]
    [InlineData(DType.Int32, 1L << 40, false)]
    [InlineData(DType.Int64, long.MaxValue, true)]
    [InlineData(DType.UInt64, -1, true)]
    [InlineData(DType.Bool, 300, true)]
    [InlineData(DType.Float16, 1L << 40, true)]
    public void CheckWeak_refuses_what_a_small_integer_type_cannot_hold(DType dtype, long value, bool fits)
    {
        if (fits)
        {
            Promotion.CheckWeak("Add", dtype, value);
            return;
        }
        var e = Assert.Throws<OptionException>(() => Promotion.CheckWeak("Add", dtype, value));
        Assert.Equal(ErrorKind.Value, e.Kind);
        Assert.StartsWith($"Add: Converting {value} to {dtype.Name} would result in overflow.", e.Message, StringComparison.Ordinal);
    }

    static IEnumerable<(DType A, DType B, DType Result)> Table(string start)
    {
        string[] lines = TestData.Lines("mlx-dtypes.tsv");
        int at = Array.FindIndex(lines, l => l.StartsWith("## binary14\t" + start, StringComparison.Ordinal));
        string[] columns = lines[at + 1].Split('\t');
        for (int row = 0; row < 14; row++)
        {
            string[] cells = lines[at + 2 + row].Split('\t');
            for (int c = 1; c < cells.Length; c++) { yield return (Short[cells[0]], Short[columns[c]], Short[cells[c]]); }
        }
    }

    static IEnumerable<(DType Input, DType Result)> ByInput(string call)
    {
        string[] lines = TestData.Lines("mlx-dtypes.tsv");
        string line = lines.Single(l => l.StartsWith(call, StringComparison.Ordinal));
        string[] columns = lines.First(l => l.StartsWith("call\t", StringComparison.Ordinal)).Split('\t');
        string[] cells = line.Split('\t');
        for (int c = 1; c < cells.Length; c++)
        {
            DType input = Short[columns[c]];
            yield return (input, cells[c] == "." ? input : Short[cells[c]]);
        }
    }
}
