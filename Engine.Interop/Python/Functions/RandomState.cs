using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Engine.Internal;
using Engine.Internal.Graph;
using Engine.Internal.Memory;

namespace Engine.Interop.Python;

/// <summary>The key that random functions use when none is given: one for each thread, split at each use.</summary>
internal static unsafe class RandomState
{
    private static readonly Signature s_seed = new("seed", 1, 0, 1, "seed");

    [ThreadStatic]
    private static (uint High, uint Low) t_key;

    [ThreadStatic]
    private static bool t_seeded;

    public static void Add(List<PyMethodDef> list)
    {
        list.Add(Definitions.Method("seed", Definitions.F(&Seed), PyMethodDef.FastKeywords, "seed($module, seed)\n--\n\nStarts this thread's implicit key."));
    }

    /// <summary>The key of an argument; where none is given, a fresh one.</summary>
    public static Node Key(nint o) => o != 0 && o != Globals.None ? Argument.Array(o, "random", "key") : Next();

    private static Node Next()
    {
        if (!t_seeded)
        {
            Start((ulong)DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
        }
        // split(key, 2): the first row is the key from now on, the second one's the caller's.
        (uint a, uint c) = Threefry(t_key, 0, 2);
        (uint b, uint d) = Threefry(t_key, 1, 3);
        t_key = (a, b);
        return Array(c, d);
    }

    private static void Start(ulong seed)
    {
        t_key = ((uint)(seed >> 32), (uint)seed);
        t_seeded = true;
    }

    private static Node Array(uint high, uint low)
    {
        Storage storage = Storage.FromSmall(MemoryMarshal.AsBytes<uint>([high, low]).ToArray());
        return new Node(Build.Value(storage, DType.UInt32, Layout.RowMajor([2], sizeof(uint))));
    }

    /// <summary>Threefry-2x32 with 20 rounds.</summary>
    private static (uint X0, uint X1) Threefry((uint K0, uint K1) key, uint c0, uint c1)
    {
        ReadOnlySpan<int> even = [13, 15, 26, 6], odd = [17, 29, 16, 24];
        ReadOnlySpan<uint> ks = [key.K0, key.K1, key.K0 ^ key.K1 ^ 0x1BD11BDA];
        uint x0 = c0 + ks[0], x1 = c1 + ks[1];
        for (int group = 0; group < 5; group++)
        {
            foreach (int r in group % 2 == 0 ? even : odd)
            {
                x0 += x1;
                x1 = BitOperations.RotateLeft(x1, r) ^ x0;
            }
            x0 += ks[(group + 1) % 3];
            x1 += ks[(group + 2) % 3] + (uint)group + 1;
        }
        return (x0, x1);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Seed(nint self, nint* args, nint n, nint keywords)
    {
        try
        {
            nint* v = stackalloc nint[1];
            s_seed.Bind(args, n, keywords, v);
            Start((ulong)Argument.Int64(v[0], "seed", "seed"));
            return Ref.None();
        }
        catch (Exception e)
        {
            return Raise.Null(e);
        }
    }
}
