using Engine.Internal;
using Engine.Internal.Graph;
using Engine.Internal.Memory;

namespace Engine.Interop.Python;

/// <summary>An array's text in Python: MLX's.</summary>
internal static unsafe class ArrayText
{
    /// <summary>Digits after the point; negative: as many of six significant ones as are needed.</summary>
    public static int Precision { get; set; } = -1;

    /// <summary>The text of an evaluated array.</summary>
    public static string Of(NDArray x)
    {
        if (x.Layout.Count == 1)
        {
            UInt128 bits = Values.First(x);
            return ArrayFormatter.Mlx((byte*)&bits, x.Layout.Shape, new long[x.Layout.Ndim], x.DType, Precision);
        }
        Storage storage = Values.Of(x);
        Layout layout = x.Layout;
        fixed (byte* small = storage.Small)
        {
            return ArrayFormatter.Mlx((small is null ? storage.Data : small) + layout.Offset, layout.Shape, layout.Strides, x.DType, Precision);
        }
    }
}
