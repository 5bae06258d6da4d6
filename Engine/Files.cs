using Engine.Internal.Graph;
using Engine.Internal.IO;
using Engine.Internal.Memory;
using Engine.Internal.Operations;

namespace Engine.Internal;

/// <summary>Arrays to and from .npy and .npz streams; shared by the C# and the Python face.</summary>
internal static class Files
{
    public static void Save(Stream stream, Node array)
    {
        NpyHeader header = Ready(array, out NDArray data);
        Write(data, (p, _) => { unsafe { NpyFormat.Write(stream, header, (byte*)p); } });
        Lifetime.Release(data);
    }

    public static void Savez(Stream stream, ReadOnlySpan<(string Name, NDArray Array)> arrays)
    {
        using NpzFormat.Writer writer = NpzFormat.Create(stream);
        foreach (var (name, array) in arrays)
        {
            NpyHeader header = Ready(Face.In(array, nameof(arrays)), out NDArray data);
            Write(data, (p, _) => { unsafe { writer.Add(name, header, (byte*)p); } });
            Lifetime.Release(data);
        }
    }

    public static Node Load(Stream stream) => Leaf(NpyFormat.Read(stream, stream.CanSeek ? stream.Length : -1));

    public static IEnumerable<(string Name, Node Array)> Loadz(Stream stream)
    {
        foreach (NpzEntry entry in NpzFormat.Read(stream)) { yield return (entry.Name, Leaf((entry.Header, entry.Data))); }
    }

    static Node Leaf((NpyHeader Header, Storage Data) file) =>
        Build.Value(file.Data, file.Header.DType, Layout.Strided(file.Header.Shape, file.Header.Strides, 0, file.Header.DType.Size));

    // The array evaluated, row-major, claimed once.
    static NpyHeader Ready(Node array, out NDArray data)
    {
        NDArray node = Operands.Strong(array);
        if (!(node.HasValue && node.Layout.Contiguous)) { node = Fill.Of(node.Layout.Shape, node); }
        Lifetime.Claim(node);
        node.Evaluated("save");
        data = node;
        return new NpyHeader(node.DType, node.Layout.Shape, false);
    }

    static unsafe void Write(NDArray array, Action<nint, Layout> write)
    {
        if (array.Layout.Count == 1)
        {
            UInt128 bits = Values.First(array);
            write((nint)(&bits), array.Layout);
            return;
        }
        Storage storage = Values.Of(array);
        byte[]? small = storage.Small;
        fixed (byte* managed = small)
        {
            write((nint)((small is null ? storage.Data : managed) + array.Layout.Offset), array.Layout);
            GC.KeepAlive(storage);
        }
    }
}
