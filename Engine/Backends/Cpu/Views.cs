using Engine.Internal.Plans;

namespace Engine.Internal.Backends.Cpu;

/// <summary>Arithmetic of views that kernels share.</summary>
internal static class Views
{
    /// <summary>Elements lie in row-major order without gaps.</summary>
    public static bool IsRowMajor(View view, int size)
    {
        long step = size;
        for (int i = view.Shape.Length - 1; i >= 0; i--)
        {
            if (view.Shape[i] == 1) { continue; }
            if (view.Strides[i] != step) { return false; }
            step *= view.Shape[i];
        }
        return true;
    }

    public static long Count(ReadOnlySpan<long> shape)
    {
        long count = 1;
        foreach (long n in shape) { count *= n; }
        return count;
    }
}
