using Engine.Internal;
using Engine.Internal.Graph;
using Engine.Internal.Transforms;

namespace Engine;

public static partial class Ops
{
    /// <summary>Gradient of a function in its first argument, a tree of parameters.</summary>
    /// <param name="f">Returns one number, the loss.</param>
    /// <returns>A function of the same arguments. It calls <paramref name="f"/> once, each time it is called.</returns>
    /// <exception cref="ArgumentException">TParams is no parameter tree (NDArray, NDArray[], NDArray[][]).</exception>
    public static Func<TParams, TParams> Grad<TParams>(Func<TParams, NDArray> f)
    {
        var both = ValueAndGrad(f);
        return (p) => both(p).Gradient;
    }

    /// <summary>Value and gradient of a function in its first argument, a tree of parameters.</summary>
    /// <param name="f">Returns one number, the loss.</param>
    /// <returns>A function of the same arguments. It calls <paramref name="f"/> once, each time it is called.</returns>
    /// <exception cref="ArgumentException">TParams is no parameter tree (NDArray, NDArray[], NDArray[][]).</exception>
    public static Func<TParams, (NDArray Value, TParams Gradient)> ValueAndGrad<TParams>(Func<TParams, NDArray> f)
    {
        ArgumentNullException.ThrowIfNull(f);
        Tree.Check<TParams>("ValueAndGrad");
        return (p) => Differentiated.Run(p, q => (f(q), (NDArray?)null)) is var (value, _, gradient) ? (value, gradient) : default;
    }

    /// <summary>Value, further results and gradient of a function in its first argument, a tree of parameters.</summary>
    /// <param name="f">Returns the loss and further results, a tree of arrays that comes along as constants.</param>
    /// <returns>A function of the same arguments. It calls <paramref name="f"/> once, each time it is called.</returns>
    /// <exception cref="ArgumentException">TParams is no parameter tree (NDArray, NDArray[], NDArray[][]).</exception>
    public static Func<TParams, ((NDArray Loss, TAux Aux) Value, TParams Gradient)> ValueAndGrad<TParams, TAux>(Func<TParams, (NDArray Loss, TAux Aux)> f)
    {
        ArgumentNullException.ThrowIfNull(f);
        Tree.Check<TParams>("ValueAndGrad");
        Tree.Check<TAux>("ValueAndGrad");
        return (p) =>
        {
            var (value, aux, gradient) = Differentiated.Run(p, q => f(q));
            return ((value, aux), gradient);
        };
    }

    /// <summary>Gradient of a function in its first argument, a tree of parameters.</summary>
    /// <param name="f">Returns one number, the loss.</param>
    /// <returns>A function of the same arguments. It calls <paramref name="f"/> once, each time it is called.</returns>
    /// <exception cref="ArgumentException">TParams is no parameter tree (NDArray, NDArray[], NDArray[][]).</exception>
    public static Func<TParams, NDArray, TParams> Grad<TParams>(Func<TParams, NDArray, NDArray> f)
    {
        var both = ValueAndGrad(f);
        return (p, x1) => both(p, x1).Gradient;
    }

    /// <summary>Value and gradient of a function in its first argument, a tree of parameters.</summary>
    /// <param name="f">Returns one number, the loss.</param>
    /// <returns>A function of the same arguments. It calls <paramref name="f"/> once, each time it is called.</returns>
    /// <exception cref="ArgumentException">TParams is no parameter tree (NDArray, NDArray[], NDArray[][]).</exception>
    public static Func<TParams, NDArray, (NDArray Value, TParams Gradient)> ValueAndGrad<TParams>(Func<TParams, NDArray, NDArray> f)
    {
        ArgumentNullException.ThrowIfNull(f);
        Tree.Check<TParams>("ValueAndGrad");
        return (p, x1) => Differentiated.Run(p, q => (f(q, x1), (NDArray?)null)) is var (value, _, gradient) ? (value, gradient) : default;
    }

