using System.Runtime.CompilerServices;
using Engine.Internal.Graph;
using Engine.Internal.Lanes;

namespace Engine.Internal.Operations;

[Op("remainder", "(a, b, /, *, stream=None)", Operator = "%")]
internal readonly partial struct Remainder : INumberBinary
{
    /// <summary>Remainder with the sign of the divisor, element by element.</summary>
    /// <param name="a">Any shape and real dtype.</param>
    /// <param name="b">A shape that broadcasts with it.</param>
    /// <returns>The broadcast shape, in the promoted dtype.</returns>
    /// <remarks>Integers: x % 0 is x. Floats: x - y floor(x / y) without rounding in between. Derivatives 1 and -floor(x / y).</remarks>
    public static partial Node Of(Node a, Node b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Apply<V, T, L>(V x, V y) where T : unmanaged where L : struct, ILanes<V, T>
    {
        V zero = L.Const(0);
        if (typeof(T) == typeof(float) || typeof(T) == typeof(double))
        {
            V r = L.Rem(x, y);
            V wrong = L.And(L.Not(L.Eq(r, zero)), L.Xor(L.Lt(r, zero), L.Lt(y, zero)));
            return L.Select(wrong, L.Add(r, y), r);
        }
        V rest = L.Sub(x, L.Mul(L.DivInt(x, y), y));
        V other = L.And(L.Not(L.Eq(rest, zero)), L.Xor(L.Lt(rest, zero), L.Lt(y, zero)));
        return L.Select(L.Eq(y, zero), x, L.Select(other, L.Add(rest, y), rest));
    }

    public static Node? ChainX(Node g, Node x, Node y, Node z) => g;

    public static Node? ChainY(Node g, Node x, Node y, Node z) => -(g * Floor.Of(x / y));
}
