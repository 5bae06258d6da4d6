using Engine.Internal;
using Engine.Internal.Graph;

namespace Engine.Testing;

public static partial class ArrayCheck
{
    /// <summary>Checks that vmap of a function of one array, over one axis, gives what a loop over the slices gives.</summary>
    public static void Vmap(Func<NDArray, NDArray> f, NDArray x, int axis = 0, double? relative = null)
    {
        ArgumentNullException.ThrowIfNull(f);
        Vmap((NDArray[] a) => f(a[0]), new[] { x }, [axis], relative);
    }

    /// <summary>
    /// Checks that vmap gives what a loop gives: slice i along <paramref name="inAxes"/> of each array (null: the whole array) goes through <paramref name="f"/>, and the results
    /// are stacked along axis 0. The bits must agree, or, where <paramref name="relative"/> is given, the values within it.
    /// </summary>
    public static void Vmap(Func<NDArray[], NDArray> f, NDArray[] x, int?[] inAxes, double? relative = null)
    {
        ArgumentNullException.ThrowIfNull(f);
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(inAxes);
        HostArray[] host = [.. x.Select(HostReader.Read)];
        int mapped = Array.FindIndex(inAxes, a => a != null);
        if (mapped < 0) { throw new ArgumentException("At least one axis must be mapped.", nameof(inAxes)); }
        long n = host[mapped].Shape[Axis(inAxes[mapped]!.Value, host[mapped])];
        HostArray got = HostReader.Read(Mapped.Run(
            [.. x.Select(a => new Node(a))], [.. Enumerable.Range(1, x.Length)], inAxes, 0, nodes => f(Array.ConvertAll(nodes, n => n.Array))));
        if (got.Shape.Length == 0 || got.Shape[0] != n)
        {
            throw new ArrayCheckException($"The result of vmap over {n} slices has shape {HostArray.ShapeText(got.Shape)}.");
        }
        for (long i = 0; i < n; i++)
        {
            NDArray[] slices = [.. host.Select((h, k) => ToArray(inAxes[k] is { } a ? Slice(h, Axis(a, h), i) : h))];
            HostArray want = HostReader.Read(f(slices)), row = Slice(got, 0, i);
            if (relative is { } r) { CloseTo(want, row, r, r, $"Slice {i} of the loop and of vmap"); }
            else if (want.Difference(row) is { } difference) { throw new ArrayCheckException($"Slice {i} of the loop and of vmap differ: {difference}."); }
        }
    }

    static int Axis(int axis, HostArray a) => axis < 0 ? axis + a.Shape.Length : axis;

    /// <summary>Index i along an axis, which goes.</summary>
    internal static HostArray Slice(HostArray a, int axis, long i)
    {
        long[] shape = [.. a.Shape[..axis], .. a.Shape[(axis + 1)..]];
        HostArray r = HostArray.Empty(a.DType, shape);
        long row = HostArray.SizeOf(a.DType);
        for (int d = axis + 1; d < a.Shape.Length; d++) { row *= a.Shape[d]; }
        for (long o = 0; o * row < r.Bytes.Length; o++)
        {
            a.Bytes.AsSpan((int)((o * a.Shape[axis] + i) * row), (int)row).CopyTo(r.Bytes.AsSpan((int)(o * row)));
        }
        return r;
    }
}
