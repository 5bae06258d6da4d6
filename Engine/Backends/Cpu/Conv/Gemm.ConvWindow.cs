using System.Runtime.CompilerServices;

namespace Engine.Internal.Backends.Cpu;

internal static unsafe partial class Gemm<V, T, L>
{
    /// <summary>A block of output elements of one group, whose rows of A lie in a window of the input.</summary>
    [MethodImpl(Hot)]
    static void WindowItem(void* context, int item)
    {
        ref Convolution job = ref *(Convolution*)context;
        ref ConvSpace space = ref job.Space;
        ref ConvWindow window = ref job.Window;
        int cut = item % job.Cuts, from = job.Strips * cut / job.Cuts, to = job.Strips * (cut + 1) / job.Cuts;
        long i = item / job.Cuts, u = i % window.ColumnBlocks * window.Columns;
        i /= window.ColumnBlocks;
        long v = i % window.RowBlocks * window.Rows;
        i /= window.RowBlocks;
        long z = i % space.Output[0], group = i / space.Output[0] % space.Groups, n = i / space.Output[0] / space.Groups;
        int rows = (int)Math.Min(window.Rows, space.Output[1] - v), columns = (int)Math.Min(window.Columns, space.Output[2] - u), start = job.First(from);
        long width = (job.First(to) - start) * L.Count, channels = Math.Min(width, space.M - (start * L.Count));
        T* y = (T*)(space.Y + (n * space.StepY[0]) + (z * space.StepY[1]) + (v * space.StepY[2]) + (u * space.StepY[3])) + (group * space.M) + (start * L.Count), c = y;
        // Results with less than whole vectors of channels are made elsewhere.
        bool direct = channels == width;
        nint pitch = (nint)(direct ? space.StepY[3] / sizeof(T) : width), line = (nint)(direct ? space.StepY[2] / sizeof(T) : columns * width);
        long size = job.Plain ? 0 : space.Kernel[0] * window.Height * window.Width * space.C;
        T* memory = size == 0 && direct ? null : (T*)ThreadScratch.Inner.Take(checked((int)((size + (direct ? 0 : rows * columns * width)) * sizeof(T))));
        if (!direct) { c = memory + size; }
        nint planeA, lineA, stepA = (nint)space.C;
        T* a;
        if (job.Plain)
        {
            a = (T*)(space.X + (n * space.StepX[0]) + Place(0, z, space.StepX[1]) + Place(1, v, space.StepX[2]) + Place(2, u, space.StepX[3])) + (group * space.C);
            (planeA, lineA, stepA) = ((nint)(space.StepX[1] * space.Dilation[0] / sizeof(T)), (nint)(space.StepX[2] / sizeof(T)), (nint)(space.StepX[3] / sizeof(T)));
        }
        else
        {
            a = memory;
            (planeA, lineA) = ((nint)(window.Height * window.Width * space.C), (nint)(window.Width * space.C));
            FillWindow(space, window, n, group * space.C, (int)space.C, z, v, u, rows, a, stepA);
        }
        bool whole = space.Dilation[2] == 1;
        long run = whole ? space.Kernel[2] * space.C : space.C;
        int block = BlockDepth(run);
        // A run of one tap needs no neighbours.
        for (long kz = 0, k = 0; kz < space.Kernel[0]; kz++)
        {
            for (long ky = 0; ky < space.Kernel[1]; ky++)
            {
                for (long kx = 0; kx < (whole ? 1 : space.Kernel[2]); kx++)
                {
                    T* x = a + (kz * planeA) + (nint)(ky * space.Dilation[1] * lineA) + (nint)(kx * space.Dilation[2] * stepA);
                    for (long d = 0; d < run; d += block)
                    {
                        int depth = (int)Math.Min(block, run - d);
                        for (int s = from; s < to; s++)
                        {
                            T* b = job.Strip(group, s, k, out int vectors), at = c + ((job.First(s) - start) * L.Count);
                            for (int r = 0; r < rows; r++)
                            {
                                Tiles(depth, x + d + (nint)(r * space.Stride[1] * lineA), (nint)(space.Stride[2] * stepA), columns, b, vectors, at + (r * line), pitch, k > 0);
                            }
                        }
                        k += depth;
                    }
                }
            }
        }
        for (int r = 0; !direct && r < rows; r++)
        {
            for (int q = 0; q < columns; q++)
            {
                T* to2 = (T*)((byte*)y + (r * space.StepY[2]) + (q * space.StepY[3]));
                new Span<T>(c + (r * line) + (q * pitch), (int)channels).CopyTo(new Span<T>(to2, (int)channels));
            }
        }

        long Place(int axis, long at, long step) => ((at * ((Convolution*)context)->Space.Stride[axis]) - ((Convolution*)context)->Space.Low[axis]) * step;
    }

