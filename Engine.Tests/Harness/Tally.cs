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
        foreach (HostArray h in t.Hosts.Where((_, i) => t.Call.Inputs[i].Kind == InputKind.Value && Shows(t.Hosts[i], t.Layout))) { Add($"layout {t.Layout} in memory"); }
        Add(t.Size switch { 0 => "size 0", 1 => "size 1", <= 64 => "size 2-64", _ => "size > 64" });
        Add(t.HasSpecial ? "special values" : "ordinary values");
        if (t.Hosts.Any(h => h.Shape.Length == 0)) { Add("0-d"); }
    }

    /// <summary>Whether elements lie in memory as the layout says: one element, or one axis, may lie the same way in several.</summary>
    static bool Shows(HostArray h, ArrayLayout layout) => layout switch
    {
        ArrayLayout.Transposed => h.Shape.Count(n => n > 1) > 1,
        ArrayLayout.Stepped => h.Shape.Length > 0 && h.Shape[^1] > 1,
        ArrayLayout.Broadcast => h.Shape.Any(n => n > 1) && ArrayCase.IsRepeated(h),
        ArrayLayout.Negative => h.Shape.Any(n => n > 1),
        _ => true,
    } && h.Count > 0;

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

    static readonly string[] Classes =
    [
        .. Enum.GetValues<ArrayLayout>().Select(l => $"layout {l} in memory"), .. Enum.GetValues<DType>().Select(t => $"dtype {t}"),
        "size 0", "size 1", "size 2-64", "size > 64", "0-d", "special values", "ordinary values",
    ];

    /// <summary>Classes that no op's trials had.</summary>
    public string[] Empty() => [.. Classes.Where(c => !counts.ContainsKey(c))];

    /// <summary>A line for each class, empty ones included.</summary>
    public string Lines() => string.Concat(Classes.Select(c => $"  {c}: {counts.GetValueOrDefault(c)}\n"));

    public override string ToString()
    {
        var s = new StringBuilder();
        foreach ((string name, int n) in counts) { s.Append(name).Append(": ").Append(n).Append("; "); }
        return s.ToString();
    }
}
