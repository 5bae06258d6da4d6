using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Engine.Internal.Memory;
using static System.FormattableString;

namespace Engine.Internal.IO;

/// <summary>NumPy's .npy format, versions 1 to 3, as bytes: a head and the elements.</summary>
internal static unsafe class NpyFormat
{
    const int Alignment = 64;
    const int MagicBytes = 8;
    const int MostHeaderBytes = 1 << 20;
    const int ChunkBytes = 1 << 26;
    const long FirstGuess = 1 << 20;

    static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Reads a file. The stream may be unable to seek; it ends up behind the elements.</summary>
    /// <param name="stream">The file.</param>
    /// <param name="available">Bytes that the file is known to have, or -1. A head that claims more is refused before
    /// memory is taken.</param>
    /// <param name="op">For errors.</param>
    /// <exception cref="FileDataException">The file is malformed, too short, or holds elements of another
    /// type.</exception>
    public static (NpyHeader Header, Storage Data) Read(Stream stream, long available = -1, string op = "Load")
    {
        NpyHeader header = ReadHeader(stream, out int headBytes, op);
        long bytes = header.Bytes;
        long left = available >= 0 ? available - headBytes : stream.CanSeek ? stream.Length - stream.Position : -1;
        if (left >= 0 && left < bytes) { throw EndsEarly(op, header, left, bytes); }
        Storage data = left >= 0 ? ReadKnown(stream, header, bytes, op) : ReadGrowing(stream, header, bytes, op);
        if (header.BigEndian) { Swap(data, header.DType); }
        if (header.DType is DType.Bool) { Normalize(data); }
        return (header, data);
    }

    /// <summary>Reads the head only.</summary>
    public static NpyHeader ReadHeader(Stream stream, string op = "Load") => ReadHeader(stream, out _, op);

    /// <summary>Writes a head and the elements, which lie without gaps in the order that the head says.</summary>
    public static void Write(Stream stream, NpyHeader header, byte* data)
    {
        WriteHeader(stream, header);
        long left = header.Bytes;
        while (left > 0)
        {
            int chunk = (int)Math.Min(left, ChunkBytes);
            stream.Write(new ReadOnlySpan<byte>(data, chunk));
            data += chunk;
            left -= chunk;
        }
    }

    /// <summary>Writes a head and the elements.</summary>
    public static void Write(Stream stream, NpyHeader header, ReadOnlySpan<byte> data)
    {
        if (data.Length != header.Bytes)
        {
            throw Errors.Option(
                "Save", Invariant($"{data.Length} bytes were given for a head that takes {header.Bytes}."));
        }
        fixed (byte* p = data) { Write(stream, header, p); }
    }