    /// <summary>Some channels of what a block of output rows meets, with zeros for what is outside of the input.</summary>
    static void FillWindow(in ConvSpace space, in ConvWindow window, long n, long channel, int channels, long z, long v, long u, int rows, T* to, nint pitch)
    {
        long height = ((rows - 1) * space.Stride[1]) + ((space.Kernel[1] - 1) * space.Dilation[1]) + 1, left = (u * space.Stride[2]) - space.Low[2];
        for (long kz = 0; kz < space.Kernel[0]; kz++)
        {
            long pz = (z * space.Stride[0]) - space.Low[0] + (kz * space.Dilation[0]);
            for (long r = 0; r < height; r++)
            {
                long py = (v * space.Stride[1]) - space.Low[1] + r;
                T* line = to + (nint)(((kz * window.Height) + r) * window.Width * pitch);
                if ((ulong)pz >= (ulong)space.Input[0] || (ulong)py >= (ulong)space.Input[1])
                {
                    new Span<T>(line, (int)(window.Width * pitch)).Clear();
                    continue;
                }
                byte* x = space.X + (n * space.StepX[0]) + (pz * space.StepX[1]) + (py * space.StepX[2]) + (channel * sizeof(T));
                if (pitch == channels && space.StepX[3] == pitch * sizeof(T))
                {
                    Line(x, left * pitch, space.Input[2] * pitch, line, (int)(window.Width * pitch));
                    continue;
                }
                for (long q = 0; q < window.Width; q++, line += pitch)
                {
                    long px = left + q;
                    if ((ulong)px >= (ulong)space.Input[2]) { new Span<T>(line, channels).Clear(); }
                    else { new Span<T>(x + (px * space.StepX[3]), channels).CopyTo(new Span<T>(line, channels)); }
                }
            }
        }
    }

    /// <summary>Every output channel has an input channel of its own (or shares one with few): vectors of channels.</summary>
    static void Depthwise(ref Convolution job, double products)
    {
        long channels = job.Space.Groups * job.Space.M, taps = job.Space.Taps;
        int width = job.Vectors * L.Count;
        job.Blocks = (int)((channels + width - 1) / width);
        using var packed = new Scratch(checked(job.Blocks * width * taps * sizeof(T)));
        job.Packed = (T*)packed.Data;
        for (int block = 0; block < job.Blocks; block++)
        {
            int some = (int)Math.Min(width, channels - ((long)block * width));
            T* to = job.Packed + (nint)(block * taps * width), w = (T*)job.Space.W + (nint)((long)block * width * taps);
            for (long k = 0; k < taps; k++)
            {
                for (int i = 0; i < width; i++) { to[(k * width) + i] = i < some ? w[(i * taps) + k] : default; }
            }
        }
        fixed (Convolution* context = &job)
        {
            ItemsJob.Run(checked((int)(job.Space.Batch * job.Space.Output[0] * job.Window.Blocks * job.Blocks)), Nanoseconds(products), context, &DepthwiseItem);
        }
    }

