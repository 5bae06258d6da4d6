using System.Runtime.CompilerServices;

namespace Engine.Internal.Backends.Cpu;

/// <summary>Convolutions as products: rows of A are what output elements meet of the input.</summary>
/// <remarks>An output is a chain of fused multiply-adds for each block of depth, and the blocks are added in order; blocks follow from the kernel's shape and the way, and the way from shapes alone.
/// So the bits depend neither on the vector width nor on threads.</remarks>
internal static unsafe partial class Gemm<V, T, L>
{
    /// <summary>Rows of A that one item gathers, and strips of B that it multiplies them with.</summary>
    const int GatherRows = 128, GatherStrips = 32;

    /// <summary>Bytes of channels that one item of a depthwise convolution has.</summary>
    const int DepthwiseBytes = 256;

    struct Convolution
    {
        public ConvSpace Space;

        /// <summary>For each group the kernel in strips: a strip's vectors side by side, row by row of depth; missing channels are zero.</summary>
        public T* Packed;
        public int Vectors, Strips, Cuts, Rows, Blocks;
        public ConvWindow Window;
        public bool Plain;

        /// <summary>The first vector of a strip: strips differ by a vector at most.</summary>
        public readonly int First(int strip) => (strip * (Vectors / Strips)) + Math.Min(strip, Vectors % Strips);

        /// <summary>A strip's rows from row <paramref name="k"/>.</summary>
        public readonly T* Strip(long group, int strip, long k, out int vectors)
        {
            int first = First(strip);
            vectors = First(strip + 1) - first;
            return Packed + (nint)((((group * Vectors) + first) * L.Count * Space.Depth) + (k * vectors * L.Count));
        }
    }

    public static void Convolve(in ConvSpace space)
    {
        double products = space.Batch * (double)space.Positions * space.Groups * space.M * space.Depth;
        int wanted = Workers.Parts(Nanoseconds(products), int.MaxValue);
        var job = new Convolution { Space = space };
        if (space.C == 1 && space.M <= 4 && space.Groups >= 4 && ConvWindow.TryFind(space, DepthwiseBytes / sizeof(T), wanted, sizeof(T), out job.Window))
        {
            job.Vectors = (int)Math.Min(DepthwiseBytes / sizeof(V), ((space.Groups * space.M) + L.Count - 1) / L.Count);
            Depthwise(ref job, products);
            return;
        }
        job.Vectors = checked((int)((space.M + L.Count - 1) / L.Count));
        job.Strips = (job.Vectors + TileVectors - 1) / TileVectors;
        job.Cuts = (job.Strips + GatherStrips - 1) / GatherStrips;
        using var packed = new Scratch(checked(space.Groups * job.Vectors * L.Count * space.Depth * sizeof(T)));
        job.Packed = (T*)packed.Data;
        ItemsJob.Run(checked((int)(space.Groups * job.Strips)), space.Groups * space.M * (double)space.Depth * 0.5, &job, &PackKernel);
        if (ConvWindow.Pays(space) && ConvWindow.TryFind(space, space.C, wanted, sizeof(T), out job.Window))
        {
            job.Plain = ConvWindow.IsInput(space, sizeof(T));
            ItemsJob.Run(checked((int)(space.Batch * space.Groups * space.Output[0] * job.Window.Blocks * job.Cuts)), Nanoseconds(products), &job, &WindowItem);
            return;
        }
        long rows = space.Batch * space.Positions;
        job.Rows = (int)Math.Max(TileRows, Math.Min(GatherRows, (rows / (2L * wanted) / TileRows * TileRows)));
        ItemsJob.Run(checked((int)((rows + job.Rows - 1) / job.Rows * space.Groups * job.Cuts)), Nanoseconds(products), &job, &GatherItem);
    }

    [MethodImpl(Hot)]
    static void PackKernel(void* context, int item)
    {
        ref Convolution job = ref *(Convolution*)context;
        long depth = job.Space.Depth, group = item / job.Strips;
        int strip = item % job.Strips, first = job.First(strip) * L.Count;
        T* to = job.Strip(group, strip, 0, out int vectors);
        int width = vectors * L.Count, columns = (int)Math.Min(width, job.Space.M - first);
        for (long k = 0; k < depth; k += MaxDepth)
        {
            long rows = Math.Min(MaxDepth, depth - k);
            byte* from = job.Space.W + (((((group * job.Space.M) + first) * depth) + k) * sizeof(T));
            Turn(new Matrix { Data = from, DType = Type, Rows = rows, Columns = columns, RowStep = sizeof(T), ColumnStep = depth * sizeof(T) }, to + (k * width), width);
        }
        for (long k = 0; columns < width && k < depth; k++) { new Span<T>(to + (k * width) + columns, width - columns).Clear(); }
    }

