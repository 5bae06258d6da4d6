using System.Runtime.CompilerServices;
using Engine.Internal.Memory;

namespace Engine.Internal.Graph;

/// <summary>Where a node's value lives, and how it moves: in the node (one element), in managed memory (up to 1 KiB), in native memory.</summary>
internal static class Values
{
    /// <summary>Under the gate or before the node is shared: a value of one element moves from the node to a storage, so that others can share it.</summary>
    public static unsafe Storage ToStorage(NDArray node)
    {
        if (node.Value is Storage storage) { return storage; }
        int size = node.DType.Size;
        storage = Storage.Allocate(size);
        UInt128 bits = Weak.Bits(node);
        new ReadOnlySpan<byte>(&bits, size).CopyTo(storage.Small);
        // A constant is shared by graphs, its memory by nobody.
        if ((node.FlagBits & (int)(NodeFlags.Literal | NodeFlags.Weak)) == (int)NodeFlags.Literal) { return storage; }
        node.Layout = Layout.RowMajor(node.Layout.Shape, size);
        Volatile.Write(ref node.Value, storage);
        return storage;
    }

    /// <summary>Gives <paramref name="to"/> the value of <paramref name="from"/>, if it has one; both see the same memory from then on.</summary>
    public static void Share(NDArray from, NDArray to)
    {
        if (!from.HasValue) { return; }
        lock (Lifetime.Gate)
        {
            if (!from.HasValue) { return; }
            if (from.Has(NodeFlags.Literal))
            {
                to.Scalar = Weak.Bits(from);
                to.Layout = from.Layout;
                Volatile.Write(ref to.Value, Build.ScalarMark);
                return;
            }
            Storage storage = ToStorage(from);
            storage.Hold();
            to.Layout = from.Layout;
            Volatile.Write(ref to.Value, storage);
        }
    }

    /// <summary>The bytes of element 0 of an evaluated node of one element.</summary>
    public static unsafe UInt128 First(NDArray node)
    {
        if (ReferenceEquals(node.Value, Build.ScalarMark)) { return Weak.Bits(node); }
        var storage = (Storage)node.Value!;
        UInt128 bits = 0;
        int size = node.DType.Size;
        byte[]? small = storage.Small;
        var from = small is not null ? small.AsSpan((int)node.Layout.Offset, size) : new Span<byte>(storage.Data + node.Layout.Offset, size);
        from.CopyTo(new Span<byte>(&bits, size));
        GC.KeepAlive(storage);
        return bits;
    }

    /// <summary>The value of an evaluated node, as storage. Small values stay managed until <see cref="Storage.Promote"/>.</summary>
    public static Storage Of(NDArray node)
    {
        if (node.Value is Storage storage) { return storage; }
        lock (Lifetime.Gate)
        {
            if (node.Value is null) { throw Errors.Released("array"); }
            return ToStorage(node);
        }
    }
}
