namespace Engine.Testing;

/// <summary>How an array's elements lie in memory. The same values in another layout must give the same results.</summary>
public enum ArrayLayout
{
    /// <summary>Row-major, no gaps, at the start of its memory.</summary>
    Contiguous,
    /// <summary>The axes lie in memory in reverse order.</summary>
    Transposed,
    /// <summary>Every second element of the last axis.</summary>
    Stepped,
    /// <summary>Every axis runs backwards through memory.</summary>
    Negative,
    /// <summary>One axis has stride 0: its elements are one.</summary>
    Broadcast,
    /// <summary>A block inside a larger array: gaps between rows, and element 0 is not at the start.</summary>
    Offset,
}
