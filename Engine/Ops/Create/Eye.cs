using Engine.Internal.Graph;

namespace Engine.Internal.Operations;

[Op("eye", "(n, m=None, k=0, dtype=float32, *, stream=None)")]
internal static partial class Eye
{
    /// <summary>Ones on a diagonal, zeros elsewhere.</summary>
    /// <param name="n">Rows.</param>
    /// <param name="m">Columns; as many as rows where none is given.</param>
    /// <param name="k">The diagonal: 0 the main one, above it positive.</param>
    /// <param name="dtype">The dtype; float32 where none is given.</param>
    /// <returns>Shape (n, m).</returns>
    /// <exception cref="OptionException">n or m is negative.</exception>
    public static Node Of(int n, int? m = null, int k = 0, DType? dtype = null)
    {
        if (n < 0) { throw Errors.OptionNegative(OpName, "n", n); }
        if (m < 0) { throw Errors.OptionNegative(OpName, "m", m.Value); }
        Node offset = Iota.Of([n, m ?? n], k, [1, -1]);
        return Cast.To(Equal.Of(offset, Build.Constant(DType.Int64, 0L)), dtype ?? DType.Float32);
    }
}
