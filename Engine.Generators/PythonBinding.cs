using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Engine.Generators;

/// <summary>One Python callable of an op, function or method: how each argument becomes a C# value, and what its stub
/// and text signature say.</summary>
internal sealed class PythonBinding
{
    private readonly PythonOp _op;
    private readonly PythonSignature _signature;
    private readonly PythonSignature? _mlx;
    private readonly bool _method;

    /// <param name="op">The op.</param>
    /// <param name="signature">The callable's own parameters; a method's begin after self.</param>
    /// <param name="mlx">MLX's function of that name, whose types tell where numbers are taken.</param>
    /// <param name="method">Whether the first operand is self.</param>
    public PythonBinding(PythonOp op, PythonSignature signature, PythonSignature? mlx, bool method)
    {
        _op = op;
        _signature = signature;
        _mlx = mlx;
        _method = method;
    }

    public List<string> Errors { get; } = new();

    private IEnumerable<PythonParameter> Own => _method ? _signature.Parameters.Skip(1) : _signature.Parameters;

    /// <summary>The binder's declaration.</summary>
    public string Declare(string field)
    {
        var own = Own.Where(p => !p.IsVariadic).ToList();
        int self = _method ? 1 : 0;
        int positional = own.Count(p => !p.IsKeywordOnly);
        int positionalOnly = System.Math.Max(0, _signature.PositionalOnly - self);
        int required = own.TakeWhile(p => p.Value is null).Count();
        string names = string.Concat(own.Select(p => ", \"" + p.Name + "\""));
        return $"    private static readonly Signature {field} = new(\"{_op.Name}\", {positional}, {positionalOnly}, {required}{names});\n";
    }

    /// <summary>Statements and the call, given that values are bound to v[..].</summary>
    public string Body(string field)
    {
        var text = new System.Text.StringBuilder();
        var bound = Own.Where(p => !p.IsVariadic).ToList();
        PythonParameter? variadic = Own.FirstOrDefault(p => p.IsVariadic);
        text.Append($"            nint* v = stackalloc nint[{System.Math.Max(1, bound.Count)}];\n");
        text.Append(variadic is null
            ? $"            {field}.Bind(args, n, keywords, v);\n"
            : $"            {field}.Bind(args + n, 0, keywords, v);\n");
        int stream = bound.FindIndex(p => p.Name == "stream");
        if (stream >= 0)
        {
            text.Append($"            Devices.CheckStream(v[{stream}], \"{_op.Name}\");\n");
        }
        var values = new List<string>();
        foreach (IParameterSymbol p in _op.Of.Parameters)
        {
            values.Add(Value(p, bound, variadic));
        }
        foreach (PythonParameter p in Own.Where(p => p.Name != "stream" && _op.Find(p.Name) is null))
        {
            Errors.Add($"op '{_op.Name}': the Python parameter '{p.Name}' is no parameter of {_op.Type.Name}.Of; add it there, or take it out of [Op]'s signature");
        }
        string call = $"{_op.Call}({string.Join(", ", values)})";
        text.Append("            ").Append(Return(call)).Append('\n');
        return text.ToString();
    }

    private string Return(string call)
    {
        string type = _op.Of.ReturnType.ToDisplayString();
        switch (type)
        {
            case "Engine.Internal.Graph.Node":
            case "Engine.Internal.Graph.Node[]":
                return $"return ArrayObject.New({call});";
            case "(Engine.Internal.Graph.Node, Engine.Internal.Graph.Node)":
                return $"var result = {call};\n            return Ref.Tuple(ArrayObject.New(result.Item1), ArrayObject.New(result.Item2));";
            default:
                Errors.Add($"op '{_op.Name}': {_op.Type.Name}.Of returns {type}, which has no Python face; return Node, Node[] or (Node, Node), or teach PythonBinding.Return the type");
                return "";
        }
    }

