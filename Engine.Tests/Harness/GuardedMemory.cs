using System.Runtime.InteropServices;
using Engine.Internal;
using Engine.Internal.Graph;
using Engine.Internal.Memory;
using Engine.Testing;

namespace Engine.Tests.Harness;

/// <summary>Foreign memory whose last byte is the last of a page, with a page behind it that nobody may touch.</summary>
internal static unsafe partial class GuardedMemory
{
    const int ReadWrite = 3, None = 0, PrivateAnonymous = 0x22;

    [LibraryImport("libc", SetLastError = true)] private static partial nint mmap(nint address, nuint length, int protection, int flags, int file, nint offset);
    [LibraryImport("libc", SetLastError = true)] private static partial int mprotect(nint address, nuint length, int protection);
    [LibraryImport("libc", SetLastError = true)] private static partial int munmap(nint address, nuint length);

    /// <summary>An array over such memory. Give the address back with <see cref="Free"/> when nothing reads it any more.</summary>
    public static NDArray Place(HostArray values, out nint address, out nuint length)
    {
        nuint page = (nuint)Environment.SystemPageSize, bytes = (nuint)values.Bytes.Length;
        nuint usable = (bytes + page - 1) / page * page;
        length = usable + page;
        address = mmap(0, length, ReadWrite, PrivateAnonymous, -1, 0);
        if (address == -1 || mprotect(address + (nint)usable, page, None) != 0) { throw new InvalidOperationException($"no guarded memory: error {Marshal.GetLastPInvokeError()}"); }
        byte* data = (byte*)address + (usable - bytes);
        values.Bytes.CopyTo(new Span<byte>(data, values.Bytes.Length));
        Storage storage = Storage.Foreign(data, values.Bytes.Length, true, static () => { });
        return Lifetime.Escape(Build.Value(storage, values.DType, Layout.RowMajor(values.Shape, HostArray.SizeOf(values.DType))));
    }

    public static void Free(nint address, nuint length)
    {
        if (munmap(address, length) != 0) { throw new InvalidOperationException($"munmap: error {Marshal.GetLastPInvokeError()}"); }
    }

    /// <summary>Every op, on inputs that end where reading on would kill the process; gives the number of runs. Prints each op before it runs.</summary>
    public static int RunAll()
    {
        int runs = 0;
        foreach (OpCase c in OpCases.All.Where(c => !c.NoArrays))
        {
            Console.WriteLine(c.Op);
            foreach (DType type in c.Types)
            {
                for (int i = 0; i < Settings.Cases; i++, runs++)
                {
                    Trial t = Trial.Draw(c, type, ArrayLayout.Contiguous, Settings.SeedFor(c.Op, type, i));
                    if (t.Hosts.Any(h => h.Count == 0)) { continue; }
                    var places = new (nint, nuint)[t.Hosts.Length];
                    var inputs = new NDArray[t.Hosts.Length];
                    for (int k = 0; k < inputs.Length; k++)
                    {
                        inputs[k] = Place(t.Hosts[k], out nint address, out nuint length);
                        places[k] = (address, length);
                    }
                    HostArray want = t.Run(), got = HostReader.Read(t.Call.Call(inputs));
                    if (c.SameBits && want.Difference(got) is { } difference) { throw new InvalidOperationException($"{t}\n{difference}"); }
                    foreach ((nint address, nuint length) in places) { Free(address, length); }
                }
            }
        }
        return runs;
    }
}
