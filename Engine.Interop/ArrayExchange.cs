using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Engine.Internal;
using Engine.Internal.Graph;
using Engine.Internal.Memory;

namespace Engine.Interop;

/// <summary>Arrays to descriptors and back.</summary>
public static unsafe class ArrayExchange
{
    extension(NDArray x)
    {
        /// <summary>Evaluates the array and describes its memory. Dispose the descriptor when the pointer is no
        /// longer used; until then the memory stays and is not reused.</summary>
        /// <returns>A description whose writes the array sees. An array that repeats elements (a broadcast) is
        /// described as read-only.</returns>
        public BufferDescriptor Describe()
        {
            ArgumentNullException.ThrowIfNull(x);
            Evaluator.Eval(x);
            return Describing(x);
        }

        /// <summary>Makes an array of somebody else's memory. The memory is shared where elements are aligned, and
        /// copied where they are not.</summary>
        /// <param name="descriptor">What there is. Its device must be one that the CPU reads.</param>
        /// <param name="release">Called once, on any thread, when the array no longer needs the memory. Not called
        /// when this method throws.</param>
        /// <returns>An array that sees later changes of the memory when it shares.</returns>
        /// <exception cref="BufferException">The description makes no sense, or its memory cannot be read from
        /// here.</exception>
        public static NDArray FromDescriptor(BufferDescriptor descriptor, Action? release = null)
        {
            ArgumentNullException.ThrowIfNull(descriptor);
            // The descriptor's export, if it has one, must outlast the array.
            GCHandle held = GCHandle.Alloc(release ?? (object)descriptor);
            NDArray? shared = null;
            try
            {
                shared = TryShare(descriptor, (void*)GCHandle.ToIntPtr(held), &ReleaseManaged);
            }
            finally
            {
                if (shared is null)
                {
                    held.Free();
                }
            }
            if (shared is not null)
            {
                return Escaped(shared);
            }
            NDArray copy = Copy(descriptor, narrow: false);
            release?.Invoke();
            return Escaped(copy);
        }
    }

    /// <summary>Describes an evaluated array.</summary>
    internal static BufferDescriptor Describing(NDArray x)
    {
        Storage storage = Values.Of(x);
        Header* lease = storage.Export();
        Layout layout = x.Layout;
        int itemSize = ElementFormat.Size(x.DType);
        var strides = new long[layout.Ndim];
        for (int i = 0; i < strides.Length; i++)
        {
            if (layout.Strides[i] % itemSize != 0)
            {
                Storage.Unexport(lease);
                throw new BufferException("Exchange", $"an axis steps by {layout.Strides[i]} bytes, which is no whole number of elements: copy the array first");
            }
            strides[i] = layout.Strides[i] / itemSize;
        }
        strides = Extent.Strides(layout.Shape, strides, itemSize);
        bool readOnly = storage.ReadOnly || Extent.IsBroadcast(layout.Shape, strides);
        return new BufferDescriptor((nint)storage.Data, x.DType, layout.Shape, strides, layout.Offset, readOnly, BufferDevice.Cpu, x, (nint)lease);
    }

    /// <summary>An array over the descriptor's memory, or null where elements are not aligned or bools are not 0 or
    /// 1, and only a copy will do.</summary>
    /// <param name="d">What there is; checked here.</param>
    /// <param name="context">Handed to <paramref name="free"/>.</param>
    /// <param name="free">Runs once, on any thread; at once where there is nothing to share. Not when null is
    /// returned or an exception thrown.</param>
    internal static NDArray? TryShare(BufferDescriptor d, void* context, delegate* unmanaged<void*, void> free)
    {
        (long low, long high) = Check(d);
        int itemSize = d.ItemSize;
        long[] shape = d.Shape.ToArray();
        if (high == 0)
        {
            NDArray empty = Build.Value(Storage.Allocate(0), d.DType, Layout.RowMajor(shape, itemSize));
            free(context);
            return empty;
        }
        byte* first = (byte*)d.Address;
        if ((nint)first % ElementFormat.Alignment(d.DType) != 0 || (d.DType == DType.Bool && !StridedCopy.IsBool(first, shape, d.Strides)))
        {
            return null;
        }
        var strides = new long[shape.Length];
        for (int i = 0; i < strides.Length; i++)
        {
            strides[i] = d.Strides[i] * itemSize;
        }
        Storage storage = Storage.Foreign(first + low, high - low, d.IsReadOnly, context, free);
        return Build.Value(storage, d.DType, Layout.Strided(shape, strides, -low, itemSize));
    }

