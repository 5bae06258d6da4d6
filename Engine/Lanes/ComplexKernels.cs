namespace Engine.Internal.Lanes;

/// <summary>Bytes of one element of a tile.</summary>
internal static class LaneSize
{
    public static int Of(DType t) => t switch
    {
        DType.Bool or DType.UInt8 or DType.Int8 => 1,
        DType.UInt16 or DType.Int16 or DType.Float16 or DType.BFloat16 => 2,
        DType.UInt32 or DType.Int32 or DType.Float32 => 4,
        DType.Complex128 => 16,
        _ => 8,
    };
}

/// <summary>What complex numbers can do without arithmetic: scalar loops over tiles.</summary>
internal static unsafe class ComplexKernels
{
    public static delegate*<byte**, Step*, nint, void> Equality(DType t, bool negated) => t == DType.Complex64
        ? negated ? &NotEqual64 : &Equal64
        : negated ? &NotEqual128 : &Equal128;

    static void Equal64(byte** r, Step* s, nint n) => Compare<float>(r, s, n, 1);
    static void NotEqual64(byte** r, Step* s, nint n) => Compare<float>(r, s, n, 0);
    static void Equal128(byte** r, Step* s, nint n) => Compare<double>(r, s, n, 1);
    static void NotEqual128(byte** r, Step* s, nint n) => Compare<double>(r, s, n, 0);

    static void Compare<T>(byte** r, Step* s, nint n, int equal) where T : unmanaged, System.Numerics.IFloatingPoint<T>
    {
        T* a = (T*)r[s->A], b = (T*)r[s->B];
        byte* d = r[s->D];
        nint ia = s->IncA == 0 ? 0 : 2, ib = s->IncB == 0 ? 0 : 2;
        for (nint i = 0; i < n; i++, a += ia, b += ib)
        {
            d[i] = (byte)((a[0] == b[0] && a[1] == b[1] ? 1 : 0) ^ equal ^ 1);
        }
    }

    /// <summary>A choice among 16-byte elements.</summary>
    public static void Select(byte** r, Step* s, nint n)
    {
        byte* a = r[s->A];
        UInt128* b = (UInt128*)r[s->B], c = (UInt128*)r[s->C], d = (UInt128*)r[s->D];
        nint ia = s->IncA == 0 ? 0 : 1, ib = s->IncB == 0 ? 0 : 1, ic = s->IncC == 0 ? 0 : 1;
        for (nint i = 0; i < n; i++)
        {
            d[i] = a[i * ia] != 0 ? b[i * ib] : c[i * ic];
        }
    }
}
