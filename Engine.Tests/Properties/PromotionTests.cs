using Engine.Testing;
using Xunit;

namespace Engine.Tests.Properties;

/// <summary>Result dtypes against the table measured on MLX's own wheel.</summary>
public class PromotionTests
{
    static readonly string[] Columns = ["b", "u8", "u16", "u32", "u64", "i8", "i16", "i32", "i64", "f16", "bf16", "f32", "f64", "c64"];

    static readonly DType[] Types =
    [
        DType.Bool, DType.UInt8, DType.UInt16, DType.UInt32, DType.UInt64, DType.Int8, DType.Int16, DType.Int32, DType.Int64,
        DType.Float16, DType.BFloat16, DType.Float32, DType.Float64, DType.Complex64,
    ];

    static readonly Dictionary<string, Func<NDArray, NDArray, NDArray>> Binary = new()
    {
        ["add"] = Ops.Add,
        ["+"] = (a, b) => a + b,
        ["subtract"] = Ops.Subtract,
        ["-"] = (a, b) => a - b,
        ["multiply"] = Ops.Multiply,
        ["*"] = (a, b) => a * b,
        ["floor_divide"] = Ops.FloorDivide,
        ["power"] = Ops.Power,
        ["maximum"] = Ops.Maximum,
        ["minimum"] = Ops.Minimum,
        ["concatenate"] = (a, b) => Ops.Concatenate([a, b], 0),
        ["where(c,a,b)"] = (a, b) => Ops.Where(Ops.Ones([4], DType.Bool), a, b),
        ["clip(a,b,b)"] = (a, b) => Ops.Clip(a, b, b),
        ["divide"] = Ops.Divide,
        ["/"] = (a, b) => a / b,
        ["remainder"] = Ops.Remainder,
        ["%"] = (a, b) => a % b,
        ["equal"] = Ops.Equal,
        ["not_equal"] = Ops.NotEqual,
        ["less"] = Ops.Less,
        ["less_equal"] = Ops.LessEqual,
        ["greater"] = Ops.Greater,
        ["greater_equal"] = Ops.GreaterEqual,
        ["logical_and"] = Ops.LogicalAnd,
        ["logical_or"] = Ops.LogicalOr,
        ["array_equal"] = (a, b) => Ops.ArrayEqual(a, b),
        ["allclose"] = (a, b) => Ops.AllClose(a, b),
        ["matmul"] = Ops.MatMul,
    };

    static readonly Dictionary<string, Func<NDArray, NDArray>> Unary = new()
    {
        ["abs"] = Ops.Abs,
        ["negative"] = Ops.Negative,
        ["op -x"] = a => -a,
        ["sign"] = Ops.Sign,
        ["square"] = Ops.Square,
        ["stop_gradient"] = Ops.StopGradient,
        ["zeros_like"] = a => Ops.ZerosLike(a),
        ["ones_like"] = a => Ops.OnesLike(a),
        ["sqrt"] = Ops.Sqrt,
        ["rsqrt"] = Ops.Rsqrt,
        ["exp"] = Ops.Exp,
        ["log"] = Ops.Log,
        ["log1p"] = Ops.Log1p,
        ["sin"] = Ops.Sin,
        ["cos"] = Ops.Cos,
        ["tanh"] = Ops.Tanh,
        ["sigmoid"] = Ops.Sigmoid,
        ["erf"] = Ops.Erf,
        ["floor"] = Ops.Floor,
        ["isnan"] = Ops.IsNaN,
        ["logical_not"] = Ops.LogicalNot,
        ["sum"] = a => Ops.Sum(a),
        ["sum axis=0"] = a => Ops.Sum(a, 0),
        ["mean"] = a => Ops.Mean(a),
        ["mean axis=0"] = a => Ops.Mean(a, 0),
        ["logsumexp"] = a => Ops.Logsumexp(a),
        ["logsumexp axis=0"] = a => Ops.Logsumexp(a, 0),
        ["max"] = a => Ops.Max(a),
        ["min"] = a => Ops.Min(a),
        ["max axis=0"] = a => Ops.Max(a, 0),
        ["min axis=0"] = a => Ops.Min(a, 0),
        ["sum axis=()"] = a => Ops.Sum(a, []),
        ["all"] = a => Ops.All(a),
        ["any"] = a => Ops.Any(a),
        ["argmax"] = a => Ops.Argmax(a),
        ["argmax axis=0"] = a => Ops.Argmax(a, 0),
        ["cumsum axis=0"] = a => Ops.Cumsum(a, 0),
        ["sort"] = a => Ops.Sort(a),
        ["softmax axis=0"] = a => Ops.Softmax(a, 0),
    };

