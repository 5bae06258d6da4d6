using System.Runtime.InteropServices;

namespace Engine.Internal.Lanes;

/// <summary>Lane numbers by Inner: lane l of a row of the tree holds slot l / Inner.</summary>
internal static unsafe class LaneTables<T> where T : unmanaged
{
    const int Row = 64 * 8;
    static readonly byte* tables = Make();

    /// <summary>As integer lanes of T's width.</summary>
    public static byte* Slots(nint inner) => tables + (inner * 2 * Row);

    /// <summary>As T.</summary>
    public static byte* Places(nint inner) => Slots(inner) + Row;

    static byte* Make()
    {
        // Row 0 (no such Inner) stays zero.
        byte* p = NativeBlock.Zeroed(33 * 2 * Row);
        for (int inner = 1; inner <= 32; inner++)
        {
            byte* slots = p + (inner * 2 * Row), places = slots + Row;
            for (int l = 0; l < 64; l++)
            {
                int slot = l / inner;
                if (typeof(T) == typeof(float))
                {
                    ((int*)slots)[l] = slot;
                    ((float*)places)[l] = slot;
                }
                else if (typeof(T) == typeof(double))
                {
                    ((long*)slots)[l] = slot;
                    ((double*)places)[l] = slot;
                }
                else
                {
                    Write(slots, l, slot);
                    Write(places, l, slot);
                }
            }
        }
        return p;
    }

    static void Write(byte* p, int l, int value)
    {
        switch (sizeof(T))
        {
            case 1: p[l] = (byte)value; break;
            case 2: ((short*)p)[l] = (short)value; break;
            case 4: ((int*)p)[l] = value; break;
            default: ((long*)p)[l] = value; break;
        }
    }
}

/// <summary>Small constant tables that live as long as the process.</summary>
internal static unsafe class NativeBlock
{
    /// <summary>As many zero bytes as any strip reads of its slot numbers.</summary>
    public static readonly byte* Zeros = Zeroed(8192);

    public static byte* Zeroed(int bytes)
    {
        var p = (byte*)NativeMemory.AlignedAlloc((nuint)bytes, 64);
        new Span<byte>(p, bytes).Clear();
        return p;
    }
}
