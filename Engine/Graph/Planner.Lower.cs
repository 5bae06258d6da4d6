using Engine.Internal.Lanes;
using Engine.Internal.Memory;
using Engine.Internal.Plans;

namespace Engine.Internal.Graph;

internal sealed partial class Planner
{
    // Operands of the program being built: values numbered inputs first, scalars then, calls last.
    readonly List<View> inViews = [];
    readonly List<DType> inTypes = [];
    readonly List<Scalar> scalars = [];
    readonly List<(LaneBody? Body, DType Compute, DType DType, int A, int B, int C)> calls = [];
    readonly List<NDArray> leafOperands = [];
    readonly List<int> leafValues = [];
    int program;
    readonly List<int> outputs = [];

    // References to operands while their final numbers are not known.
    const int InputBase = 0, ScalarBase = 1 << 28, CallBase = 2 << 28;

    void Lower(PlannedGroup planned)
    {
        int head = planned.Head;
        if (head < 0) { LowerMap(planned); }
        else if (slots[head].Kind == SlotKind.Reduce) { LowerReduce(planned); }
        else if (slots[head].Kind == SlotKind.Assemble) { LowerAssemble(head); }
        else { LowerKernel(planned); }
    }

    void LowerMap(PlannedGroup planned)
    {
        Begin();
        AddCalls(planned.Members, planned.Space, -1, null);
        var outs = new View[outputs.Count];
        int writer = LastWriter();
        for (int o = 0; o < outs.Length; o++)
        {
            int i = outputs[o];
            if (i == writer && Donor(planned, i) is { } storage) { slots[i].Storage = storage; }
            outs[o] = Output(i, planned.Space);
        }
        plan.Groups.Add(new Group(GroupKind.Map, Program(outputs), null, [.. inViews], outs, planned.Space, null));
    }

    void LowerReduce(PlannedGroup planned)
    {
        ref Slot r = ref slots[planned.Head];
        var op = (ReduceOp)r.Node.Op;
        Begin();
        var maps = planned.Members.FindAll(i => i != planned.Head);
        AddCalls(maps, planned.Space, -1, null);
        int reduced = Known(edges[r.Edge]);
        if (reduced < 0)
        {
            reduced = InputBase + inViews.Count;
            View view = ViewOf(r.Edge, planned.Space, null);
            inViews.Add(view);
            inTypes.Add(view.DType);
        }
        var extra = outputs.ToArray();
        ExprProgram prologue = Program(outputs, reduced);
        var ins = new List<View>(inViews);
        long[] kept = Kept(planned.Space, op.Axes);
        DType compute = LaneBody.LaneType(r.Node.A!.DType);
        ExprProgram? epilogue = null;
        View result;
        if (planned.Epilogue.Count > 0)
        {
            epilogue = Epilogue(planned, kept, op.Axes);
            ins.AddRange(inViews.GetRange(1, inViews.Count - 1));
            result = Output(outputs[0], kept);
        }
        else { result = Output(planned.Head, kept); }
        var outs = new View[extra.Length + 1];
        outs[0] = result;
        for (int o = 0; o < extra.Length; o++) { outs[o + 1] = Output(extra[o], planned.Space); }
        plan.Groups.Add(new Group(GroupKind.Reduce, prologue, epilogue, [.. ins], outs, planned.Space, new ReduceAttributes(op.Body, compute, op.Axes)));
    }

    // What runs over results of a shape; its own inputs are the views after the first.
    ExprProgram Epilogue(PlannedGroup planned, long[] shape, int[]? axes)
    {
        DType type = slots[planned.Head].Node.DType;
        Begin();
        inViews.Add(new View(View.Index, type, 0, shape, new long[shape.Length]));
        inTypes.Add(type);
        SetValue(planned.Head, 0);
        long[] space = slots[planned.Epilogue[0]].Space;
        AddCalls(planned.Epilogue, space, planned.Head, space.Length == shape.Length ? null : axes);
        return Program(outputs);
    }

    void LowerAssemble(int head)
    {
        ref Slot s = ref slots[head];
        var op = (AssembleOp)s.Node.Op;
        Node[] inputs = Inputs(s.Node);
        int first = 0;
        if (op.FirstFills && Taken(head, s.Edge) is { } storage)
        {
            s.Storage = storage;
            first = 1;
        }
        int buffer = BufferOf(head);
        for (int i = first; i < inputs.Length; i++)
        {
            if (inputs[i].Count == 0) { continue; }
            Layout region = op.Region(inputs, s.Layout, i);
            long[] space = region.Shape;
            Begin();
            int from = Operand(s.Edge + i, space, null);
            DType dtype = s.Node.DType;
            calls.Add((null, dtype, dtype, from, -1, -1));
            var program = Finish([CallBase]);
            plan.Groups.Add(new Group(GroupKind.Map, program, null, [.. inViews], [new View(buffer, dtype, region.Offset, space, region.Strides)], space, null));
        }
    }

