using Xunit;

namespace Engine.Tests.Project;

/// <summary>The public API changes only together with api.txt, so that every change of it is seen.</summary>
public class ApiTests
{
    [Fact]
    public void Public_api_is_what_api_txt_says()
    {
        var expected = File.ReadAllLines(ApiText.FilePath);
        var actual = ApiText.Write().TrimEnd('\n').Split('\n');
        var missing = expected.Except(actual).Select(l => "- " + l);
        var added = actual.Except(expected).Select(l => "+ " + l);
        var difference = string.Join('\n', missing.Concat(added));
        Assert.True(difference.Length == 0, $"api.txt is not current; `dotnet cake --target=Format` writes it.\n{difference}");
        Assert.Equal(expected, actual);
    }

    [Fact]
    public void Api_text_uses_readable_names()
    {
        Assert.All(ApiText.Write().Split('\n'), l => Assert.DoesNotContain("`", l, StringComparison.Ordinal));
    }
}
