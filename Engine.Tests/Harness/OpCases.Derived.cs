using Engine.Internal;
using Engine.Tests.Oracles;

namespace Engine.Tests.Harness;

internal static partial class OpCases
{
    /// <summary>The table, and a case for each elementwise op that the table does not have: its kind tells how it is called, its name what NumPy and MPFR call it.</summary>
    static IReadOnlyList<OpCase> WithDerived(IReadOnlyList<OpCase> table) => [.. table, .. Derived(table.Select(c => c.Op).ToHashSet())];

    static IEnumerable<OpCase> Derived(HashSet<string> known)
    {
        foreach (OpEntry op in OpCatalog.All.Where(o => o.Module is null && !known.Contains(o.Name)))
        {
            OpCase? c = op.Kind switch
            {
                "FloatUnary" => Unary(op.Name, Function<Func<NDArray, NDArray>>(op), $"np.{op.Name}(x)"),
                "FloatBinary" => Binary(op.Name, Function<Func<NDArray, NDArray, NDArray>>(op), $"np.{op.Name}(x, y)"),
                _ => null,
            };
            if (c is not null) { yield return c with { Mpfr = Mpfr.Knows(op.Name), Ulps = 2, Gradient = (0.5, 0.9) }; }
        }
    }

    static T Function<T>(OpEntry op) where T : Delegate =>
        typeof(Ops).GetMethod(op.Type, [.. typeof(T).GenericTypeArguments[..^1]])!.CreateDelegate<T>();
}
