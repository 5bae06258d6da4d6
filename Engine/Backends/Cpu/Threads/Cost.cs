using Engine.Internal.Plans;

namespace Engine.Internal.Backends.Cpu;

/// <summary>Roughly how long a group takes on one thread: whether other threads are worth asking.</summary>
internal static class Cost
{
    /// <summary>Nanoseconds.</summary>
    public static double Of(Group group)
    {
        long count = Views.Count(group.Space), outputs = Views.Count(group.Out[0].Shape);
        return group.Kind switch
        {
            GroupKind.Map => count * PerElement(group.Prologue!),
            GroupKind.Reduce => count * (0.05 + PerElement(group.Prologue!)),
            GroupKind.Scan => count * 0.3,
            GroupKind.Sort => count * 8,
            GroupKind.Library => count * 0.5,
            GroupKind.MatMul => outputs * group.In[0].Shape[^1] * 0.005 * Math.Max(4, group.Out[0].DType.Size),
            GroupKind.Conv => outputs * Views.Count(group.In[1].Shape.AsSpan(1)) * 0.005 * Math.Max(4, group.Out[0].DType.Size),
            GroupKind.Gather => outputs * 0.2,
            _ => 0,
        };
    }

    /// <summary>Nanoseconds of one element: a vector of each operand and of each call. Elementary functions take several times as long as sums, copies less.</summary>
    public static double PerElement(ExprProgram program)
    {
        double bytes = 0;
        foreach (DType input in program.Inputs) { bytes += input.Size; }
        foreach (int output in program.Outputs) { bytes += program.TypeOf(output).Size; }
        foreach (Call call in program.Calls) { bytes += call.Compute.Size; }
        return bytes * 0.008;
    }
}
