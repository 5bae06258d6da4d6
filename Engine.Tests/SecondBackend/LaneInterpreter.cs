using System.Numerics;
using System.Runtime.CompilerServices;
using Engine.Internal.Lanes;

namespace Engine.Tests.SecondBackend;

/// <summary>
/// Executes recorded programs, one instruction after the other over a block of elements. A register is a ulong whose low bits are the lane:
/// a value of T, an integer of T's width or a mask.
/// </summary>
internal static class LaneInterpreter
{
    /// <summary>Without it bodies round a product before they add, at every width; see the lane algebra.</summary>
    static readonly bool HasFma = System.Runtime.Intrinsics.X86.Fma.IsSupported || System.Runtime.Intrinsics.Arm.AdvSimd.IsSupported;

    /// <summary>Runs a program of lane type <paramref name="t"/> on n elements; gives the registers of all instructions.</summary>
    public static ulong[][] Run(LaneProgram program, DType t, ulong[][] inputs, int n) => t switch
    {
        DType.UInt8 => Run<byte, byte>(program, inputs, n),
        DType.UInt16 => Run<ushort, ushort>(program, inputs, n),
        DType.UInt32 => Run<uint, uint>(program, inputs, n),
        DType.UInt64 => Run<ulong, ulong>(program, inputs, n),
        DType.Int8 => Run<sbyte, byte>(program, inputs, n),
        DType.Int16 => Run<short, ushort>(program, inputs, n),
        DType.Int32 => Run<int, uint>(program, inputs, n),
        DType.Int64 => Run<long, ulong>(program, inputs, n),
        DType.Float32 => Run<float, uint>(program, inputs, n),
        DType.Float64 => Run<double, ulong>(program, inputs, n),
        _ => throw new InvalidOperationException($"lanes do not hold {t}"),
    };

    static ulong[][] Run<T, B>(LaneProgram program, ulong[][] inputs, int n)
        where T : unmanaged, INumber<T>, IMinMaxValue<T> where B : unmanaged, IBinaryInteger<B>
    {
        var registers = new ulong[program.Code.Length][];
        for (int i = 0; i < registers.Length; i++)
        {
            LaneInstr c = program.Code[i];
            if (c.Op == LaneOp.Input)
            {
                registers[i] = inputs[c.Imm];
                continue;
            }
            ulong[] r = registers[i] = new ulong[n];
            ulong[] x = c.A >= 0 ? registers[c.A] : r, y = c.B >= 0 ? registers[c.B] : r, z = c.C >= 0 ? registers[c.C] : r;
            for (int k = 0; k < n; k++)
            {
                r[k] = ulong.CreateTruncating(Step<T, B>(c, B.CreateTruncating(x[k]), B.CreateTruncating(y[k]), B.CreateTruncating(z[k])));
            }
        }
        return registers;
    }

    static B Step<T, B>(in LaneInstr c, B a, B b, B d) where T : unmanaged, INumber<T>, IMinMaxValue<T> where B : unmanaged, IBinaryInteger<B>
    {
        switch (c.Op)
        {
            case LaneOp.Const: return Bits<T, B>(Constant<T>(BitConverter.Int64BitsToDouble(c.Imm)));
            case LaneOp.ConstInt: return B.CreateTruncating(c.Imm);
            case LaneOp.Select: return a != B.Zero ? b : d;
            case LaneOp.And: return a & b;
            case LaneOp.Or: return a | b;
            case LaneOp.Xor: return a ^ b;
            case LaneOp.Not: return ~a;
            case LaneOp.AsInt or LaneOp.AsFloat: return a;
            case LaneOp.AddInt: return unchecked(a + b);
            case LaneOp.SubInt: return unchecked(a - b);
            case LaneOp.EqInt: return Mask<B>(a == b);
            case LaneOp.Shl: return a << (int)c.Imm;
            case LaneOp.Shr: return a >>> (int)c.Imm;
        }
        T x = Unsafe.BitCast<B, T>(a), y = Unsafe.BitCast<B, T>(b), z = Unsafe.BitCast<B, T>(d);
        return c.Op switch
        {
            LaneOp.Eq => Mask<B>(x == y),
            LaneOp.Lt => Mask<B>(x < y),
            LaneOp.Le => Mask<B>(x <= y),
            _ => Bits<T, B>(Arithmetic(c.Op, x, y, z)),
        };
    }

