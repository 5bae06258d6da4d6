using System.Globalization;
using System.Text.Json;
using Engine.Testing;
using Xunit;

namespace Engine.Tests.Transforms;

/// <summary>Gradients where functions have kinks, ties and edges, against the checked-in table of JAX's (and MLX's).</summary>
public class KinkTests
{
    /// <summary>Ops whose choice at a kink is MLX's, where the two differ: the gradient of abs at 0 is 0, not 1.</summary>
    static readonly string[] AsMlx = ["abs"];

    static readonly Dictionary<string, Func<NDArray[], JsonElement, NDArray>> Calls = new()
    {
        ["abs"] = (a, _) => Ops.Abs(a[0]),
        ["sign"] = (a, _) => Ops.Sign(a[0]),
        ["floor"] = (a, _) => Ops.Floor(a[0]),
        ["square"] = (a, _) => Ops.Square(a[0]),
        ["sqrt"] = (a, _) => Ops.Sqrt(a[0]),
        ["rsqrt"] = (a, _) => Ops.Rsqrt(a[0]),
        ["log"] = (a, _) => Ops.Log(a[0]),
        ["log1p"] = (a, _) => Ops.Log1p(a[0]),
        ["exp"] = (a, _) => Ops.Exp(a[0]),
        ["tanh"] = (a, _) => Ops.Tanh(a[0]),
        ["sigmoid"] = (a, _) => Ops.Sigmoid(a[0]),
        ["erf"] = (a, _) => Ops.Erf(a[0]),
        ["negative"] = (a, _) => Ops.Negative(a[0]),
        ["maximum"] = (a, _) => Ops.Maximum(a[0], a[1]),
        ["minimum"] = (a, _) => Ops.Minimum(a[0], a[1]),
        ["divide"] = (a, _) => Ops.Divide(a[0], a[1]),
        ["multiply"] = (a, _) => Ops.Multiply(a[0], a[1]),
        ["power"] = (a, _) => Ops.Power(a[0], a[1]),
        ["max"] = (a, k) => Ops.Max(a[0], Axis(k)),
        ["min"] = (a, k) => Ops.Min(a[0], Axis(k)),
        ["sum"] = (a, k) => Ops.Sum(a[0], Axis(k)),
        ["mean"] = (a, k) => Ops.Mean(a[0], Axis(k)),
        ["logsumexp"] = (a, k) => Ops.Logsumexp(a[0], Axis(k)),
        ["sort"] = (a, k) => Ops.Sort(a[0], k.GetProperty("axis").GetInt32()),
        ["cumsum"] = (a, k) => Ops.Cumsum(a[0], k.GetProperty("axis").GetInt32()),
    };

    static Axes Axis(JsonElement attributes) => attributes.TryGetProperty("axis", out JsonElement axis) ? axis.GetInt32() : Axes.All;

    static JsonElement Table() => JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Data", "jax-kinks.json"))).RootElement.GetProperty("cases");

    public static TheoryData<int> Cases => [.. Enumerable.Range(0, Table().GetArrayLength())];

    [Theory, MemberData(nameof(Cases))]
    public void GradientsAtKinks(int index)
    {
        JsonElement c = Table()[index];
        string op = c.GetProperty("op").GetString()!;
        HostArray[] inputs = [.. c.GetProperty("inputs").EnumerateArray().Select(i => HostArray.Doubles([.. i.GetProperty("shape").EnumerateArray().Select(n => n.GetInt64())], Numbers(i.GetProperty("values"))))];
        NDArray Weighted(NDArray[] a)
        {
            NDArray y = Calls[op](a, c.GetProperty("attributes"));
            double[] weights = [.. Enumerable.Range(1, (int)y.Size).Select(n => (double)n)];
            return (y * ArrayCase.Place(HostArray.Doubles(y.Shape.ToArray(), weights), ArrayLayout.Contiguous)).Sum();
        }
        int[] all = [.. Enumerable.Range(0, inputs.Length)];
        NDArray[] gradients = Ops.Grad<NDArray[]>(Weighted)([.. inputs.Select(h => ArrayCase.Place(h, ArrayLayout.Contiguous))]);
        for (int i = 0; i < inputs.Length; i++)
        {
            double[] want = Numbers(c.GetProperty(AsMlx.Contains(op) ? "mlx" : "gradients")[i]);
            HostArray got = HostReader.Read(gradients[i]);
            for (int k = 0; k < want.Length; k++)
            {
                double g = got.DoubleAt(k);
                bool near = g == want[k] || double.IsNaN(g) && double.IsNaN(want[k]) || Math.Abs(g - want[k]) <= 1e-12 * Math.Abs(want[k]) + 1e-20;
                Assert.True(near, string.Create(CultureInfo.InvariantCulture, $"{op}, argument {i}, element {k}: {g:R}, the table has {want[k]:R}"));
            }
        }
    }

    static double[] Numbers(JsonElement list) =>
        [.. list.EnumerateArray().Select(v => v.ValueKind == JsonValueKind.String ? double.Parse(v.GetString()!, CultureInfo.InvariantCulture) : v.GetDouble())];

    [Fact]
    public void EveryRowHasACall() => Assert.All(Table().EnumerateArray(), c => Assert.Contains(c.GetProperty("op").GetString()!, Calls.Keys));
}
