using System.Text;
using Engine.Testing;

namespace Engine.Tests.Harness;

/// <summary>How many trials there were of each class.</summary>
internal sealed class Tally
{
    readonly SortedDictionary<string, int> counts = new(StringComparer.Ordinal);

    public void Count(Trial t)
    {
        if (!t.Case.NoArrays)
        {
            Add($"dtype {t.Type}");
            Add($"layout {t.Layout}");
        }
        Add(t.Size switch { 0 => "size 0", 1 => "size 1", <= 64 => "size 2-64", _ => "size > 64" });
        if (t.HasSpecial) { Add("special values"); }
        if (t.Hosts.Any(h => h.Shape.Length == 0)) { Add("0-d"); }
    }

    void Add(string name) => counts[name] = counts.GetValueOrDefault(name) + 1;

    /// <summary>Classes that the case's dtypes promise and that nothing was drawn of.</summary>
    public string[] Missing(OpCase c)
    {
        if (c.NoArrays) { return counts.Count > 0 ? [] : ["anything"]; }
        var wanted = new List<string>(c.Types.Select(t => $"dtype {t}"));
        if (c.Types.Length * Settings.Cases >= Enum.GetValues<ArrayLayout>().Length) { wanted.AddRange(Enum.GetValues<ArrayLayout>().Select(l => $"layout {l}")); }
        wanted.Add("size 2-64");
        if (c.Types.Length * Settings.Cases >= 30)
        {
            wanted.Add("size > 64");
            wanted.Add("special values");
        }
        return [.. wanted.Where(w => !counts.ContainsKey(w))];
    }

    public override string ToString()
    {
        var s = new StringBuilder();
        foreach ((string name, int n) in counts) { s.Append(name).Append(": ").Append(n).Append("; "); }
        return s.ToString();
    }
}
