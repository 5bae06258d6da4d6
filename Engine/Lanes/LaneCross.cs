using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Engine.Internal.Lanes;

/// <summary>Movement across lanes, by width; the generated lanes call it.</summary>
internal static unsafe class LaneCross
{
    const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    /// <summary>The low bytes take what lies <paramref name="bytes"/> above them: 32, 16, 8, 4, 2 or 1.</summary>
    [MethodImpl(Inline)]
    public static Vector512<byte> Down(Vector512<byte> v, int bytes) => bytes switch
    {
        32 => v.GetUpper().ToVector512Unsafe(),
        16 => v.GetLower().GetUpper().ToVector256Unsafe().ToVector512Unsafe(),
        _ => Down(v.GetLower().GetLower(), bytes).ToVector256Unsafe().ToVector512Unsafe(),
    };

    [MethodImpl(Inline)]
    public static Vector256<byte> Down(Vector256<byte> v, int bytes) =>
        bytes == 16 ? v.GetUpper().ToVector256Unsafe() : Down(v.GetLower(), bytes).ToVector256Unsafe();

    [MethodImpl(Inline)]
    public static Vector128<byte> Down(Vector128<byte> v, int bytes) => bytes switch
    {
        8 => Vector128.Shuffle(v.AsInt64(), Vector128.Create(1L, 1)).AsByte(),
        4 => Vector128.Shuffle(v.AsInt32(), Vector128.Create(1, 1, 3, 3)).AsByte(),
        2 => (v.AsUInt32() >>> 16).AsByte(),
        _ => (v.AsUInt16() >>> 8).AsByte(),
    };

    /// <summary>Whether Load4 has instructions at this width.</summary>
    [MethodImpl(Inline)]
    public static bool HasLoad4(int bits) => bits == 512 ? Avx512F.IsSupported : bits == 256 ? Avx2.IsSupported : Sse2.IsSupported;

    [MethodImpl(Inline)]
    public static void Load4(byte* p, nint row, out Vector512<float> a, out Vector512<float> b, out Vector512<float> c, out Vector512<float> d)
    {
        Vector512<float> x = Rows(p, row), y = Rows(p + row, row), z = Rows(p + 2 * row, row), w = Rows(p + 3 * row, row);
        Vector512<float> s = Avx512F.UnpackLow(x, y), t = Avx512F.UnpackHigh(x, y);
        Vector512<float> u = Avx512F.UnpackLow(z, w), v = Avx512F.UnpackHigh(z, w);
        a = Avx512F.UnpackLow(s.AsDouble(), u.AsDouble()).AsSingle();
        b = Avx512F.UnpackHigh(s.AsDouble(), u.AsDouble()).AsSingle();
        c = Avx512F.UnpackLow(t.AsDouble(), v.AsDouble()).AsSingle();
        d = Avx512F.UnpackHigh(t.AsDouble(), v.AsDouble()).AsSingle();
    }

    [MethodImpl(Inline)]
    public static void Load4(byte* p, nint row, out Vector256<float> a, out Vector256<float> b, out Vector256<float> c, out Vector256<float> d)
    {
        Vector256<float> x = Half(p, row), y = Half(p + row, row), z = Half(p + 2 * row, row), w = Half(p + 3 * row, row);
        Vector256<float> s = Avx.UnpackLow(x, y), t = Avx.UnpackHigh(x, y), u = Avx.UnpackLow(z, w), v = Avx.UnpackHigh(z, w);
        a = Avx.UnpackLow(s.AsDouble(), u.AsDouble()).AsSingle();
        b = Avx.UnpackHigh(s.AsDouble(), u.AsDouble()).AsSingle();
        c = Avx.UnpackLow(t.AsDouble(), v.AsDouble()).AsSingle();
        d = Avx.UnpackHigh(t.AsDouble(), v.AsDouble()).AsSingle();
    }

    [MethodImpl(Inline)]
    public static void Load4(byte* p, nint row, out Vector128<float> a, out Vector128<float> b, out Vector128<float> c, out Vector128<float> d)
    {
        Vector128<float> x = Vector128.Load((float*)p), y = Vector128.Load((float*)(p + row));
        Vector128<float> z = Vector128.Load((float*)(p + 2 * row)), w = Vector128.Load((float*)(p + 3 * row));
        Vector128<float> s = Sse.UnpackLow(x, y), t = Sse.UnpackHigh(x, y), u = Sse.UnpackLow(z, w), v = Sse.UnpackHigh(z, w);
        a = Sse2.UnpackLow(s.AsDouble(), u.AsDouble()).AsSingle();
        b = Sse2.UnpackHigh(s.AsDouble(), u.AsDouble()).AsSingle();
        c = Sse2.UnpackLow(t.AsDouble(), v.AsDouble()).AsSingle();
        d = Sse2.UnpackHigh(t.AsDouble(), v.AsDouble()).AsSingle();
    }

    /// <summary>Rows 0 and 4, one per 128 bits.</summary>
    [MethodImpl(Inline)]
    static Vector256<float> Half(byte* p, nint row) => Vector256.Create(Vector128.Load((float*)p), Vector128.Load((float*)(p + 4 * row)));

    /// <summary>Rows 0, 4, 8, 12.</summary>
    [MethodImpl(Inline)]
    static Vector512<float> Rows(byte* p, nint row) => Vector512.Create(Half(p, row), Half(p + 8 * row, row));
}
