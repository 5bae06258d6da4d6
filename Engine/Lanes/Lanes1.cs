using System.Numerics;
using System.Runtime.CompilerServices;

namespace Engine.Internal.Lanes;

/// <summary>One lane: the same body as a scalar program. Oracle of the tests, and ENGINE_LANES=one.</summary>
internal unsafe readonly struct Lanes1<T> : IMemoryLanes<T, T> where T : unmanaged, INumber<T>
{
    static bool F32 => typeof(T) == typeof(float);
    static bool F64 => typeof(T) == typeof(double);
    static float F(T v) => Unsafe.BitCast<T, float>(v);
    static double D(T v) => Unsafe.BitCast<T, double>(v);
    static T R(float v) => Unsafe.BitCast<float, T>(v);
    static T R(double v) => Unsafe.BitCast<double, T>(v);

    static long I(T v) => sizeof(T) switch
    {
        1 => Unsafe.BitCast<T, sbyte>(v),
        2 => Unsafe.BitCast<T, short>(v),
        4 => Unsafe.BitCast<T, int>(v),
        _ => Unsafe.BitCast<T, long>(v),
    };

    static ulong U(T v) => sizeof(T) switch
    {
        1 => Unsafe.BitCast<T, byte>(v),
        2 => Unsafe.BitCast<T, ushort>(v),
        4 => Unsafe.BitCast<T, uint>(v),
        _ => Unsafe.BitCast<T, ulong>(v),
    };

    static T B(long v) => sizeof(T) switch
    {
        1 => Unsafe.BitCast<sbyte, T>((sbyte)v),
        2 => Unsafe.BitCast<short, T>((short)v),
        4 => Unsafe.BitCast<int, T>((int)v),
        _ => Unsafe.BitCast<long, T>(v),
    };

    static T M(bool v) => B(v ? -1 : 0);

    public static T Const(double value) => F32 ? R((float)value) : F64 ? R(value) : B((long)value);
    public static T ConstInt(long value) => B(value);
    public static T Add(T a, T b) => unchecked(a + b);
    public static T Sub(T a, T b) => unchecked(a - b);
    public static T Mul(T a, T b) => unchecked(a * b);
    public static T Div(T a, T b) => F32 || F64 ? a / b : throw new NotSupportedException();
    public static T DivInt(T a, T b) => LaneFallback.DivInt(a, b);
    public static T Rem(T a, T b) => F32 || F64 ? a % b : throw new NotSupportedException();
    public static T Neg(T a) => F32 || F64 ? -a : B(-I(a));
    public static T Abs(T a) => F32 ? R(MathF.Abs(F(a))) : F64 ? R(Math.Abs(D(a))) : a < T.Zero ? B(-I(a)) : a;
    public static T Sqrt(T a) => F32 ? R(MathF.Sqrt(F(a))) : F64 ? R(Math.Sqrt(D(a))) : throw new NotSupportedException();
    public static T Min(T a, T b) => T.Min(a, b);
    public static T Max(T a, T b) => T.Max(a, b);

    public static T Clamp(T a, T lo, T hi)
    {
        a = a < lo ? lo : a;
        return a > hi ? hi : a;
    }

    public static T Floor(T a) => F32 ? R(MathF.Floor(F(a))) : F64 ? R(Math.Floor(D(a))) : a;

    public static T Fma(T a, T b, T c) => F32 && Isa.Fma ? R(MathF.FusedMultiplyAdd(F(a), F(b), F(c)))
        : F64 && Isa.Fma ? R(Math.FusedMultiplyAdd(D(a), D(b), D(c))) : unchecked(a * b + c);

    public static T Scale(T a, T n) => LaneMath.Scale<T, T, Lanes1<T>>(a, n);
    public static T Eq(T a, T b) => M(a == b);
    public static T Lt(T a, T b) => M(a < b);
    public static T Le(T a, T b) => M(a <= b);
    public static T Select(T mask, T a, T b) => I(mask) != 0 ? a : b;
    public static T And(T a, T b) => B(I(a) & I(b));
    public static T Or(T a, T b) => B(I(a) | I(b));
    public static T Xor(T a, T b) => B(I(a) ^ I(b));
    public static T Not(T a) => B(~I(a));
    public static T AsInt(T a) => a;
    public static T AsFloat(T a) => a;
    public static T AddInt(T a, T b) => B(I(a) + I(b));
    public static T SubInt(T a, T b) => B(I(a) - I(b));
    public static T EqInt(T a, T b) => M(I(a) == I(b));
    public static T Shl(T a, int count) => B(I(a) << count);
    public static T Shr(T a, int count) => B((long)(U(a) >> count));
    public static T Exponent(T a) => LaneMath.Exponent<T, T, Lanes1<T>>(a);
    public static T Mantissa(T a) => LaneMath.Mantissa<T, T, Lanes1<T>>(a);

    public static int Count => 1;
    public static T Load(void* p) => Unsafe.ReadUnaligned<T>(p);
    public static T Splat(void* p) => Unsafe.ReadUnaligned<T>(p);
    public static void Store(T v, void* p) => Unsafe.WriteUnaligned(p, v);
    public static void StoreMask(T mask, byte* p) => *p = (byte)(I(mask) & 1);
    public static T LoadMask(byte* p) => M(*p != 0);
    public static bool Any(T mask) => I(mask) != 0;
    public static T Down(T v, int k) => v;

    public static void Load4(byte* p, nint row, out T a, out T b, out T c, out T d) => LaneFallback.Load4(p, row, out a, out b, out c, out d);
}
