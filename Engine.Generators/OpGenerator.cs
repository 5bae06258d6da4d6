using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Engine.Generators;

/// <summary>From every type marked [Op]: its name and, where a kind supplies it, the body of Of; the function in Ops, the method and operators of NDArray, the operators of Node, the catalogue line.</summary>
[Generator(LanguageNames.CSharp)]
public sealed class OpGenerator : IIncrementalGenerator
{
    static readonly DiagnosticDescriptor NoFunction = new("ENGOP1", "Op without Of", "{0} is marked [Op] and has no 'static Node Of(..)'", "Engine", DiagnosticSeverity.Error, true);
    static readonly DiagnosticDescriptor NoDocs = new("ENGOP2", "Op without docs", "{0}.Of has no summary, returns or param docs", "Engine", DiagnosticSeverity.Error, true);
    static readonly DiagnosticDescriptor NoMapping = new("ENGOP3", "Unmapped parameter", "op '{0}': parameter '{1}' of {2}.Of is of type {3}, which has no C# face; give it one of Node, Node?, Node[], long[], int[], int, int?, long, double, double?, bool, string, Axes, Padding, DType and DType?, or teach OpGenerator.Face the type", "Engine", DiagnosticSeverity.Error, true);

    static readonly SymbolDisplayFormat Full = SymbolDisplayFormat.FullyQualifiedFormat.WithMiscellaneousOptions(
        SymbolDisplayMiscellaneousOptions.UseSpecialTypes | SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    sealed record Parameter(string Name, string Type, string Face, string? Default, bool IsParams);

    sealed record OpModel(string Type, bool IsStruct, bool IsStatic, string Python, string Signature, string? Operator, string? Module, string? Kind, bool IsPartial, ImmutableArray<Parameter> Parameters, string Docs, string Summary,
        ImmutableArray<Diagnostic> Errors);

    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        var ops = context.SyntaxProvider.ForAttributeWithMetadataName("Engine.Internal.Graph.OpAttribute", static (node, _) => node is TypeDeclarationSyntax, Read);
        context.RegisterSourceOutput(ops.Collect(), static (output, all) => Write(output, all));
    }

    static OpModel Read(GeneratorAttributeSyntaxContext context, CancellationToken cancel)
    {
        var type = (INamedTypeSymbol)context.TargetSymbol;
        AttributeData attribute = context.Attributes[0];
        string? Named(string key) => attribute.NamedArguments.FirstOrDefault(a => a.Key == key).Value.Value as string;
        var errors = new List<Diagnostic>();
        Location at = context.TargetNode.GetLocation();
        IMethodSymbol? of = type.GetMembers("Of").OfType<IMethodSymbol>().FirstOrDefault(m => m.DeclaredAccessibility == Accessibility.Public);
        var parameters = ImmutableArray.CreateBuilder<Parameter>();
        string docs = "", summary = "";
        if (of is null) { errors.Add(Diagnostic.Create(NoFunction, at, type.Name)); }
        else
        {
            foreach (IParameterSymbol p in of.Parameters)
            {
                string typeName = p.Type.ToDisplayString(Full);
                string? face = Face(typeName);
                if (face is null)
                {
                    errors.Add(Diagnostic.Create(NoMapping, p.Locations.FirstOrDefault() ?? at, attribute.ConstructorArguments[0].Value, p.Name, type.Name, typeName));
                    continue;
                }
                parameters.Add(new Parameter(Escaped(p.Name), typeName, face, Default(p), p.IsParams));
            }
            docs = Documentation(of);
            summary = Between(docs, "<summary>", "</summary>");
            if (summary.Length == 0 || !docs.Contains("<returns>") || of.Parameters.Any(p => !docs.Contains("<param name=\"" + p.Name + "\">"))) { errors.Add(Diagnostic.Create(NoDocs, at, type.Name)); }
        }
        string? kind = type.Interfaces.FirstOrDefault(i => i.ContainingNamespace.ToDisplayString() == "Engine.Internal.Operations" && i.Name.StartsWith("I"))?.Name.Substring(1);
        return new OpModel(type.Name, type.TypeKind == TypeKind.Struct, type.IsStatic, (string)attribute.ConstructorArguments[0].Value!, (string)attribute.ConstructorArguments[1].Value!,
            Named("Operator"), Named("Module"), kind, of is { IsPartialDefinition: true, PartialImplementationPart: null }, parameters.ToImmutable(), docs, summary, errors.ToImmutableArray());
    }

    const string NodeType = "global::Engine.Internal.Graph.Node";

