using System.Runtime.CompilerServices;
using Engine.Internal.Graph;
using Engine.Internal.Lanes;

namespace Engine.Internal.Operations;

[Op("floor_divide", "(a, b, /, *, stream=None)", Operator = "//")]
internal readonly partial struct FloorDivide : INumberBinary
{
    /// <summary>Quotient rounded down, element by element.</summary>
    /// <param name="a">Any shape and real dtype.</param>
    /// <param name="b">A shape that broadcasts with it.</param>
    /// <returns>The broadcast shape, in the promoted dtype.</returns>
    /// <remarks>Integers round towards minus infinity; x // 0 is 0, the lowest integer // -1 wraps. Floats: floor(x / y). Derivative 0.</remarks>
    public static partial Node Of(Node a, Node b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Apply<V, T, L>(V x, V y) where T : unmanaged where L : struct, ILanes<V, T>
    {
        if (typeof(T) == typeof(float) || typeof(T) == typeof(double)) { return L.Floor(L.Div(x, y)); }
        V zero = L.Const(0), q = L.DivInt(x, y), rest = L.Sub(x, L.Mul(q, y));
        V down = L.And(L.Not(L.Eq(rest, zero)), L.Xor(L.Lt(rest, zero), L.Lt(y, zero)));
        return L.Select(L.Eq(y, zero), zero, L.Select(down, L.Sub(q, L.Const(1)), q));
    }

    public static Node? ChainX(Node g, Node x, Node y, Node z) => null;

    public static Node? ChainY(Node g, Node x, Node y, Node z) => null;
}
