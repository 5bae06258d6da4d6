using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Numerics;
using Engine.Internal.Lanes;

namespace Engine.Internal.Backends.Cpu;

/// <summary>What a matrix product needs of vectors of float or double.</summary>
internal unsafe interface ISimd<V, T> where T : unmanaged
{
    static abstract int Count { get; }
    static abstract V Splat(T* p);
    static abstract V Load(T* p);
    static abstract void Store(V v, T* p);
    static abstract V Add(V a, V b);

    /// <summary>a * b + c, rounded once where the machine has the instruction.</summary>
    static abstract V Fma(V a, V b, V c);
    static abstract T Sum(V v);
}

internal readonly unsafe struct Simd512<T> : ISimd<Vector512<T>, T> where T : unmanaged, INumber<T>
{
    const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    public static int Count
    {
        [MethodImpl(Inline)]
        get => Vector512<T>.Count;
    }

    [MethodImpl(Inline)]
    public static Vector512<T> Splat(T* p) => Vector512.Create(*p);

    [MethodImpl(Inline)]
    public static Vector512<T> Load(T* p) => Vector512.Load(p);

    [MethodImpl(Inline)]
    public static void Store(Vector512<T> v, T* p) => v.Store(p);

    [MethodImpl(Inline)]
    public static Vector512<T> Add(Vector512<T> a, Vector512<T> b) => a + b;

    [MethodImpl(Inline)]
    public static Vector512<T> Fma(Vector512<T> a, Vector512<T> b, Vector512<T> c) => !Isa.Fma ? (a * b) + c : typeof(T) == typeof(float)
        ? Vector512.FusedMultiplyAdd(a.AsSingle(), b.AsSingle(), c.AsSingle()).As<float, T>()
        : Vector512.FusedMultiplyAdd(a.AsDouble(), b.AsDouble(), c.AsDouble()).As<double, T>();

    [MethodImpl(Inline)]
    public static T Sum(Vector512<T> v) => Vector512.Sum(v);
}

internal readonly unsafe struct Simd256<T> : ISimd<Vector256<T>, T> where T : unmanaged, INumber<T>
{
    const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    public static int Count
    {
        [MethodImpl(Inline)]
        get => Vector256<T>.Count;
    }

    [MethodImpl(Inline)]
    public static Vector256<T> Splat(T* p) => Vector256.Create(*p);

    [MethodImpl(Inline)]
    public static Vector256<T> Load(T* p) => Vector256.Load(p);

    [MethodImpl(Inline)]
    public static void Store(Vector256<T> v, T* p) => v.Store(p);

    [MethodImpl(Inline)]
    public static Vector256<T> Add(Vector256<T> a, Vector256<T> b) => a + b;

    [MethodImpl(Inline)]
    public static Vector256<T> Fma(Vector256<T> a, Vector256<T> b, Vector256<T> c) => !Isa.Fma ? (a * b) + c : typeof(T) == typeof(float)
        ? Vector256.FusedMultiplyAdd(a.AsSingle(), b.AsSingle(), c.AsSingle()).As<float, T>()
        : Vector256.FusedMultiplyAdd(a.AsDouble(), b.AsDouble(), c.AsDouble()).As<double, T>();

    [MethodImpl(Inline)]
    public static T Sum(Vector256<T> v) => Vector256.Sum(v);
}

internal readonly unsafe struct Simd128<T> : ISimd<Vector128<T>, T> where T : unmanaged, INumber<T>
{
    const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    public static int Count
    {
        [MethodImpl(Inline)]
        get => Vector128<T>.Count;
    }

    [MethodImpl(Inline)]
    public static Vector128<T> Splat(T* p) => Vector128.Create(*p);

    [MethodImpl(Inline)]
    public static Vector128<T> Load(T* p) => Vector128.Load(p);

    [MethodImpl(Inline)]
    public static void Store(Vector128<T> v, T* p) => v.Store(p);

    [MethodImpl(Inline)]
    public static Vector128<T> Add(Vector128<T> a, Vector128<T> b) => a + b;

    [MethodImpl(Inline)]
    public static Vector128<T> Fma(Vector128<T> a, Vector128<T> b, Vector128<T> c) => !Isa.Fma ? (a * b) + c : typeof(T) == typeof(float)
        ? Vector128.FusedMultiplyAdd(a.AsSingle(), b.AsSingle(), c.AsSingle()).As<float, T>()
        : Vector128.FusedMultiplyAdd(a.AsDouble(), b.AsDouble(), c.AsDouble()).As<double, T>();

    [MethodImpl(Inline)]
    public static T Sum(Vector128<T> v) => Vector128.Sum(v);
}

internal readonly unsafe struct SimdVector<T> : ISimd<Vector<T>, T> where T : unmanaged, INumber<T>
{
    const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    public static int Count
    {
        [MethodImpl(Inline)]
        get => Vector<T>.Count;
    }

    [MethodImpl(Inline)]
    public static Vector<T> Splat(T* p) => new(*p);

    [MethodImpl(Inline)]
    public static Vector<T> Load(T* p) => Vector.Load(p);

    [MethodImpl(Inline)]
    public static void Store(Vector<T> v, T* p) => v.Store(p);

    [MethodImpl(Inline)]
    public static Vector<T> Add(Vector<T> a, Vector<T> b) => a + b;

    [MethodImpl(Inline)]
    public static Vector<T> Fma(Vector<T> a, Vector<T> b, Vector<T> c) => !Isa.Fma ? (a * b) + c : typeof(T) == typeof(float)
        ? Vector.FusedMultiplyAdd(a.As<T, float>(), b.As<T, float>(), c.As<T, float>()).As<float, T>()
        : Vector.FusedMultiplyAdd(a.As<T, double>(), b.As<T, double>(), c.As<T, double>()).As<double, T>();

    [MethodImpl(Inline)]
    public static T Sum(Vector<T> v) => Vector.Sum(v);
}

/// <summary>One lane.</summary>
internal readonly unsafe struct Simd1<T> : ISimd<T, T> where T : unmanaged, INumber<T>
{
    public static int Count => 1;
    public static T Splat(T* p) => *p;
    public static T Load(T* p) => *p;
    public static void Store(T v, T* p) => *p = v;
    public static T Add(T a, T b) => a + b;
    public static T Fma(T a, T b, T c) => (a * b) + c;
    public static T Sum(T v) => v;
}
