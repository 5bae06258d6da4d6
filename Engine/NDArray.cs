using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;
using Engine.Internal;
using Engine.Internal.Graph;
using Engine.Internal.Memory;
using Engine.Internal.Operations;

namespace Engine;

[CollectionBuilder(typeof(NDArrayBuilder), nameof(NDArrayBuilder.Create))]
public sealed partial class NDArray
{
    /// <summary>Lengths of the axes.</summary>
    public ReadOnlySpan<long> Shape => Layout.Shape;

    /// <summary>Number of axes.</summary>
    public int Ndim => Layout.Ndim;

    /// <summary>Number of elements.</summary>
    public long Size => Layout.Count;

    /// <summary>Bytes of one element.</summary>
    public int ItemSize => DType.Size;

    /// <summary>Bytes of all elements.</summary>
    public long ByteCount => Layout.Count * DType.Size;

    /// <summary>The axes reversed: a view.</summary>
    public NDArray T => Ops.Transpose(this);

    /// <summary>Whether the value is there; a pending array computes it when it is read.</summary>
    public bool IsEvaluated => HasValue;

    /// <summary>An array of copied data.</summary>
    /// <param name="data">Elements in row-major order.</param>
    /// <param name="shape">The shape; one axis where none is given. One length may be -1.</param>
    /// <exception cref="ShapeException">The elements do not fill the shape.</exception>
    /// <exception cref="DTypeException">T is no element type.</exception>
    public static unsafe NDArray From<T>(ReadOnlySpan<T> data, ReadOnlySpan<long> shape = default) where T : unmanaged
    {
        DType dtype = DType.Of<T>();
        Layout layout = Filled("NDArray.From", data.Length, shape, dtype);
        Storage storage = Storage.Allocate((long)data.Length * sizeof(T));
        Span<byte> to = storage.Small is { } small ? small : new Span<byte>(storage.Data, checked(data.Length * sizeof(T)));
        System.Runtime.InteropServices.MemoryMarshal.AsBytes(data).CopyTo(to);
        return Lifetime.Escape(Build.Value(storage, dtype, layout));
    }