    private string Value(IParameterSymbol p, List<PythonParameter> bound, PythonParameter? variadic)
    {
        if (_method && SymbolEqualityComparer.Default.Equals(p, _op.Of.Parameters[0]))
        {
            return "new global::Engine.Internal.Graph.Node(ArrayObject.Of(self))";
        }
        if (variadic is not null && _op.Find(variadic.Name)?.Name == p.Name)
        {
            return Variadic(p, variadic);
        }
        int i = bound.FindIndex(b => _op.Find(b.Name)?.Name == p.Name);
        // "causal" where an array or that word is taken.
        int word = i < 0 && PythonOp.TypeName(p) == "bool" ? bound.FindIndex(b => Mlx(b).Contains("str")) : -1;
        if (word >= 0)
        {
            return $"Argument.IsWord(v[{word}], \"{_op.Name}\", \"{bound[word].Name}\", \"{p.Name}\")";
        }
        if (i < 0)
        {
            if (!p.HasExplicitDefaultValue)
            {
                Errors.Add($"op '{_op.Name}': parameter '{p.Name}' of {_op.Type.Name}.Of is no Python parameter and has no default; add it to [Op]'s signature, or give it a default");
            }
            return Default(p, null);
        }
        string where = $"\"{_op.Name}\", \"{bound[i].Name}\"";
        string value = Convert(p, bound, i, where);
        return bound[i].Value is null ? value : $"v[{i}] == 0 ? {Default(p, bound[i].Value)} : {value}";
    }

    private string Variadic(IParameterSymbol p, PythonParameter variadic)
    {
        string where = $"\"{_op.Name}\", \"{variadic.Name}\"";
        switch (PythonOp.TypeName(p))
        {
            case "long[]":
                return $"Argument.Shape(args, n, {where})";
            case "int[]":
                return $"Argument.AxesOf(args, n, {where})";
            case "Engine.Axes":
                return $"(global::Engine.Axes)Argument.AxesOf(args, n, {where})";
            case "Engine.Internal.Graph.Node[]":
                return $"Argument.Arrays(args, n, {where})";
            default:
                Errors.Add($"op '{_op.Name}': parameter '*{variadic.Name}' is of type {PythonOp.TypeName(p)}, which has no Python mapping; give it one of long[], int[], Axes and Node[], or teach PythonBinding.Variadic the type");
                return "default";
        }
    }

    /// <summary>The type that MLX gives a parameter.</summary>
    private string Mlx(PythonParameter p) => p.Type.Length > 0 ? p.Type : _mlx?.Parameters.FirstOrDefault(m => m.Name == p.Name)?.Type ?? "";

    private string Convert(IParameterSymbol p, List<PythonParameter> bound, int i, string where)
    {
        string v = $"v[{i}]";
        string mlx = Mlx(bound[i]);
        bool isKey = _op.Module == "random" && bound[i].Name == "key";
        switch (PythonOp.TypeName(p))
        {
            case "Engine.Internal.Graph.Node":
                return isKey && bound[i].Value is null ? $"Argument.Array({v}, {where})" : isKey ? $"RandomState.Key({v})" : Operand(p, bound, v, mlx, where);
            case "Engine.Internal.Graph.Node?":
                return isKey ? $"RandomState.Key({v})" : TakesNumbers(p, mlx)
                    ? mlx.Length > 0 && !mlx.Contains("array") ? $"Argument.NumberOrNone({v}, {where})" : $"Argument.AnyOrNone({v}, {where})"
                    : mlx.Contains("str") ? $"Argument.ArrayOrWord({v}, {where})" : $"Argument.ArrayOrNone({v}, {where})";
            case "Engine.Internal.Graph.Node[]":
                return $"Argument.Arrays({v}, {where})";
            case "Engine.Axes":
                return $"(global::Engine.Axes)Argument.Axes({v}, {where})";
            case "Engine.Padding":
                return $"Argument.Padding({v}, {where})";
            case "int[]":
            case "int[]?":
                return $"Argument.Axes({v}, {where})" + (p.NullableAnnotation == NullableAnnotation.Annotated ? "" : "!");
            case "long[]":
                return mlx == "Sequence[int]" ? $"Argument.Sequence({v}, {where})" : $"Argument.Shape({v}, {where})";
            case "int":
                return $"Argument.Int({v}, {where})";
            case "int?":
                return $"Argument.IntOrNone({v}, {where})";
            case "long":
                return $"Argument.Int64({v}, {where})";
            case "ulong":
                return $"(ulong)Argument.Int64({v}, {where})";
            case "double":
                return $"Argument.Double({v}, {where})";
            case "double?":
                return $"Argument.DoubleOrNone({v}, {where})";
            case "bool":
                return $"Argument.Bool({v}, {where})";
            case "string":
                return $"Argument.Str({v}, {where})";
            case "Engine.DType":
                return bound[i].Value is null ? $"DTypes.Of({v}, {where})" : $"Argument.DType({v}, {where}) ?? {Default(p, bound[i].Value)}";
            case "Engine.DType?":
                return $"Argument.DType({v}, {where})";
            default:
                Errors.Add($"op '{_op.Name}': parameter '{p.Name}' is of type {PythonOp.TypeName(p)}, which has no Python mapping; give it a type that PythonBinding.Convert knows, such as Node, long[], Axes, int, double, bool, string or DType, or teach it the type");
                return "default";
        }
    }

