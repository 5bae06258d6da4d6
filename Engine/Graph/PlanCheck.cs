using Engine.Internal.Lanes;
using Engine.Internal.Plans;

namespace Engine.Internal.Graph;

/// <summary>Checks what the planner hands to back ends. On in tests and wherever ENGINE_CHECK=1 is set.</summary>
internal static class PlanCheck
{
    /// <summary>Whether groups are checked.</summary>
    public static bool Enabled { get; set; } = Environment.GetEnvironmentVariable("ENGINE_CHECK") == "1";

    public static void Group(Plan plan, Group group)
    {
        if (!Enabled) { return; }
        foreach (View view in group.In) { Inside(plan, view, "input"); }
        foreach (View view in group.Out)
        {
            Inside(plan, view, "output");
            Require(view.Buffer >= 0, "an output has no memory");
        }
        if (group.Prologue is { } prologue) { Program(prologue); }
        if (group.Epilogue is { } epilogue) { Program(epilogue); }
        if (group.Kind == GroupKind.Map)
        {
            Require(group.Prologue!.Outputs.Length == group.Out.Length, "a Map writes another number of outputs than its program has");
            foreach (View view in group.In) { Require(view.Shape.AsSpan().SequenceEqual(group.Space), "an input of a Map is not shaped as its space"); }
            foreach (View view in group.Out) { Require(view.Shape.AsSpan().SequenceEqual(group.Space), "an output of a Map is not shaped as its space"); }
        }
        if (group.A is ReduceAttributes reduce)
        {
            Require(reduce.Axes.Length > 0, "a Reduce over no axis");
            Require(group.Out[0].Shape.Length == group.Space.Length - reduce.Axes.Length, "a Reduce result has another rank than its kept axes");
            Require(group.Prologue!.Outputs.Length == group.Out.Length, "a Reduce has another number of outputs than its prologue");
        }
    }

    static void Program(ExprProgram p)
    {
        for (int i = 0; i < p.Calls.Length; i++)
        {
            Call c = p.Calls[i];
            int limit = p.First + i;
            foreach (int operand in (ReadOnlySpan<int>)[c.A, c.B, c.C]) { Require(operand < limit, "a call reads a value that comes later"); }
            if (c.Body is null)
            {
                Require(p.TypeOf(c.A) == c.Compute, "a cast has another source dtype than its operand");
                continue;
            }
            int last = c.Body.Arity == 1 ? c.A : c.Body.Arity == 2 ? c.B : c.C;
            Require(last >= 0, "a call has fewer operands than its body");
            Require(LaneBody.LaneType(p.TypeOf(last)) == c.Compute, "a call computes in another type than its operand's");
        }
        foreach (int output in p.Outputs) { Require(output >= 0 && output < p.First + p.Calls.Length, "an output is no value of the program"); }
    }

    static void Inside(Plan plan, View view, string what)
    {
        Require(view.Shape.Length == view.Strides.Length, $"an {what} has another number of strides than axes");
        if (view.Buffer < 0) { return; }
        Require(view.Buffer < plan.Buffers.Count, $"an {what} names no buffer");
        long low = view.Offset, high = view.Offset;
        for (int i = 0; i < view.Shape.Length; i++)
        {
            if (view.Shape[i] == 0) { return; }
            long reach = (view.Shape[i] - 1) * view.Strides[i];
            if (reach < 0) { low += reach; }
            else { high += reach; }
        }
        Require(low >= 0 && high + view.DType.Size <= plan.Buffers[view.Buffer].Bytes, $"an {what} reaches out of its buffer");
    }

    static void Require(bool fact, string otherwise)
    {
        if (!fact) { throw new InvalidOperationException($"Planner: {otherwise}. Please report this."); }
    }
}
