using System.Runtime.CompilerServices;

namespace Engine.Interop.Python;

/// <summary>What Python objects stand for: numbers into a table with a free list. Number 0 is nothing.</summary>
/// <remarks>No lock: every caller holds the GIL.</remarks>
internal static class Handles
{
    private static object?[] s_objects = new object?[1024];
    private static int[] s_next = Chain(new int[1024], 0);
    private static int s_free = 1;

    public static nint Allocate(object o)
    {
        int i = s_free;
        if (i >= s_objects.Length)
        {
            int n = s_objects.Length;
            Array.Resize(ref s_objects, n * 2);
            Array.Resize(ref s_next, n * 2);
            Chain(s_next, n);
        }
        s_free = s_next[i];
        s_objects[i] = o;
        return i;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static object? Get(nint handle) => s_objects[handle];

    /// <summary>Puts another object in a handle's place and returns the one that was there.</summary>
    public static object? Replace(nint handle, object o)
    {
        object? old = s_objects[handle];
        s_objects[handle] = o;
        return old;
    }

    public static object? Free(nint handle)
    {
        if (handle == 0)
        {
            return null;
        }
        object? o = s_objects[handle];
        s_objects[handle] = null;
        s_next[handle] = s_free;
        s_free = (int)handle;
        return o;
    }

    private static int[] Chain(int[] next, int from)
    {
        for (int i = from; i < next.Length; i++)
        {
            next[i] = i + 1;
        }
        return next;
    }
}
