using System.Numerics;
using System.Runtime.Intrinsics;
using Engine.Internal.Lanes;
using Engine.Internal.Plans;

namespace Engine.Internal.Backends.Cpu;

/// <summary>Runs a Conv group. float16 and bfloat16 are widened before and rounded once at the end. A dilated input is no work: the outputs that meet the same
/// elements of the kernel are a convolution of their own, with fewer of them.</summary>
internal static unsafe class ConvExecutor
{
    public static void Run(Group group, GroupMemory memory)
    {
        View to = group.Out[0];
        if (Views.Count(to.Shape) == 0) { return; }
        switch (to.DType)
        {
            case DType.Float64: Run<double>(group, memory, DType.Float64); break;
            case DType.Float32 or DType.Float16 or DType.BFloat16: Run<float>(group, memory, DType.Float32); break;
            default: throw new DTypeException("conv_general", $"conv_general takes no {to.DType.Name}; convert with astype(float32) first.");
        }
    }

    static void Run<T>(Group group, GroupMemory memory, DType type) where T : unmanaged, INumber<T>
    {
        var a = (ConvAttributes)group.A!;
        long[] shapeX = group.In[0].Shape, shapeW = group.In[1].Shape, shapeY = group.Out[0].Shape;
        TileOperand x = memory.In[0], w = memory.In[1], y = memory.Out[0];
        bool plainX = IsPlain(x, shapeX, type), plainY = IsPlain(y, shapeY, type);
        using var copyX = new Scratch(plainX ? 0 : Views.Count(shapeX) * sizeof(T));
        using var copyW = new Scratch(Views.Count(shapeW) * sizeof(T));
        using var copyY = new Scratch(plainY ? 0 : Views.Count(shapeY) * sizeof(T));
        TileOperand product = plainY ? y : Packed(copyY.Data, shapeY, type);
        if (!plainX)
        {
            TileOperand packed = Packed(copyX.Data, shapeX, type);
            Copy(x, packed, shapeX);
            x = packed;
        }
        int axes = shapeX.Length - 2;
        var phases = new List<Phase>[3];
        bool every = true;
        for (int i = 0; i < 3; i++)
        {
            int at = i - (3 - axes);
            phases[i] = at < 0 ? [new Phase(0, 1, 1, 0, 1, 1, 0, 1, 1)]
                : Phase.All(shapeY[at + 1], shapeW[at + 1], a.Stride[at], a.Low[at], a.KernelDilation[at], a.InputDilation[at], ref every);
        }
        // What no phase reaches lies in holes.
        if (!every) { Zero<T>(product, shapeY); }
        foreach (Phase z in phases[0])
        {
            foreach (Phase v in phases[1])
            {
                foreach (Phase u in phases[2])
                {
                    var space = new ConvSpace { X = x.Data, W = copyW.Data, Y = product.Data, Batch = shapeX[0], Groups = a.Groups, C = shapeW[^1], M = shapeW[0] / a.Groups };
                    space.StepX[0] = x.Strides[0];
                    space.StepY[0] = product.Strides[0];
                    // The kernel's elements of this phase, in order.
                    TileOperand part = w;
                    part.Strides = (long[])w.Strides.Clone();
                    part.Padded = false;
                    var shape = (long[])shapeW.Clone();
                    for (int i = 0; i < 3; i++)
                    {
                        Phase p = i == 0 ? z : i == 1 ? v : u;
                        int at = i - (3 - axes);
                        (space.Input[i], space.Output[i], space.Kernel[i]) = (at < 0 ? 1 : shapeX[at + 1], p.Outputs, p.Taps);
                        (space.Stride[i], space.Low[i], space.Dilation[i]) = (p.Stride, p.Low, p.Dilation);
                        if (at < 0) { continue; }
                        space.StepX[i + 1] = x.Strides[at + 1];
                        space.StepY[i + 1] = product.Strides[at + 1] * p.OutputStep;
                        space.Y += product.Strides[at + 1] * p.Output;
                        long step = w.Strides[at + 1], first = a.Flip ? shapeW[at + 1] - 1 - p.Tap : p.Tap;
                        part.Data += first * step;
                        part.Strides[at + 1] = (a.Flip ? -step : step) * p.TapStep;
                        shape[at + 1] = p.Taps;
                    }
                    if (space.Depth == 0)
                    {
                        Zero<T>(product, shapeY);
                        continue;
                    }
                    Copy(part, Packed(copyW.Data, shape, type), shape);
                    Convolve<T>(space);
                }
            }
        }
        if (!plainY) { Copy(product, y, shapeY); }
        // Copies counted themselves, but what is packed is no memory of the plan.
        long bytesX = Views.Count(shapeX) * sizeof(T), bytesY = Views.Count(shapeY) * sizeof(T);
        ExecutorCounters.Traffic((plainX ? bytesX : 0) - (plainY ? 0 : bytesY), (plainX ? 0 : -bytesX) + (plainY ? bytesY : 0) - (Views.Count(shapeW) * sizeof(T)));
    }

