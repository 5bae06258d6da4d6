using Engine.Internal.Graph;

namespace Engine.Internal;

/// <summary>Parameter trees of C#: an array, a list of arrays, a list of lists.</summary>
internal static class Tree
{
    /// <exception cref="ArgumentException">T is no parameter tree.</exception>
    public static void Check<T>(string op)
    {
        if (typeof(T) != typeof(NDArray) && typeof(T) != typeof(NDArray[]) && typeof(T) != typeof(NDArray[][]))
        {
            throw Errors.Option(op, $"{typeof(T).Name} is no parameter tree; use NDArray, NDArray[] or NDArray[][]");
        }
    }

    public static void Flatten<T>(T tree, List<Node> leaves)
    {
        switch (tree)
        {
            case NDArray array: leaves.Add(array); break;
            case NDArray[] list:
                foreach (NDArray item in list) { leaves.Add(Face.In(item, "parameters")); }
                break;
            case NDArray[][] lists:
                foreach (NDArray[] list in lists) { Flatten(list, leaves); }
                break;
            default: throw new ArgumentNullException(nameof(tree));
        }
    }

    /// <summary>The tree's structure as numbers: equal for trees that <see cref="Build"/> can stand for each other.</summary>
    public static void Describe<T>(T tree, List<long> structure)
    {
        structure.Add(tree is NDArray[] list ? list.Length : tree is NDArray[][] lists ? lists.Length : -1);
        foreach (NDArray[] inner in tree as NDArray[][] ?? []) { structure.Add(inner.Length); }
    }

    /// <summary>A tree shaped like another, from leaves that start at <paramref name="at"/>.</summary>
    public static T Build<T>(T like, ReadOnlySpan<Node> leaves, ref int at)
    {
        if (like is NDArray) { return (T)(object)leaves[at++].Array; }
        if (like is NDArray[] list) { return (T)(object)List(list.Length, leaves, ref at); }
        var lists = (NDArray[][])(object)like!;
        var result = new NDArray[lists.Length][];
        for (int i = 0; i < lists.Length; i++) { result[i] = List(lists[i].Length, leaves, ref at); }
        return (T)(object)result;
    }

    static NDArray[] List(int count, ReadOnlySpan<Node> leaves, ref int at)
    {
        var list = new NDArray[count];
        for (int i = 0; i < count; i++) { list[i] = leaves[at++]; }
        return list;
    }

    /// <summary>Results of a transform become arrays of C# code.</summary>
    public static void Escape(Span<Node> owned)
    {
        foreach (ref Node node in owned)
        {
            Node was = node;
            node = Face.Out(was);
            Lifetime.Release(was);
        }
    }

    /// <summary>A claim for the transform on everything that a function returned.</summary>
    public static Node[] Claimed(List<Node> leaves)
    {
        foreach (Node leaf in leaves) { Lifetime.Claim(leaf); }
        return [.. leaves];
    }
}
