using Engine.Internal.Graph;
using Engine.Internal.Transforms;

namespace Engine.Internal;

/// <summary>Derivatives of C# functions over trees.</summary>
internal static class Differentiated
{
    public static (NDArray Value, TAux Aux, TParams Gradient) Run<TParams, TAux>(TParams parameters, Func<TParams, (NDArray Loss, TAux Aux)> f)
    {
        var arguments = new List<Node>();
        Tree.Flatten(parameters, arguments);
        TAux aux = default!;
        var (outputs, gradients) = Differentiate.ValueAndGrad(
            nodes =>
            {
                int from = 0;
                var (loss, further) = f(Tree.Build(parameters, nodes, ref from));
                aux = further;
                var leaves = new List<Node> { Face.In(loss, "loss") };
                if (further is not null) { Tree.Flatten(further, leaves); }
                return Tree.Claimed(leaves);
            },
            [.. arguments], Internal.Operations.TakeAlongAxis.Every(arguments.Count));
        Tree.Escape(outputs);
        Tree.Escape(gradients);
        int at = 0;
        return (outputs[0], aux, Tree.Build(parameters, gradients, ref at));
    }
}

/// <summary>Compiled C# functions over trees.</summary>
internal sealed class CompiledFace<TResult>(int[]? donate, int parameters)
{
    readonly Compiled<TResult> compiled = new();
    readonly bool[] gives = Gives(donate, parameters);

    static bool[] Gives(int[]? donate, int parameters)
    {
        var gives = new bool[parameters];
        foreach (int i in donate ?? [])
        {
            if ((uint)i >= (uint)parameters) { throw Errors.Option("Compile", $"argument {i} is to be donated and the function has {parameters}; give positions from 0 to {parameters - 1}"); }
            gives[i] = true;
        }
        return gives;
    }

    public TResult Run(List<Node> leaves, int[] counts, List<long> structure, Func<Node[], TResult> f)
    {
        var give = new bool[leaves.Count];
        for (int i = 0, argument = 0; i < give.Length; i++)
        {
            while (i >= counts[argument]) { argument++; }
            give[i] = gives[argument];
        }
        var (results, like) = compiled.Call(
            nodes =>
            {
                TResult tree = f(nodes);
                var outputs = new List<Node>();
                Tree.Flatten(tree, outputs);
                return (Tree.Claimed(outputs), tree);
            },
            [.. leaves], System.Runtime.InteropServices.CollectionsMarshal.AsSpan(structure), give);
        for (int i = 0; i < give.Length; i++)
        {
            if (give[i] && leaves[i].Array.Frame == 0) { leaves[i].Array.Free(); }
        }
        Tree.Escape(results);
        int at = 0;
        return Tree.Build(like, results, ref at);
    }
}

/// <summary>Mapping of C# functions over trees.</summary>
internal static class Mapped
{
    public static TResult Run<TResult>(List<Node> leaves, int[] counts, int?[]? inAxes, int outAxis, Func<Node[], TResult> f)
    {
        if (inAxes is not null && inAxes.Length != counts.Length) { throw Errors.Option("Vmap", $"the function has {counts.Length} arguments and {inAxes.Length} axes were given; give an axis or null for each"); }
        var axes = new int?[leaves.Count];
        for (int i = 0, argument = 0; i < axes.Length; i++)
        {
            while (i >= counts[argument]) { argument++; }
            axes[i] = inAxes is null ? 0 : inAxes[argument];
        }
        TResult like = default!;
        Node[] results = Map.Vmap(
            nodes =>
            {
                like = f(nodes);
                var outputs = new List<Node>();
                Tree.Flatten(like, outputs);
                return Tree.Claimed(outputs);
            },
            [.. leaves], axes, _ => outAxis);
        Tree.Escape(results);
        int at = 0;
        return Tree.Build(like, results, ref at);
    }
}