    void LowerKernel(PlannedGroup planned)
    {
        int head = planned.Head;
        ref Slot s = ref slots[head];
        Node[] inputs = Inputs(s.Node);
        GroupKind kind;
        Attributes attributes;
        var shapes = new long[inputs.Length][];
        bool inPlace = false;
        if (s.Node.Op is KernelOp op)
        {
            (kind, attributes) = (op.Kind, op.Lower(inputs, s.Node));
            for (int i = 0; i < inputs.Length; i++) { shapes[i] = op.InputShape(inputs, s.Node, i); }
            if (op.InPlace && Taken(head, s.Edge) is { } storage)
            {
                s.Storage = storage;
                inPlace = true;
            }
        }
        else
        {
            (kind, attributes) = (GroupKind.Library, ((CompositeOp)s.Node.Op).Library(inputs)!);
            for (int i = 0; i < inputs.Length; i++) { shapes[i] = inputs[i].Shape; }
        }
        Begin();
        var ins = new View[inputs.Length];
        ExprProgram? epilogue = planned.Epilogue.Count > 0 ? Epilogue(planned, s.Layout.Shape, null) : null;
        View result = Output(epilogue is null ? head : outputs[0], s.Layout.Shape);
        for (int i = 0; i < ins.Length; i++) { ins[i] = i == 0 && inPlace ? result : ViewOf(s.Edge + i, shapes[i], null); }
        if (epilogue is not null) { ins = [.. ins, .. inViews.GetRange(1, inViews.Count - 1)]; }
        plan.Groups.Add(new Group(kind, null, epilogue, ins, [result], s.Layout.Shape, attributes));
    }

    static Node[] Inputs(NDArray x)
    {
        var inputs = new Node[x.InputCount];
        for (int i = 0; i < inputs.Length; i++) { inputs[i] = x.Input(i); }
        return inputs;
    }

    static long[] Kept(long[] space, int[] axes)
    {
        var kept = new long[space.Length - axes.Length];
        for (int i = 0, k = 0, a = 0; i < space.Length; i++)
        {
            if (a < axes.Length && axes[a] == i) { a++; }
            else { kept[k++] = space[i]; }
        }
        return kept;
    }

    void Begin()
    {
        inViews.Clear();
        inTypes.Clear();
        scalars.Clear();
        calls.Clear();
        leafOperands.Clear();
        leafValues.Clear();
        program++;
        outputs.Clear();
    }

    // Calls of the member Maps, in order. reduction: the slot whose result is input 0 of an epilogue. drop: axes of length 1 that the views leave out.
    void AddCalls(List<int> members, long[] space, int reduction, int[]? drop)
    {
        foreach (int i in members)
        {
            ref Slot s = ref slots[i];
            int at;
            if (s.Kind == SlotKind.Index)
            {
                var op = (IndexOp)s.Node.Op;
                at = InputBase + inViews.Count;
                inViews.Add(new View(View.Index, DType.Int64, op.Start, Drop(space, drop), Drop(op.Coefficients, drop)));
                inTypes.Add(DType.Int64);
                if (s.Stored)
                {
                    calls.Add((null, DType.Int64, DType.Int64, at, -1, -1));
                    at = CallBase + calls.Count - 1;
                }
            }
            else
            {
                Span<int> operand = [-1, -1, -1];
                for (int k = 0; k < s.Edges; k++) { operand[k] = Operand(s.Edge + k, space, drop); }
                var op = s.Node.Op as ElementwiseOp;
                DType from = op is not null ? op.Operand(s.Node) : s.Node.DType;
                LaneBody? body = op?.Body(from);
                calls.Add((body, body is null ? from : LaneBody.LaneType(from), s.Node.DType, operand[0], operand[1], operand[2]));
                at = CallBase + calls.Count - 1;
            }
            SetValue(i, at);
            if (s.Stored) { outputs.Add(i); }
        }
    }

    static long[] Drop(long[] values, int[]? axes) => axes is null ? values : Kept(values, axes);

    // An operand as a value of the program: a call of this group, a scalar, or a view of memory.
    int Operand(int edge, long[] space, int[]? drop)
    {
        Edge e = edges[edge];
        int known = Known(e);
        if (known >= 0) { return known; }
        int value;
        if (OneElement(e) is { } scalar)
        {
            value = ScalarBase + scalars.Count;
            scalars.Add(scalar);
        }
        else
        {
            View view = ViewOf(edge, space, drop);
            value = InputBase + inViews.Count;
            inViews.Add(view);
            inTypes.Add(view.DType);
        }
        if (e.Leaf is null) { SetValue(e.Slot, value); }
        else
        {
            leafOperands.Add(e.Leaf);
            leafValues.Add(value);
        }
        return value;
    }

