using Xunit;

namespace Engine.Tests.Oracles;

/// <summary>What a machine may lack. A component named in ENGINE_REQUIRE must be there; without it a test says that it was left out.</summary>
internal static class Requirement
{
    static readonly string[] Required = (Environment.GetEnvironmentVariable("ENGINE_REQUIRE") ?? "")
        .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>Goes on when <paramref name="present"/>; else fails the test where the component is required and skips it where not.</summary>
    public static void Check(bool present, string component, string what)
    {
        if (present) { return; }
        string text = $"{what} is missing (component '{component}')";
        Assert.False(Required.Contains(component), text + " and ENGINE_REQUIRE names it.");
        Assert.Skip(text + ": left out.");
    }
}