    [SkipLocalsInit]
    [MethodImpl(Hot)]
    static void DepthwiseItem(void* context, int item)
    {
        ref Convolution job = ref *(Convolution*)context;
        ref ConvSpace space = ref job.Space;
        ref ConvWindow window = ref job.Window;
        int block = item % job.Blocks, width = job.Vectors * L.Count;
        long i = item / job.Blocks, u = i % window.ColumnBlocks * window.Columns;
        i /= window.ColumnBlocks;
        long v = i % window.RowBlocks * window.Rows;
        i /= window.RowBlocks;
        long z = i % space.Output[0], n = i / space.Output[0], first = (long)block * width, channels = Math.Min(width, (space.Groups * space.M) - first);
        int rows = (int)Math.Min(window.Rows, space.Output[1] - v), columns = (int)Math.Min(window.Columns, space.Output[2] - u);
        T* memory = (T*)ThreadScratch.Inner.Take(checked((int)(space.Kernel[0] * window.Height * window.Width * width * sizeof(T))));
        long source = first / space.M;
        FillWindow(space, window, n, source, (int)(((first + channels - 1) / space.M) - source + 1), z, v, u, rows, memory, width);
        if (space.M > 1)
        {
            // Each input channel for all of its output channels, from the last on: they lie behind it.
            T* pixel = memory;
            for (long p = 0; p < space.Kernel[0] * window.Height * window.Width; p++, pixel += width)
            {
                for (long c = channels - 1; c >= 0; c--) { pixel[c] = pixel[((first + c) / space.M) - source]; }
            }
        }
        nint line = (nint)(window.Width * width), plane = (nint)(window.Height * line), step = (nint)(space.Stride[2] * width);
        T* w = job.Packed + (nint)(block * space.Taps * width);
        for (int r = 0; r < rows; r++)
        {
            byte* y = space.Y + (n * space.StepY[0]) + (z * space.StepY[1]) + ((v + r) * space.StepY[2]) + (u * space.StepY[3]) + (first * sizeof(T));
            for (int q = 0; q < columns; q += 4)
            {
                int some = Math.Min(4, columns - q);
                nint x1 = Math.Min(1, some - 1) * step, x2 = Math.Min(2, some - 1) * step, x3 = Math.Min(3, some - 1) * step;
                for (int c = 0; c < channels; c += L.Count)
                {
                    T* x = memory + (r * (nint)space.Stride[1] * line) + (q * step) + c, k = w + c;
                    V s0 = default!, s1 = default!, s2 = default!, s3 = default!;
                    for (long kz = 0; kz < space.Kernel[0]; kz++)
                    {
                        for (long ky = 0; ky < space.Kernel[1]; ky++)
                        {
                            T* p = x + (nint)((kz * plane) + (ky * space.Dilation[1] * line));
                            for (long kx = 0; kx < space.Kernel[2]; kx++, p += (nint)space.Dilation[2] * width, k += width)
                            {
                                V b = L.Load(k);
                                s0 = L.Fma(L.Load(p), b, s0);
                                s1 = L.Fma(L.Load(p + x1), b, s1);
                                s2 = L.Fma(L.Load(p + x2), b, s2);
                                s3 = L.Fma(L.Load(p + x3), b, s3);
                            }
                        }
                    }
                    T* to = (T*)(y + (q * space.StepY[3])) + c;
                    nint pitch = (nint)(space.StepY[3] / sizeof(T));
                    Put(s0, to, (int)channels - c);
                    if (some > 1) { Put(s1, to + pitch, (int)channels - c); }
                    if (some > 2) { Put(s2, to + (2 * pitch), (int)channels - c); }
                    if (some > 3) { Put(s3, to + (3 * pitch), (int)channels - c); }
                }
            }
        }
    }

    [MethodImpl(Inline)]
    static void Put(V value, T* to, int count)
    {
        if (count >= L.Count)
        {
            L.Store(value, to);
            return;
        }
        T* part = stackalloc T[64 / sizeof(T)];
        L.Store(value, part);
        CopyPart(part, to, count);
    }
}
