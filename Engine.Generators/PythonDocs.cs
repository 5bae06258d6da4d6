using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Engine.Generators;

/// <summary>Docs of ops, from the engine's documentation file, as plain text.</summary>
internal sealed class PythonDocs
{
    private readonly Dictionary<string, XElement> _members = new();

    public PythonDocs(string? xml)
    {
        if (xml is null)
        {
            return;
        }
        foreach (XElement member in XDocument.Parse(xml).Descendants("member"))
        {
            string name = (string)member.Attribute("name")!;
            int open = name.IndexOf('(');
            _members[open < 0 ? name : name.Substring(0, open)] = member;
        }
    }

    public string Summary(PythonOp op) => Find(op) is { } m && m.Element("summary") is { } s ? Plain(s) : "";

    public string Full(PythonOp op)
    {
        if (Find(op) is not { } member)
        {
            return "";
        }
        var text = new StringBuilder(Summary(op));
        string[] shown = member.Elements("param")
            .Select(p => (Name: op.Signature.Parameters.FirstOrDefault(q => op.Find(q.Name)?.Name == (string?)p.Attribute("name"))?.Name, Text: Plain(p)))
            .Where(p => p.Name is not null)
            .Select(p => $"    {p.Name}: {p.Text}")
            .ToArray();
        if (shown.Length > 0)
        {
            text.Append("\n\nArgs:\n").Append(string.Join("\n", shown));
        }
        if (member.Element("returns") is { } returns)
        {
            text.Append("\n\nReturns:\n    ").Append(Plain(returns));
        }
        if (member.Element("remarks") is { } remarks)
        {
            text.Append("\n\n").Append(Plain(remarks));
        }
        return text.ToString();
    }

    private XElement? Find(PythonOp op)
    {
        string type = op.Type.ToDisplayString();
        return _members.TryGetValue($"M:{type}.Of", out XElement? m) || _members.TryGetValue($"T:{type}", out m) ? m : null;
    }

    private static string Plain(XElement element)
    {
        var text = new StringBuilder();
        foreach (XNode node in element.DescendantNodes())
        {
            if (node is XText t)
            {
                text.Append(t.Value);
            }
            else if (node is XElement e && !e.Nodes().Any())
            {
                string? named = (string?)e.Attribute("name") ?? (string?)e.Attribute("langword") ?? (string?)e.Attribute("cref");
                text.Append(named is null ? "" : named.Substring(named.LastIndexOf('.') + 1));
            }
        }
        return Regex.Replace(text.ToString(), @"\s+", " ").Trim();
    }
}