    /// <summary>Outputs Output + i * OutputStep meet the elements Tap + k * TapStep of the kernel, at the places i * Stride - Low + k * Dilation of the input.</summary>
    readonly record struct Phase(long Output, long OutputStep, long Outputs, long Tap, long TapStep, long Taps, long Low, long Stride, long Dilation)
    {
        /// <summary>The phases that meet an element of the kernel: as many as the kernel has elements at most, however large the holes. <paramref name="every"/> stays true if these are all.</summary>
        public static List<Phase> All(long outputs, long taps, long stride, long low, long dilation, long holes, ref bool every)
        {
            // Output f and element k meet the input where f * stride - low + k * dilation is a multiple of holes: one f below step for each k, if any.
            long common = Gcd(stride, holes), step = holes / common, tapStep = holes / Gcd(dilation, holes), inverse = Inverse(stride / common, step);
            var all = new List<Phase>();
            for (long k = 0, most = Math.Min(tapStep, taps); k < most; k++)
            {
                long ahead = low - (k * dilation);
                if (ahead % common != 0) { continue; }
                long f = (long)((((Int128)(ahead / common) % step) + step) % step * inverse % step);
                if (f >= outputs) { continue; }
                all.Add(new Phase(f, step, (outputs - f + step - 1) / step, k, tapStep, (taps - k + tapStep - 1) / tapStep, -(((f * stride) - ahead) / holes), stride / common, dilation / Gcd(dilation, holes)));
            }
            every &= all.Count == Math.Min(step, outputs);
            return all;
        }

        /// <summary>The number below <paramref name="modulus"/> whose product with a is 1 modulo it; they have no common divisor.</summary>
        static long Inverse(long a, long modulus)
        {
            long r = modulus, next = a % modulus, x = 0, y = 1;
            while (next != 0)
            {
                long q = r / next;
                (r, next) = (next, r - (q * next));
                (x, y) = (y, x - (q * y));
            }
            return x < 0 ? x + modulus : x % modulus;
        }

        static long Gcd(long a, long b)
        {
            while (b != 0) { (a, b) = (b, a % b); }
            return a;
        }
    }

    /// <summary>Elements of T whose channels lie side by side.</summary>
    static bool IsPlain(in TileOperand x, long[] shape, DType type)
    {
        bool plain = x.DType == type && (x.Strides[^1] == type.Size || shape[^1] == 1);
        foreach (long step in x.Strides) { plain &= step % type.Size == 0; }
        return plain;
    }

    static TileOperand Packed(byte* data, long[] shape, DType type) => TileOperand.Memory(data, type, Layout.RowMajor(shape, type.Size).Strides, false);

    static void Copy(in TileOperand from, in TileOperand to, long[] shape)
    {
        TileOperand source = from;
        source.Padded = false;
        TileExecutor.Run(Programs.Cast(from.DType, to.DType), shape, [source], [to]);
    }

    static void Zero<T>(in TileOperand y, long[] shape) where T : unmanaged
    {
        TileOperand zeros = Packed((byte*)NativeBlock.Zeros, shape, y.DType);
        zeros.Strides = new long[shape.Length];
        Copy(zeros, y, shape);
    }

    static void Convolve<T>(in ConvSpace space) where T : unmanaged, INumber<T>
    {
        if (typeof(T) == typeof(float)) { Convolve<float, Lanes512F32, Lanes256F32, Lanes128F32, LanesVectorF32>(space); }
        else { Convolve<double, Lanes512F64, Lanes256F64, Lanes128F64, LanesVectorF64>(space); }
    }

    static void Convolve<T, L512, L256, L128, LVector>(in ConvSpace space) where T : unmanaged, INumber<T>
        where L512 : struct, IMemoryLanes<Vector512<T>, T>
        where L256 : struct, IMemoryLanes<Vector256<T>, T>
        where L128 : struct, IMemoryLanes<Vector128<T>, T>
        where LVector : struct, IMemoryLanes<Vector<T>, T>
    {
        if (LaneWidth.Forced)
        {
            switch (LaneWidth.Bits)
            {
                case 512: Gemm<Vector512<T>, T, L512>.Convolve(space); return;
                case 256: Gemm<Vector256<T>, T, L256>.Convolve(space); return;
                case 128: Gemm<Vector128<T>, T, L128>.Convolve(space); return;
                case LaneWidth.Vector: Gemm<Vector<T>, T, LVector>.Convolve(space); return;
                default: Gemm<T, T, Lanes1<T>>.Convolve(space); return;
            }
        }
        if (Vector512.IsHardwareAccelerated) { Gemm<Vector512<T>, T, L512>.Convolve(space); }
        else if (Vector256.IsHardwareAccelerated) { Gemm<Vector256<T>, T, L256>.Convolve(space); }
        else { Gemm<Vector128<T>, T, L128>.Convolve(space); }
    }
}
