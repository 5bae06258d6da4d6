namespace Engine.Tests.Project;

/// <summary>A folder outside the repository, so that none of its build settings apply; gone at the end.</summary>
internal sealed class ScratchFolder : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("engine-tests-").FullName;

    public string Write(string name, string text)
    {
        var path = Path.Combine(Root, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>A console project as `dotnet new console` makes it, which references the built libraries.</summary>
    /// <param name="program">Its Program.cs.</param>
    /// <param name="libraries">The folder that has them; by default the one of these tests.</param>
    /// <param name="properties">More properties of the project.</param>
    public void WriteConsoleProject(string program, string? libraries = null, string properties = "")
    {
        var references = string.Concat(new[] { "Engine", "Engine.Interop" }.Select(name =>
            $"<Reference Include=\"{name}\"><HintPath>{Path.Combine(libraries ?? AppContext.BaseDirectory, name + ".dll")}</HintPath></Reference>"));
        Write("Probe.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                {properties}
              </PropertyGroup>
              <ItemGroup>{references}</ItemGroup>
            </Project>
            """);
        Write("Program.cs", program);
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
