using Engine.Internal;
using Engine.Internal.Graph;
using Engine.Internal.IO;

namespace Engine;

public static partial class Ops
{
    /// <summary>Writes an array as <c>.npy</c>, which NumPy reads.</summary>
    /// <param name="path">The file; <c>.npy</c> is appended where it is missing.</param>
    /// <param name="array">Any shape and dtype; evaluated.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(string path, NDArray array)
    {
        using FileStream stream = File.Create(Named(path, ".npy"));
        Files.Save(stream, Face.In(array, nameof(array)));
    }

    /// <summary>Writes named arrays as <c>.npz</c>, which NumPy reads.</summary>
    /// <param name="path">The file; <c>.npz</c> is appended where it is missing.</param>
    /// <param name="arrays">Names and arrays; evaluated.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Savez(string path, params ReadOnlySpan<(string Name, NDArray Array)> arrays)
    {
        using FileStream stream = File.Create(Named(path, ".npz"));
        Files.Savez(stream, arrays);
    }

    /// <summary>Reads the array of a <c>.npy</c> file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="FileDataException">It is no such file, or is cut off.</exception>
    public static NDArray Load(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return Face.Out(Files.Load(stream));
    }

    /// <summary>Reads all arrays of an <c>.npz</c> file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="FileDataException">It is no such file, or is cut off.</exception>
    public static IReadOnlyDictionary<string, NDArray> Loadz(string path)
    {
        using FileStream stream = File.OpenRead(path);
        var result = new Dictionary<string, NDArray>();
        foreach (var (name, node) in Files.Loadz(stream)) { result[name] = Face.Out(node); }
        return result;
    }

    static string Named(string path, string extension)
    {
        ArgumentNullException.ThrowIfNull(path);
        return path.EndsWith(extension, StringComparison.Ordinal) ? path : path + extension;
    }
}
