using System.Text.Json;
using Engine.Tests.Python;
using Xunit;

namespace Engine.Tests.Properties;

/// <summary>The Python module against what MLX's own wheel raised and printed. Rows with names that are not there yet are left out and counted.</summary>
public class MlxTableTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("errors", 250)]
    [InlineData("printing", 180)]
    public void RowsAgree(string table, int least)
    {
        string text = Interpreters.Run("PEERS", "../Data/mlx_tables.py", [table]);
        JsonElement report = JsonDocument.Parse(text[text.IndexOf('{')..(text.LastIndexOf('}') + 1)]).RootElement;
        int ran = report.GetProperty("ran").GetInt32();
        output.WriteLine($"{ran} rows, {report.GetProperty("left_out").GetInt32()} left out");
        string[] wrong = [.. report.GetProperty("wrong").EnumerateArray().Select(r => string.Join("\n    ", r.EnumerateArray().Select(c => c.ToString())))];
        Assert.True(wrong.Length == 0, $"Expression, MLX, here:\n{string.Join("\n", wrong)}");
        Assert.True(ran >= least, $"only {ran} rows ran");
    }
}
