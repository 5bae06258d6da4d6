using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Engine.Internal.Graph;
using Engine.Internal.Operations;

namespace Engine.Interop.Python;

/// <summary>What Python's own functions and syntax ask of an array: len, iteration, indexing, conversion to numbers,
/// text, buffers.</summary>
internal static unsafe class ArraySlots
{
    public static List<(int, nint)> All() =>
    [
        (Slot.New, Definitions.F(&New)),
        (Slot.Dealloc, Definitions.F(&ArrayObject.Dealloc)),
        (Slot.Repr, Definitions.F(&Repr)),
        (Slot.Hash, Definitions.F(&Hash)),
        (Slot.RichCompare, Definitions.Comparison(&Compare)),
        (Slot.Iterate, Definitions.F(&Iterate)),
        (Slot.MappingLength, Definitions.F(&Length)),
        (Slot.SequenceLength, Definitions.F(&Length)),
        (Slot.SequenceItem, Definitions.F(&Item)),
        (Slot.Subscript, Definitions.F(&Get)),
        (Slot.SetSubscript, Definitions.F(&Set)),
        (Slot.Bool, Definitions.F(&Truth)),
        (Slot.Int, Definitions.F(&Int)),
        (Slot.Float, Definitions.F(&Float)),
        (Slot.Index, Definitions.F(&Index)),
        (Slot.Positive, Definitions.F(&Positive)),
        (Slot.GetBuffer, Definitions.F(&GetBuffer)),
        (Slot.ReleaseBuffer, Definitions.F(&ReleaseBuffer)),
        (Slot.Members, Definitions.WeakReferences()),
    ];

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint New(nint type, nint args, nint keywords)
    {
        try
        {
            Releases.Drain();
            return Construct.New(type, args, keywords);
        }
        catch (Exception e)
        {
            return Raise.Null(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Repr(nint self)
    {
        try
        {
            NDArray x = ArrayObject.Of(self);
            Gil.Eval(x);
            return Text.New(ArrayText.Of(x));
        }
        catch (Exception e)
        {
            return Raise.Null(e);
        }
    }

    // By identity, as for any object: equality is elementwise and no help here.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Hash(nint self)
    {
        // The low bits of addresses are all alike.
        nint h = (nint)System.Numerics.BitOperations.RotateRight((nuint)self, 4);
        return h == -1 ? -2 : h;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Compare(nint self, nint other, int op)
    {
        int mark = Temporaries.Mark;
        try
        {
            return Operand.Compare(self, other, op);
        }
        catch (Exception e)
        {
            return Raise.Null(e);
        }
        finally
        {
            Temporaries.Drop(mark);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Iterate(nint self)
    {
        try
        {
            return ArrayObject.Of(self).Layout.Ndim == 0
                ? throw PythonException.TypeError("an array without axes has nothing to iterate over")
                : Py.PySeqIter_New(self);
        }
        catch (Exception e)
        {
            return Raise.Null(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Length(nint self)
    {
        try
        {
            NDArray x = ArrayObject.Of(self);
            return x.Layout.Ndim == 0 ? throw PythonException.TypeError("an array without axes has no length") : (nint)x.Layout.Shape[0];
        }
        catch (Exception e)
        {
            return Raise.Minus(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Item(nint self, nint i)
    {
        try
        {
            NDArray x = ArrayObject.Of(self);
            if (x.Layout.Ndim == 0 || i < 0 || i >= x.Layout.Shape[0])
            {
                throw new PythonException(Globals.IndexError, $"index {i} is out of range");
            }
            return ArrayObject.New(Indexing.Get(new Node(x), [new IndexItem(IndexKind.Int, i)]));
        }
        catch (Exception e)
        {
            return Raise.Null(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Get(nint self, nint key)
    {
        int mark = Temporaries.Mark;
        try
        {
            var x = new Node(ArrayObject.Of(self));
            return ArrayObject.New(Indexing.Get(x, ArrayIndex.Parse(key, write: false)));
        }
        catch (Exception e)
        {
            return Raise.Null(e);
        }
        finally
        {
            Temporaries.Drop(mark);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Set(nint self, nint key, nint value)
    {
        int mark = Temporaries.Mark;
        try
        {
            if (value == 0)
            {
                throw new PythonException(Globals.AttributeError, "elements of an array cannot be deleted");
            }
            var x = new Node(ArrayObject.Of(self));
            IndexItem[] items = ArrayIndex.Parse(key, write: true);
            Node v = Operand.Any(value, self, "__setitem__", "value");
            ArrayObject.Rebind(self, Indexing.Set(x, items, v));
            return 0;
        }
        catch (Exception e)
        {
            return Raise.Minus(e);
        }
        finally
        {
            Temporaries.Drop(mark);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Truth(nint self)
    {
        try
        {
            nint value = Elements.Single(ArrayObject.Of(self));
            int truth = Py.PyObject_IsTrue(value);
            Py.Py_DecRef(value);
            return truth;
        }
        catch (Exception e)
        {
            return Raise.Minus(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Int(nint self)
    {
        try
        {
            nint value = Elements.Single(ArrayObject.Of(self));
            nint result = Py.PyNumber_Long(value);
            Py.Py_DecRef(value);
            return result;
        }
        catch (Exception e)
        {
            return Raise.Null(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Float(nint self)
    {
        try
        {
            nint value = Elements.Single(ArrayObject.Of(self));
            nint result = Py.PyNumber_Float(value);
            Py.Py_DecRef(value);
            return result;
        }
        catch (Exception e)
        {
            return Raise.Null(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Index(nint self)
    {
        try
        {
            NDArray x = ArrayObject.Of(self);
            if (x.Layout.Ndim != 0 || x.DType is not (DType.UInt8 or DType.UInt16 or DType.UInt32 or DType.UInt64 or DType.Int8 or DType.Int16 or DType.Int32 or DType.Int64))
            {
                throw PythonException.TypeError("only an integer array without axes is an index");
            }
            return Elements.Single(x);
        }
        catch (Exception e)
        {
            return Raise.Null(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Positive(nint self)
    {
        try
        {
            return ArrayObject.New(ArrayObject.Of(self));
        }
        catch (Exception e)
        {
            return Raise.Null(e);
        }
    }

    // Some consumers ask with an error set, try again another way, and expect theirs to be left alone.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int GetBuffer(nint self, PyBuffer* view, int flags)
    {
        try
        {
            *view = default;
            NDArray x = ArrayObject.Of(self);
            Gil.Eval(x);
            using BufferDescriptor d = ArrayExchange.Describing(x);
            BufferProtocol.Fill(view, d, (PyBufferFlags)flags);
            view->Obj = Ref.New(self);
            return 0;
        }
        catch (Exception e)
        {
            view->Obj = 0;
            return Raise.Minus(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void ReleaseBuffer(nint self, PyBuffer* view)
    {
        BufferProtocol.Release(view);
        Releases.Drain();
    }
}
