using System.IO.Compression;
using System.Text;
using Engine.Internal;
using Engine.Internal.IO;
using Engine.Internal.Memory;
using Engine.Tests.Basics;
using Xunit;

namespace Engine.Tests.IO;

public unsafe class NpyTests
{
    [Fact]
    public void NumPys_files_are_read_and_written_byte_for_byte()
    {
        using var archive = ZipFile.OpenRead(TestData.Path("numpy-files.npz"));
        int written = 0;
        foreach (ZipArchiveEntry entry in archive.Entries)
        {
            using Stream stream = entry.Open();
            using var copy = new MemoryStream();
            stream.CopyTo(copy);
            string[] name = entry.FullName[..^4].Split('-');
            DType dtype = DType.Parse(name[0])!.Value;
            long[] shape = [.. name[1].Split('x', StringSplitOptions.RemoveEmptyEntries).Select(long.Parse)];
            copy.Position = 0;
            (NpyHeader header, Storage data) = NpyFormat.Read(copy);
            Assert.Equal(copy.Length, copy.Position);
            Assert.Equal(dtype, header.DType);
            Assert.Equal(shape, header.Shape);
            Assert.Equal(name[2] == "big" && dtype.Size > 1, header.BigEndian);
            Assert.Equal(Text(FormattingTests.Counting(dtype, header.Count, 251), shape, dtype), Text(data, header));
            if (!header.BigEndian && name[2] != "big")
            {
                using var mine = new MemoryStream();
                NpyFormat.Write(mine, header, Bytes(data));
                Assert.Equal(copy.ToArray(), mine.ToArray());
                written++;
            }
            data.Drop();
        }
        Assert.Equal(14 * 8, written);
    }

