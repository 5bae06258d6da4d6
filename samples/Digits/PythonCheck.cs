using System.Diagnostics;

namespace Samples;

/// <summary>Runs compare.py in an interpreter that imports engine.core.</summary>
internal static class PythonCheck
{
    public static int Run(string python, string weights, string test)
    {
        var module = FindModule();
        if (module is null)
        {
            Console.Error.WriteLine("There is no artifacts/python here: run `dotnet tool restore`, then `dotnet cake --target=Python`.");
            return 1;
        }
        var start = new ProcessStartInfo(python, [Path.Combine(AppContext.BaseDirectory, "compare.py"), weights, test]);
        start.Environment["PYTHONPATH"] = module;
        Console.Out.Flush();
        using var process = Process.Start(start)!;
        process.WaitForExit();
        return process.ExitCode;
    }

    static string? FindModule()
    {
        foreach (var start in new[] { Environment.CurrentDirectory, AppContext.BaseDirectory })
        {
            for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
            {
                var tree = Path.Combine(folder.FullName, "artifacts", "python");
                if (File.Exists(Path.Combine(tree, "engine", "__init__.py")))
                {
                    return tree;
                }
            }
        }
        return null;
    }
}
