using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace Engine.Generators;

/// <summary>The Python face of every op: binder, wrapper with its try and catch, method, operators, text signature,
/// docs, stub. Runs in the CPython module's project and reads the engine's assembly.</summary>
[Generator(LanguageNames.CSharp)]
public sealed class PythonGenerator : IIncrementalGenerator
{
    private const string Host = "Engine.Python";

    private static readonly DiagnosticDescriptor s_unmapped = new("ENGPY1", "No Python mapping", "{0}", "Engine", DiagnosticSeverity.Error, true);

    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        var files = context.AdditionalTextsProvider
            .Where(static f => Path.GetFileName(f.Path) is "names.tsv" or "core.pyi" or "Engine.xml")
            .Select(static (f, cancel) => (Name: Path.GetFileName(f.Path), Text: f.GetText(cancel)?.ToString() ?? ""))
            .Collect();
        context.RegisterSourceOutput(context.CompilationProvider.Combine(files), static (output, input) =>
        {
            if (input.Left.AssemblyName == Host)
            {
                Write(output, input.Left, input.Right);
            }
        });
    }

    private static void Write(SourceProductionContext output, Compilation compilation, ImmutableArray<(string Name, string Text)> files)
    {
        string? File(string name) => files.Where(f => f.Name == name).Select(f => f.Text).FirstOrDefault();
        var names = new PythonNames(File("names.tsv") ?? "");
        var docs = new PythonDocs(File("Engine.xml"));
        var table = new PythonTable(names, docs);
        foreach (PythonOp op in PythonOp.All(compilation))
        {
            table.Add(op);
        }
        foreach (string error in table.Errors)
        {
            output.ReportDiagnostic(Diagnostic.Create(s_unmapped, Location.None, error));
        }
        output.AddSource("OpTable.g.cs", SourceText.From(table.Text(), Encoding.UTF8));
        output.AddSource("ModuleText.g.cs", SourceText.From(table.Constants(File("core.pyi") ?? ""), Encoding.UTF8));
    }
}

/// <summary>Collects the generated members of the table.</summary>
internal sealed class PythonTable
{
    private const string Unmanaged = "    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]\n";

    // In the order of CPython's numbers for them.
    private static readonly string[] s_comparisonOperators = ["<", "<=", "==", "!=", ">", ">="];

    private const string CatchAndDrop =
        "        }\n        catch (Exception e)\n        {\n            return Raise.Null(e);\n        }\n        finally\n        {\n            Temporaries.Drop(mark);\n        }\n    }\n\n";

    private readonly PythonNames _names;
    private readonly PythonDocs _docs;
    private readonly StringBuilder _members = new();
    private readonly Dictionary<string, StringBuilder> _functions = new();
    private readonly Dictionary<string, StringBuilder> _stubs = new() { ["core"] = new(), ["core.array"] = new(), ["core.random"] = new(), ["core.fast"] = new() };
    private readonly StringBuilder _methods = new();
    private readonly StringBuilder _slots = new();
    private readonly StringBuilder _comparisons = new();

    public PythonTable(PythonNames names, PythonDocs docs)
    {
        _names = names;
        _docs = docs;
    }

    public List<string> Errors { get; } = new();

    public void Add(PythonOp op)
    {
        string id = (op.Module is null ? "" : op.Module + "_") + op.Name;
        string doc = _docs.Full(op), summary = _docs.Summary(op);
        PythonSignature? mlx = _names.Find(op.Scope, op.Name);

        var function = new PythonBinding(op, op.Signature, mlx, method: false);
        Callable("F_" + id, function);
        Entry(Functions(op.Scope), "F_" + id, op.Name, function, doc);
        Stub(op.Scope, function.Stub(op.Name, op.Module is null ? "" : "    ", summary), op.Module is not null);
        foreach (string alias in _names.Aliases(op.Scope, op.Name))
        {
            Entry(Functions(op.Scope), "F_" + id, alias, function, doc);
            Stub(op.Scope, function.Stub(alias, op.Module is null ? "" : "    ", summary), op.Module is not null);
        }
        PythonSignature? method = op.Module is null ? _names.Find("core.array", op.Name) : null;
        if (method is not null && op.Of.Parameters.Length > 0 && op.Nodes > 0)
        {
            var bound = new PythonBinding(op, method, mlx, method: true);
            Callable("M_" + id, bound);
            Entry(_methods, "M_" + id, op.Name, bound, doc);
            Stub("core.array", bound.Stub(op.Name, "    ", summary), false);
        }
        if (op.Name == "abs")
        {
            Unary(op, id, 6);
        }
        if (op.Operator is not null)
        {
            Operator(op, id);
        }
    }

