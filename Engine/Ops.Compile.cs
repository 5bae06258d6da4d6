using Engine.Internal;
using Engine.Internal.Graph;

namespace Engine;

public static partial class Ops
{
    /// <summary>A function that is called once for each signature of its arguments (structure, shapes, dtypes) and recorded; after that the recorded and planned graph runs at once.</summary>
    /// <param name="f">Its results must depend on its arguments alone: what it reads from elsewhere is taken as it is at the first call. Arrays have no value while it runs.</param>
    /// <param name="donate">Positions of arguments that are freed by the call; their memory may become a result's.</param>
    /// <exception cref="ArgumentException">An argument or the result is no tree of arrays, or a donated position is none.</exception>
    public static Func<T1, TResult> Compile<T1, TResult>(Func<T1, TResult> f, int[]? donate = null)
    {
        ArgumentNullException.ThrowIfNull(f);
        Tree.Check<T1>("Compile");
        Tree.Check<TResult>("Compile");
        var compiled = new CompiledFace<TResult>(donate, 1);
        return (x1) =>
        {
            var leaves = new List<Node>();
            var structure = new List<long>();
            var counts = new int[1];
            Tree.Flatten(x1, leaves);
            Tree.Describe(x1, structure);
            counts[0] = leaves.Count;
            return compiled.Run(leaves, counts, structure, nodes =>
            {
                int at = 0;
                return f(Tree.Build(x1, nodes, ref at));
            });
        };
    }

    /// <summary>A function that is called once for each signature of its arguments (structure, shapes, dtypes) and recorded; after that the recorded and planned graph runs at once.</summary>
    /// <param name="f">Its results must depend on its arguments alone: what it reads from elsewhere is taken as it is at the first call. Arrays have no value while it runs.</param>
    /// <param name="donate">Positions of arguments that are freed by the call; their memory may become a result's.</param>
    /// <exception cref="ArgumentException">An argument or the result is no tree of arrays, or a donated position is none.</exception>
    public static Func<T1, T2, TResult> Compile<T1, T2, TResult>(Func<T1, T2, TResult> f, int[]? donate = null)
    {
        ArgumentNullException.ThrowIfNull(f);
        Tree.Check<T1>("Compile");
        Tree.Check<T2>("Compile");
        Tree.Check<TResult>("Compile");
        var compiled = new CompiledFace<TResult>(donate, 2);
        return (x1, x2) =>
        {
            var leaves = new List<Node>();
            var structure = new List<long>();
            var counts = new int[2];
            Tree.Flatten(x1, leaves);
            Tree.Describe(x1, structure);
            counts[0] = leaves.Count;
            Tree.Flatten(x2, leaves);
            Tree.Describe(x2, structure);
            counts[1] = leaves.Count;
            return compiled.Run(leaves, counts, structure, nodes =>
            {
                int at = 0;
                return f(Tree.Build(x1, nodes, ref at), Tree.Build(x2, nodes, ref at));
            });
        };
    }

    /// <summary>A function that is called once for each signature of its arguments (structure, shapes, dtypes) and recorded; after that the recorded and planned graph runs at once.</summary>
    /// <param name="f">Its results must depend on its arguments alone: what it reads from elsewhere is taken as it is at the first call. Arrays have no value while it runs.</param>
    /// <param name="donate">Positions of arguments that are freed by the call; their memory may become a result's.</param>
    /// <exception cref="ArgumentException">An argument or the result is no tree of arrays, or a donated position is none.</exception>
    public static Func<T1, T2, T3, TResult> Compile<T1, T2, T3, TResult>(Func<T1, T2, T3, TResult> f, int[]? donate = null)
    {
        ArgumentNullException.ThrowIfNull(f);
        Tree.Check<T1>("Compile");
        Tree.Check<T2>("Compile");
        Tree.Check<T3>("Compile");
        Tree.Check<TResult>("Compile");
        var compiled = new CompiledFace<TResult>(donate, 3);
        return (x1, x2, x3) =>
        {
            var leaves = new List<Node>();
            var structure = new List<long>();
            var counts = new int[3];
            Tree.Flatten(x1, leaves);
            Tree.Describe(x1, structure);
            counts[0] = leaves.Count;
            Tree.Flatten(x2, leaves);
            Tree.Describe(x2, structure);
            counts[1] = leaves.Count;
            Tree.Flatten(x3, leaves);
            Tree.Describe(x3, structure);
            counts[2] = leaves.Count;
            return compiled.Run(leaves, counts, structure, nodes =>
            {
                int at = 0;
                return f(Tree.Build(x1, nodes, ref at), Tree.Build(x2, nodes, ref at), Tree.Build(x3, nodes, ref at));
            });
        };
    }

    /// <summary>A function that is called once for each signature of its arguments (structure, shapes, dtypes) and recorded; after that the recorded and planned graph runs at once.</summary>
    /// <param name="f">Its results must depend on its arguments alone: what it reads from elsewhere is taken as it is at the first call. Arrays have no value while it runs.</param>
    /// <param name="donate">Positions of arguments that are freed by the call; their memory may become a result's.</param>
    /// <exception cref="ArgumentException">An argument or the result is no tree of arrays, or a donated position is none.</exception>
    public static Func<T1, T2, T3, T4, TResult> Compile<T1, T2, T3, T4, TResult>(Func<T1, T2, T3, T4, TResult> f, int[]? donate = null)
    {
        ArgumentNullException.ThrowIfNull(f);
        Tree.Check<T1>("Compile");
        Tree.Check<T2>("Compile");
        Tree.Check<T3>("Compile");
        Tree.Check<T4>("Compile");
        Tree.Check<TResult>("Compile");
        var compiled = new CompiledFace<TResult>(donate, 4);
        return (x1, x2, x3, x4) =>
        {
            var leaves = new List<Node>();
            var structure = new List<long>();
            var counts = new int[4];
            Tree.Flatten(x1, leaves);
            Tree.Describe(x1, structure);
            counts[0] = leaves.Count;
            Tree.Flatten(x2, leaves);
            Tree.Describe(x2, structure);
            counts[1] = leaves.Count;
            Tree.Flatten(x3, leaves);
            Tree.Describe(x3, structure);
            counts[2] = leaves.Count;
            Tree.Flatten(x4, leaves);
            Tree.Describe(x4, structure);
            counts[3] = leaves.Count;
            return compiled.Run(leaves, counts, structure, nodes =>
            {
                int at = 0;
                return f(Tree.Build(x1, nodes, ref at), Tree.Build(x2, nodes, ref at), Tree.Build(x3, nodes, ref at), Tree.Build(x4, nodes, ref at));
            });
        };
    }
}
