using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using Engine.Internal.Plans;

namespace Engine.Internal.Backends.Cpu;

/// <summary>Runs a Scatter group: the operand, then updates in row-major order of the index arrays.</summary>
internal static unsafe class ScatterExecutor
{
    public static void Run(Group group, GroupMemory memory)
    {
        var a = (ScatterAttributes)group.A!;
        View to = group.Out[0];
        if (Views.Count(to.Shape) == 0 && Views.Count(group.In[1].Shape) == 0) { return; }
        using var plan = new SlicePlan(group, memory, 2, to, group.In[1], a.Axes, a.SliceSizes, a.Op);
        TileOperand operand = memory.In[0], result = memory.Out[0];
        if (operand.Data != result.Data || !operand.Strides.AsSpan().SequenceEqual(result.Strides))
        {
            TileExecutor.Run(Programs.Cast(operand.DType, result.DType), to.Shape, memory.In[..1], memory.Out[..1]);
        }
        if (Views.Count(group.In[1].Shape) == 0) { return; }
        if (a.Mode == ScatterMode.Set) { Set(group, memory, plan); }
        else { Fold(group, memory, plan, a); }
        long bytes = Views.Count(group.In[1].Shape) * to.DType.Size;
        ExecutorCounters.Traffic(bytes, bytes);
    }

    static void Set(Group group, GroupMemory memory, in SlicePlan plan)
    {
        switch (group.Out[0].DType.Size)
        {
            case 1: GatherExecutor.Copy<byte>(group, memory, plan, false); break;
            case 2: GatherExecutor.Copy<ushort>(group, memory, plan, false); break;
            case 4: GatherExecutor.Copy<uint>(group, memory, plan, false); break;
            case 8: GatherExecutor.Copy<ulong>(group, memory, plan, false); break;
            default: GatherExecutor.Copy<UInt128>(group, memory, plan, false); break;
        }
    }

    static void Fold(Group group, GroupMemory memory, in SlicePlan plan, ScatterAttributes a)
    {
        ScatterMode mode = a.Mode;
        switch (group.Out[0].DType)
        {
            // Or and And of 0 and 1.
            case DType.Bool: Fold<byte>(group, memory, plan, mode is ScatterMode.Add or ScatterMode.Max ? ScatterMode.Max : ScatterMode.Min); break;
            case DType.UInt8: Fold<byte>(group, memory, plan, mode); break;
            case DType.UInt16: Fold<ushort>(group, memory, plan, mode); break;
            case DType.UInt32: Fold<uint>(group, memory, plan, mode); break;
            case DType.UInt64: Fold<ulong>(group, memory, plan, mode); break;
            case DType.Int8: Fold<sbyte>(group, memory, plan, mode); break;
            case DType.Int16: Fold<short>(group, memory, plan, mode); break;
            case DType.Int32: Fold<int>(group, memory, plan, mode); break;
            case DType.Int64: Fold<long>(group, memory, plan, mode); break;
            case DType.Float16: Fold<Half>(group, memory, plan, mode); break;
            case DType.BFloat16:
                switch (mode)
                {
                    case ScatterMode.Add: Walk<BFloat16, Rounded<Sum<float>>>(group, memory, plan); break;
                    case ScatterMode.Multiply: Walk<BFloat16, Rounded<Product<float>>>(group, memory, plan); break;
                    case ScatterMode.Max: Walk<BFloat16, Rounded<Greatest<float>>>(group, memory, plan); break;
                    default: Walk<BFloat16, Rounded<Least<float>>>(group, memory, plan); break;
                }
                break;
            case DType.Float32: Fold<float>(group, memory, plan, mode); break;
            case DType.Float64: Fold<double>(group, memory, plan, mode); break;
            case var other: throw new DTypeException(a.Op, $"{a.Op} cannot combine {other.Name} yet.");
        }
    }

    static void Fold<T>(Group group, GroupMemory memory, in SlicePlan plan, ScatterMode mode) where T : unmanaged, INumber<T>
    {
        switch (mode)
        {
            case ScatterMode.Add: Walk<T, Sum<T>>(group, memory, plan); break;
            case ScatterMode.Multiply: Walk<T, Product<T>>(group, memory, plan); break;
            case ScatterMode.Max: Walk<T, Greatest<T>>(group, memory, plan); break;
            default: Walk<T, Least<T>>(group, memory, plan); break;
        }
    }

    static void Walk<T, TMeet>(Group group, GroupMemory memory, in SlicePlan plan) where T : unmanaged where TMeet : struct, IMeet<T> =>
        new SliceWalk<T, TMeet>(plan, group.In[1], group.In[2].Shape.Length).Run(plan, memory.In[1].Data, memory.Out[0].Data, false);

    readonly struct Sum<T> : IMeet<T> where T : unmanaged, INumber<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Meet(T there, T update) => there + update;

        public static void Meet(Span<T> there, ReadOnlySpan<T> updates) => TensorPrimitives.Add(there, updates, there);
    }

    readonly struct Product<T> : IMeet<T> where T : unmanaged, INumber<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Meet(T there, T update) => there * update;

        public static void Meet(Span<T> there, ReadOnlySpan<T> updates) => TensorPrimitives.Multiply(there, updates, there);
    }

    readonly struct Greatest<T> : IMeet<T> where T : unmanaged, INumber<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Meet(T there, T update) => T.Max(there, update);

        public static void Meet(Span<T> there, ReadOnlySpan<T> updates) => TensorPrimitives.Max(there, updates, there);
    }

    readonly struct Least<T> : IMeet<T> where T : unmanaged, INumber<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Meet(T there, T update) => T.Min(there, update);

        public static void Meet(Span<T> there, ReadOnlySpan<T> updates) => TensorPrimitives.Min(there, updates, there);
    }

    /// <summary>In single precision, rounded after each.</summary>
    readonly struct Rounded<TMeet> : IMeet<BFloat16> where TMeet : struct, IMeet<float>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static BFloat16 Meet(BFloat16 there, BFloat16 update) => (BFloat16)TMeet.Meet((float)there, (float)update);

        public static void Meet(Span<BFloat16> there, ReadOnlySpan<BFloat16> updates)
        {
            for (int i = 0; i < there.Length; i++) { there[i] = Meet(there[i], updates[i]); }
        }
    }
}