    static string? Face(string type) => type switch
    {
        NodeType => "global::Engine.NDArray",
        NodeType + "?" => "global::Engine.NDArray?",
        NodeType + "[]" => "global::System.ReadOnlySpan<global::Engine.NDArray>",
        "long[]" => "global::System.ReadOnlySpan<long>",
        "int[]" => "global::System.ReadOnlySpan<int>",
        "int" or "int?" or "long" or "double" or "double?" or "bool" or "string" or "global::Engine.Axes" or "global::Engine.Padding" or "global::Engine.DType" or "global::Engine.DType?" => type,
        _ => null,
    };

    static string Pass(Parameter p) => p.Type switch
    {
        NodeType => $"global::Engine.Internal.Face.In({p.Name}, nameof({p.Name}))",
        NodeType + "?" => $"global::Engine.Internal.Face.In({p.Name})",
        NodeType + "[]" => $"global::Engine.Internal.Face.In({p.Name}, nameof({p.Name}))",
        "long[]" or "int[]" => p.Name + ".ToArray()",
        _ => p.Name,
    };

    static string Escaped(string name) => SyntaxFacts.GetKeywordKind(name) == SyntaxKind.None ? name : "@" + name;

    static string? Default(IParameterSymbol p)
    {
        if (!p.HasExplicitDefaultValue) { return null; }
        object? value = p.ExplicitDefaultValue;
        if (value is null) { return p.Type.IsValueType && p.Type.OriginalDefinition.SpecialType != SpecialType.System_Nullable_T ? "default" : "null"; }
        if (p.Type.TypeKind == TypeKind.Enum) { return "(" + p.Type.ToDisplayString(Full) + ")" + value; }
        if (p.Type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable && nullable.TypeArguments[0].TypeKind == TypeKind.Enum) { return "(" + nullable.TypeArguments[0].ToDisplayString(Full) + ")" + value; }
        return SymbolDisplay.FormatPrimitive(value, true, false);
    }

    // The doc comment as written: the compiler's own reading needs a documentation mode that analysis hosts turn off.
    static string Documentation(IMethodSymbol of)
    {
        SyntaxNode? syntax = of.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax();
        if (syntax is null) { return ""; }
        var text = new StringBuilder();
        foreach (string line in syntax.GetLeadingTrivia().ToFullString().Split('\n'))
        {
            string trimmed = line.Trim();
            if (trimmed.StartsWith("///")) { text.Append(trimmed).Append('\n'); }
        }
        return text.ToString();
    }

    static string Between(string text, string from, string to)
    {
        int a = text.IndexOf(from, System.StringComparison.Ordinal), b = text.IndexOf(to, System.StringComparison.Ordinal);
        return a < 0 || b < a ? "" : text.Substring(a + from.Length, b - a - from.Length).Replace("///", "").Replace("\n", "").Trim();
    }

    static string Indent(string docs, string? without)
    {
        var text = new StringBuilder();
        foreach (string line in docs.Split('\n'))
        {
            if (line.Length == 0 || (without is not null && line.Contains("<param name=\"" + without + "\">"))) { continue; }
            string shown = without is null ? line : line.Replace("<paramref name=\"" + without + "\"/>", "this array");
            text.Append("    ").Append(shown).Append('\n');
        }
        return text.ToString();
    }

    static void Write(SourceProductionContext output, ImmutableArray<OpModel> all)
    {
        // Only the engine's own assembly has ops.
        if (all.IsEmpty) { return; }
        var parts = new StringBuilder("// <auto-generated/>\n#nullable enable\nnamespace Engine.Internal.Operations;\n");
        var functions = new StringBuilder("// <auto-generated/>\n#nullable enable\nnamespace Engine;\npublic static partial class Ops\n{\n");
        var fast = new StringBuilder("    /// <summary>Whole layers: MLX's mlx.core.fast.</summary>\n    public static class Fast\n    {\n");
        var methods = new StringBuilder("// <auto-generated/>\n#nullable enable\nnamespace Engine;\npublic sealed partial class NDArray\n{\n");
        var operators = new StringBuilder("// <auto-generated/>\n#nullable enable\nnamespace Engine.Internal.Operations;\ninternal static partial class NodeOperators\n{\n    extension(" + NodeType + ")\n    {\n");
        var catalogue = new StringBuilder("// <auto-generated/>\n#nullable enable\nnamespace Engine.Internal;\ninternal static partial class OpCatalog\n{\n    public static global::System.Collections.Generic.IReadOnlyList<OpEntry> All { get; } =\n    [\n");
        foreach (OpModel op in all.OrderBy(o => o.Type, System.StringComparer.Ordinal))
        {
            foreach (Diagnostic error in op.Errors) { output.ReportDiagnostic(error); }
            if (op.Errors.Length > 0) { continue; }
            WritePart(parts, op);
            // What Python's random holds has a C# face of its own (RandomKey).
            if (op.Module is null) { WriteFunction(functions, op); }
            if (op.Module == "fast") { WriteFunction(fast, op); }
            if (op.Parameters.Length > 0 && op.Parameters[0].Type == NodeType && op.Module is null) { WriteMethod(methods, op); }
            WriteOperator(methods, operators, op);
            catalogue.Append("        new(").Append(Quote(op.Python)).Append(", ").Append(Quote(op.Type)).Append(", ").Append(Quote(op.Signature)).Append(", ").Append(op.Kind is null ? "null" : Quote(op.Kind)).Append(", ")
                .Append(op.Operator is null ? "null" : Quote(op.Operator)).Append(", ").Append(op.Module is null ? "null" : Quote(op.Module)).Append(", ").Append(Quote(op.Docs)).Append("),\n");
        }
        Add(output, "OpParts.g.cs", parts.ToString());
        Add(output, "Ops.g.cs", functions.Append(fast).Append("    }\n}\n").ToString());
        Add(output, "NDArray.Ops.g.cs", methods.Append("}\n").ToString());
        Add(output, "NodeOperators.g.cs", operators.Append("    }\n}\n").ToString());
        Add(output, "OpCatalog.g.cs", catalogue.Append("    ];\n}\n").ToString());
    }