    /// <inheritdoc cref="From{T}(ReadOnlySpan{T}, ReadOnlySpan{long})"/>
    public static NDArray From<T>(T[] data, ReadOnlySpan<long> shape = default) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(data);
        return From(new ReadOnlySpan<T>(data), shape);
    }

    /// <summary>An array over memory that stays yours: writes through either side are seen by the other.</summary>
    /// <param name="memory">Pinned as long as an array or a view needs it.</param>
    /// <param name="shape">The shape; one axis where none is given.</param>
    /// <exception cref="ShapeException">The elements do not fill the shape.</exception>
    /// <exception cref="DTypeException">T is no element type.</exception>
    public static unsafe NDArray Wrap<T>(Memory<T> memory, ReadOnlySpan<long> shape = default) where T : unmanaged
    {
        DType dtype = DType.Of<T>();
        Layout layout = Filled("NDArray.Wrap", memory.Length, shape, dtype);
        var pin = memory.Pin();
        Storage storage = Storage.Foreign((byte*)pin.Pointer, (long)memory.Length * sizeof(T), false, pin.Dispose);
        return Lifetime.Escape(Build.Value(storage, dtype, layout));
    }

    static Layout Filled(string op, long count, ReadOnlySpan<long> shape, DType dtype)
    {
        long[] lengths = shape.Length == 0 && count != 1 ? [count] : shape.ToArray();
        if (shape.IsEmpty) { lengths = [count]; }
        return Layout.RowMajor(Shapes.Reshape(op, [count], count, lengths), dtype.Size);
    }

    /// <summary>A constant whose dtype the op that meets it chooses: it never widens an array.</summary>
    public static implicit operator NDArray(double value) => Weak.From(value);

    /// <inheritdoc cref="op_Implicit(double)"/>
    public static implicit operator NDArray(float value) => Weak.From((double)value);

    /// <inheritdoc cref="op_Implicit(double)"/>
    public static implicit operator NDArray(int value) => Weak.From((long)value);

    /// <inheritdoc cref="op_Implicit(double)"/>
    public static implicit operator NDArray(long value) => Weak.From(value);

    /// <inheritdoc cref="op_Implicit(double)"/>
    public static implicit operator NDArray(bool value) => Weak.From(value);

    /// <inheritdoc cref="op_Implicit(double)"/>
    public static implicit operator NDArray(Complex value) => Weak.From(value);

    /// <summary>The value of an array of one element.</summary>
    public static explicit operator float(NDArray array) => (float)Real(array);

    /// <summary>The value of an array of one element.</summary>
    public static explicit operator double(NDArray array) => Real(array);

    /// <summary>The value of an array of one element.</summary>
    public static explicit operator int(NDArray array) => checked((int)Integer(array));

    /// <summary>The value of an array of one element.</summary>
    public static explicit operator long(NDArray array) => Integer(array);

    /// <summary>The value of an array of one element.</summary>
    public static explicit operator bool(NDArray array) => Real(array) != 0;

    static double Real(NDArray array)
    {
        ArgumentNullException.ThrowIfNull(array);
        return Scalars.ToDouble(array.Element("conversion"), array.DType);
    }

    static long Integer(NDArray array)
    {
        ArgumentNullException.ThrowIfNull(array);
        return Scalars.ToLong(array.Element("conversion"), array.DType);
    }

    // The only element, evaluated.
    internal UInt128 Element(string op)
    {
        if (Layout.Count != 1) { throw Errors.NotScalar(op, Layout.Shape); }
        Evaluated(op);
        return Values.First(this);
    }

    // Gives the array its value; reading a tracer that never has one is an error at the reader's line.
    internal void Evaluated(string op)
    {
        if (HasValue) { return; }
        if (Has(NodeFlags.Abstract)) { throw Errors.Traced(op, Frames.Find(Frame)?.Kind.ToString() ?? "Vmap"); }
        if (Has(NodeFlags.Dead | NodeFlags.Freed)) { throw Errors.Released(op); }
        if (Evaluator.TryRunSmall(this)) { return; }
        Lifetime.Claim(this);
        try { Evaluator.Eval(this); }
        finally { Lifetime.ReleaseKeeping(this); }
    }

    /// <summary>The value of an array of one element, of its own type.</summary>
    /// <exception cref="ShapeException">More or fewer elements.</exception>
    /// <exception cref="DTypeException">T is not the array's element type.</exception>
    public unsafe T Item<T>() where T : unmanaged
    {
        Same<T>("Item");
        UInt128 bits = Element("Item");
        return *(T*)&bits;
    }

    void Same<T>(string op) where T : unmanaged
    {
        if (DType.Of<T>() != DType) { throw Errors.WrongType(op, DType, DType.Of<T>()); }
    }

    /// <summary>The elements in row-major order.</summary>
    /// <exception cref="DTypeException">T is not the array's element type.</exception>
    public T[] ToArray<T>() where T : unmanaged
    {
        Same<T>("ToArray");
        var result = new T[Layout.Count];
        CopyTo<T>(result);
        return result;
    }

    /// <summary>Copies the elements in row-major order.</summary>
    /// <param name="destination">At least as many elements as the array has.</param>
    /// <exception cref="DTypeException">T is not the array's element type.</exception>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public void CopyTo<T>(Span<T> destination) where T : unmanaged
    {
        Same<T>("CopyTo");
        if (destination.Length < Layout.Count) { throw new ArgumentException($"CopyTo: {Layout.Count} elements do not fit a destination of {destination.Length}; give a longer one", nameof(destination)); }
        Evaluated("CopyTo");
        Reading.Copy(this, System.Runtime.InteropServices.MemoryMarshal.AsBytes(destination));
    }

    /// <summary>Leases the elements of a contiguous array as a span, without a copy. Writes are seen by everything that shares the memory.</summary>
    /// <exception cref="BufferException">The array is strided; <c>Copy()</c> it first.</exception>
    /// <exception cref="DTypeException">T is not the array's element type.</exception>
    public BorrowedSpan<T> Borrow<T>() where T : unmanaged
    {
        Same<T>("Borrow");
        Evaluated("Borrow");
        if (!Layout.Contiguous) { throw Errors.NotContiguous("Borrow", Layout.Shape); }
        return new BorrowedSpan<T>(Values.Of(this), Layout.Offset, checked((int)Layout.Count));
    }

    /// <summary>The elements of a contiguous array as memory that keeps the array's storage alive, without a copy.</summary>
    /// <exception cref="BufferException">The array is strided; <c>Copy()</c> it first.</exception>
    /// <exception cref="DTypeException">T is not the array's element type.</exception>
    public Memory<T> AsMemory<T>() where T : unmanaged
    {
        Same<T>("AsMemory");
        Evaluated("AsMemory");
        if (!Layout.Contiguous) { throw Errors.NotContiguous("AsMemory", Layout.Shape); }
        return new StorageMemory<T>(Values.Of(this), Layout.Offset, checked((int)Layout.Count)).Memory;
    }

    /// <summary>Computes the array without blocking this thread; see <see cref="Ops.EvalAsync(CancellationToken, NDArray[])"/>.</summary>
    public Task EvalAsync(CancellationToken cancel = default) => Ops.EvalAsync(cancel, this);

    /// <summary>The same values in memory of their own, row-major.</summary>
    public NDArray Copy() => Face.Out(Fill.Of(Layout.Shape, this));

    /// <summary>Gives the value up now; later use throws <see cref="ReleasedException"/>. Never needed: memory returns by itself.</summary>
    public void Free()
    {
        if (Has(NodeFlags.Literal)) { return; }
        Set(NodeFlags.Freed);
        Lifetime.Unescape(this);
    }

    /// <summary>A part: integers, ranges, <see cref="Ops.Ellipsis"/>, <see cref="Ops.NewAxis"/>, <see cref="Ops.Slice(long?, long?, long?)"/> and integer arrays, after NumPy.</summary>
    /// <exception cref="IndexException">An integer is out of range; for arrays, at evaluation.</exception>
    [IndexerName("Part")]
    public NDArray this[params ReadOnlySpan<AxisIndex> index]
    {
        get => Face.Out(Indexing.Get(this, AxisIndex.Items(index)));

        [Obsolete("Arrays do not change: write x = x.At(..).Set(value).", error: true)]
        set => throw new NotSupportedException();
    }

    /// <summary>A place to be written: <c>x.At(1..3).Set(v)</c> is x with that part replaced.</summary>
    public ArrayPlace At(params ReadOnlySpan<AxisIndex> index) => new(this, AxisIndex.Items(index));

    /// <summary>The parts along the first axis.</summary>
    public IEnumerator<NDArray> GetEnumerator()
    {
        if (Ndim == 0) { throw Errors.Shape("foreach", "an array without axes has no parts; use Item"); }
        return Parts();
    }

    IEnumerator<NDArray> Parts()
    {
        for (long i = 0; i < Layout.Shape[0]; i++) { yield return this[i]; }
    }

    /// <summary>Identity: two arrays are the same object. Use <see cref="Ops.ArrayEqual"/> for values.</summary>
    public override bool Equals([NotNullWhen(true)] object? obj) => ReferenceEquals(this, obj);

    /// <inheritdoc/>
    public override int GetHashCode() => RuntimeHelpers.GetHashCode(this);
}

/// <summary>Collection expressions: <c>NDArray m = [[1, 2], [3, 4]];</c>.</summary>
public static class NDArrayBuilder
{
    /// <summary>The arrays along a new first axis.</summary>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    public static NDArray Create(ReadOnlySpan<NDArray> items)
    {
        if (items.Length == 0) { return Ops.Zeros([0]); }
        var parts = new Node[items.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            Node item = Face.In(items[i], nameof(items));
            if (!item.Shape.AsSpan().SequenceEqual(items[0].Shape)) { throw Errors.StackMismatch("NDArray", items[0].Layout.Shape, item.Shape); }
            parts[i] = ExpandDims.Of(Operands.Strong(item), 0);
        }
        return Face.Out(Concatenate.Of(parts));
    }
}
