// dotnet tool restore && dotnet cake --target=Build | Test | Full | Python | Bench | Pack | Format
var target = Argument("target", "Test");
var configuration = Argument("configuration", "Release");

const string Solution = "Engine.slnx";
const string PythonProject = "Engine.Interop/Python/Engine.Python.csproj";
const string TorchSharpProject = "Engine.Benchmarks.TorchSharp";
const string PythonTree = "artifacts/python/engine";
const string Classes = "artifacts/tests/classes.txt";

void Dotnet(string arguments)
{
    var exit = StartProcess("dotnet", arguments);
    if (exit != 0)
    {
        throw new CakeException($"dotnet {arguments}: exit code {exit}");
    }
}

// Runs the tests and closes on the plain line "N passed, N failed" that continuous integration reads.
void RunTests(IDictionary<string, string> environment)
{
    var count = new Dictionary<string, int> { ["succeeded"] = 0, ["failed"] = 0 };
    if (FileExists(Classes))
    {
        DeleteFile(Classes);
    }
    var exit = StartProcess("dotnet", new ProcessSettings
    {
        Arguments = $"test --no-build -c {configuration} --no-ansi --no-progress",
        EnvironmentVariables = environment,
        RedirectStandardOutput = true,
        RedirectedStandardOutputHandler = line =>
        {
            Console.WriteLine(line);
            var parts = (line ?? "").Split(':');
            if (parts.Length == 2 && count.ContainsKey(parts[0].Trim()) && int.TryParse(parts[1], out var n))
            {
                count[parts[0].Trim()] = n;
            }
            return line;
        },
    });
    // What the properties were tried on: the runner shows no test's output.
    if (FileExists(Classes))
    {
        Console.WriteLine(System.IO.File.ReadAllText(Classes));
    }
    Console.WriteLine($"{count["succeeded"]} passed, {count["failed"]} failed");
    if (exit != 0)
    {
        throw new CakeException($"dotnet test: exit code {exit}");
    }
}

// An interpreter that can load the module: any CPython from 3.11 on.
string FindPython()
{
    var named = new[] { "PEERS", "DEBIAN", "312", "313" }.Select(n => EnvironmentVariable("ENGINE_PYTHON_" + n)).Where(p => !string.IsNullOrEmpty(p));
    foreach (var candidate in named.Concat(new[] { "/usr/bin/python3.13", "/usr/bin/python3.12", "/usr/bin/python3.11", "python3" }))
    {
        if (candidate.StartsWith('/') && !FileExists(candidate))
        {
            continue;
        }
        try
        {
            var exit = StartProcess(candidate, new ProcessSettings { Arguments = "-c \"import sys; sys.exit(sys.version_info < (3, 11))\"", Silent = true });
            if (exit == 0)
            {
                return candidate;
            }
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Verbose($"{candidate} is not here.");
        }
    }
    throw new CakeException("Writing core.pyi needs CPython 3.11 or newer: install python3, or name one in ENGINE_PYTHON_DEBIAN.");
}

Task("Build").Does(() => Dotnet($"build {Solution} -c {configuration}"));

// One shared library per instruction set level, for every CPython from 3.11 on: an image's level is fixed when it is built.
Task("Python").Does(() =>
{
    foreach (var level in new[] { "v3", "v4" })
    {
        // Intermediate files of their own let an unchanged level be skipped.
        var native = MakeAbsolute(Directory($"artifacts/obj/python/{level}")).FullPath;
        Dotnet($"publish {PythonProject} -c {configuration} -r linux-x64 -p:IlcInstructionSet=x86-64-{level} "
            + $"-p:NativeIntermediateOutputPath={native}/obj/ -p:NativeOutputPath={native}/bin/ -o {native}/publish");
        var library = GetFiles($"{native}/publish/*.so").Single();
        EnsureDirectoryExists($"{PythonTree}/_{level}");
        CopyFile(library, $"{PythonTree}/_{level}/core.abi3.so");
    }
    CopyFiles("python/engine/*.py", PythonTree);
    CopyFile("python/engine/py.typed", $"{PythonTree}/py.typed");
    var exit = StartProcess(FindPython(), new ProcessSettings
    {
        Arguments = "-c \"import engine.core, pathlib; pathlib.Path('" + PythonTree + "/core.pyi').write_text(engine.core._stub_text(), encoding='utf-8')\"",
        EnvironmentVariables = new Dictionary<string, string> { ["PYTHONPATH"] = MakeAbsolute(Directory("artifacts/python")).FullPath },
    });
    if (exit != 0)
    {
        throw new CakeException($"core.pyi was not written: exit code {exit}");
    }
});

// A module from older sources would fail its tests: where there is one, it is brought up to date first.
var tests = Task("TestPrerequisites").IsDependentOn("Build");
if (DirectoryExists(PythonTree))
{
    tests.IsDependentOn("Python");
}

Task("Test").IsDependentOn("TestPrerequisites").Does(() => RunTests(new Dictionary<string, string>()));

// The whole product of ops, dtypes, layouts and widths, and the planted faults.
Task("Full").IsDependentOn("TestPrerequisites").Does(() => RunTests(new Dictionary<string, string> { ["ENGINE_FULL"] = "1" }));

// The engine beside its peers: --case=GLOB, --quick, --threads=N. A whole run writes docs/performance.md.
Task("Bench").IsDependentOn("Python").Does(() =>
{
    var options = new[] { "case", "threads" }.Where(HasArgument).SelectMany(name => Arguments<string>(name).Select(value => $"--{name} \"{value}\""))
        .Concat(HasArgument("quick") ? new[] { "--quick" } : Array.Empty<string>()).ToList();
    Dotnet($"build -c {configuration} {TorchSharpProject}");
    Environment.SetEnvironmentVariable("ENGINE_TORCHSHARP", MakeAbsolute(File($"{TorchSharpProject}/bin/{configuration}/net10.0/linux-x64/{TorchSharpProject}")).FullPath);
    Dotnet($"run -c {configuration} --project Engine.Benchmarks -- {string.Join(" ", options)}");
});

Task("Pack").Does(() => Dotnet($"pack {Solution} -c {configuration} -o artifacts/packages"));

// Formats the sources and writes the public API's text that a test compares.
Task("Format").Does(() =>
{
    // Whitespace only: the other fixers do not see generated members and would write them out.
    Dotnet($"format whitespace {Solution}");
    Dotnet($"run -c {configuration} --project Engine.Tests -- --write-api");
});

RunTarget(target);