    private string Operand(IParameterSymbol p, List<PythonParameter> bound, string v, string mlx, string where)
    {
        if (!TakesNumbers(p, mlx))
        {
            return $"Argument.Array({v}, {where})";
        }
        return _op.IsElementwise ? $"Operand.Any({v}, {Other(p, bound)}, {where})"
            : mlx.Length > 0 && !mlx.Contains("array") ? $"Argument.Number({v}, {where})"
            : $"Argument.Any({v}, {where})";
    }

    // Numbers are taken by elementwise ops, and by others where MLX's signature says so.
    private bool TakesNumbers(IParameterSymbol p, string mlx) =>
        _op.IsElementwise || mlx.Contains("scalar") || mlx.Contains("int") || mlx.Contains("float");

    /// <summary>The operand that a number takes its dtype from: the first other one.</summary>
    private string Other(IParameterSymbol p, List<PythonParameter> bound)
    {
        foreach (IParameterSymbol o in _op.Of.Parameters)
        {
            if (!SymbolEqualityComparer.Default.Equals(o, p) && PythonOp.TypeName(o) == "Engine.Internal.Graph.Node")
            {
                if (_method && SymbolEqualityComparer.Default.Equals(o, _op.Of.Parameters[0]))
                {
                    return "self";
                }
                int i = bound.FindIndex(b => _op.Find(b.Name)?.Name == o.Name);
                return i < 0 ? "0" : $"v[{i}]";
            }
        }
        return "0";
    }

    private string Default(IParameterSymbol p, string? python)
    {
        string type = PythonOp.TypeName(p);
        if (_op.Module == "random" && p.Name == "key")
        {
            return "RandomState.Key(0)";
        }
        switch (python)
        {
            case "True":
                return "true";
            case "False":
                return "false";
            case "[]" or "()" when type == "long[]":
                return "global::System.Array.Empty<long>()";
            case null or "None":
                break;
            default:
                if (type is "Engine.DType" or "Engine.DType?")
                {
                    return "global::Engine.DType." + DTypeName(python);
                }
                if (double.TryParse(python, NumberStyles.Float, CultureInfo.InvariantCulture, out _))
                {
                    return type switch
                    {
                        "Engine.Internal.Graph.Node" or "Engine.Internal.Graph.Node?" =>
                            $"new global::Engine.Internal.Graph.Node(global::Engine.Internal.Graph.Weak.From({(python.Contains('.') || python.Contains('e') ? python : python + "L")}))",
                        "Engine.Axes" => $"(global::Engine.Axes)({python})",
                        "Engine.Padding" => $"(global::Engine.Padding)({python})",
                        "long[]" => $"new long[] {{ {python} }}",
                        _ => python,
                    };
                }
                if (python[0] is '\'' or '"')
                {
                    return SymbolDisplay.FormatLiteral(python.Substring(1, python.Length - 2), true);
                }
                break;
        }
        object? value = p.HasExplicitDefaultValue ? p.ExplicitDefaultValue : null;
        return value is null || p.Type.TypeKind == TypeKind.Enum
            ? p.Type.IsReferenceType ? "null" + (p.NullableAnnotation == NullableAnnotation.Annotated ? "" : "!") : $"default({p.Type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat)})"
            : SymbolDisplay.FormatPrimitive(value, true, false) ?? "default";
    }

