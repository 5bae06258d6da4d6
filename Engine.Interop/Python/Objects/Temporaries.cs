using Engine.Internal.Graph;

namespace Engine.Interop.Python;

/// <summary>Arrays that were made of an argument for one call. They are claimed while it lasts, so that they go at
/// its end even where it fails.</summary>
internal static class Temporaries
{
    [ThreadStatic]
    private static List<NDArray>? t_kept;

    /// <summary>Where a call's own begin: Python code that an argument runs may call into the module again.</summary>
    public static int Mark => t_kept is null ? 0 : t_kept.Count;

    public static Node Keep(Node x)
    {
        Lifetime.Claim(x.Array);
        (t_kept ??= []).Add(x.Array);
        return x;
    }

    /// <summary>Gives back what was kept since <paramref name="mark"/>.</summary>
    public static void Drop(int mark)
    {
        List<NDArray>? kept = t_kept;
        if (kept is null || kept.Count == mark)
        {
            return;
        }
        for (int i = kept.Count - 1; i >= mark; i--)
        {
            NDArray x = kept[i];
            kept.RemoveAt(i);
            Lifetime.Release(x);
        }
        Releases.Drain();
    }
}
