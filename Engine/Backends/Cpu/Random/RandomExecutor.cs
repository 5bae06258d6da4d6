using System.Numerics;
using System.Runtime.CompilerServices;
using Engine.Internal.Plans;

namespace Engine.Internal.Backends.Cpu;

/// <summary>Threefry-2x32 bits, 20 rounds, in the order in which MLX hands them out.</summary>
/// <remarks>
/// A key gives W words for its bytes: with h = W / 2 and odd = W &amp; 1, words i and i + h + odd are the hash of (i, i + h + odd) for i below h, and word h is
/// the first half of the hash of (h, 0) where W is odd. The last word is cut to the bytes that are left, little endian.
/// </remarks>
internal static unsafe class RandomExecutor
{
    public static void Run(Group group, GroupMemory memory)
    {
        int width = ((RandomAttributes)group.A!).Width;
        View keysView = group.In[0], view = group.Out[0];
        TileOperand keys = memory.In[0], to = memory.Out[0];
        int batch = keysView.Shape.Length - 1;
        long count = 1, each = width;
        for (int i = 0; i < batch; i++) { count *= keysView.Shape[i]; }
        for (int i = batch; i < view.Shape.Length; i++) { each *= view.Shape[i]; }
        if (count == 0 || each == 0) { return; }
        bool direct = Views.IsRowMajor(view, width);
        using var temporary = direct ? default : new Scratch(count * each);
        byte* y = direct ? to.Data : temporary.Data;
        Span<long> at = batch <= 32 ? stackalloc long[batch] : new long[batch];
        for (long k = 0; k < count; k++, y += each)
        {
            byte* key = keys.Data;
            for (int i = 0; i < batch; i++) { key += at[i] * keys.Strides[i]; }
            Bits(*(uint*)key, *(uint*)(key + keys.Strides[batch]), y, each);
            for (int i = batch - 1; i >= 0 && ++at[i] == keysView.Shape[i]; i--) { at[i] = 0; }
        }
        if (direct)
        {
            ExecutorCounters.Traffic(count * 8, count * each);
            return;
        }
        var from = TileOperand.Memory(temporary.Data, to.DType, Shapes.RowMajorStrides(view.Shape, width), true);
        TileExecutor.Run(Programs.Cast(to.DType, to.DType), view.Shape, [from], memory.Out);
    }

    /// <summary>The bytes of one key.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Bits(uint k0, uint k1, byte* y, long bytes)
    {
        long words = (bytes + 3) / 4, half = words / 2, second = half + (words & 1), i = 0;
        int lanes = Vector<uint>.Count;
        // The second word of the last hash may be cut: that one is written by itself.
        long whole = bytes % 4 == 0 ? half : half - 1;
        for (; i + lanes <= whole; i += lanes)
        {
            var x0 = new Vector<uint>((uint)i) + Vector<uint>.Indices;
            var x1 = new Vector<uint>((uint)(i + second)) + Vector<uint>.Indices;
            Hash(k0, k1, ref x0, ref x1);
            x0.Store((uint*)y + i);
            x1.Store((uint*)y + i + second);
        }
        for (; i < half; i++)
        {
            uint x0 = (uint)i, x1 = (uint)(i + second);
            Hash(k0, k1, ref x0, ref x1);
            Put(y, bytes, i, x0);
            Put(y, bytes, i + second, x1);
        }
        if ((words & 1) != 0)
        {
            uint x0 = (uint)half, x1 = 0;
            Hash(k0, k1, ref x0, ref x1);
            Put(y, bytes, half, x0);
        }
    }

    static void Put(byte* y, long bytes, long word, uint value)
    {
        long left = Math.Min(4, bytes - (4 * word));
        for (int b = 0; b < left; b++) { y[(4 * word) + b] = (byte)(value >> (8 * b)); }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Hash(uint k0, uint k1, ref uint x0, ref uint x1)
    {
        uint k2 = k0 ^ k1 ^ 0x1BD11BDA;
        x0 += k0;
        x1 += k1;
        Rounds(ref x0, ref x1, 13, 15, 26, 6);
        x0 += k1;
        x1 += k2 + 1;
        Rounds(ref x0, ref x1, 17, 29, 16, 24);
        x0 += k2;
        x1 += k0 + 2;
        Rounds(ref x0, ref x1, 13, 15, 26, 6);
        x0 += k0;
        x1 += k1 + 3;
        Rounds(ref x0, ref x1, 17, 29, 16, 24);
        x0 += k1;
        x1 += k2 + 4;
        Rounds(ref x0, ref x1, 13, 15, 26, 6);
        x0 += k2;
        x1 += k0 + 5;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Rounds(ref uint x0, ref uint x1, int a, int b, int c, int d)
    {
        Round(ref x0, ref x1, a);
        Round(ref x0, ref x1, b);
        Round(ref x0, ref x1, c);
        Round(ref x0, ref x1, d);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Round(ref uint x0, ref uint x1, int r)
    {
        x0 += x1;
        x1 = BitOperations.RotateLeft(x1, r) ^ x0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Hash(uint key0, uint key1, ref Vector<uint> x0, ref Vector<uint> x1)
    {
        Vector<uint> k0 = new(key0), k1 = new(key1), k2 = new(key0 ^ key1 ^ 0x1BD11BDA);
        x0 += k0;
        x1 += k1;
        Rounds(ref x0, ref x1, 13, 15, 26, 6);
        x0 += k1;
        x1 += k2 + new Vector<uint>(1);
        Rounds(ref x0, ref x1, 17, 29, 16, 24);
        x0 += k2;
        x1 += k0 + new Vector<uint>(2);
        Rounds(ref x0, ref x1, 13, 15, 26, 6);
        x0 += k0;
        x1 += k1 + new Vector<uint>(3);
        Rounds(ref x0, ref x1, 17, 29, 16, 24);
        x0 += k1;
        x1 += k2 + new Vector<uint>(4);
        Rounds(ref x0, ref x1, 13, 15, 26, 6);
        x0 += k2;
        x1 += k0 + new Vector<uint>(5);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Rounds(ref Vector<uint> x0, ref Vector<uint> x1, int a, int b, int c, int d)
    {
        Round(ref x0, ref x1, a);
        Round(ref x0, ref x1, b);
        Round(ref x0, ref x1, c);
        Round(ref x0, ref x1, d);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Round(ref Vector<uint> x0, ref Vector<uint> x1, int r)
    {
        x0 += x1;
        x1 = ((x1 << r) | (x1 >>> (32 - r))) ^ x0;
    }
}
