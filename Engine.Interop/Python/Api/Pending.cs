namespace Engine.Interop.Python;

/// <summary>An estimate of what an evaluation will do.</summary>
internal static class Pending
{
    /// <summary>0 where nothing is pending; otherwise at least 1, the elements of the pending nodes near the root,
    /// counted up to <paramref name="enough"/>.</summary>
    public static long Work(NDArray root, long enough) => root.HasValue ? 0 : Math.Max(1, root.Layout.Count);
}
