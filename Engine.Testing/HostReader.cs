using Engine.Internal;
using Engine.Internal.Graph;
using Engine.Internal.Memory;

namespace Engine.Testing;

/// <summary>Takes an array's elements out of the engine, by its layout alone.</summary>
internal static class HostReader
{
    public static HostArray Read(NDArray x)
    {
        Evaluator.Eval(x);
        Storage storage = Internal.Graph.Values.Of(x);
        Layout layout = x.Layout;
        int size = HostArray.SizeOf(x.DType);
        HostArray r = HostArray.Empty(x.DType, [.. layout.Shape]);
        Span<byte> memory = Memory(storage);
        long[] c = new long[layout.Shape.Length];
        for (long i = 0; i < r.Count; i++)
        {
            long at = layout.Offset;
            for (int d = 0; d < c.Length; d++) { at += c[d] * layout.Strides[d]; }
            memory.Slice((int)at, size).CopyTo(r.Bytes.AsSpan((int)(i * size)));
            for (int d = c.Length - 1; d >= 0 && ++c[d] == layout.Shape[d]; d--) { c[d] = 0; }
        }
        GC.KeepAlive(x);
        return r;
    }

    static unsafe Span<byte> Memory(Storage s) => s.Small is { } small ? small : new Span<byte>(s.Data, checked((int)s.Bytes));
}