    private StringBuilder Functions(string scope)
    {
        if (!_functions.TryGetValue(scope, out StringBuilder? text))
        {
            _functions[scope] = text = new StringBuilder();
        }
        return text;
    }

    private void Stub(string scope, string text, bool isStatic)
    {
        if (!_stubs.TryGetValue(scope, out StringBuilder? stub))
        {
            _stubs[scope] = stub = new StringBuilder();
        }
        stub.Append(isStatic ? "    @staticmethod\n" : "").Append(text);
    }

    private void Callable(string name, PythonBinding binding)
    {
        _members.Append(binding.Declare("S_" + name)).Append('\n').Append(Unmanaged)
            .Append($"    private static nint {name}(nint self, nint* args, nint n, nint keywords)\n    {{\n        int mark = Temporaries.Mark;\n        try\n        {{\n")
            .Append(binding.Body("S_" + name)).Append(CatchAndDrop);
        Errors.AddRange(binding.Errors);
    }

    private static void Entry(StringBuilder list, string function, string name, PythonBinding binding, string doc)
    {
        string text = SymbolDisplay.FormatLiteral(binding.TextSignature(name) + "\n--\n\n" + doc, true);
        list.Append($"        list.Add(Definitions.Method(\"{name}\", Definitions.F(&{function}), PyMethodDef.FastKeywords, {text}));\n");
    }

    private void Operator(PythonOp op, string id)
    {
        if (op.Nodes == 1)
        {
            int slot = op.Operator switch { "neg" or "-" => 30, "~" => 27, "+" => 32, _ => 0 };
            if (slot != 0)
            {
                Unary(op, id, slot);
                return;
            }
        }
        int compare = System.Array.IndexOf(s_comparisonOperators, op.Operator);
        if (compare >= 0)
        {
            _comparisons.Append($"            {compare} => {op.Call}(x, y),\n");
            return;
        }
        (int binary, int inPlace) = op.Operator switch
        {
            "+" => (7, 14),
            "-" => (36, 23),
            "*" => (29, 18),
            "/" => (37, 24),
            "//" => (12, 16),
            "%" => (34, 21),
            "**" => (33, 20),
            "@" => (75, 76),
            "&" => (8, 15),
            "|" => (31, 19),
            "^" => (38, 25),
            "<<" => (28, 17),
            ">>" => (35, 22),
            _ => (0, 0),
        };
        if (binary == 0)
        {
            Errors.Add($"{op.Name}: there is no Python operator '{op.Operator}'");
            return;
        }
        bool power = op.Operator == "**";
        string more = power ? ", nint modulus" : "";
        string check = power ? "            Operand.NoModulus(modulus);\n" : "";
        string pair = op.Operator == "@" ? "Operand.Arrays" : "Operand.Pair";
        string whole = op.Operator == "/" ? "            Operand.CheckInPlaceDivision(x);\n" : "";
        _members.Append(Unmanaged).Append($"    private static nint B_{id}(nint a, nint b{more})\n    {{\n        int mark = Temporaries.Mark;\n        try\n        {{\n{check}")
            .Append($"            return {pair}(a, b, \"{op.Operator}\", out var x, out var y) ? ArrayObject.New({op.Call}(x, y)) : Ref.New(Globals.NotImplemented);\n")
            .Append(CatchAndDrop)
            .Append(Unmanaged).Append($"    private static nint I_{id}(nint a, nint b{more})\n    {{\n        int mark = Temporaries.Mark;\n        try\n        {{\n{check}")
            .Append($"            if (!{pair}(a, b, \"{op.Operator}=\", out var x, out var y))\n            {{\n                return Ref.New(Globals.NotImplemented);\n            }}\n{whole}")
            .Append($"            ArrayObject.Rebind(a, {op.Call}(x, y));\n            return Ref.New(a);\n")
            .Append(CatchAndDrop);
        _slots.Append($"        list.Add(({binary}, Definitions.F(&B_{id})));\n        list.Add(({inPlace}, Definitions.F(&I_{id})));\n");
    }

