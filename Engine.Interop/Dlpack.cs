using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Engine.Internal.Memory;

namespace Engine.Interop;

/// <summary>DLPack managed tensors, in both forms: the versioned one (1.x) and the one before it.</summary>
/// <remarks>Pointers are to <c>DLManagedTensorVersioned</c> or <c>DLManagedTensor</c> as dlpack.h has them. A managed
/// tensor's deleter may be called on any thread.</remarks>
public static unsafe class Dlpack
{
    /// <summary>Exports an array's memory. The caller owns the result and calls its deleter once, for instance by
    /// <see cref="Delete"/>.</summary>
    /// <param name="x">Evaluated first.</param>
    /// <param name="versioned">Which form. The old form cannot say read-only.</param>
    /// <returns>The managed tensor; it shares the array's memory.</returns>
    /// <exception cref="BufferException">A read-only array in the old form.</exception>
    public static nint Export(NDArray x, bool versioned = true)
    {
        using BufferDescriptor d = x.Describe();
        return Export(d, versioned, copied: false);
    }

    /// <summary>Imports a managed tensor: shares its memory where elements are aligned, else copies. On success the
    /// tensor belongs to the array; on an exception it does not.</summary>
    /// <param name="managed">The managed tensor.</param>
    /// <param name="versioned">Which form it has.</param>
    /// <exception cref="BufferException">The tensor is malformed, of an unknown type, of a later major version, or in
    /// memory that the CPU does not read.</exception>
    public static NDArray Import(nint managed, bool versioned = true)
    {
        BufferDescriptor d = Read(managed, versioned);
        nint owned = managed;
        return NDArray.FromDescriptor(d, () => Delete(owned, versioned));
    }

    /// <summary>Calls a managed tensor's deleter, if it has one.</summary>
    /// <param name="managed">The managed tensor; not used afterwards.</param>
    /// <param name="versioned">Which form it has.</param>
    public static void Delete(nint managed, bool versioned = true)
    {
        if (versioned)
        {
            var m = (DLManagedTensorVersioned*)managed;
            if (m is not null && m->Deleter is not null)
            {
                m->Deleter(m);
            }
        }
        else
        {
            var m = (DLManagedTensor*)managed;
            if (m is not null && m->Deleter is not null)
            {
                m->Deleter(m);
            }
        }
    }

    /// <summary>Makes a managed tensor from a descriptor alone, taking over its export. Lengths and strides follow
    /// the struct in the same block.</summary>
    internal static nint Export(BufferDescriptor d, bool versioned, bool copied)
    {
        if (d.IsReadOnly && !versioned)
        {
            throw new BufferException("Exchange", "the array is read-only, which only DLPack 1.0 and later can say: ask with max_version=(1, 0), or for a copy");
        }
        foreach (long stride in d.Strides)
        {
            if (stride < 0)
            {
                throw new BufferException("Exchange", "negative strides are not exported, since consumers abort on them: copy the array first");
            }
        }
        int axes = d.Shape.Length;
        int head = versioned ? sizeof(DLManagedTensorVersioned) : sizeof(DLManagedTensor);
        byte* block = (byte*)NativeMemory.Alloc((nuint)(head + (2 * axes * sizeof(long))));
        long* tail = (long*)(block + head);
        d.Shape.CopyTo(new Span<long>(tail, axes));
        d.Strides.CopyTo(new Span<long>(tail + axes, axes));
        (byte code, byte bits) = ElementFormat.Dlpack(d.DType);
        var tensor = new DLTensor
        {
            // The offset is folded in: some consumers ignore it. An empty tensor has no memory.
            Data = d.Count == 0 ? null : (void*)d.Address,
            DeviceType = d.Device.Kind,
            DeviceId = d.Device.Index,
            Ndim = axes,
            Code = code,
            Bits = bits,
            Lanes = 1,
            Shape = axes == 0 ? null : tail,
            Strides = axes == 0 ? null : tail + axes,
        };
        // Low bit: an object instead of a storage's header.
        nint lease = d.TakeLease();
        if (lease == 0 && d.Owner is not null)
        {
            lease = GCHandle.ToIntPtr(GCHandle.Alloc(d.Owner)) | 1;
        }
        if (versioned)
        {
            *(DLManagedTensorVersioned*)block = new DLManagedTensorVersioned
            {
                Major = 1,
                Minor = 0,
                Context = (void*)lease,
                Deleter = &DeleteVersioned,
                Flags = (d.IsReadOnly ? DLManagedTensorVersioned.ReadOnly : 0) | (copied ? DLManagedTensorVersioned.IsCopied : 0),
                Tensor = tensor,
            };
        }
        else
        {
            *(DLManagedTensor*)block = new DLManagedTensor { Tensor = tensor, Context = (void*)lease, Deleter = &DeleteLegacy };
        }
        return (nint)block;
    }

    /// <summary>Checks a managed tensor and describes it. Nothing is owned afterwards that was not before.</summary>
    internal static BufferDescriptor Read(nint managed, bool versioned)
    {
        if (managed == 0)
        {
            throw new BufferException("Exchange", "the DLPack capsule is empty");
        }
        bool readOnly = false;
        DLTensor* t;
        if (versioned)
        {
            var m = (DLManagedTensorVersioned*)managed;
            if (m->Major != 1)
            {
                throw new BufferException("Exchange", $"DLPack version {m->Major}.{m->Minor} is not understood here: 1.x is");
            }
            readOnly = (m->Flags & DLManagedTensorVersioned.ReadOnly) != 0;
            t = &m->Tensor;
        }
        else
        {
            t = &((DLManagedTensor*)managed)->Tensor;
        }
        if (t->Ndim is < 0 or > Extent.MaxAxes)
        {
            throw new BufferException("Exchange", $"a DLPack tensor of {t->Ndim} axes was given");
        }
        if (t->Ndim > 0 && t->Shape is null)
        {
            throw new BufferException("Exchange", "a DLPack tensor has axes but no lengths");
        }
        if (t->ByteOffset > long.MaxValue)
        {
            throw new BufferException("Exchange", "a DLPack tensor starts further than there can be memory");
        }
        DType type = ElementFormat.FromDlpack(t->Code, t->Bits, t->Lanes);
        return new BufferDescriptor(
            (nint)t->Data,
            type,
            new ReadOnlySpan<long>(t->Shape, t->Ndim),
            t->Strides is null ? default : new ReadOnlySpan<long>(t->Strides, t->Ndim),
            (long)t->ByteOffset,
            readOnly,
            new BufferDevice(t->DeviceType, t->DeviceId));
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void DeleteVersioned(DLManagedTensorVersioned* m)
    {
        Release((nint)m->Context);
        NativeMemory.Free(m);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void DeleteLegacy(DLManagedTensor* m)
    {
        Release((nint)m->Context);
        NativeMemory.Free(m);
    }

    private static void Release(nint context)
    {
        if ((context & 1) != 0)
        {
            GCHandle.FromIntPtr(context & ~1).Free();
        }
        else if (context != 0)
        {
            Storage.Unexport((Header*)context);
        }
    }
}