    static void Add(SourceProductionContext output, string name, string text) => output.AddSource(name, SourceText.From(text, Encoding.UTF8));

    static string Quote(string text) => SymbolDisplay.FormatLiteral(text, true);

    static void WritePart(StringBuilder text, OpModel op)
    {
        text.Append(op.IsStruct ? "readonly partial struct " : op.IsStatic ? "static partial class " : "sealed partial class ").Append(op.Type).Append("\n{\n");
        if (op.IsStruct) { text.Append("    public static string Name => ").Append(Quote(op.Python)).Append(";\n"); }
        else { text.Append("    public const string OpName = ").Append(Quote(op.Python)).Append(";\n"); }
        if (op.IsPartial)
        {
            text.Append("    public static partial ").Append(NodeType).Append(" Of(").Append(string.Join(", ", op.Parameters.Select(p => p.Type + " " + p.Name))).Append(") => ")
                .Append(op.Kind).Append('<').Append(op.Type).Append(">.Of(").Append(string.Join(", ", op.Parameters.Select(p => p.Name))).Append(");\n");
        }
        text.Append("}\n");
    }

    static string Declared(Parameter p) => p.Face + " " + p.Name + (p.Default is null ? "" : " = " + (p.Type is "long[]" or "int[]" or NodeType + "[]" ? "default" : p.Default));

    static string Call(OpModel op) => "global::Engine.Internal.Operations." + op.Type + ".Of(" + string.Join(", ", op.Parameters.Select(Pass)) + ")";

    static void WriteFunction(StringBuilder text, OpModel op)
    {
        text.Append(Indent(op.Docs, null)).Append("    public static global::Engine.NDArray ").Append(op.Type).Append('(').Append(string.Join(", ", op.Parameters.Select(Declared))).Append(") => global::Engine.Internal.Face.Out(")
            .Append(Call(op)).Append(");\n");
    }

    static void WriteMethod(StringBuilder text, OpModel op)
    {
        string first = op.Parameters[0].Name;
        text.Append(Indent(op.Docs, first)).Append("    public global::Engine.NDArray ").Append(op.Type).Append('(').Append(string.Join(", ", op.Parameters.Skip(1).Select(Declared))).Append(") => global::Engine.Ops.").Append(op.Type)
            .Append("(this").Append(string.Concat(op.Parameters.Skip(1).Select(p => ", " + p.Name))).Append(");\n");
    }

    static void WriteOperator(StringBuilder face, StringBuilder node, OpModel op)
    {
        if (op.Operator is not ("+" or "-" or "*" or "/" or "%" or "<" or "<=" or ">" or ">=" or "==" or "!=" or "neg")) { return; }
        string sign = op.Operator == "neg" ? "-" : op.Operator;
        face.Append("    /// <summary>").Append(op.Summary).Append("</summary>\n    public static global::Engine.NDArray operator ").Append(sign).Append('(')
            .Append(string.Join(", ", op.Parameters.Select(p => "global::Engine.NDArray " + p.Name))).Append(") => global::Engine.Ops.").Append(op.Type).Append('(').Append(string.Join(", ", op.Parameters.Select(p => p.Name))).Append(");\n");
        if (op.Operator is "==" or "!=") { return; }
        node.Append("        public static ").Append(NodeType).Append(" operator ").Append(sign).Append('(').Append(string.Join(", ", op.Parameters.Select(p => NodeType + " " + p.Name))).Append(") => ").Append(op.Type).Append(".Of(")
            .Append(string.Join(", ", op.Parameters.Select(p => p.Name))).Append(");\n");
    }
}