    /// <summary>Checks that a description makes sense and that the CPU can read what it describes.</summary>
    /// <returns>Bytes from element 0 to the lowest byte and to the end of the highest element; both 0 where there are
    /// none.</returns>
    internal static (long Low, long High) Check(BufferDescriptor d)
    {
        if (!d.Device.IsHost)
        {
            throw new BufferException("Exchange", $"memory of device ({d.Device.Kind}, {d.Device.Index}) cannot be read by the CPU: move it there first");
        }
        if (Extent.CheckedCount(d.Shape, d.ItemSize) == 0)
        {
            return (0, 0);
        }
        if (d.Data == 0)
        {
            throw new BufferException("Exchange", "the buffer has elements but no memory");
        }
        (long low, long high) = Extent.Bytes(d.Shape, d.Strides, d.ItemSize);
        Int128 address = (Int128)(ulong)d.Data + d.Offset;
        return address + low > 0 && address + high <= long.MaxValue
            ? (low, high)
            : throw new BufferException("Exchange", "the buffer's offset and strides leave the address space");
    }

    /// <summary>A new array with a descriptor's elements, in row-major order.</summary>
    internal static NDArray Copy(BufferDescriptor d, bool narrow)
    {
        Check(d);
        return Copy(d.Address, d.DType, d.Shape, ByteStrides(d), false, narrow);
    }

    /// <summary>A new array with the elements at <paramref name="address"/>, in row-major order.</summary>
    /// <param name="address">Of element 0.</param>
    /// <param name="type">The elements' type.</param>
    /// <param name="shape">Lengths, checked by the caller.</param>
    /// <param name="byteStrides">Bytes from one element to the next, by axis.</param>
    /// <param name="swapped">Whether the elements have the other byte order.</param>
    /// <param name="narrow">Doubles become singles.</param>
    internal static NDArray Copy(nint address, DType type, ReadOnlySpan<long> shape, ReadOnlySpan<long> byteStrides, bool swapped, bool narrow)
    {
        narrow &= type is DType.Float64 or DType.Complex128;
        DType result = !narrow ? type : type == DType.Float64 ? DType.Float32 : DType.Complex64;
        long count = Extent.CheckedCount(shape, ElementFormat.Size(type));
        Layout layout = Layout.RowMajor(shape.ToArray(), ElementFormat.Size(result));
        Storage storage = Storage.Allocate(count * ElementFormat.Size(result));
        if (count > 0)
        {
            StridedCopy.Conversion conversion = narrow ? StridedCopy.Conversion.DoubleToSingle
                : type == DType.Bool ? StridedCopy.Conversion.ToBool
                : StridedCopy.Conversion.None;
            fixed (byte* small = storage.Small)
            {
                byte* target = small is null ? storage.Data : small;
                StridedCopy.ToRowMajor(
                    (byte*)address, target, shape, byteStrides, ElementFormat.Size(type), ElementFormat.Alignment(type), swapped, conversion);
            }
        }
        return Build.Value(storage, result, layout);
    }

    private static long[] ByteStrides(BufferDescriptor d)
    {
        long[] strides = d.Strides.ToArray();
        int itemSize = d.ItemSize;
        for (int i = 0; i < strides.Length; i++)
        {
            strides[i] *= itemSize;
        }
        return strides;
    }

    private static NDArray Escaped(NDArray x) => Lifetime.Escape(x);

    [UnmanagedCallersOnly]
    private static void ReleaseManaged(void* context)
    {
        GCHandle handle = GCHandle.FromIntPtr((nint)context);
        var held = handle.Target;
        handle.Free();
        if (held is Action release)
        {
            release();
        }
        else
        {
            ((BufferDescriptor?)held)?.Dispose();
        }
    }
}