    [Fact]
    public void Npz_of_NumPy_is_read_stored_or_compressed()
    {
        using FileStream stored = File.OpenRead(TestData.Path("numpy-files.npz")), compressed = File.OpenRead(TestData.Path("numpy-compressed.npz"));
        Assert.Equal(14 * 12, NpzFormat.Read(stored).Count);
        List<NpzEntry> entries = NpzFormat.Read(compressed);
        Assert.Equal(["big", "small"], entries.Select(e => e.Name));
        Assert.Equal(FormattingTests.Counting(DType.Float32, 5000, 251), Bytes(entries[0].Data));
        Assert.Equal(DType.Int64, entries[1].Header.DType);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Npz_survives_writing_and_reading(bool compress)
    {
        using var file = new MemoryStream();
        byte[] a = FormattingTests.Counting(DType.BFloat16, 3000, 251), b = [1, 0, 1];
        using (NpzFormat.Writer writer = NpzFormat.Create(file, compress))
        {
            fixed (byte* pa = a) { writer.Add("weights/first", new(DType.BFloat16, [3, 1000], FortranOrder: true), pa); }
            fixed (byte* pb = b) { writer.Add("b", new(DType.Bool, [3], FortranOrder: false), pb); }
        }
        file.Position = 0;
        List<NpzEntry> entries = NpzFormat.Read(file);
        Assert.Equal(["weights/first", "b"], entries.Select(e => e.Name));
        Assert.True(entries[0].Header is { DType: DType.BFloat16, FortranOrder: true });
        Assert.Equal([3, 1000], entries[0].Header.Shape);
        Assert.Equal(a, Bytes(entries[0].Data));
        Assert.Equal(b, Bytes(entries[1].Data));
        file.Position = 0;
        using var archive = new ZipArchive(file);
        Assert.Equal(compress, archive.Entries[0].CompressedLength < archive.Entries[0].Length);
    }

    [Fact]
    public void Streams_that_cannot_seek_are_read_as_they_come()
    {
        byte[] data = FormattingTests.Counting(DType.Float64, 700_000, 251);
        using var file = new MemoryStream();
        NpyFormat.Write(file, new(DType.Float64, [700_000], false), data);
        (NpyHeader header, Storage read) = NpyFormat.Read(new Trickle(file.ToArray()));
        Assert.Equal(700_000, header.Count);
        Assert.True(Bytes(read).AsSpan().SequenceEqual(data));
        read.Drop();
        var e = Assert.Throws<FileDataException>(() => NpyFormat.Read(new Trickle(Head("{'descr': '<f8', 'fortran_order': False, 'shape': (100000000000,), }"))));
        Assert.Contains("ends early", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{'shape':(2,),'fortran_order':True,'descr':\"<i4\"}", "int32 (2,) F")]
    [InlineData("{ \"descr\" : '=f8' ,\n'fortran_order': False, 'shape': ( 2 , 3L ) , }", "float64 (2, 3)")]
    [InlineData("{'descr': '|b1', 'fortran_order': False, 'shape': (), }", "bool ()")]
    [InlineData("{'descr': '<V2', 'fortran_order': False, 'shape': (0, 9223372036854775807), }", "bfloat16 (0, 9223372036854775807)")]
    [InlineData("{'descr': '>c16', 'fortran_order': False, 'shape': (1,), }", "complex128 (1,)")]
    public void Heads_that_Python_would_read_are_read(string head, string expected)
    {
        foreach (byte version in new byte[] { 1, 2, 3 })
        {
            NpyHeader h = NpyFormat.ReadHeader(new MemoryStream(Head(head, version)));
            Assert.Equal(expected, $"{h.DType.Name} {Shapes.Text(h.Shape)}{(h.FortranOrder ? " F" : "")}");
        }
    }

    [Theory]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), } x", "follows the dictionary")]
    [InlineData("{'descr': '<f4', 'fortran_order': False}", "is missing")]
    [InlineData("{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (2,)}", "comes twice")]
    [InlineData("{'descr': '<f4', 'fortran_order': 1, 'shape': (2,)}", "neither True nor False")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (-2,)}", "a length is not a number")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,)}", "a length is not a number")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2", "')' is missing")]
    [InlineData("{'descr': '<f4, 'fortran_order", "is missing")]
    [InlineData("{'descr: <f4", "does not end")]
    [InlineData("", "'{' is missing")]
    [InlineData("{'descr': '<U5', 'fortran_order': False, 'shape': (2,)}", "elements are '<U5'")]
    [InlineData("{'descr': '', 'fortran_order': False, 'shape': (2,)}", "elements are ''")]
    [InlineData("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2,)}", "elements are records")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296)}", "no file can hold")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (1000000000000,)}", "ends early")]
    public void Malformed_heads_are_errors_that_say_where(string head, string expected)
    {
        var e = Assert.Throws<FileDataException>(() => NpyFormat.Read(new MemoryStream(Head(head))));
        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
        Assert.StartsWith("Load: ", e.Message, StringComparison.Ordinal);
        Assert.Equal(ErrorKind.Runtime, e.Kind);
    }

    [Fact]
    public void Every_truncation_and_many_corruptions_are_errors_or_values_never_crashes()
    {
        using var file = new MemoryStream();
        NpyFormat.Write(file, new(DType.Int16, [5, 2], false), new byte[20]);
        byte[] whole = file.ToArray();
        for (int n = 0; n < whole.Length; n++)
        {
            Assert.Throws<FileDataException>(() => NpyFormat.Read(new MemoryStream(whole[..n])));
            Assert.Throws<FileDataException>(() => NpyFormat.Read(new Trickle(whole[..n])));
        }
        var random = new Random(1);
        for (int i = 0; i < 3000; i++)
        {
            byte[] bad = (byte[])whole.Clone();
            for (int k = 0; k < 2; k++) { bad[random.Next(80)] = (byte)random.Next(256); }
            try { NpyFormat.Read(new MemoryStream(bad)).Data.Drop(); }
            catch (FileDataException) { }
        }
    }

    [Fact]
    public void Malformed_zip_files_are_errors()
    {
        Assert.Throws<FileDataException>(() => NpzFormat.Read(new MemoryStream(Encoding.ASCII.GetBytes("garbage"))));
        byte[] whole = File.ReadAllBytes(TestData.Path("numpy-compressed.npz"));
        var random = new Random(1);
        for (int i = 0; i < 300; i++)
        {
            byte[] bad = (byte[])whole.Clone();
            for (int k = 0; k < 3; k++) { bad[random.Next(bad.Length)] = (byte)random.Next(256); }
            try
            {
                foreach (NpzEntry entry in NpzFormat.Read(new MemoryStream(bad))) { entry.Data.Drop(); }
            }
            catch (FileDataException) { }
        }
    }

    [Fact]
    public void Bools_other_than_0_and_1_become_1()
    {
        byte[] head = Head("{'descr': '|b1', 'fortran_order': False, 'shape': (4,), }");
        (_, Storage data) = NpyFormat.Read(new MemoryStream([.. head, 0, 1, 2, 255]));
        Assert.Equal([0, 1, 1, 1], Bytes(data));
    }

    static byte[] Head(string text, byte version = 1)
    {
        byte[] body = Encoding.ASCII.GetBytes(text);
        byte[] length = version == 1 ? BitConverter.GetBytes((ushort)body.Length) : BitConverter.GetBytes(body.Length);
        return [0x93, .. "NUMPY"u8, version, 0, .. length, .. body];
    }

    static byte[] Bytes(Storage data) => data.Small ?? new ReadOnlySpan<byte>(data.Data, (int)data.Bytes).ToArray();

    static string Text(Storage data, NpyHeader header)
    {
        fixed (byte* p = (byte[])[.. Bytes(data), 0]) { return ArrayFormatter.NumPy(p, header.Shape, header.Strides, header.DType); }
    }

    static string Text(byte[] data, long[] shape, DType dtype)
    {
        fixed (byte* p = (byte[])[.. data, 0]) { return ArrayFormatter.NumPy(p, shape, Shapes.RowMajorStrides(shape, dtype.Size), dtype); }
    }

    /// <summary>A stream that cannot seek and gives a few bytes at a time.</summary>
    sealed class Trickle(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;

        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, 4001)]);
    }
}
