using System.Runtime.InteropServices;

namespace Engine.Interop;

/// <summary>Copies elements from anywhere into row-major order: any byte strides, any alignment, either byte
/// order.</summary>
internal static unsafe class StridedCopy
{
    /// <summary>What is done to each element on the way.</summary>
    public enum Conversion
    {
        /// <summary>The bytes as they are.</summary>
        None,

        /// <summary>Bytes to 0 or 1.</summary>
        ToBool,

        /// <summary>Doubles to singles; complex numbers are two of them.</summary>
        DoubleToSingle,
    }

    /// <summary>Copies <paramref name="shape"/> elements of <paramref name="itemSize"/> bytes.</summary>
    /// <param name="source">The address of element 0.</param>
    /// <param name="target">Receives the elements without gaps.</param>
    /// <param name="shape">Lengths.</param>
    /// <param name="byteStrides">Bytes from one element to the next, by axis.</param>
    /// <param name="itemSize">Bytes of a source element.</param>
    /// <param name="word">Bytes that change places together when <paramref name="swapped"/>: half a complex
    /// number.</param>
    /// <param name="swapped">Whether the source has the other byte order.</param>
    /// <param name="conversion">What is done to each element.</param>
    public static void ToRowMajor(
        byte* source, byte* target, ReadOnlySpan<long> shape, ReadOnlySpan<long> byteStrides, int itemSize, int word, bool swapped, Conversion conversion)
    {
        long count = Extent.Count(shape);
        if (count == 0)
        {
            return;
        }
        int axes = shape.Length;
        long run = axes == 0 ? 1 : shape[axes - 1];
        long step = axes == 0 ? itemSize : byteStrides[axes - 1];
        int outSize = conversion == Conversion.DoubleToSingle ? itemSize / 2 : itemSize;
        Span<long> at = stackalloc long[Math.Max(axes, 1)];
        at.Clear();
        byte* from = source;
        for (long done = 0; done < count; done += run)
        {
            Run(from, target, run, step, itemSize, word, swapped, conversion);
            target += run * outSize;
            for (int i = axes - 2; i >= 0; i--)
            {
                from += byteStrides[i];
                if (++at[i] < shape[i])
                {
                    break;
                }
                from -= byteStrides[i] * shape[i];
                at[i] = 0;
            }
        }
    }

    private static void Run(byte* from, byte* to, long n, long step, int itemSize, int word, bool swapped, Conversion conversion)
    {
        if (swapped || conversion == Conversion.DoubleToSingle)
        {
            Words(from, to, n, step, itemSize, word, swapped, conversion == Conversion.DoubleToSingle);
        }
        else if (conversion == Conversion.ToBool)
        {
            for (long i = 0; i < n; i++)
            {
                to[i] = from[i * step] != 0 ? (byte)1 : (byte)0;
            }
        }
        else if (step == itemSize)
        {
            Buffer.MemoryCopy(from, to, n * itemSize, n * itemSize);
        }
        else
        {
            Items(from, to, n, step, itemSize);
        }
    }

    private static void Items(byte* from, byte* to, long n, long step, int itemSize)
    {
        switch (itemSize)
        {
            case 1:
                for (long i = 0; i < n; i++)
                {
                    to[i] = from[i * step];
                }
                break;
            case 2:
                for (long i = 0; i < n; i++)
                {
                    System.Runtime.CompilerServices.Unsafe.CopyBlockUnaligned(to + (2 * i), from + (i * step), 2);
                }
                break;
            case 4:
                for (long i = 0; i < n; i++)
                {
                    System.Runtime.CompilerServices.Unsafe.CopyBlockUnaligned(to + (4 * i), from + (i * step), 4);
                }
                break;
            default:
                for (long i = 0; i < n; i++)
                {
                    System.Runtime.CompilerServices.Unsafe.CopyBlockUnaligned(to + (itemSize * i), from + (i * step), (uint)itemSize);
                }
                break;
        }
    }

    private static void Words(byte* from, byte* to, long n, long step, int itemSize, int word, bool swapped, bool narrow)
    {
        byte* w = stackalloc byte[16];
        for (long i = 0; i < n; i++)
        {
            for (int j = 0; j < itemSize; j += word)
            {
                byte* s = from + (i * step) + j;
                for (int b = 0; b < word; b++)
                {
                    w[b] = s[swapped ? word - 1 - b : b];
                }
                if (narrow)
                {
                    *(float*)to = (float)*(double*)w;
                    to += sizeof(float);
                }
                else
                {
                    Buffer.MemoryCopy(w, to, word, word);
                    to += word;
                }
            }
        }
    }

    /// <summary>Whether every byte of a bool buffer is 0 or 1: then it can be shared.</summary>
    public static bool IsBool(byte* source, ReadOnlySpan<long> shape, ReadOnlySpan<long> strides)
    {
        if (Extent.IsPacked(shape, strides, false) && Extent.Count(shape) <= int.MaxValue)
        {
            return !MemoryMarshal.CreateReadOnlySpan(ref *source, (int)Extent.Count(shape)).ContainsAnyExceptInRange((byte)0, (byte)1);
        }
        long count = Extent.Count(shape);
        Span<long> at = stackalloc long[Math.Max(shape.Length, 1)];
        at.Clear();
        for (long k = 0; k < count; k++)
        {
            if (*source > 1)
            {
                return false;
            }
            for (int i = shape.Length - 1; i >= 0; i--)
            {
                source += strides[i];
                if (++at[i] < shape[i])
                {
                    break;
                }
                source -= strides[i] * shape[i];
                at[i] = 0;
            }
        }
        return true;
    }
}
