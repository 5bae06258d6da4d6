using System.Numerics;
using Engine.Internal.Plans;

namespace Engine.Tests.SecondBackend;

/// <summary>Threefry-2x32 with 20 rounds, from its definition: the words of a block of bytes, numbered in two halves.</summary>
internal static class Threefry
{
    static readonly int[] Rotations = [13, 15, 26, 6, 17, 29, 16, 24];

    public static (uint, uint) Hash(uint key0, uint key1, uint x, uint y)
    {
        uint[] schedule = [key0, key1, key0 ^ key1 ^ 0x1BD11BDA];
        x += key0;
        y += key1;
        for (int round = 0; round < 20; round++)
        {
            x += y;
            y = BitOperations.RotateLeft(y, Rotations[round % 8]) ^ x;
            if (round % 4 == 3)
            {
                int block = round / 4 + 1;
                x += schedule[block % 3];
                y += schedule[(block + 1) % 3] + (uint)block;
            }
        }
        return (x, y);
    }

    /// <summary>
    /// W words: word i of the first half and its partner in the second are the two results of counter (i, partner). With an odd number the word between the halves is
    /// the first result of counter (middle, 0).
    /// </summary>
    public static uint[] Words(uint key0, uint key1, long count)
    {
        var words = new uint[count];
        long half = count / 2, second = count - half;
        for (long i = 0; i < half; i++) { (words[i], words[second + i]) = Hash(key0, key1, (uint)i, (uint)(second + i)); }
        if (count % 2 == 1) { words[half] = Hash(key0, key1, (uint)half, 0).Item1; }
        return words;
    }

    public static void Fill(Plan plan, Group g, RandomAttributes a)
    {
        UInt128[] keys = Region.Load(plan, g.In[0]);
        View to = g.Out[0];
        var r = new UInt128[Region.Count(to.Shape)];
        long blocks = keys.Length / 2, each = blocks == 0 ? 0 : r.Length / blocks;
        for (long b = 0; b < blocks; b++)
        {
            uint[] words = Words((uint)keys[2 * b], (uint)keys[2 * b + 1], (each * a.Width + 3) / 4);
            var bytes = new byte[4 * words.Length];
            Buffer.BlockCopy(words, 0, bytes, 0, bytes.Length);
            for (long i = 0; i < each; i++)
            {
                UInt128 v = 0;
                for (int k = a.Width - 1; k >= 0; k--) { v = (v << 8) | bytes[i * a.Width + k]; }
                r[b * each + i] = v;
            }
        }
        Region.Store(plan, to, r);
    }
}