    // What an input already is in the program being built; -1 where it is not in it.
    int Known(in Edge e)
    {
        if (e.Leaf is null) { return slots[e.Slot].Program == program ? slots[e.Slot].Value : -1; }
        // A value that was named long ago may be named again: that costs a register, a longer search would cost every chain.
        for (int i = leafOperands.Count - 1; i >= Math.Max(0, leafOperands.Count - 16); i--)
        {
            if (ReferenceEquals(leafOperands[i], e.Leaf)) { return leafValues[i]; }
        }
        return -1;
    }

    void SetValue(int slot, int value)
    {
        slots[slot].Program = program;
        slots[slot].Value = value;
    }

    Scalar? OneElement(in Edge e)
    {
        if (e.Leaf is { } leaf) { return leaf.Layout.Count == 1 && !leaf.Has(NodeFlags.Abstract) ? new Scalar(leaf.DType, Values.First(leaf)) : null; }
        ref Slot t = ref slots[e.Slot];
        if (t.Base >= 0 && slots[t.Base].HasScalar) { return new Scalar(slots[t.Base].Type, slots[t.Base].Scalar); }
        return null;
    }

    // A view of an input's memory, broadcast to a shape.
    View ViewOf(int edge, long[] shape, int[]? drop)
    {
        Edge e = edges[edge];
        Layout layout;
        DType dtype;
        int buffer;
        if (e.Leaf is { } leaf)
        {
            (layout, dtype) = (leaf.Layout, leaf.DType);
            buffer = LeafBuffer(leaf);
        }
        else
        {
            ref Slot t = ref slots[e.Slot];
            (layout, dtype) = (t.Layout, t.Type);
            if (t.Base >= 0 && slots[t.Base].Storage is null && !dry) { throw new InvalidOperationException("Planner: a group reads what no group has written. Please report this."); }
            buffer = t.Base >= 0 ? BufferOf(t.Base) : LeafBuffer(t.BaseLeaf!);
        }
        return new View(buffer, dtype, layout.Offset, Drop(shape, drop), Drop(Broadcast(layout, shape), drop));
    }

    static long[] Broadcast(Layout layout, long[] shape)
    {
        if (ReferenceEquals(layout.Shape, shape)) { return layout.Strides; }
        var strides = new long[shape.Length];
        int lead = shape.Length - layout.Ndim;
        for (int i = lead; i < shape.Length; i++) { strides[i] = layout.Shape[i - lead] == 1 ? 0 : layout.Strides[i - lead]; }
        return strides;
    }

    int LeafBuffer(NDArray leaf)
    {
        Storage storage = leaf.Has(NodeFlags.Literal) ? LiteralStorage(leaf) : Values.ToStorage(leaf);
        if (!leafBuffers.TryGetValue(storage, out int buffer))
        {
            leafBuffers[storage] = buffer = plan.Buffers.Count;
            plan.Buffers.Add(new PlanBuffer { Storage = storage, Bytes = storage.Bytes });
        }
        return buffer;
    }

    // The memory of a slot, allocated when its group is lowered.
    int BufferOf(int slot)
    {
        ref Slot s = ref slots[slot];
        if (buffers[slot] >= 0) { return buffers[slot]; }
        long bytes = s.Layout.Count * s.Type.Size;
        if (s.Storage is null && !dry) { unallocated.Add(slot); }
        buffers[slot] = plan.Buffers.Count;
        plan.Buffers.Add(new PlanBuffer { Storage = s.Storage, Bytes = bytes });
        return buffers[slot];
    }

    View Output(int slot, long[] shape)
    {
        ref Slot s = ref slots[slot];
        long[] strides = SameShape(s.Layout.Shape, shape) ? s.Layout.Strides : Layout.RowMajor(shape, s.Type.Size).Strides;
        return new View(BufferOf(slot), s.Type, 0, shape, strides);
    }

    ExprProgram Program(List<int> stored, int last = -1)
    {
        var results = new int[stored.Count + (last >= 0 ? 1 : 0)];
        for (int o = 0; o < stored.Count; o++) { results[o] = slots[stored[o]].Value; }
        if (last >= 0) { results[^1] = last; }
        return Finish(results);
    }

    ExprProgram Finish(int[] results)
    {
        int first = inViews.Count + scalars.Count;
        int Number(int v) => v < 0 ? -1 : v >= CallBase ? first + v - CallBase : v >= ScalarBase ? inViews.Count + v - ScalarBase : v;
        var list = new Call[calls.Count];
        for (int c = 0; c < list.Length; c++)
        {
            var (body, compute, dtype, a, b, d) = calls[c];
            list[c] = new Call(body, compute, dtype, Number(a), Number(b), Number(d));
        }
        for (int o = 0; o < results.Length; o++) { results[o] = Number(results[o]); }
        return new ExprProgram([.. inTypes], [.. scalars], list, results);
    }

    // The stored slot whose call comes last: every operand has been read when it writes.
    int LastWriter()
    {
        int writer = -1;
        foreach (int i in outputs)
        {
            if (slots[i].Value == CallBase + calls.Count - 1) { writer = i; }
        }
        return writer;
    }
}
