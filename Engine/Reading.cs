using System.Buffers;
using Engine.Internal;
using Engine.Internal.Graph;
using Engine.Internal.Memory;

namespace Engine.Internal
{
    /// <summary>Copies out of evaluated arrays.</summary>
    internal static class Reading
    {
        /// <summary>All elements in row-major order.</summary>
        public static unsafe void Copy(NDArray array, Span<byte> to)
        {
            Layout layout = array.Layout;
            int size = array.DType.Size;
            if (layout.Count == 0) { return; }
            if (layout.Count == 1)
            {
                UInt128 bits = Values.First(array);
                new ReadOnlySpan<byte>(&bits, size).CopyTo(to);
                return;
            }
            Storage storage = Values.Of(array);
            byte[]? small = storage.Small;
            fixed (byte* managed = small, target = to)
            {
                byte* from = (small is null ? storage.Data : managed) + layout.Offset;
                if (layout.Contiguous) { new ReadOnlySpan<byte>(from, checked((int)(layout.Count * size))).CopyTo(to); }
                else { Strided(from, target, layout, size); }
            }
            GC.KeepAlive(storage);
        }

        static unsafe void Strided(byte* from, byte* to, Layout layout, int size)
        {
            var at = new long[layout.Ndim];
            int last = layout.Ndim - 1;
            while (true)
            {
                byte* p = from;
                for (int i = 0; i < last; i++) { p += at[i] * layout.Strides[i]; }
                for (long i = 0; i < layout.Shape[last]; i++, p += layout.Strides[last], to += size)
                {
                    for (int b = 0; b < size; b++) { to[b] = p[b]; }
                }
                int axis = last - 1;
                while (axis >= 0 && ++at[axis] == layout.Shape[axis]) { at[axis--] = 0; }
                if (axis < 0) { return; }
            }
        }
    }

    /// <summary>Memory over a storage: holds it, exports it while it is reachable.</summary>
    internal sealed unsafe class StorageMemory<T> : MemoryManager<T> where T : unmanaged
    {
        readonly Storage storage;
        readonly long offset;
        readonly int count;

        public StorageMemory(Storage storage, long offset, int count)
        {
            storage.Promote();
            storage.Hold();
            storage.BeginLease();
            (this.storage, this.offset, this.count) = (storage, offset, count);
        }

        public override Span<T> GetSpan() => new(storage.Data + offset, count);

        public override MemoryHandle Pin(int elementIndex = 0) => new(storage.Data + offset + (long)elementIndex * sizeof(T), pinnable: this);

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing)
        {
        }
    }
}

namespace Engine
{
    /// <summary>A lease on an array's elements. Dispose it when done: until then the memory counts as shared.</summary>
    public unsafe ref struct BorrowedSpan<T> where T : unmanaged
    {
        readonly Storage storage;
        readonly long offset;
        readonly int count;
        bool ended;

        internal BorrowedSpan(Storage storage, long offset, int count)
        {
            storage.Promote();
            storage.Hold();
            storage.BeginLease();
            (this.storage, this.offset, this.count) = (storage, offset, count);
        }

        /// <summary>The elements, row-major.</summary>
        /// <exception cref="ReleasedException">The lease has ended.</exception>
        public readonly Span<T> Span => ended ? throw Errors.Released("Borrow") : new Span<T>(storage.Data + offset, count);

        /// <summary>Ends the lease.</summary>
        public void Dispose()
        {
            if (ended) { return; }
            ended = true;
            storage.EndLease();
            storage.Drop();
        }
    }
}
