namespace Engine.Internal.Graph;

/// <summary>What happens to a node. See docs/architecture.md, "Lifetime".</summary>
[Flags]
internal enum NodeFlags
{
    None = 0,
    /// <summary>Handed to C# code, whose references nobody counts: holds one claim of its own.</summary>
    Escaped = 1,
    /// <summary>Has claimed its inputs.</summary>
    Took = 2,
    /// <summary>A plan has computed it on the way and not kept it; the next one that needs it keeps it.</summary>
    Seen = 4,
    /// <summary>A running plan computes it.</summary>
    InPlan = 8,
    /// <summary>An open frame still wants its inputs after it has a value.</summary>
    KeepEdges = 16,
    /// <summary>Its last claim is gone; value and inputs are given back.</summary>
    Dead = 32,
    /// <summary>Was asked for by the running plan.</summary>
    Root = 64,
    /// <summary>A constant written in the program: never counted, never freed.</summary>
    Literal = 128,
    /// <summary>A literal whose dtype an op will choose. <c>Scalar</c> holds it wide: a long, a double, or two doubles.</summary>
    Weak = 256,
    /// <summary>Stands for an argument inside a transform.</summary>
    Tracer = 512,
    /// <summary>Depends on a tracer that never has a value (Vmap, Compile).</summary>
    Abstract = 1024,
    /// <summary>Its value was given up by Free, or died with its frame: later use is a ReleasedException.</summary>
    Freed = 2048,
}

/// <summary>An array as op rules see it. Operators on it build floating nodes: nothing is claimed until somebody claims a result.</summary>
internal readonly struct Node(NDArray array)
{
    public readonly NDArray Array = array;

    public DType DType => Array.DType;

    public Layout Layout => Array.Layout;

    public long[] Shape => Array.Layout.Shape;

    public int Ndim => Array.Layout.Shape.Length;

    public long Count => Array.Layout.Count;

    public bool IsWeak => Array.Has(NodeFlags.Weak);

    public static implicit operator NDArray(Node node) => node.Array;

    public static implicit operator Node(NDArray array) => new(array);

    public static implicit operator Node(double value) => new(Weak.From(value));

    public static implicit operator Node(long value) => new(Weak.From(value));

    public static implicit operator Node(int value) => new(Weak.From((long)value));
}