    /// <summary>Value, further results and gradient of a function in its first argument, a tree of parameters.</summary>
    /// <param name="f">Returns the loss and further results, a tree of arrays that comes along as constants.</param>
    /// <returns>A function of the same arguments. It calls <paramref name="f"/> once, each time it is called.</returns>
    /// <exception cref="ArgumentException">TParams is no parameter tree (NDArray, NDArray[], NDArray[][]).</exception>
    public static Func<TParams, NDArray, ((NDArray Loss, TAux Aux) Value, TParams Gradient)> ValueAndGrad<TParams, TAux>(Func<TParams, NDArray, (NDArray Loss, TAux Aux)> f)
    {
        ArgumentNullException.ThrowIfNull(f);
        Tree.Check<TParams>("ValueAndGrad");
        Tree.Check<TAux>("ValueAndGrad");
        return (p, x1) =>
        {
            var (value, aux, gradient) = Differentiated.Run(p, q => f(q, x1));
            return ((value, aux), gradient);
        };
    }

    /// <summary>Gradient of a function in its first argument, a tree of parameters.</summary>
    /// <param name="f">Returns one number, the loss.</param>
    /// <returns>A function of the same arguments. It calls <paramref name="f"/> once, each time it is called.</returns>
    /// <exception cref="ArgumentException">TParams is no parameter tree (NDArray, NDArray[], NDArray[][]).</exception>
    public static Func<TParams, NDArray, NDArray, TParams> Grad<TParams>(Func<TParams, NDArray, NDArray, NDArray> f)
    {
        var both = ValueAndGrad(f);
        return (p, x1, x2) => both(p, x1, x2).Gradient;
    }

    /// <summary>Value and gradient of a function in its first argument, a tree of parameters.</summary>
    /// <param name="f">Returns one number, the loss.</param>
    /// <returns>A function of the same arguments. It calls <paramref name="f"/> once, each time it is called.</returns>
    /// <exception cref="ArgumentException">TParams is no parameter tree (NDArray, NDArray[], NDArray[][]).</exception>
    public static Func<TParams, NDArray, NDArray, (NDArray Value, TParams Gradient)> ValueAndGrad<TParams>(Func<TParams, NDArray, NDArray, NDArray> f)
    {
        ArgumentNullException.ThrowIfNull(f);
        Tree.Check<TParams>("ValueAndGrad");
        return (p, x1, x2) => Differentiated.Run(p, q => (f(q, x1, x2), (NDArray?)null)) is var (value, _, gradient) ? (value, gradient) : default;
    }

    /// <summary>Value, further results and gradient of a function in its first argument, a tree of parameters.</summary>
    /// <param name="f">Returns the loss and further results, a tree of arrays that comes along as constants.</param>
    /// <returns>A function of the same arguments. It calls <paramref name="f"/> once, each time it is called.</returns>
    /// <exception cref="ArgumentException">TParams is no parameter tree (NDArray, NDArray[], NDArray[][]).</exception>
    public static Func<TParams, NDArray, NDArray, ((NDArray Loss, TAux Aux) Value, TParams Gradient)> ValueAndGrad<TParams, TAux>(Func<TParams, NDArray, NDArray, (NDArray Loss, TAux Aux)> f)
    {
        ArgumentNullException.ThrowIfNull(f);
        Tree.Check<TParams>("ValueAndGrad");
        Tree.Check<TAux>("ValueAndGrad");
        return (p, x1, x2) =>
        {
            var (value, aux, gradient) = Differentiated.Run(p, q => f(q, x1, x2));
            return ((value, aux), gradient);
        };
    }

    /// <summary>Gradient of a function in its first argument, a tree of parameters.</summary>
    /// <param name="f">Returns one number, the loss.</param>
    /// <returns>A function of the same arguments. It calls <paramref name="f"/> once, each time it is called.</returns>
    /// <exception cref="ArgumentException">TParams is no parameter tree (NDArray, NDArray[], NDArray[][]).</exception>
    public static Func<TParams, NDArray, NDArray, NDArray, TParams> Grad<TParams>(Func<TParams, NDArray, NDArray, NDArray, NDArray> f)
    {
        var both = ValueAndGrad(f);
        return (p, x1, x2, x3) => both(p, x1, x2, x3).Gradient;
    }

