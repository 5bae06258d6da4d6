using Engine.Internal;
using Engine.Internal.Graph;
using Engine.Internal.Memory;

namespace Engine.Interop.Python;

/// <summary>Elements of an evaluated array as Python numbers.</summary>
internal static unsafe class Elements
{
    /// <summary>The only element.</summary>
    /// <exception cref="PythonException">There is not exactly one.</exception>
    public static nint Single(NDArray x)
    {
        if (x.Layout.Count != 1)
        {
            throw PythonException.ValueError($"only an array of one element is a number, this one has shape ({string.Join(", ", x.Layout.Shape)})");
        }
        Gil.Eval(x);
        UInt128 bits = Values.First(x);
        return Number.New((byte*)&bits, x.DType);
    }

    /// <summary>All elements as nested lists; of an array without axes, the number.</summary>
    public static nint List(NDArray x)
    {
        if (x.Layout.Ndim == 0)
        {
            return Single(x);
        }
        Gil.Eval(x);
        Storage storage = Values.Of(x);
        // Exported while Python objects are made: making them can run the collector, and that anything at all.
        Header* lease = storage.Export();
        try
        {
            return Nested(storage.Data + x.Layout.Offset, x.DType, x.Layout, 0);
        }
        finally
        {
            Storage.Unexport(lease);
        }
    }

    // As deep as the array has axes.
    private static nint Nested(byte* p, DType type, Layout layout, int axis)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        long n = layout.Shape[axis];
        nint list = Ref.Check(Py.PyList_New((nint)n));
        try
        {
            bool last = axis == layout.Ndim - 1;
            long step = layout.Strides[axis];
            for (long i = 0; i < n; i++, p += step)
            {
                Ref.Check(Py.PyList_SetItem(list, (nint)i, last ? Number.New(p, type) : Nested(p, type, layout, axis + 1)));
            }
        }
        catch
        {
            Py.Py_DecRef(list);
            throw;
        }
        return list;
    }
}
