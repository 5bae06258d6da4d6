using Engine.Internal.Lanes;

namespace Engine.Internal.Plans;

/// <summary>The closed set of things that a back end can do.</summary>
internal enum GroupKind : byte { Map, Reduce, Scan, MatMul, Conv, Gather, Scatter, Sort, Random, Library }

/// <summary>Composites that a back end may claim whole.</summary>
internal enum LibraryKernel : byte { Softmax, RmsNorm, LayerNorm }

/// <summary>Elements of a buffer, seen with a shape. Strides are bytes; for a Map or Reduce group the shape is the group's iteration space and a broadcast axis has stride 0.</summary>
/// <remarks>
/// Buffer is an index into <see cref="Plan.Buffers"/>, or <see cref="Index"/>: no memory, the element at coordinates c is the integer Offset + sum c[i] * Strides[i]
/// (dtype Int64): arange, eye and friends.
/// </remarks>
internal sealed record View(int Buffer, DType DType, long Offset, long[] Shape, long[] Strides)
{
    public const int Index = -1;
}

/// <summary>What is particular to a kind. Data only.</summary>
internal abstract record Attributes;

/// <summary>Reduce: the axes of the space (ascending) that go; Out views have the space's shape without them. The prologue maps inputs to the reduced value (last output of the prologue); the epilogue maps results.</summary>
/// <remarks>Prologue.Outputs: extra outputs first (Out views 1.., shaped as the space), the reduced value last. Out[0] is the result (after the epilogue, if any).
/// Epilogue: its input 0 is the reduction's result, the inputs after it are In views In[Prologue.Inputs.Length..], shaped as the result.</remarks>
internal sealed record ReduceAttributes(ReduceBody Body, DType Compute, int[] Axes) : Attributes;

/// <summary>Scan along one axis. In[0] and Out[0] share the space.</summary>
internal sealed record ScanAttributes(ReduceBody Body, DType Compute, int Axis, bool Reverse, bool Inclusive) : Attributes;

/// <summary>In[0]: (batch..., M, K), In[1]: (batch..., K, N), Out[0]: (batch..., M, N); equal batch shapes (broadcast by stride 0), any strides.
/// Epilogue: its input 0 is the product (rounded to that input's dtype), the inputs after it are In views In[2..], shaped as the result.</summary>
internal sealed record MatMulAttributes : Attributes;

/// <summary>In[0]: (N, spatial..., G * C), In[1]: (G * M, kernel..., C), Out[0]: (N, spatial..., G * M) with one to three spatial axes; any strides.
/// Element o of an axis sums input elements (o * Stride - Low + k * KernelDilation) / InputDilation times kernel element k (or, flipped, kernel length - 1 - k), without those k where that is no
/// integer; the input is 0 outside of its length. Low may be negative.</summary>
internal sealed record ConvAttributes(long[] Stride, long[] Low, long[] KernelDilation, long[] InputDilation, int Groups, bool Flip) : Attributes;

/// <summary>In[0]: the source, In[1..]: index arrays (integer, one per indexed axis, all of one shape B). Slice i covers SliceSizes[i] elements of axis i of the source, 1 along indexed axes.
/// Out[0] has the shape B + SliceSizes. Negative indices count from the end; one out of range is an IndexException raised by the plan.</summary>
internal sealed record GatherAttributes(int[] Axes, long[] SliceSizes, string Op) : Attributes;

/// <summary>How a scatter meets what is there.</summary>
internal enum ScatterMode : byte { Set, Add, Multiply, Max, Min }

/// <summary>In[0]: the operand (copied to Out[0], or the same buffer), In[1]: the updates, shaped B + SliceSizes (as in Gather), In[2..]: index arrays. Updates are applied in row-major order of B.</summary>
internal sealed record ScatterAttributes(int[] Axes, long[] SliceSizes, ScatterMode Mode, string Op) : Attributes;

/// <summary>Stable sort along an axis, NaN last. Indices: Out[0] is UInt32 positions instead of values. Kth: no more than a stable partition into what is less than, equal to and greater than the element that
/// sorting brings to that place.</summary>
internal sealed record SortAttributes(int Axis, bool Indices, long? Kth = null) : Attributes;

/// <summary>Threefry-2x32 bits as MLX has them. In[0]: keys, (keys..., 2) UInt32; Out[0]: (keys..., shape...) of Width bytes.</summary>
internal sealed record RandomAttributes(int Width) : Attributes;

/// <summary>A claimed composite. Softmax: In[0] and Out[0] share the space; Axis is the axis.</summary>
internal record LibraryAttributes(LibraryKernel Kernel, int Axis) : Attributes;

/// <summary>RmsNorm and LayerNorm: In[0] and Out[0] share the space, behind In[0] come the weight and the bias where there are such, one axis each.</summary>
internal sealed record NormAttributes(LibraryKernel Kernel, int Axis, double Epsilon, bool HasWeight, bool HasBias) : LibraryAttributes(Kernel, Axis);

/// <summary>One pass over memory. Map: Prologue maps In views to Out views over Space, all of them shaped as Space.</summary>
internal sealed record Group(GroupKind Kind, ExprProgram? Prologue, ExprProgram? Epilogue, View[] In, View[] Out, long[] Space, Attributes? A);