    /// <summary>Value and gradient of a function in its first argument, a tree of parameters.</summary>
    /// <param name="f">Returns one number, the loss.</param>
    /// <returns>A function of the same arguments. It calls <paramref name="f"/> once, each time it is called.</returns>
    /// <exception cref="ArgumentException">TParams is no parameter tree (NDArray, NDArray[], NDArray[][]).</exception>
    public static Func<TParams, NDArray, NDArray, NDArray, (NDArray Value, TParams Gradient)> ValueAndGrad<TParams>(Func<TParams, NDArray, NDArray, NDArray, NDArray> f)
    {
        ArgumentNullException.ThrowIfNull(f);
        Tree.Check<TParams>("ValueAndGrad");
        return (p, x1, x2, x3) => Differentiated.Run(p, q => (f(q, x1, x2, x3), (NDArray?)null)) is var (value, _, gradient) ? (value, gradient) : default;
    }

    /// <summary>Value, further results and gradient of a function in its first argument, a tree of parameters.</summary>
    /// <param name="f">Returns the loss and further results, a tree of arrays that comes along as constants.</param>
    /// <returns>A function of the same arguments. It calls <paramref name="f"/> once, each time it is called.</returns>
    /// <exception cref="ArgumentException">TParams is no parameter tree (NDArray, NDArray[], NDArray[][]).</exception>
    public static Func<TParams, NDArray, NDArray, NDArray, ((NDArray Loss, TAux Aux) Value, TParams Gradient)> ValueAndGrad<TParams, TAux>(Func<TParams, NDArray, NDArray, NDArray, (NDArray Loss, TAux Aux)> f)
    {
        ArgumentNullException.ThrowIfNull(f);
        Tree.Check<TParams>("ValueAndGrad");
        Tree.Check<TAux>("ValueAndGrad");
        return (p, x1, x2, x3) =>
        {
            var (value, aux, gradient) = Differentiated.Run(p, q => f(q, x1, x2, x3));
            return ((value, aux), gradient);
        };
    }

    /// <summary>Outputs of a function, and the cotangents of its arguments for given cotangents of its outputs.</summary>
    /// <param name="f">Called once.</param>
    /// <param name="primals">The arguments.</param>
    /// <param name="cotangents">One for each output, of its shape.</param>
    /// <exception cref="ArgumentException">Numbers or shapes do not match.</exception>
    public static (NDArray[] Outputs, NDArray[] Cotangents) Vjp(Func<NDArray[], NDArray[]> f, ReadOnlySpan<NDArray> primals, ReadOnlySpan<NDArray> cotangents)
    {
        ArgumentNullException.ThrowIfNull(f);
        var (outputs, results) = Differentiate.Vjp(Flat(f), Face.In(primals, nameof(primals)), Face.In(cotangents, nameof(cotangents)));
        return (Escaped(outputs), Escaped(results));
    }

    /// <summary>Outputs of a function, and their tangents for given tangents of its arguments.</summary>
    /// <param name="f">Called once.</param>
    /// <param name="primals">The arguments.</param>
    /// <param name="tangents">One for each argument, of its shape.</param>
    /// <exception cref="ArgumentException">Numbers or shapes do not match.</exception>
    public static (NDArray[] Outputs, NDArray[] Tangents) Jvp(Func<NDArray[], NDArray[]> f, ReadOnlySpan<NDArray> primals, ReadOnlySpan<NDArray> tangents)
    {
        ArgumentNullException.ThrowIfNull(f);
        var (outputs, results) = Differentiate.Jvp(Flat(f), Face.In(primals, nameof(primals)), Face.In(tangents, nameof(tangents)));
        return (Escaped(outputs), Escaped(results));
    }

    static Func<Node[], Node[]> Flat(Func<NDArray[], NDArray[]> f) => nodes =>
    {
        var leaves = new List<Node>();
        Tree.Flatten(f(Array.ConvertAll(nodes, n => n.Array)), leaves);
        return Tree.Claimed(leaves);
    };

    static NDArray[] Escaped(Node[] owned)
    {
        Tree.Escape(owned);
        return Array.ConvertAll(owned, n => n.Array);
    }