    /// <summary>
    /// The head's bytes: padded so that the elements are aligned. Version 1, or 2 where the head is longer than 65,535
    /// bytes.
    /// </summary>
    public static void WriteHeader(Stream stream, NpyHeader header)
    {
        string text = header.Dictionary();
        int lengthBytes = text.Length + Alignment > ushort.MaxValue ? 4 : 2;
        int padding = Alignment - ((MagicBytes + lengthBytes + text.Length + 1) % Alignment);
        int length = text.Length + padding + 1;
        var head = new byte[MagicBytes + lengthBytes + length];
        Magic.CopyTo(head);
        head[6] = lengthBytes == 2 ? (byte)1 : (byte)2;
        if (lengthBytes == 2) { BinaryPrimitives.WriteUInt16LittleEndian(head.AsSpan(MagicBytes), (ushort)length); }
        else { BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(MagicBytes), (uint)length); }
        Span<byte> body = head.AsSpan(MagicBytes + lengthBytes);
        Encoding.ASCII.GetBytes(text, body);
        body[text.Length..].Fill((byte)' ');
        body[^1] = (byte)'\n';
        stream.Write(head);
    }

    static NpyHeader ReadHeader(Stream stream, out int headBytes, string op)
    {
        Span<byte> start = stackalloc byte[MagicBytes];
        if (stream.ReadAtLeast(start, MagicBytes, throwOnEndOfStream: false) < MagicBytes || !start.StartsWith(Magic))
        {
            throw Errors.File(op, "this is not a .npy file: it does not start with NumPy's mark.");
        }
        int version = start[6];
        if (version is < 1 or > 3)
        {
            throw Errors.File(
                op, Invariant($"the .npy file has version {version}.{start[7]}. Versions 1 to 3 can be read."));
        }
        int lengthBytes = version == 1 ? 2 : 4;
        Span<byte> number = stackalloc byte[4];
        number.Clear();
        Fill(stream, number[..lengthBytes], op);
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(number);
        if (length > MostHeaderBytes)
        {
            throw Errors.File(op, Invariant($"the head of the .npy file claims {length} bytes. ") +
                Invariant($"At most {MostHeaderBytes} are read."));
        }
        var head = new byte[length];
        Fill(stream, head, op);
        headBytes = MagicBytes + lengthBytes + head.Length;
        string text = (version == 3 ? Encoding.UTF8 : Encoding.Latin1).GetString(head);
        NpyHeader header = new NpyHeaderParser(op, text).Parse();
        long bytes;
        try { bytes = header.Bytes; }
        catch (EngineOverflowException)
        {
            throw Errors.File(
                op, $"the head of the .npy file claims the shape {Shapes.Text(header.Shape)}, which no file can hold.");
        }
        return bytes >= 0 ? header : throw Errors.File(op, "the head of the .npy file is malformed.");
    }

    static void Fill(Stream stream, Span<byte> to, string op)
    {
        if (stream.ReadAtLeast(to, to.Length, throwOnEndOfStream: false) < to.Length)
        {
            throw Errors.File(op, "the .npy file ends inside its head. It was not written to its end.");
        }
    }

    static Storage ReadKnown(Stream stream, NpyHeader header, long bytes, string op)
    {
        Storage data = Storage.Allocate(bytes);
        long read = ReadInto(stream, data, 0, bytes);
        if (read == bytes) { return data; }
        data.Drop();
        throw EndsEarly(op, header, read, bytes);
    }

    // Nobody knows how long the stream is: memory grows with what comes, so that a false head costs nothing.
    static Storage ReadGrowing(Stream stream, NpyHeader header, long bytes, string op)
    {
        long capacity = Math.Min(bytes, FirstGuess), read = 0;
        Storage data = Storage.Allocate(capacity);
        while (true)
        {
            read += ReadInto(stream, data, read, capacity - read);
            if (read < capacity)
            {
                data.Drop();
                throw EndsEarly(op, header, read, bytes);
            }
            if (capacity == bytes) { return data; }
            capacity = Math.Min(bytes, capacity * 2);
            Storage grown = Storage.AllocateNative(capacity);
            NativeMemory.Copy(data.Data, grown.Data, (nuint)read);
            data.Drop();
            data = grown;
        }
    }

    static long ReadInto(Stream stream, Storage data, long offset, long bytes)
    {
        if (data.Small is byte[] small)
        {
            return stream.ReadAtLeast(small.AsSpan((int)offset), (int)bytes, throwOnEndOfStream: false);
        }
        long done = 0;
        while (done < bytes)
        {
            int chunk = (int)Math.Min(bytes - done, ChunkBytes);
            var to = new Span<byte>(data.Data + offset + done, chunk);
            int read = stream.ReadAtLeast(to, chunk, throwOnEndOfStream: false);
            done += read;
            if (read < chunk) { break; }
        }
        GC.KeepAlive(data);
        return done;
    }

    static void Swap(Storage data, DType dtype)
    {
        int size = dtype.IsComplex ? dtype.Size / 2 : dtype.Size;
        Each(data, span =>
        {
            switch (size)
            {
                case 2:
                    Span<ushort> shorts = MemoryMarshal.Cast<byte, ushort>(span);
                    BinaryPrimitives.ReverseEndianness(shorts, shorts);
                    break;
                case 4:
                    Span<uint> ints = MemoryMarshal.Cast<byte, uint>(span);
                    BinaryPrimitives.ReverseEndianness(ints, ints);
                    break;
                default:
                    Span<ulong> longs = MemoryMarshal.Cast<byte, ulong>(span);
                    BinaryPrimitives.ReverseEndianness(longs, longs);
                    break;
            }
        });
    }

    // Our bools are 0 or 1; a file may say otherwise.
    static void Normalize(Storage data) => Each(data, span =>
    {
        int first = span.IndexOfAnyExceptInRange((byte)0, (byte)1);
        if (first < 0) { return; }
        foreach (ref byte b in span[first..]) { b = b != 0 ? (byte)1 : (byte)0; }
    });

    static void Each(Storage data, Action<Span<byte>> action)
    {
        if (data.Small is byte[] small)
        {
            action(small);
            return;
        }
        for (long at = 0; at < data.Bytes; at += ChunkBytes)
        {
            action(new Span<byte>(data.Data + at, (int)Math.Min(ChunkBytes, data.Bytes - at)));
        }
        GC.KeepAlive(data);
    }

    static FileDataException EndsEarly(string op, NpyHeader header, long found, long bytes) => Errors.File(
        op, $"the .npy file ends early: its head says {header.DType.Name} {Shapes.Text(header.Shape)}, " +
        Invariant($"{bytes} bytes, but {found} follow. ") +
        "It was not written to its end.");
}
