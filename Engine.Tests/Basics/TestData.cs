namespace Engine.Tests.Basics;

/// <summary>Files beside the tests: in the output folder, or in the source tree above it.</summary>
static class TestData
{
    public static string Path(string name)
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            foreach (string data in (string[])["Data", "Engine.Tests/Data"])
            {
                string path = System.IO.Path.Combine(folder.FullName, data, name);
                if (File.Exists(path)) { return path; }
            }
        }
        throw new FileNotFoundException($"No {name} in Data or Engine.Tests/Data in or above {AppContext.BaseDirectory}.");
    }

    public static string[] Lines(string name) => File.ReadAllLines(Path(name));
}
