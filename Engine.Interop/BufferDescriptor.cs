using Engine.Internal.Memory;

namespace Engine.Interop;

/// <summary>Elements in memory, described without saying whose they are: what every exchange protocol is filled from
/// and read into.</summary>
/// <remarks>
/// A descriptor made by <c>x.Describe()</c> counts as an export of the array's memory until it is disposed: the
/// memory stays where it is and is not reused.
/// A descriptor made by its constructor owns nothing.
/// </remarks>
public sealed unsafe class BufferDescriptor : IDisposable
{
    private readonly long[] _shape;
    private readonly long[] _strides;
    private nint _lease;

    /// <summary>Describes memory that somebody else owns.</summary>
    /// <param name="data">Where the memory starts; not necessarily element 0.</param>
    /// <param name="type">The elements' type.</param>
    /// <param name="shape">Lengths, outermost first.</param>
    /// <param name="strides">Elements from one to the next, by axis; left empty: row-major without gaps.</param>
    /// <param name="offset">Bytes from <paramref name="data"/> to element 0.</param>
    /// <param name="readOnly">Whether the memory must not be written.</param>
    /// <param name="device">Where the memory lives; the CPU when left out.</param>
    /// <param name="owner">Kept reachable as long as the descriptor is.</param>
    /// <exception cref="BufferException">The lengths are negative, the strides are not as many as the lengths, or the
    /// extent does not fit 63 bits.</exception>
    public BufferDescriptor(
        nint data,
        DType type,
        ReadOnlySpan<long> shape,
        ReadOnlySpan<long> strides = default,
        long offset = 0,
        bool readOnly = false,
        BufferDevice? device = null,
        object? owner = null)
        : this(data, type, shape.ToArray(), Extent.Strides(shape, strides, ElementFormat.Size(type)), offset, readOnly, device ?? BufferDevice.Cpu, owner, 0)
    {
    }

    internal BufferDescriptor(nint data, DType type, long[] shape, long[] strides, long offset, bool readOnly, BufferDevice device, object? owner, nint lease)
    {
        Data = data;
        DType = type;
        _shape = shape;
        _strides = strides;
        Offset = offset;
        IsReadOnly = readOnly;
        Device = device;
        Owner = owner;
        _lease = lease;
    }

    /// <summary>Where the memory starts; on devices with handles, the handle.</summary>
    public nint Data { get; }

    /// <summary>Bytes from <see cref="Data"/> to element 0.</summary>
    public long Offset { get; }

    /// <summary>The address of element 0.</summary>
    public nint Address => Data + (nint)Offset;

    /// <summary>The elements' type.</summary>
    public DType DType { get; }

    /// <summary>Lengths, outermost first.</summary>
    public ReadOnlySpan<long> Shape => _shape;

    /// <summary>Elements from one to the next, by axis.</summary>
    public ReadOnlySpan<long> Strides => _strides;

    /// <summary>Where the memory lives.</summary>
    public BufferDevice Device { get; }

    /// <summary>The memory must not be written: it is somebody's constant, or several elements share one
    /// place.</summary>
    public bool IsReadOnly { get; }

    /// <summary>What keeps the memory, where that is an object.</summary>
    public object? Owner { get; }

    /// <summary>Number of elements.</summary>
    public long Count => Extent.Count(_shape);

    /// <summary>Bytes of one element.</summary>
    public int ItemSize => ElementFormat.Size(DType);

    /// <summary>Row-major without gaps; axes of length 1 do not matter.</summary>
    public bool IsRowMajor => Extent.IsPacked(_shape, _strides, false);

    /// <summary>Column-major without gaps; axes of length 1 do not matter.</summary>
    public bool IsColumnMajor => Extent.IsPacked(_shape, _strides, true);

    /// <summary>Copies the elements without gaps, in row-major order.</summary>
    internal void CopyTo(byte* target)
    {
        int size = ItemSize;
        Span<long> steps = stackalloc long[Extent.MaxAxes];
        for (int i = 0; i < _strides.Length; i++)
        {
            steps[i] = _strides[i] * size;
        }
        StridedCopy.ToRowMajor((byte*)Address, target, _shape, steps[.._strides.Length], size, size, false, StridedCopy.Conversion.None);
    }

    /// <summary>Whether the descriptor still holds its export.</summary>
    internal bool HoldsLease => _lease != 0;

    /// <summary>Gives the export to a protocol's own record, which must return it by <see cref="Storage.Unexport"/>.
    /// 0: there is none to give.</summary>
    internal nint TakeLease() => Interlocked.Exchange(ref _lease, 0);

    /// <summary>Ends the export. The pointer must not be used afterwards.</summary>
    public void Dispose()
    {
        nint lease = TakeLease();
        if (lease != 0)
        {
            Storage.Unexport((Header*)lease);
        }
    }
}