    static T Arithmetic<T>(LaneOp op, T x, T y, T z) where T : unmanaged, INumber<T>, IMinMaxValue<T> => op switch
    {
        LaneOp.Add => unchecked(x + y),
        LaneOp.Sub => unchecked(x - y),
        LaneOp.Mul => unchecked(x * y),
        LaneOp.Div => x / y,
        LaneOp.DivInt => Quotient(x, y),
        LaneOp.Neg => IsFloat<T>() ? -x : unchecked(T.Zero - x),
        LaneOp.Abs => x < T.Zero ? unchecked(T.Zero - x) : T.IsZero(x) ? T.Zero : x,
        LaneOp.Min => Least(x, y),
        LaneOp.Max => Greatest(x, y),
        LaneOp.Clamp => x < y ? y : x > z ? z : x,
        LaneOp.Floor => IsFloat<T>() ? Float(x, Math.Floor) : x,
        LaneOp.Rem => x % y,
        LaneOp.Sqrt => Float(x, Math.Sqrt),      // the square root of a single, rounded to double and then to single, is rounded right
        LaneOp.Fma => Fused(x, y, z),
        LaneOp.Scale => typeof(T) == typeof(float) ? T.CreateTruncating(FloatParts.Scale(float.CreateTruncating(x), float.CreateTruncating(y)))
            : T.CreateTruncating(FloatParts.Scale(double.CreateTruncating(x), double.CreateTruncating(y))),
        LaneOp.Exponent => Float(x, FloatParts.Exponent),
        LaneOp.Mantissa => Float(x, FloatParts.Mantissa),
        _ => throw new InvalidOperationException($"no instruction {op}"),
    };

    static bool IsFloat<T>() => typeof(T) == typeof(float) || typeof(T) == typeof(double);

    static T Float<T>(T x, Func<double, double> f) where T : INumber<T> => T.CreateTruncating(f(double.CreateTruncating(x)));

    static T Fused<T>(T x, T y, T z) where T : INumber<T>
    {
        if (!HasFma || !IsFloat<T>()) { return unchecked(x * y + z); }
        return typeof(T) == typeof(float)
            ? T.CreateTruncating(MathF.FusedMultiplyAdd(float.CreateTruncating(x), float.CreateTruncating(y), float.CreateTruncating(z)))
            : T.CreateTruncating(Math.FusedMultiplyAdd(double.CreateTruncating(x), double.CreateTruncating(y), double.CreateTruncating(z)));
    }

    /// <summary>Towards zero; nothing divided by zero, and the minimum divided by -1 wraps.</summary>
    static T Quotient<T>(T x, T y) where T : INumber<T>
    {
        if (T.IsZero(y)) { return T.Zero; }
        return T.IsNegative(y) && T.IsZero(y + T.One) ? unchecked(T.Zero - x) : x / y;
    }

    static T Least<T>(T x, T y) where T : INumber<T>
    {
        if (T.IsNaN(x) || T.IsNaN(y)) { return T.IsNaN(x) ? x : y; }
        return x < y || x == y && T.IsNegative(x) ? x : y;
    }

    static T Greatest<T>(T x, T y) where T : INumber<T>
    {
        if (T.IsNaN(x) || T.IsNaN(y)) { return T.IsNaN(x) ? x : y; }
        return x > y || x == y && !T.IsNegative(x) ? x : y;
    }

    static T Constant<T>(double v) where T : unmanaged, INumber<T> => IsFloat<T>() ? T.CreateTruncating(v) : T.CreateTruncating((long)v);

    static B Mask<B>(bool b) where B : IBinaryInteger<B> => b ? ~B.Zero : B.Zero;

    static B Bits<T, B>(T x) where T : unmanaged where B : unmanaged => Unsafe.BitCast<T, B>(x);
}
