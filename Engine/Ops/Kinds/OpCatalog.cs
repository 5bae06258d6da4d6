namespace Engine.Internal;

/// <summary>One op as the catalogue has it. Made by the generator from the op's file.</summary>
/// <param name="Name">MLX's Python name.</param>
/// <param name="Type">Name of the op's type, which is the C# function's.</param>
/// <param name="Signature">MLX's Python signature.</param>
/// <param name="Kind">The kind that supplies its rules; null where the op's own file has them.</param>
/// <param name="Operator">The operator that means it.</param>
/// <param name="Module">The Python submodule; null is the module itself.</param>
/// <param name="Docs">The doc comment.</param>
internal sealed record OpEntry(string Name, string Type, string Signature, string? Kind, string? Operator, string? Module, string Docs);

/// <summary>All ops. There is no list by hand: adding an op adds one file.</summary>
internal static partial class OpCatalog;