    /// <summary>Some output elements of one group, whose rows of A are gathered block by block of depth.</summary>
    [MethodImpl(Hot)]
    static void GatherItem(void* context, int item)
    {
        ref Convolution job = ref *(Convolution*)context;
        int cut = item % job.Cuts, from = job.Strips * cut / job.Cuts, to = job.Strips * (cut + 1) / job.Cuts;
        long group = item / job.Cuts % job.Space.Groups, row = item / job.Cuts / job.Space.Groups * job.Rows, depth = job.Space.Depth;
        int rows = (int)Math.Min(job.Rows, (job.Space.Batch * job.Space.Positions) - row), block = BlockDepth(depth);
        int start = job.First(from), pitch = (job.First(to) - start) * L.Count, step = block + (Gap / sizeof(T));
        T* c = (T*)ThreadScratch.Inner.Take((pitch + step) * rows * sizeof(T)), a = c + (pitch * rows);
        for (long k = 0; k < depth; k += block)
        {
            int d = (int)Math.Min(block, depth - k);
            for (int r = 0; r < rows; r++) { GatherRow(job.Space, group, row + r, k, d, a + (r * step)); }
            for (int s = from; s < to; s++)
            {
                T* b = job.Strip(group, s, k, out int vectors);
                Tiles(d, a, step, rows, b, vectors, c + ((job.First(s) - start) * L.Count), pitch, k > 0);
            }
        }
        long columns = Math.Min(pitch, job.Space.M - (start * L.Count));
        for (int r = 0; r < rows; r++)
        {
            long i = row + r, u = i % job.Space.Output[2], v = i / job.Space.Output[2] % job.Space.Output[1], z = i / job.Space.Output[2] / job.Space.Output[1] % job.Space.Output[0], n = i / job.Space.Positions;
            byte* y = job.Space.Y + (n * job.Space.StepY[0]) + (z * job.Space.StepY[1]) + (v * job.Space.StepY[2]) + (u * job.Space.StepY[3]);
            new Span<T>(c + (r * pitch), (int)columns).CopyTo(new Span<T>((T*)y + (group * job.Space.M) + (start * L.Count), (int)columns));
        }
    }

    /// <summary>What one output element meets of the input, from depth <paramref name="k"/>.</summary>
    static void GatherRow(in ConvSpace space, long group, long row, long k, int count, T* to)
    {
        long u = row % space.Output[2], v = row / space.Output[2] % space.Output[1], z = row / space.Output[2] / space.Output[1] % space.Output[0], n = row / space.Positions;
        byte* x = space.X + (n * space.StepX[0]) + (group * space.C * sizeof(T));
        long c = k % space.C, tap = k / space.C, kx = tap % space.Kernel[2], ky = tap / space.Kernel[2] % space.Kernel[1], kz = tap / space.Kernel[2] / space.Kernel[1];
        bool lines = space.StepX[3] == space.C * sizeof(T) && space.Dilation[2] == 1;
        for (int left = count; left > 0; ky++, kx = 0)
        {
            if (ky == space.Kernel[1]) { (ky, kz) = (0, kz + 1); }
            long pz = (z * space.Stride[0]) - space.Low[0] + (kz * space.Dilation[0]), py = (v * space.Stride[1]) - space.Low[1] + (ky * space.Dilation[1]);
            long line = Math.Min(left, ((space.Kernel[2] - kx) * space.C) - c);
            if ((ulong)pz >= (ulong)space.Input[0] || (ulong)py >= (ulong)space.Input[1]) { new Span<T>(to, (int)line).Clear(); }
            else
            {
                byte* from = x + (pz * space.StepX[1]) + (py * space.StepX[2]);
                long px = (u * space.Stride[2]) - space.Low[2] + (kx * space.Dilation[2]);
                if (lines) { Line(from, (px * space.C) + c, space.Input[2] * space.C, to, (int)line); }
                else
                {
                    T* d = to;
                    for (long i = line; i > 0; px += space.Dilation[2], c = 0)
                    {
                        int some = (int)Math.Min(i, space.C - c);
                        if ((ulong)px >= (ulong)space.Input[2]) { new Span<T>(d, some).Clear(); }
                        else { new Span<T>((T*)(from + (px * space.StepX[3])) + c, some).CopyTo(new Span<T>(d, some)); }
                        d += some;
                        i -= some;
                    }
                }
            }
            to += line;
            left -= (int)line;
            c = 0;
        }
    }

    /// <summary>Elements of a line from <paramref name="start"/>; those outside of it are zero.</summary>
    static void Line(byte* line, long start, long length, T* to, int count)
    {
        int before = (int)Math.Clamp(-start, 0, count), end = (int)Math.Clamp(length - start, before, count);
        new Span<T>(to, before).Clear();
        if (end > before) { new Span<T>((T*)line + start + before, end - before).CopyTo(new Span<T>(to + before, end - before)); }
        new Span<T>(to + end, count - end).Clear();
    }

    /// <summary>Rows of A, side by side in depth, times a packed strip.</summary>
    [MethodImpl(Inline)]
    static void Tiles(int depth, T* a, nint rowA, int rows, T* b, int vectors, T* c, nint pitch, bool add)
    {
        delegate*<nint, T*, nint, nint, T*, nint, nint, T*, nint, bool, void> kernel = Kernel(Math.Min(TileRows, rows), vectors);
        for (int r = 0; r < rows; r += TileRows, a += TileRows * rowA, c += TileRows * pitch)
        {
            if (rows - r < TileRows) { kernel = Kernel(rows - r, vectors); }
            kernel(depth, a, rowA, 1, b, vectors * L.Count, 0, c, pitch, add);
        }
    }
}
