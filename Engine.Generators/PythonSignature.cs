using System.Collections.Generic;
using System.Linq;

namespace Engine.Generators;

/// <summary>One parameter as Python writes it: name, type where one is given, default.</summary>
internal sealed class PythonParameter
{
    public PythonParameter(string name, string type, string? value, bool isVariadic, bool isKeywordOnly)
    {
        Name = name;
        Type = type;
        Value = value;
        IsVariadic = isVariadic;
        IsKeywordOnly = isKeywordOnly;
    }

    public string Name { get; }

    public string Type { get; }

    /// <summary>The default, as written; null where the argument must be given.</summary>
    public string? Value { get; }

    public bool IsVariadic { get; }

    public bool IsKeywordOnly { get; }
}

/// <summary>A Python signature: "(a, /, axis=None, keepdims=False, *, stream=None)", with or without types and a name
/// in front.</summary>
internal sealed class PythonSignature
{
    private PythonSignature(List<PythonParameter> parameters, int positionalOnly)
    {
        Parameters = parameters;
        PositionalOnly = positionalOnly;
    }

    public List<PythonParameter> Parameters { get; }

    /// <summary>How many parameters, from the first, are taken by position only.</summary>
    public int PositionalOnly { get; }

    public int Positional => Parameters.Count(p => !p.IsKeywordOnly);

    public int Required => Parameters.TakeWhile(p => p.Value is null && !p.IsKeywordOnly && !p.IsVariadic).Count();

    public static PythonSignature Parse(string text)
    {
        var parameters = new List<PythonParameter>();
        int positionalOnly = 0;
        bool keywordOnly = false;
        foreach (string part in Parts(text))
        {
            if (part == "/")
            {
                positionalOnly = parameters.Count;
            }
            else if (part == "*")
            {
                keywordOnly = true;
            }
            else
            {
                bool variadic = part[0] == '*';
                int equals = Top(part, '=');
                string? value = equals < 0 ? null : part.Substring(equals + 1).Trim();
                string head = equals < 0 ? part : part.Substring(0, equals);
                int colon = head.IndexOf(':');
                string name = (colon < 0 ? head : head.Substring(0, colon)).Trim().TrimStart('*');
                string type = colon < 0 ? "" : head.Substring(colon + 1).Trim();
                parameters.Add(new PythonParameter(name, type, value, variadic, keywordOnly && !variadic));
                keywordOnly |= variadic;
            }
        }
        return new PythonSignature(parameters, positionalOnly);
    }

    private static IEnumerable<string> Parts(string text)
    {
        int open = text.IndexOf('('), close = text.LastIndexOf(')');
        string inside = open < 0 || close < open ? text : text.Substring(open + 1, close - open - 1);
        int depth = 0, start = 0;
        for (int i = 0; i <= inside.Length; i++)
        {
            char c = i < inside.Length ? inside[i] : ',';
            depth += c is '(' or '[' ? 1 : c is ')' or ']' ? -1 : 0;
            if (c == ',' && (depth == 0 || i == inside.Length))
            {
                string part = inside.Substring(start, i - start).Trim();
                start = i + 1;
                if (part.Length > 0)
                {
                    yield return part;
                }
            }
        }
    }

    private static int Top(string part, char wanted)
    {
        int depth = 0;
        for (int i = 0; i < part.Length; i++)
        {
            depth += part[i] is '(' or '[' ? 1 : part[i] is ')' or ']' ? -1 : 0;
            if (depth == 0 && part[i] == wanted)
            {
                return i;
            }
        }
        return -1;
    }
}

/// <summary>The names of MLX's module, from the checked-in list.</summary>
internal sealed class PythonNames
{
    private readonly Dictionary<string, PythonSignature> _signatures = new();
    private readonly List<(string Scope, string Name, string Target)> _aliases = new();

    public PythonNames(string text)
    {
        foreach (string line in text.Split('\n'))
        {
            string[] c = line.TrimEnd('\r').Split('\t');
            if (c.Length < 4 || line[0] == '#')
            {
                continue;
            }
            All.Add((c[0], c[1]));
            int alias = c[2].IndexOf("alias of ");
            if (alias >= 0)
            {
                _aliases.Add((c[0], c[1], c[2].Substring(alias + 9).TrimEnd(')')));
            }
            else if (c[3].Length > 0)
            {
                _signatures[c[0] + "." + c[1]] = PythonSignature.Parse(c[3]);
            }
        }
    }

    public List<(string Scope, string Name)> All { get; } = new();

    public PythonSignature? Find(string scope, string name) => _signatures.TryGetValue(scope + "." + name, out PythonSignature? s) ? s : null;

    public IEnumerable<string> Aliases(string scope, string name) => _aliases.Where(a => a.Scope == scope && a.Target == name).Select(a => a.Name);
}
