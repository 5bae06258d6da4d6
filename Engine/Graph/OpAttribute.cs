namespace Engine.Internal.Graph;

/// <summary>Declares an op: MLX's Python name and signature. From it and the type's <c>Of</c> the generators make the C# function and method, the operators, the catalogue line and the Python wrapper.</summary>
[AttributeUsage(AttributeTargets.Struct | AttributeTargets.Class)]
internal sealed class OpAttribute(string name, string signature) : Attribute
{
    public string Name => name;

    public string Signature => signature;

    /// <summary>The operator that means it: + - * / // % ** @ == != &lt; &lt;= &gt; &gt;= neg.</summary>
    public string? Operator { get; set; }

    /// <summary>The Python submodule that holds it ("random"); null is the module itself.</summary>
    public string? Module { get; set; }
}
