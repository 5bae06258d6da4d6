using System.Buffers.Binary;
using System.Text;

namespace Engine.Benchmarks;

/// <summary>
/// TorchSharp's library asks for a newer C++ runtime than Debian 12's, for the sake of a marker that nothing calls.
/// A need that is marked weak is not insisted on.
/// </summary>
internal static class VersionNeed
{
    const uint NeedSection = 0x6ffffffe;
    const ushort Weak = 2;

    /// <summary>Marks a version need of an ELF library weak, in the file.</summary>
    public static void Relax(string path, string version)
    {
        byte[] file = File.ReadAllBytes(path);
        long sections = I64(0x28);
        int size = U16(0x3A), count = U16(0x3C);
        for (int i = 0; i < count; i++)
        {
            long section = sections + i * size;
            if (U32(section + 4) != NeedSection)
            {
                continue;
            }
            long names = I64(sections + U32(section + 40) * size + 24), need = I64(section + 24);
            for (uint libraries = U32(section + 44); libraries > 0; libraries--)
            {
                long one = need + U32(need + 8);
                for (int versions = U16(need + 2); versions > 0; versions--)
                {
                    if (Name(names + U32(one + 8)) == version && (U16(one + 4) & Weak) == 0)
                    {
                        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan((int)one + 4), (ushort)(U16(one + 4) | Weak));
                        File.WriteAllBytes(path, file);
                    }
                    one += U32(one + 12);
                }
                need += U32(need + 12);
            }
        }

        ushort U16(long at) => BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan((int)at));
        uint U32(long at) => BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan((int)at));
        long I64(long at) => BinaryPrimitives.ReadInt64LittleEndian(file.AsSpan((int)at));
        string Name(long at) => Encoding.ASCII.GetString(file, (int)at, Array.IndexOf(file, (byte)0, (int)at) - (int)at);
    }
}
