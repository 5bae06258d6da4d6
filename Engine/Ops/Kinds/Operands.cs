using Engine.Internal.Graph;

namespace Engine.Internal.Operations;

/// <summary>How operands come to one dtype: promotion and weak literals.</summary>
internal static class Operands
{
    /// <summary>The dtype in which <paramref name="a"/> and <paramref name="b"/> meet.</summary>
    /// <exception cref="OptionException">A weak integer does not fit the array's dtype.</exception>
    public static DType Common(string op, Node a, Node b)
    {
        bool weakA = a.IsWeak, weakB = b.IsWeak;
        if (weakA == weakB)
        {
            return weakA ? WeakCommon(a, b) : a.DType == b.DType ? a.DType : Promotion.Promote(a.DType, b.DType);
        }
        return weakA ? WithWeak(op, b.DType, a) : WithWeak(op, a.DType, b);
    }

    static DType WithWeak(string op, DType array, Node literal)
    {
        WeakKind kind = Kind(literal);
        if (kind == WeakKind.Int) { Promotion.CheckWeak(op, array, (long)(ulong)literal.Array.Scalar); }
        return Promotion.Weak(array, kind);
    }

    static DType WeakCommon(Node a, Node b) => Promotion.Promote(a.DType, b.DType);

    static WeakKind Kind(Node literal) => literal.DType switch
    {
        DType.Bool => WeakKind.Bool,
        DType.Float32 => WeakKind.Float,
        DType.Complex64 => WeakKind.Complex,
        _ => WeakKind.Int,
    };

    /// <summary>The node in this dtype; a weak literal becomes a constant of it.</summary>
    public static Node As(Node a, DType dtype) => a.IsWeak ? Weak.Strong(a, dtype) : Cast.To(a, dtype);

    /// <summary>A weak literal in its own default dtype; anything else as it is.</summary>
    public static Node Strong(Node a) => a.IsWeak ? Weak.Strong(a, a.DType) : a;

    public static DType Real(string op, DType dtype) => dtype.IsComplex ? throw Errors.ComplexNotYet(op, dtype) : dtype;
}
