using Engine.Internal.Graph;
using Engine.Internal.Operations;

namespace Engine.Interop.Python;

/// <summary>Reads what stands between the brackets of a[...] into the engine's index items.</summary>
internal static unsafe class ArrayIndex
{
    /// <summary>The items of an index.</summary>
    /// <param name="key">One index, or a tuple of them.</param>
    /// <param name="write">Masks are taken in assignments only.</param>
    public static IndexItem[] Parse(nint key, bool write)
    {
        if (!Ref.Is(key, Globals.TupleType))
        {
            return [One(key, write)];
        }
        var items = new IndexItem[Py.PyTuple_Size(key)];
        for (int i = 0; i < items.Length; i++)
        {
            items[i] = One(Py.PyTuple_GetItem(key, i), write);
        }
        return items;
    }

    private static IndexItem One(nint k, bool write)
    {
        nint type = Ref.Type(k);
        if (k == Globals.None)
        {
            return new IndexItem(IndexKind.NewAxis);
        }
        if (k == Globals.Ellipsis)
        {
            return new IndexItem(IndexKind.Ellipsis);
        }
        if (type == Globals.SliceType)
        {
            return Slice(k);
        }
        if (type == Globals.BoolType)
        {
            return write ? Mask(new Node(Build.ScalarValue(DType.Bool, k == Globals.True ? 1u : 0u))) : throw Wrong(k);
        }
        if (ArrayObject.Is(k))
        {
            return Array(new Node(ArrayObject.Of(k)), write);
        }
        if (type == Globals.ListType)
        {
            return Array(Temporaries.Keep(Construct.FromSequence(k, null)), write);
        }
        if (Py.PyIndex_Check(k) != 0)
        {
            // A NumPy array has __index__ too, which only one element of an integer type answers.
            nint i = Py.PyNumber_Index(k);
            if (i == 0)
            {
                if (Py.PyErr_ExceptionMatches(Globals.TypeError) == 0)
                {
                    throw new PythonErrorSet();
                }
                Py.PyErr_Clear();
                return ForeignMask(k, write);
            }
            try
            {
                return new IndexItem(IndexKind.Int, Clamped(i));
            }
            finally
            {
                Py.Py_DecRef(i);
            }
        }
        return ForeignMask(k, write);
    }

    private static IndexItem ForeignMask(nint k, bool write)
    {
        if (write && Foreign.IsArray(k))
        {
            Node mask = Temporaries.Keep(Foreign.Array(k, null));
            if (mask.DType == DType.Bool)
            {
                return Mask(mask);
            }
        }
        throw Wrong(k);
    }

    private static IndexItem Array(Node x, bool write)
    {
        if (x.DType == DType.Bool)
        {
            return write
                ? Mask(x)
                : throw PythonException.ValueError("a[mask] reads a number of elements that only values can tell, which is not possible yet: use engine.core.where");
        }
        return new IndexItem(IndexKind.Array, Array: x);
    }

    private static IndexItem Mask(Node x) => new(IndexKind.Mask, Array: x);

    private static IndexItem Slice(nint k)
    {
        return new IndexItem(IndexKind.Slice, Start: Bound(k, Text.Z("start"u8)), Stop: Bound(k, Text.Z("stop"u8)), Step: Bound(k, Text.Z("step"u8)));
    }

    private static long? Bound(nint slice, byte* name)
    {
        nint o = Ref.Check(Py.PyObject_GetAttrString(slice, name));
        try
        {
            if (o == Globals.None)
            {
                return null;
            }
            if (Py.PyIndex_Check(o) == 0 || ArrayObject.Is(o))
            {
                throw PythonException.ValueError($"a slice's bounds are integers or None, an object of type {Text.TypeName(o)} was given");
            }
            nint i = Ref.Check(Py.PyNumber_Index(o));
            try
            {
                return Clamped(i);
            }
            finally
            {
                Py.Py_DecRef(i);
            }
        }
        finally
        {
            Py.Py_DecRef(o);
        }
    }

    // Whatever lies beyond 64 bits is out of range the same way.
    private static long Clamped(nint i)
    {
        int overflow;
        long v = Py.PyLong_AsLongLongAndOverflow(i, &overflow);
        if (v == -1 && overflow == 0 && Py.PyErr_Occurred() != 0)
        {
            throw new PythonErrorSet();
        }
        return overflow == 0 ? v : overflow > 0 ? long.MaxValue : -long.MaxValue;
    }

    private static PythonException Wrong(nint k) => PythonException.ValueError(
        $"an array is indexed by integers, slices, None, ..., and integer arrays, not by an object of type {Text.TypeName(k)}");
}