    static NDArray Ones(DType t, bool matrix) => Ops.Ones(matrix ? [2, 2] : [4], t);

    /// <summary>Dtype, or the kind of error as the table writes it.</summary>
    static string Outcome(Func<NDArray> f)
    {
        try
        {
            DType t = f().DType;
            return t == DType.Complex128 ? "c128" : Columns[Array.IndexOf(Types, t)];
        }
        catch (Exception e) when (e is IEngineError)
        {
            return "!V";
        }
    }

    [Fact]
    public void PairsOfDtypes()
    {
        int compared = 0;
        var wrong = new List<string>();
        string[] lines = Lines();
        for (int i = 0; i < lines.Length; i++)
        {
            string[] head = lines[i].Split('\t');
            if (head[0] is not ("## binary14" or "## constant14")) { continue; }
            foreach (string name in head[1].Split(", ").Where(Binary.ContainsKey))
            {
                for (int r = 0; r < Types.Length; r++)
                {
                    string[] row = head[0] == "## binary14" ? lines[i + 2 + r].Split('\t')[1..] : [.. Columns.Select(_ => head[2].Split(' ')[^1])];
                    for (int c = 0; c < Types.Length; c++, compared++)
                    {
                        string got = Outcome(() => Binary[name](Ones(Types[r], name == "matmul"), Ones(Types[c], name == "matmul")));
                        if (!Same(got, row[c], Types[r], Types[c])) { wrong.Add($"{name}({Columns[r]}, {Columns[c]}): {got}, MLX {row[c]}"); }
                    }
                }
            }
        }
        Assert.True(wrong.Count == 0, string.Join("\n", wrong.Take(40)));
        Assert.True(compared > 27 * 196, $"only {compared} cells");
    }

    [Fact]
    public void FunctionsOfOneArray()
    {
        int compared = 0;
        var wrong = new List<string>();
        foreach (string line in Lines())
        {
            string[] cells = line.Split('\t');
            if (cells.Length != Types.Length + 1 || cells[0] == "call") { continue; }
            foreach (string name in cells[0].Split(", ").Where(Unary.ContainsKey))
            {
                for (int c = 0; c < Types.Length; c++, compared++)
                {
                    string want = cells[c + 1] == "." ? Columns[c] : cells[c + 1], got = Outcome(() => Unary[name](Ones(Types[c], true)));
                    if (!Same(got, want, Types[c], Types[c])) { wrong.Add($"{name}({Columns[c]}): {got}, MLX {want}"); }
                }
            }
        }
        Assert.True(wrong.Count == 0, string.Join("\n", wrong.Take(40)));
        Assert.True(compared >= 14 * Unary.Count * 9 / 10, $"only {compared} cells");
    }

    /// <summary>Arithmetic on complex numbers is announced and not there yet: an error of ours stands for any of MLX's answers. Complex and float64 meet in c128, which MLX lacks.</summary>
    static bool Same(string got, string want, DType a, DType b)
    {
        bool complex = a == DType.Complex64 || b == DType.Complex64;
        return got == want || want.StartsWith('!') && got == "!V" || complex && got == "!V"
            || got == "c128" && want == "c64" && (a == DType.Float64 || b == DType.Float64);
    }

    static string[] Lines() => File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Data", "mlx-dtypes.tsv"));
}
