using Engine.Internal.Graph;

namespace Engine.Internal;

/// <summary>Where arrays of C# code enter op rules, and results leave as arrays that C# code holds.</summary>
internal static class Face
{
    public static Node In(NDArray? array, string name) => new(array ?? throw new ArgumentNullException(name));

    public static Node? In(NDArray? array) => array is null ? default(Node?) : new Node(array);

    public static Node[] In(ReadOnlySpan<NDArray> arrays, string name)
    {
        var nodes = new Node[arrays.Length];
        for (int i = 0; i < nodes.Length; i++) { nodes[i] = In(arrays[i], name); }
        return nodes;
    }

    public static NDArray Out(Node node) => Lifetime.Escape(Build.Own(node));
}
