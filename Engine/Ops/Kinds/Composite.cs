using Engine.Internal.Graph;

namespace Engine.Internal.Operations;

/// <summary>Every rule of a composite comes from its expansion, unless the op has a better one.</summary>
internal abstract class Composite(string name) : CompositeOp(name)
{
    public override Node?[] Vjp(ReadOnlySpan<Node> inputs, Node output, Node cotangent, ReadOnlySpan<bool> wanted)
    {
        Node[] proxies = Proxies(inputs);
        return Sweep.Reverse([Expand(proxies)], [cotangent], proxies);
    }

    public override Node? Jvp(ReadOnlySpan<Node> inputs, Node output, ReadOnlySpan<Node?> tangents)
    {
        Node[] proxies = Proxies(inputs);
        return Sweep.Forward([Expand(proxies)], proxies, tangents)[0];
    }

    public override (Node Output, int? Axis) Vmap(ReadOnlySpan<Node> inputs, ReadOnlySpan<int?> axes)
    {
        Node[] proxies = new Node[inputs.Length];
        for (int i = 0; i < proxies.Length; i++)
        {
            proxies[i] = axes[i] is { } axis ? Sweep.Placeholder(inputs[i], axis) : Build.Alias(inputs[i]);
        }
        return Sweep.Batch([Expand(proxies)], proxies, inputs, axes)[0];
    }

    // Nodes of their own, so that two inputs that are one array are told apart.
    static Node[] Proxies(ReadOnlySpan<Node> inputs)
    {
        var proxies = new Node[inputs.Length];
        for (int i = 0; i < proxies.Length; i++) { proxies[i] = Build.Alias(inputs[i]); }
        return proxies;
    }
}
