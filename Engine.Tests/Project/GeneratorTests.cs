using Engine.Generators;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Xunit;

namespace Engine.Tests.Project;

/// <summary>An op that cannot be mapped to C# or Python is a build error that names the op, the parameter and the way out.</summary>
public class GeneratorTests
{
    const string Around = """
        namespace Engine.Internal.Graph
        {
            [System.AttributeUsage(System.AttributeTargets.Struct | System.AttributeTargets.Class)]
            internal sealed class OpAttribute(string name, string signature) : System.Attribute
            {
                public string Name => name;
                public string Signature => signature;
            }
            internal readonly struct Node;
        }

        """;

    static string Source(string signature, string parameters, string result = "Node") => Around + $$"""
        namespace Engine.Internal.Operations
        {
            using Engine.Internal.Graph;

            [Op("delay", "{{signature}}")]
            internal static class Delay
            {
                /// <summary>Something.</summary>
                /// <param name="a">One.</param>
                /// <param name="time">Another.</param>
                /// <returns>Something else.</returns>
                public static {{result}} Of({{parameters}}) => default!;
            }
        }
        """;

    /// <summary>What a generator says of a source, in an assembly of a name.</summary>
    static Diagnostic[] Run(IIncrementalGenerator generator, string assembly, string source)
    {
        var compilation = CSharpCompilation.Create(
            assembly,
            [CSharpSyntaxTree.ParseText(source, new CSharpParseOptions(LanguageVersion.Latest), cancellationToken: TestContext.Current.CancellationToken)],
            [MetadataReference.CreateFromFile(typeof(object).Assembly.Location)],
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
        Assert.DoesNotContain(compilation.GetDiagnostics(TestContext.Current.CancellationToken), d => d.Severity == DiagnosticSeverity.Error);
        CSharpGeneratorDriver.Create(generator).RunGeneratorsAndUpdateCompilation(compilation, out _, out var said, TestContext.Current.CancellationToken);
        return [.. said];
    }

    [Fact]
    public void An_op_that_can_be_mapped_is_no_error()
    {
        string source = Source("(a, time=1.0, *, stream=None)", "Node a, double time = 1");
        Assert.Empty(Run(new OpGenerator(), "Engine", source));
        Assert.Empty(Run(new PythonGenerator(), "Engine.Python", source));
    }

    [Theory]
    [InlineData("System.TimeSpan")]
    [InlineData("decimal")]
    [InlineData("object")]
    [InlineData("Node[][]")]
    public void A_parameter_without_a_face_is_a_build_error(string type)
    {
        string source = Source("(a, time, *, stream=None)", $"Node a, {type} time");
        Diagnostic e = Assert.Single(Run(new OpGenerator(), "Engine", source));
        Assert.Equal(("ENGOP3", DiagnosticSeverity.Error), (e.Id, e.Severity));
        Assert.Equal("time", e.Location.SourceTree!.GetText(TestContext.Current.CancellationToken).ToString(e.Location.SourceSpan));
        Says(e, "op 'delay': parameter 'time' of Delay.Of is of type ", "has no C# face; give it one of Node, ", "or teach OpGenerator.Face the type");

        Diagnostic p = Assert.Single(Run(new PythonGenerator(), "Engine.Python", source));
        Assert.Equal(("ENGPY1", DiagnosticSeverity.Error), (p.Id, p.Severity));
        Says(p, "op 'delay': parameter 'time' is of type ", "has no Python mapping; give it a type that PythonBinding.Convert knows, ", "or teach it the type");
    }

    [Theory]
    [InlineData("(a, *time, stream=None)", "Node a, double time", "Node", "op 'delay': parameter '*time' is of type double, ", "give it one of long[], int[], Axes and Node[]")]
    [InlineData("(a, *, stream=None)", "Node a, double time", "Node", "op 'delay': parameter 'time' of Delay.Of is no Python parameter and has no default; ", "add it to [Op]'s signature")]
    [InlineData("(a, time, place, *, stream=None)", "Node a, double time", "Node", "op 'delay': the Python parameter 'place' is no parameter of Delay.Of; ", "take it out of [Op]'s signature")]
    [InlineData("(a, time, *, stream=None)", "Node a, double time", "string", "op 'delay': Delay.Of returns string, ", "return Node, Node[] or (Node, Node)")]
    public void A_signature_that_does_not_fit_is_a_build_error(string signature, string parameters, string result, string what, string wayOut)
    {
        Diagnostic e = Assert.Single(Run(new PythonGenerator(), "Engine.Python", Source(signature, parameters, result)));
        Assert.Equal(("ENGPY1", DiagnosticSeverity.Error), (e.Id, e.Severity));
        Says(e, what, wayOut);
    }

    static void Says(Diagnostic e, params string[] parts) => Assert.All(parts, p => Assert.Contains(p, e.GetMessage(null), StringComparison.Ordinal));
}
