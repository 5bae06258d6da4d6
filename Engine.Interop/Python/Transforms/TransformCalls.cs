using Engine.Internal.Graph;
using Engine.Internal.Transforms;

namespace Engine.Interop.Python;

/// <summary>The engine's transforms over flat lists of arrays. Each array that comes back carries a claim, which
/// <see cref="Give"/> returns once Python objects hold their own.</summary>
internal static class TransformCalls
{
    public static (Node[] Values, Node[] Grads) ValueAndGrad(Func<Node[], Node[]> f, Node[] args)
    {
        var all = new int[args.Length];
        for (int i = 0; i < all.Length; i++)
        {
            all[i] = i;
        }
        return Differentiate.ValueAndGrad(f, args, all);
    }

    public static (Node[] Values, Node[] Grads) Vjp(Func<Node[], Node[]> f, Node[] primals, Node[] cotangents) => Differentiate.Vjp(f, primals, cotangents);

    public static (Node[] Values, Node[] Tangents) Jvp(Func<Node[], Node[]> f, Node[] primals, Node[] tangents) => Differentiate.Jvp(f, primals, tangents);

    public static Node[] Vmap(Func<Node[], Node[]> f, Node[] args, int?[] inAxes, Func<int, int?> outAxes) => Map.Vmap(f, args, inAxes, outAxes);

    /// <summary>Gives back the claims on a transform's results.</summary>
    public static void Give(params ReadOnlySpan<Node[]> results)
    {
        foreach (Node[] nodes in results)
        {
            foreach (Node x in nodes)
            {
                Lifetime.Release(x.Array);
            }
        }
    }
}
