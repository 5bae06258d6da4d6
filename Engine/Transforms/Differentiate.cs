using Engine.Internal.Graph;
using Engine.Internal.Operations;

namespace Engine.Internal.Transforms;

/// <summary>Reverse and forward derivatives of a function over flat lists of arrays.</summary>
/// <remarks>
/// The function is called once, on tracers; what it builds is recorded, and derivatives are built from the record as ordinary nodes, so that transforms nest to any depth.
/// Ownership: each array that the function returns carries one claim, which the transform takes over; each array that the transform returns carries one claim for its caller.
/// </remarks>
internal static class Differentiate
{
    /// <summary>Value and gradients of the first output, which must be one number; the other outputs come along as constants.</summary>
    /// <param name="f">Called once.</param>
    /// <param name="arguments">All arguments.</param>
    /// <param name="wrt">Numbers of the arguments to differentiate by.</param>
    public static (Node[] Outputs, Node[] Gradients) ValueAndGrad(Func<Node[], Node[]> f, Node[] arguments, ReadOnlySpan<int> wrt) =>
        Run(f, arguments, wrt.ToArray(), FrameKind.Grad, static (outputs, _) =>
        {
            if (outputs.Length == 0) { throw Errors.Option("grad", "the function returned no array; return the loss first"); }
            if (outputs[0].Ndim != 0) { throw Errors.NotScalar("grad", outputs[0].Shape); }
            var cotangents = new Node?[outputs.Length];
            cotangents[0] = Build.Constant(outputs[0].DType, 1L);
            return cotangents;
        });

    /// <summary>Outputs, and the cotangents of the arguments for given ones of the outputs.</summary>
    public static (Node[] Outputs, Node[] Cotangents) Vjp(Func<Node[], Node[]> f, Node[] primals, Node[] cotangents) =>
        Run(f, primals, TakeAlongAxis.Every(primals.Length), FrameKind.Grad, (outputs, _) =>
        {
            if (outputs.Length != cotangents.Length) { throw Errors.Option("vjp", $"the function has {outputs.Length} outputs and {cotangents.Length} cotangents were given; give one for each"); }
            var given = new Node?[outputs.Length];
            for (int i = 0; i < given.Length; i++) { given[i] = Like("vjp", cotangents[i], outputs[i]); }
            return given;
        });

    static (Node[] Outputs, Node[] Gradients) Run(Func<Node[], Node[]> f, Node[] arguments, int[] wrt, FrameKind kind, Func<Node[], Node[], Node?[]> seeds)
    {
        Frame frame = Frames.Open(kind);
        Node[] outputs = [], results = [];
        try
        {
            var (inputs, tracers) = Trace(frame, arguments, wrt);
            outputs = f(inputs);
            Node?[] sums = Sweep.Reverse(outputs, seeds(outputs, tracers), tracers);
            var gradients = new Node[wrt.Length];
            for (int i = 0; i < wrt.Length; i++) { gradients[i] = sums[i] is { } sum ? Own(sum, tracers) : Fill.Like(arguments[wrt[i]], 0); }
            results = [.. outputs, .. gradients];
            foreach (Node result in results) { Lifetime.Claim(result); }
            return (outputs, gradients);
        }
        finally
        {
            frame.Close(results);
            foreach (Node output in outputs) { Lifetime.Release(output); }
        }
    }

    // A gradient that is a tracer or another gradient's node gets a node of its own.
    static Node Own(Node gradient, Node[] tracers)
    {
        foreach (Node tracer in tracers)
        {
            if (ReferenceEquals(tracer.Array, gradient.Array)) { return Build.Alias(gradient); }
        }
        return gradient;
    }

    /// <summary>Outputs and their tangents for given ones of the arguments.</summary>
    public static (Node[] Outputs, Node[] Tangents) Jvp(Func<Node[], Node[]> f, Node[] primals, Node[] tangents)
    {
        if (primals.Length != tangents.Length) { throw Errors.Option("jvp", $"{primals.Length} primals and {tangents.Length} tangents were given; give one for each"); }
        var given = new Node?[primals.Length];
        for (int i = 0; i < given.Length; i++) { given[i] = Like("jvp", tangents[i], primals[i]); }
        Frame frame = Frames.Open(FrameKind.Jvp);
        Node[] outputs = [], results = [];
        try
        {
            var (inputs, tracers) = Trace(frame, primals, TakeAlongAxis.Every(primals.Length));
            outputs = f(inputs);
            Node?[] found = Sweep.Forward(outputs, tracers, given);
            var moved = new Node[outputs.Length];
            for (int i = 0; i < moved.Length; i++) { moved[i] = found[i] is { } t ? Build.Alias(t) : Fill.Like(outputs[i], 0); }
            results = [.. outputs, .. moved];
            foreach (Node result in results) { Lifetime.Claim(result); }
            return (outputs, moved);
        }
        finally
        {
            frame.Close(results);
            foreach (Node output in outputs) { Lifetime.Release(output); }
        }
    }

    static (Node[] Inputs, Node[] Tracers) Trace(Frame frame, Node[] arguments, int[] wrt)
    {
        var inputs = (Node[])arguments.Clone();
        var tracers = new Node[wrt.Length];
        for (int i = 0; i < wrt.Length; i++)
        {
            Node argument = Operands.Strong(arguments[wrt[i]]);
            inputs[wrt[i]] = tracers[i] = frame.Tracer(argument);
        }
        return (inputs, tracers);
    }

    static Node Like(string op, Node given, Node wanted)
    {
        if (!given.Shape.AsSpan().SequenceEqual(wanted.Shape))
        {
            throw Errors.Shape(op, $"a {(op == "vjp" ? "cotangent" : "tangent")} of shape {Shapes.Text(given.Shape)} was given for an array of shape {Shapes.Text(wanted.Shape)}; give one of the same shape");
        }
        return Operands.As(given, wanted.DType);
    }
}