    private static string DTypeName(string python) => python switch
    {
        "bool_" or "bool" => "Bool",
        "bfloat16" => "BFloat16",
        _ when python.StartsWith("uint") => "UInt" + python.Substring(4),
        _ => char.ToUpperInvariant(python[0]) + python.Substring(1),
    };

    /// <summary>The signature that inspect reads. Defaults that are no literals show as None, which means the
    /// same.</summary>
    public string TextSignature(string name)
    {
        var parts = new List<string> { _method ? "$self" : "$module" };
        Write(parts, p => p.Value is null ? p.Name : p.Name + "=" + (IsLiteral(p.Value) ? p.Value : "None"), _method ? "" : null);
        return $"{name}({string.Join(", ", parts)})";
    }

    /// <summary>The stub's line, with types.</summary>
    public string Stub(string name, string indent, string summary)
    {
        var parts = new List<string>();
        if (_method)
        {
            parts.Add("self");
        }
        Write(parts, p => $"{p.Name}: {StubType(p)}" + (p.Value is null ? "" : " = " + (IsLiteral(p.Value) ? p.Value : "...")), null);
        string result = _op.Of.ReturnType.ToDisplayString() == "Engine.Internal.Graph.Node" ? "array" : "list[array]";
        string doc = summary.Length == 0 ? "..." : "\n" + indent + "    \"\"\"" + summary.Replace("\\", "\\\\").Replace("\"\"\"", "'''") + "\"\"\"";
        return $"{indent}def {name}({string.Join(", ", parts)}) -> {result}:{(doc == "..." ? " ..." : doc)}\n";
    }

    private void Write(List<string> parts, System.Func<PythonParameter, string> show, string? afterSelf)
    {
        int positionalOnly = _method ? System.Math.Max(0, _signature.PositionalOnly - 1) : _signature.PositionalOnly;
        if (_method && afterSelf is not null)
        {
            parts.Add("/");
            positionalOnly = 0;
        }
        bool star = false;
        int i = 0;
        foreach (PythonParameter p in Own)
        {
            if (p.IsKeywordOnly && !star)
            {
                parts.Add("*");
                star = true;
            }
            star |= p.IsVariadic;
            parts.Add((p.IsVariadic ? "*" : "") + show(p));
            if (++i == positionalOnly)
            {
                parts.Add("/");
            }
        }
    }

    private static bool IsLiteral(string value) => value is "None" or "True" or "False" or "[]" or "()" || char.IsDigit(value[0]) || value[0] is '-' or '\'' or '"';

    private string StubType(PythonParameter p)
    {
        if (p.Name == "stream")
        {
            return "StreamOrDevice";
        }
        IParameterSymbol? c = _op.Find(p.Name);
        string mlx = Mlx(p);
        return (c is null ? "" : PythonOp.TypeName(c)) switch
        {
            "Engine.Internal.Graph.Node" => TakesNumbers(c!, mlx) ? "scalar | array" : "array",
            "Engine.Internal.Graph.Node?" => TakesNumbers(c!, mlx) ? "scalar | array | None" : mlx.Contains("str") ? "str | array | None" : "array | None",
            "Engine.Internal.Graph.Node[]" => p.IsVariadic ? "array" : "Sequence[array]",
            "Engine.Axes" => "int | Sequence[int] | None",
            "Engine.Padding" => "int | Sequence[int] | tuple[Sequence[int], Sequence[int]]",
            "int[]" or "int[]?" => p.IsVariadic ? "int | Sequence[int]" : "Sequence[int] | None",
            "long[]" => p.IsVariadic ? "int | Sequence[int]" : "int | Sequence[int]",
            "int" or "long" or "ulong" => "int",
            "int?" => "int | None",
            "double" => "float",
            "double?" => "float | None",
            "bool" => "bool",
            "string" => "str",
            "Engine.DType" => p.Value is null ? "Dtype" : "Dtype | None",
            "Engine.DType?" => "Dtype | None",
            _ => "object",
        };
    }
}
