using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Engine.Internal.Memory;

namespace Engine.Interop;

/// <summary>Python's Py_buffer: 80 bytes, part of the stable ABI since 3.11.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct PyBuffer
{
    public void* Buf;
    public nint Obj;
    public nint Length;
    public nint ItemSize;
    public int ReadOnly;
    public int Ndim;
    public byte* Format;
    public nint* Shape;
    public nint* Strides;
    public nint* Suboffsets;
    public void* Internal;
}

/// <summary>What a consumer of the buffer protocol asks for (PEP 3118).</summary>
[Flags]
internal enum PyBufferFlags
{
    Simple = 0,
    Writable = 0x1,
    Format = 0x4,
    Nd = 0x8,
    Strides = 0x18,
    CContiguous = 0x38,
    FContiguous = 0x58,
    AnyContiguous = 0x98,
    Indirect = 0x118,
}

/// <summary>The exporting side of the buffer protocol, filled from a descriptor alone.</summary>
internal static unsafe class BufferProtocol
{
    private struct Record
    {
        public Header* Lease;
        public nint First;
    }

    /// <summary>Answers a request. The view takes over the descriptor's export; its Obj is left to the
    /// caller.</summary>
    /// <exception cref="BufferException">The memory cannot be given as it was asked for.</exception>
    public static void Fill(PyBuffer* view, BufferDescriptor d, PyBufferFlags flags)
    {
        bool row = d.IsRowMajor;
        if (flags.HasFlag(PyBufferFlags.Writable) && d.IsReadOnly)
        {
            throw new BufferException("Exchange", "the array's memory is read-only");
        }
        if (flags.HasFlag(PyBufferFlags.CContiguous) && !row)
        {
            throw new BufferException("Exchange", "the array is not row-major (C) contiguous");
        }
        if (flags.HasFlag(PyBufferFlags.FContiguous) && !d.IsColumnMajor)
        {
            throw new BufferException("Exchange", "the array is not column-major (Fortran) contiguous");
        }
        if (flags.HasFlag(PyBufferFlags.AnyContiguous) && !row && !d.IsColumnMajor)
        {
            throw new BufferException("Exchange", "the array is not contiguous");
        }
        if (!flags.HasFlag(PyBufferFlags.Strides) && !row)
        {
            throw new BufferException("Exchange", "the array is not contiguous, and the consumer does not take strides");
        }
        ReadOnlySpan<byte> format = ElementFormat.Pep3118(d.DType);
        if (flags.HasFlag(PyBufferFlags.Format) && format.IsEmpty)
        {
            throw new BufferException("Exchange", ElementFormat.BFloat16Advice);
        }
        int axes = d.Shape.Length;
        int itemSize = d.ItemSize;
        var record = (Record*)NativeMemory.Alloc((nuint)(sizeof(Record) + (2 * axes * sizeof(nint))));
        nint* lengths = &record->First + 1;
        for (int i = 0; i < axes; i++)
        {
            lengths[i] = (nint)d.Shape[i];
            lengths[axes + i] = (nint)(d.Strides[i] * itemSize);
        }
        bool nd = flags.HasFlag(PyBufferFlags.Nd);
        *view = new PyBuffer
        {
            Buf = (void*)d.Address,
            Length = (nint)(d.Count * itemSize),
            ItemSize = itemSize,
            ReadOnly = d.IsReadOnly ? 1 : 0,
            Ndim = nd ? axes : 1,
            // Literals lie in the image, terminated.
            Format = flags.HasFlag(PyBufferFlags.Format) ? (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(format)) : null,
            Shape = nd && axes > 0 ? lengths : null,
            Strides = flags.HasFlag(PyBufferFlags.Strides) && axes > 0 ? lengths + axes : null,
            Internal = record,
        };
        record->Lease = (Header*)d.TakeLease();
    }

    /// <summary>Ends a view's export. On any thread.</summary>
    public static void Release(PyBuffer* view)
    {
        var record = (Record*)view->Internal;
        view->Internal = null;
        if (record is not null)
        {
            if (record->Lease is not null)
            {
                Storage.Unexport(record->Lease);
            }
            NativeMemory.Free(record);
        }
    }

    /// <summary>Reads another exporter's view: checks it and tells the elements' type, their lengths and byte
    /// strides.</summary>
    /// <exception cref="BufferException">The view is malformed, indirect, or of a type that has no
    /// counterpart.</exception>
    public static (DType Type, long[] Shape, long[] ByteStrides, bool Swapped) Read(PyBuffer* view)
    {
        if (view->Ndim is < 0 or > Extent.MaxAxes)
        {
            throw new BufferException("Exchange", $"a buffer of {view->Ndim} axes was given");
        }
        if (view->Suboffsets is not null)
        {
            for (int i = 0; i < view->Ndim; i++)
            {
                if (view->Suboffsets[i] >= 0)
                {
                    throw new BufferException("Exchange", "the buffer's rows lie in separate places (suboffsets): copy it first");
                }
            }
        }
        DType type = ElementFormat.FromPep3118(
            view->Format is null ? default : MemoryMarshal.CreateReadOnlySpanFromNullTerminated(view->Format), view->ItemSize, out bool swapped);
        if (view->Ndim > 0 && view->Shape is null && view->Ndim != 1)
        {
            throw new BufferException("Exchange", "the buffer has axes but no lengths");
        }
        var shape = new long[view->Ndim];
        for (int i = 0; i < shape.Length; i++)
        {
            shape[i] = view->Shape is null ? view->Length / view->ItemSize : view->Shape[i];
        }
        long count = Extent.CheckedCount(shape, ElementFormat.Size(type));
        var strides = new long[shape.Length];
        long step = view->ItemSize;
        for (int i = strides.Length - 1; i >= 0; i--)
        {
            strides[i] = view->Strides is null || count == 0 || shape[i] == 1 ? step : view->Strides[i];
            step *= count == 0 ? 1 : shape[i];
        }
        if (count > 0 && view->Buf is null)
        {
            throw new BufferException("Exchange", "the buffer has elements but no memory");
        }
        return (type, shape, strides, swapped);
    }
}
