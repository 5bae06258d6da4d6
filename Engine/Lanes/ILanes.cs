using System.Runtime.CompilerServices;

namespace Engine.Internal.Lanes;

/// <summary>The lane algebra: all that an op body may do. V is Vector128/256/512 of T, Vector of T, T itself, or <see cref="Ssa"/>.</summary>
/// <remarks>
/// A lane holds a T, an integer of T's width, or a mask (all ones or all zeros), always carried in V. For vectors the three are the same bits and
/// <see cref="AsInt"/>/<see cref="AsFloat"/> cost nothing; RecordLanes gives every SSA value its kind and rejects a body that mixes them.
/// Every member has one result, bit for bit, in every implementation (NaN payloads excepted). That is what makes "fused = unfused" true by construction.
/// </remarks>
internal interface ILanes<V, T> where T : unmanaged
{
    /// <summary>A T, rounded once; truncated where T is an integer.</summary>
    static abstract V Const(double value);
    /// <summary>An integer lane, wrapped to T's width.</summary>
    static abstract V ConstInt(long value);
    static abstract V Add(V a, V b);
    static abstract V Sub(V a, V b);
    static abstract V Mul(V a, V b);
    /// <summary>Floats only.</summary>
    static abstract V Div(V a, V b);
    /// <summary>Integers only: the truncated quotient. Division by zero gives 0, the minimum by -1 wraps; never a trap.</summary>
    static abstract V DivInt(V a, V b);
    /// <summary>Floats only: the exact remainder of truncated division, with the sign of a (C's fmod).</summary>
    static abstract V Rem(V a, V b);
    static abstract V Neg(V a);
    static abstract V Abs(V a);
    /// <summary>Correctly rounded; floats only.</summary>
    static abstract V Sqrt(V a);
    /// <summary>IEEE 754-2019 minimum: NaN wins, -0 is below +0.</summary>
    static abstract V Min(V a, V b);
    /// <summary>IEEE 754-2019 maximum.</summary>
    static abstract V Max(V a, V b);
    /// <summary>NaN passes; lo and hi are finite and not zero (the sign of a zero bound would depend on the machine).</summary>
    static abstract V Clamp(V a, V lo, V hi);
    /// <summary>Integers are returned as they are.</summary>
    static abstract V Floor(V a);
    /// <summary>One rounding where the target has FMA, two where it has not: the same choice at every width.</summary>
    static abstract V Fma(V a, V b, V c);
    /// <summary>a * 2^n, one rounding; n integral, from -252 (f32) or -2044 (f64) up, a in [1/4, 4].</summary>
    static abstract V Scale(V a, V n);
    /// <summary>Comparisons give masks; NaN compares false.</summary>
    static abstract V Eq(V a, V b);
    static abstract V Lt(V a, V b);
    static abstract V Le(V a, V b);
    static abstract V Select(V mask, V a, V b);
    /// <summary>Masks with masks, integers with integers.</summary>
    static abstract V And(V a, V b);
    static abstract V Or(V a, V b);
    static abstract V Xor(V a, V b);
    static abstract V Not(V a);
    /// <summary>The bits as an integer of the same width; free.</summary>
    static abstract V AsInt(V a);
    static abstract V AsFloat(V a);
    static abstract V AddInt(V a, V b);
    static abstract V SubInt(V a, V b);
    static abstract V EqInt(V a, V b);
    static abstract V Shl(V a, int count);
    /// <summary>Logical.</summary>
    static abstract V Shr(V a, int count);
    /// <summary>e with |a| = m * 2^e, m in [3/4, 3/2); subnormals too. 0 gives -inf, an infinity +inf, NaN NaN.</summary>
    static abstract V Exponent(V a);
    /// <summary>That m. 0 and infinity give 1, values below zero NaN, NaN anything (Exponent has the NaN).</summary>
    static abstract V Mantissa(V a);
}

/// <summary>Lanes that touch memory and each other: what kernels' loops need and bodies do not see.</summary>
internal unsafe interface IMemoryLanes<V, T> : ILanes<V, T> where T : unmanaged
{
    static abstract int Count { get; }
    static abstract V Load(void* p);
    /// <summary>One element in every lane.</summary>
    static abstract V Splat(void* p);
    static abstract void Store(V v, void* p);
    /// <summary>Count bytes, 0 or 1.</summary>
    static abstract void StoreMask(V mask, byte* p);
    /// <summary>A mask from Count bytes: lanes whose byte is not zero.</summary>
    static abstract V LoadMask(byte* p);
    /// <summary>Whether some lane of a mask is set.</summary>
    static abstract bool Any(V mask);
    /// <summary>Lane i takes lane i + k, for i below k; k is a power of two below Count. The other lanes are unspecified.</summary>
    static abstract V Down(V v, int k);
    /// <summary>Four neighbouring elements of Count rows: vector j holds element j of every row. Reads exactly those elements.</summary>
    static abstract void Load4(byte* p, nint row, out V a, out V b, out V c, out V d);
}

/// <summary>What the image or the JIT may assume. Constants to the compiler, so dead paths vanish.</summary>
internal static class Isa
{
    /// <summary>Fused multiply-add is an instruction.</summary>
    public static bool Fma
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => System.Runtime.Intrinsics.X86.Fma.IsSupported || System.Runtime.Intrinsics.Arm.AdvSimd.IsSupported;
    }

    /// <summary>AVX-512's exponent instructions are there, at every width.</summary>
    public static bool Scalef
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => System.Runtime.Intrinsics.X86.Avx512F.VL.IsSupported;
    }
}

/// <summary>Asks the source generator for the lane structs.</summary>
[AttributeUsage(AttributeTargets.Interface)]
internal sealed class GenerateLanesAttribute : Attribute;

/// <summary>Marks where Lanes512F32, Lanes512F64, Lanes512, the same at 256 and 128 bits and for Vector, and LanePoly are generated.</summary>
[GenerateLanes]
internal interface IGeneratedLanes;