    private void Unary(PythonOp op, string id, int slot)
    {
        _members.Append(Unmanaged).Append($"    private static nint U_{id}(nint a)\n    {{\n        try\n        {{\n")
            .Append($"            return ArrayObject.New({op.Call}(new global::Engine.Internal.Graph.Node(ArrayObject.Of(a))));\n")
            .Append("        }\n        catch (Exception e)\n        {\n            return Raise.Null(e);\n        }\n    }\n\n");
        _slots.Append($"        list.Add(({slot}, Definitions.F(&U_{id})));\n");
    }

    public string Text()
    {
        var text = new StringBuilder("""
            // <auto-generated/>
            #nullable enable
            using System;
            using System.Collections.Generic;
            using System.Runtime.CompilerServices;
            using System.Runtime.InteropServices;

            namespace Engine.Interop.Python;

            internal static unsafe class OpTable
            {

            """);
        text.Append(_members);
        text.Append("    /// <summary>The functions of a module: \"core\", \"core.random\" or \"core.fast\".</summary>\n    public static void AddFunctions(string scope, List<PyMethodDef> list)\n    {\n        switch (scope)\n        {\n");
        foreach (string scope in _functions.Keys)
        {
            text.Append($"            case \"{scope}\":\n                {Method(scope)}(list);\n                break;\n");
        }
        text.Append("        }\n    }\n\n");
        foreach (var pair in _functions)
        {
            text.Append($"    private static void {Method(pair.Key)}(List<PyMethodDef> list)\n    {{\n").Append(pair.Value).Append("    }\n\n");
        }
        text.Append("    public static void AddMethods(List<PyMethodDef> list)\n    {\n").Append(_methods).Append("    }\n\n")
            .Append("    public static void AddSlots(List<(int, nint)> list)\n    {\n").Append(_slots).Append("    }\n\n")
            .Append("    /// <summary>The result of a comparison, by CPython's number of it.</summary>\n")
            .Append("    public static global::Engine.Internal.Graph.Node Compare(int op, global::Engine.Internal.Graph.Node x, global::Engine.Internal.Graph.Node y)\n    {\n        return op switch\n        {\n")
            .Append(_comparisons).Append("            _ => throw new NotSupportedException(\"there is no such comparison\"),\n        };\n    }\n}\n");
        return text.ToString();
    }

    private static string Method(string scope) => "Functions_" + scope.Replace('.', '_');

    public string Constants(string stub)
    {
        string List(string scope) => SymbolDisplay.FormatLiteral("\n" + string.Concat(_names.All.Where(n => n.Scope == scope).Select(n => n.Name + "\n")), true);
        string text = stub.Replace("# <functions>\n", _stubs["core"].ToString())
            .Replace("    # <methods>\n", _stubs["core.array"].ToString())
            .Replace("    # <random>\n", _stubs["core.random"].ToString())
            .Replace("    # <fast>\n", _stubs["core.fast"].ToString());
        return "// <auto-generated/>\nnamespace Engine.Interop.Python;\n\n/// <summary>Texts of the module.</summary>\ninternal static class ModuleText\n{\n"
            + "    /// <summary>MLX's names, one a line, with a line feed before and after each.</summary>\n"
            + $"    public static global::System.ReadOnlySpan<byte> CoreNames => {List("core")}u8;\n\n"
            + $"    public static global::System.ReadOnlySpan<byte> RandomNames => {List("core.random")}u8;\n\n"
            + $"    public static global::System.ReadOnlySpan<byte> FastNames => {List("core.fast")}u8;\n\n"
            + $"    public static global::System.ReadOnlySpan<byte> ArrayNames => {List("core.array")}u8;\n\n"
            + $"    /// <summary>The stub file.</summary>\n    public static global::System.ReadOnlySpan<byte> Stub => {SymbolDisplay.FormatLiteral(text, true)}u8;\n}}\n";
    }
}
