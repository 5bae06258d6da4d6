namespace Engine.Benchmarks;

/// <summary>A line of peers.tsv.</summary>
/// <param name="Name">The implementation's name in results.</param>
/// <param name="Version">What it must report.</param>
/// <param name="Place">"process", or the environment variable that names the Python interpreter or the program.</param>
internal sealed record Peer(string Name, string Version, string Place)
{
    public const string InProcess = "process";

    public bool IsOurs => Name.StartsWith("engine-", StringComparison.Ordinal);

    /// <summary>Reads the list.</summary>
    /// <exception cref="FormatException">A line has not three fields, or a name comes twice.</exception>
    public static List<Peer> Parse(IEnumerable<string> lines)
    {
        var peers = new List<Peer>();
        foreach (var line in lines)
        {
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }
            var fields = line.Split('\t');
            if (fields.Length != 3 || fields.Any(string.IsNullOrWhiteSpace))
            {
                throw new FormatException($"peers: '{line}' is not name, version, place, separated by tabs.");
            }
            if (peers.Any(p => p.Name == fields[0]))
            {
                throw new FormatException($"peers: {fields[0]} is listed twice.");
            }
            peers.Add(new Peer(fields[0], fields[1], fields[2]));
        }
        return peers;
    }
}
