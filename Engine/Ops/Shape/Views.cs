namespace Engine.Internal.Operations;

/// <summary>Arithmetic of strided views.</summary>
internal static class Views
{
    /// <summary>The layout of a reshape over the same memory, or null where a copy is needed.</summary>
    public static Layout? Reshape(Layout input, long[] shape, int itemSize)
    {
        if (input.Count == 0 || input.Contiguous)
        {
            Layout row = Layout.RowMajor(shape, itemSize);
            return input.Offset == 0 ? row : Layout.Strided(shape, row.Strides, input.Offset, itemSize);
        }
        // Runs of input axes that lie evenly, then matched against runs of output axes with the same product.
        var strides = new long[shape.Length];
        int from = 0, to = 0;
        while (from < input.Ndim || to < shape.Length)
        {
            if (from < input.Ndim && input.Shape[from] == 1) { from++; continue; }
            if (to < shape.Length && shape[to] == 1) { strides[to++] = 0; continue; }
            if (from >= input.Ndim || to >= shape.Length) { return null; }
            int lastFrom = from, lastTo = to;
            long a = input.Shape[from], b = shape[to];
            while (a != b)
            {
                if (a < b)
                {
                    lastFrom++;
                    a *= input.Shape[lastFrom];
                }
                else
                {
                    lastTo++;
                    b *= shape[lastTo];
                }
            }
            for (int i = from; i < lastFrom; i++)
            {
                int next = i + 1;
                while (next < lastFrom && input.Shape[next] == 1) { next++; }
                if (input.Shape[i] == 1 || input.Shape[next] == 1) { continue; }
                if (input.Strides[i] != input.Strides[next] * input.Shape[next]) { return null; }
            }
            int inner = lastFrom;
            while (inner > from && input.Shape[inner] == 1) { inner--; }
            long step = input.Strides[inner];
            for (int i = lastTo; i >= to; i--)
            {
                strides[i] = step;
                step *= shape[i];
            }
            from = lastFrom + 1;
            to = lastTo + 1;
        }
        return Layout.Strided(shape, strides, input.Offset, itemSize);
    }

    public static Layout Transpose(Layout input, int[] axes, int itemSize)
    {
        var shape = new long[axes.Length];
        var strides = new long[axes.Length];
        for (int i = 0; i < axes.Length; i++) { (shape[i], strides[i]) = (input.Shape[axes[i]], input.Strides[axes[i]]); }
        return Layout.Strided(shape, strides, input.Offset, itemSize);
    }

    public static Layout Broadcast(Layout input, long[] shape, int itemSize)
    {
        int lead = shape.Length - input.Ndim;
        var strides = new long[shape.Length];
        for (int i = lead; i < shape.Length; i++) { strides[i] = input.Shape[i - lead] == 1 ? 0 : input.Strides[i - lead]; }
        return Layout.Strided(shape, strides, input.Offset, itemSize);
    }

    /// <summary>Element start[i] + k step[i] along each axis, shape[i] of them.</summary>
    public static Layout Slice(Layout input, long[] start, long[] step, long[] shape, int itemSize)
    {
        var strides = new long[shape.Length];
        long offset = input.Offset;
        bool empty = false;
        for (int i = 0; i < shape.Length; i++)
        {
            strides[i] = input.Strides[i] * step[i];
            offset += input.Strides[i] * start[i];
            empty |= shape[i] == 0;
        }
        return Layout.Strided(shape, strides, empty ? input.Offset : offset, itemSize);
    }
}
