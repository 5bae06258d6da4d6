using System.IO.Compression;
using Engine.Internal.Memory;

namespace Engine.Internal.IO;

/// <summary>An array of a .npz file.</summary>
/// <param name="Name">Without .npy.</param>
/// <param name="Header">Type, shape and order.</param>
/// <param name="Data">The elements.</param>
internal readonly record struct NpzEntry(string Name, NpyHeader Header, Storage Data);

/// <summary>NumPy's .npz format: a zip file of .npy files.</summary>
internal static unsafe class NpzFormat
{
    // Deflate makes at most this much out of a byte; an entry that claims more lies.
    const long MostInflation = 1032;
    const string Extension = ".npy";

    /// <summary>
    /// Reads all arrays in the file's order. Entries other than .npy are left out, and of several of one name the last
    /// is kept.
    /// </summary>
    /// <exception cref="FileDataException">The file or an array in it is malformed.</exception>
    public static List<NpzEntry> Read(Stream stream, string op = "Load")
    {
        var entries = new List<NpzEntry>();
        try
        {
            using var archive = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
            foreach (ZipArchiveEntry entry in archive.Entries)
            {
                if (!entry.FullName.EndsWith(Extension, StringComparison.Ordinal)) { continue; }
                string name = entry.FullName[..^Extension.Length];
                using Stream data = entry.Open();
                bool credible = stream.CanSeek && entry.CompressedLength <= stream.Length
                    && entry.Length <= (entry.CompressedLength * MostInflation) + MostInflation;
                (NpyHeader header, Storage storage) = NpyFormat.Read(data, credible ? entry.Length : -1, op);
                int same = entries.FindIndex(e => e.Name == name);
                if (same >= 0)
                {
                    entries[same].Data.Drop();
                    entries.RemoveAt(same);
                }
                entries.Add(new NpzEntry(name, header, storage));
            }
            return entries;
        }
        catch (InvalidDataException e)
        {
            Drop(entries);
            throw Errors.File(op, $"the .npz file is malformed: {e.Message} Write it again with NumPy or Savez.");
        }
        catch
        {
            Drop(entries);
            throw;
        }
    }

    /// <summary>Starts a .npz file; arrays are added one by one.</summary>
    public static Writer Create(Stream stream, bool compress = false) => new(stream, compress);

    static void Drop(List<NpzEntry> entries)
    {
        foreach (NpzEntry entry in entries) { entry.Data.Drop(); }
    }

    /// <summary>Writes arrays into a .npz file; disposing finishes it and leaves the stream open.</summary>
    public sealed class Writer : IDisposable
    {
        static readonly DateTimeOffset Stamp = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

        readonly ZipArchive _archive;
        readonly CompressionLevel _level;

        internal Writer(Stream stream, bool compress)
        {
            _archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
            _level = compress ? CompressionLevel.Optimal : CompressionLevel.NoCompression;
        }

        /// <summary>Adds an array whose elements lie without gaps in the order that the head says.</summary>
        public void Add(string name, NpyHeader header, byte* data)
        {
            // The same time in every file: equal arrays give equal files.
            ZipArchiveEntry entry = _archive.CreateEntry(name + Extension, _level);
            entry.LastWriteTime = Stamp;
            using Stream stream = entry.Open();
            NpyFormat.Write(stream, header, data);
        }

        /// <summary>Finishes the file.</summary>
        public void Dispose() => _archive.Dispose();
    }
}