    /// <summary>A function of single items as one over batches of them. The function is recorded once, not called for each item.</summary>
    /// <param name="f">Called once, on items without the mapped axis.</param>
    /// <param name="inAxes">The mapped axis of each argument (of all its leaves); null for one that every item shares. Axis 0 of all where none is given.</param>
    /// <param name="outAxis">Where the results have the mapped axis.</param>
    /// <exception cref="ArgumentException">An argument or the result is no tree of arrays.</exception>
    public static Func<T1, TResult> Vmap<T1, TResult>(Func<T1, TResult> f, int?[]? inAxes = null, int outAxis = 0)
    {
        ArgumentNullException.ThrowIfNull(f);
        Tree.Check<T1>("Vmap");
        Tree.Check<TResult>("Vmap");
        return (x1) =>
        {
            var leaves = new List<Node>();
            var counts = new int[1];
            Tree.Flatten(x1, leaves);
            counts[0] = leaves.Count;
            return Mapped.Run(leaves, counts, inAxes, outAxis, nodes =>
            {
                int at = 0;
                return f(Tree.Build(x1, nodes, ref at));
            });
        };
    }

    /// <summary>A function of single items as one over batches of them. The function is recorded once, not called for each item.</summary>
    /// <param name="f">Called once, on items without the mapped axis.</param>
    /// <param name="inAxes">The mapped axis of each argument (of all its leaves); null for one that every item shares. Axis 0 of all where none is given.</param>
    /// <param name="outAxis">Where the results have the mapped axis.</param>
    /// <exception cref="ArgumentException">An argument or the result is no tree of arrays.</exception>
    public static Func<T1, T2, TResult> Vmap<T1, T2, TResult>(Func<T1, T2, TResult> f, int?[]? inAxes = null, int outAxis = 0)
    {
        ArgumentNullException.ThrowIfNull(f);
        Tree.Check<T1>("Vmap");
        Tree.Check<T2>("Vmap");
        Tree.Check<TResult>("Vmap");
        return (x1, x2) =>
        {
            var leaves = new List<Node>();
            var counts = new int[2];
            Tree.Flatten(x1, leaves);
            counts[0] = leaves.Count;
            Tree.Flatten(x2, leaves);
            counts[1] = leaves.Count;
            return Mapped.Run(leaves, counts, inAxes, outAxis, nodes =>
            {
                int at = 0;
                return f(Tree.Build(x1, nodes, ref at), Tree.Build(x2, nodes, ref at));
            });
        };
    }

    /// <summary>A function of single items as one over batches of them. The function is recorded once, not called for each item.</summary>
    /// <param name="f">Called once, on items without the mapped axis.</param>
    /// <param name="inAxes">The mapped axis of each argument (of all its leaves); null for one that every item shares. Axis 0 of all where none is given.</param>
    /// <param name="outAxis">Where the results have the mapped axis.</param>
    /// <exception cref="ArgumentException">An argument or the result is no tree of arrays.</exception>
    public static Func<T1, T2, T3, TResult> Vmap<T1, T2, T3, TResult>(Func<T1, T2, T3, TResult> f, int?[]? inAxes = null, int outAxis = 0)
    {
        ArgumentNullException.ThrowIfNull(f);
        Tree.Check<T1>("Vmap");
        Tree.Check<T2>("Vmap");
        Tree.Check<T3>("Vmap");
        Tree.Check<TResult>("Vmap");
        return (x1, x2, x3) =>
        {
            var leaves = new List<Node>();
            var counts = new int[3];
            Tree.Flatten(x1, leaves);
            counts[0] = leaves.Count;
            Tree.Flatten(x2, leaves);
            counts[1] = leaves.Count;
            Tree.Flatten(x3, leaves);
            counts[2] = leaves.Count;
            return Mapped.Run(leaves, counts, inAxes, outAxis, nodes =>
            {
                int at = 0;
                return f(Tree.Build(x1, nodes, ref at), Tree.Build(x2, nodes, ref at), Tree.Build(x3, nodes, ref at));
            });
        };
    }
}
