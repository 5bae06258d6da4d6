using Engine.Internal.Plans;

namespace Engine.Tests.SecondBackend;

/// <summary>
/// Executes plans by interpreting recorded programs, element by element, with its own index arithmetic. It calls no kernel and names only plans, programs and
/// storages; a test reads its references.
/// </summary>
internal sealed class ReferenceBackend : Backend
{
    /// <summary>Groups run so far, by kind.</summary>
    public Dictionary<GroupKind, int> Ran { get; } = [];

    /// <summary>Nothing is claimed: the planner expands composites.</summary>
    public override bool Claims(LibraryKernel kernel, ReadOnlySpan<DType> types, int ndim) => false;

    public override void Run(Plan plan, Group group)
    {
        Ran[group.Kind] = Ran.GetValueOrDefault(group.Kind) + 1;
        switch (group.Kind)
        {
            case GroupKind.Map: Map(plan, group); break;
            case GroupKind.Reduce: Reduce(plan, group, (ReduceAttributes)group.A!); break;
            case GroupKind.Scan: Scan(plan, group, (ScanAttributes)group.A!); break;
            case GroupKind.MatMul: Movement.MatMul(plan, group); break;
            case GroupKind.Conv: Movement.Conv(plan, group, (ConvAttributes)group.A!); break;
            case GroupKind.Gather: Movement.Gather(plan, group, (GatherAttributes)group.A!); break;
            case GroupKind.Scatter: Movement.Scatter(plan, group, (ScatterAttributes)group.A!); break;
            case GroupKind.Sort: Movement.Sort(plan, group, (SortAttributes)group.A!); break;
            case GroupKind.Random: Threefry.Fill(plan, group, (RandomAttributes)group.A!); break;
            default: throw new InvalidOperationException($"a {group.Kind} group was not claimed");
        }
    }

    static void Map(Plan plan, Group group)
    {
        UInt128[][] results = Expression.Evaluate(group.Prologue!, [.. group.In.Select(v => Region.Load(plan, v))], Region.Count(group.Space));
        for (int i = 0; i < results.Length; i++) { Region.Store(plan, group.Out[i], results[i]); }
    }

    static void Reduce(Plan plan, Group group, ReduceAttributes a)
    {
        int inputs = group.Prologue?.Inputs.Length ?? 1;
        UInt128[][] loaded = [.. group.In.Select(v => Region.Load(plan, v))];
        UInt128[][] values = group.Prologue == null ? [loaded[0]] : Expression.Evaluate(group.Prologue, loaded[..inputs], Region.Count(group.Space));
        for (int i = 0; i < values.Length - 1; i++) { Region.Store(plan, group.Out[i + 1], values[i]); }
        DType type = group.Prologue is { } p ? p.TypeOf(p.Outputs[^1]) : group.In[0].DType;
        UInt128[] result = ReduceRule.Apply(a.Body, a.Compute, a.Axes, group.Space, values[^1], type, group.Epilogue?.Inputs[0] ?? group.Out[0].DType);
        if (group.Epilogue != null) { result = Expression.Evaluate(group.Epilogue, [result, .. loaded[inputs..]], result.Length)[0]; }
        Region.Store(plan, group.Out[0], result);
    }

    static void Scan(Plan plan, Group group, ScanAttributes a)
    {
        UInt128[] x = Region.Load(plan, group.In[0]);
        Region.Store(plan, group.Out[0], ScanRule.Apply(a, group.In[0].Shape, x, group.In[0].DType, group.Out[0].DType));
    }
}
