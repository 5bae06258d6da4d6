using Engine.Internal.Graph;
using Engine.Internal.Operations;

namespace Engine.Interop.Python;

/// <summary>An estimate of what an evaluation will do.</summary>
internal static class Pending
{
    // More pending nodes than this are much work, whatever their size.
    private const int Most = 256;

    // The GIL is held during the walk.
    private static readonly NDArray?[] s_stack = new NDArray?[Most];

    /// <summary>0 where nothing is pending; otherwise at least 1, the elements that the pending nodes behind the root
    /// make or read, counted up to <paramref name="enough"/>. A node that several read may count for each.</summary>
    public static long Work(NDArray root, long enough)
    {
        if (root.HasValue)
        {
            return 0;
        }
        // Most roots have no pending inputs, and need no stack.
        NDArray? next = root;
        long work = 0;
        int seen = 0, depth = 0;
        while (next is { } x)
        {
            next = null;
            work += Own(x, enough, out NDArray? a, out NDArray? b, out NDArray[]? more);
            if (++seen == Most || work >= enough)
            {
                work = enough;
                break;
            }
            if (a is not null && !a.HasValue)
            {
                next = a;
            }
            if (b is not null && !b.HasValue && !ReferenceEquals(a, b))
            {
                Push(b, ref next, ref depth);
            }
            foreach (NDArray input in more.AsSpan())
            {
                if (!input.HasValue)
                {
                    Push(input, ref next, ref depth);
                }
            }
            if (next is null && depth > 0)
            {
                next = s_stack[--depth];
                s_stack[depth] = null;
            }
        }
        if (depth > 0)
        {
            Array.Clear(s_stack, 0, depth);
        }
        return work;
    }

    private static void Push(NDArray x, ref NDArray? next, ref int depth)
    {
        if (next is null)
        {
            next = x;
        }
        else if (depth < Most)
        {
            s_stack[depth++] = x;
        }
    }

    /// <summary>What a node itself does, and its inputs: another thread may evaluate it meanwhile, which takes them
    /// away, so each is read once.</summary>
    private static long Own(NDArray x, long enough, out NDArray? a, out NDArray? b, out NDArray[]? more)
    {
        (a, b, more) = (x.A, x.B, x.More);
        long elements = Math.Max(1, x.Layout.Count);
        if (elements >= enough || x.Op is ElementwiseOp or ViewOp)
        {
            return elements;
        }
        // As many products for every element of the result as the rows of a are long.
        if (x.Op is MatMul && a is not null)
        {
            return elements * Math.Min(enough, Math.Max(1, a.Layout.Shape[^1]));
        }
        if (x.Op is ReduceOp or CompositeOp or (KernelOp and not Gather))
        {
            elements = Math.Max(elements, Math.Max(a?.Layout.Count ?? 0, b?.Layout.Count ?? 0));
            foreach (NDArray input in more.AsSpan())
            {
                elements = Math.Max(elements, input.Layout.Count);
            }
        }
        return elements;
    }
}
