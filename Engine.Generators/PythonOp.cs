using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Engine.Generators;

/// <summary>An op of the engine's assembly, read for its Python face.</summary>
internal sealed class PythonOp
{
    private const string NodeType = "Engine.Internal.Graph.Node";

    private PythonOp(INamedTypeSymbol type, IMethodSymbol of, string name, PythonSignature signature, string? symbol, string? module)
    {
        Type = type;
        Of = of;
        Name = name;
        Signature = signature;
        Operator = symbol;
        Module = module;
        // Elementwise ops take numbers where other ops want arrays.
        IsElementwise = type.AllInterfaces.Any(i => i.Name is "IUnaryOp" or "IBinaryOp" or "IUnaryBody" or "IBinaryBody" or "ITernaryBody");
    }

    public INamedTypeSymbol Type { get; }

    public IMethodSymbol Of { get; }

    public string Name { get; }

    public PythonSignature Signature { get; }

    public string? Operator { get; }

    public string? Module { get; }

    public bool IsElementwise { get; }

    public string Scope => Module is null ? "core" : "core." + Module;

    public string Call => "global::" + Type.ToDisplayString() + ".Of";

    /// <summary>How many array operands there are.</summary>
    public int Nodes => Of.Parameters.Count(p => TypeName(p) == NodeType);

    public static IEnumerable<PythonOp> All(Compilation compilation)
    {
        INamedTypeSymbol? attribute = compilation.GetTypeByMetadataName("Engine.Internal.Graph.OpAttribute");
        if (attribute is null)
        {
            yield break;
        }
        foreach (INamedTypeSymbol type in Types(attribute.ContainingAssembly.GlobalNamespace).OrderBy(t => t.Name, System.StringComparer.Ordinal))
        {
            AttributeData? data = type.GetAttributes().FirstOrDefault(a => SymbolEqualityComparer.Default.Equals(a.AttributeClass, attribute));
            IMethodSymbol? of = type.GetMembers("Of").OfType<IMethodSymbol>().FirstOrDefault(m => m.IsStatic && m.DeclaredAccessibility == Accessibility.Public);
            if (data is null || of is null)
            {
                continue;
            }
            string? Named(string key) => data.NamedArguments.FirstOrDefault(n => n.Key == key).Value.Value as string;
            yield return new PythonOp(
                type,
                of,
                (string)data.ConstructorArguments[0].Value!,
                PythonSignature.Parse((string)data.ConstructorArguments[1].Value!),
                Named("Operator"),
                Named("Module"));
        }
    }

    public static string TypeName(IParameterSymbol p) => p.Type.ToDisplayString(NullableFlowState.None, SymbolDisplayFormat.CSharpErrorMessageFormat
        .WithMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.UseSpecialTypes));

    /// <summary>The C# parameter that a Python one means: the same name, ignoring case and underscores.</summary>
    public IParameterSymbol? Find(string python) => Of.Parameters.FirstOrDefault(p => Plain(p.Name) == Plain(python));

    private static string Plain(string name) => name.Replace("_", "").ToLowerInvariant();

    private static IEnumerable<INamedTypeSymbol> Types(INamespaceSymbol space)
    {
        foreach (INamedTypeSymbol type in space.GetTypeMembers())
        {
            yield return type;
        }
        foreach (INamespaceSymbol inner in space.GetNamespaceMembers())
        {
            foreach (INamedTypeSymbol type in Types(inner))
            {
                yield return type;
            }
        }
    }
}
