using System.Runtime.CompilerServices;
using Engine.Internal.Lanes;
using Engine.Internal.Plans;

namespace Engine.Internal.Backends.Cpu;

/// <summary>Turns calls into steps, then virtual registers into real ones.</summary>
internal sealed unsafe partial class TilePlanBuilder(ExprProgram p)
{
    enum Place : byte { Input, Scalar, Output, Temporary }

    struct Register
    {
        public Place Place;
        public int Index, Size, Last, Real;
    }

    /// <summary>A step over virtual registers. Lanes is the number of elements a vector holds, 0 where the kernel reads dense tiles.</summary>
    struct Draft
    {
        public delegate*<byte**, Step*, nint, void> Run;
        public int D, A, B, C, Lanes;
        /// <summary>The body behind Run, and its compute type; what it records where a loop may hold it.</summary>
        public LaneBody? Body;
        public DType Compute;
        public LaneProgram? Program;
        /// <summary>The operand is the result.</summary>
        public bool Moves;
        /// <summary>A pass between f32 and this type: widening, narrowing, or with both f32 on either side.</summary>
        public DType From, To;
        public readonly bool Widens => IsHalf(From) && !IsHalf(To);
        public readonly bool Narrows => IsHalf(To) && !IsHalf(From);
        /// <summary>Several steps in one: it has their operands and results.</summary>
        public LaneLoop? Loop;

        public readonly int Count => Loop is not null ? Loop.OperandCount : C >= 0 ? 3 : B >= 0 ? 2 : 1;
        public readonly int Operand(int k) => Loop is not null ? Loop.OperandRegister(k) : k == 0 ? A : k == 1 ? B : C;
        public readonly int Results => Loop is not null ? Loop.Results.Count : 1;
        public readonly int Result(int k) => Loop is not null ? Loop.Results[k] : D;
        public readonly int Slots => Math.Max((Count + 2) / 3, Results);
    }

    readonly List<Register> registers = [];
    readonly List<Draft> drafts = [];
    readonly List<PlanScalar> scalars = [];
    // by value: the register that holds its lanes, the one that holds its bytes as memory has them (-1: none yet), and the value it is a copy of
    readonly int[] lanes = new int[p.First + p.Calls.Length];
    readonly int[] raw = new int[p.First + p.Calls.Length];
    readonly int[] same = new int[p.First + p.Calls.Length];
    // by value: the first output that shows it (-1: none), and whether a call reads it
    readonly int[] shown = new int[p.First + p.Calls.Length];
    readonly bool[] read = new bool[p.First + p.Calls.Length];
    readonly bool[] written = new bool[p.Outputs.Length];
    int copies;

    /// <summary>The plan. Pairs of neighbours share kernels where nothing faster will come: in an image compiled ahead of time.</summary>
    public TilePlan Build() => Build(!RuntimeFeature.IsDynamicCodeSupported);

    public TilePlan Build(bool pairs)
    {
        Draw();
        // their kernels have the machine's width only
        if (pairs && !LaneWidth.Forced) { Pair(); }
        return Assign();
    }

    void Draw()
    {
        for (int v = 0; v < lanes.Length; v++)
        {
            (lanes[v], raw[v], same[v], shown[v]) = (-1, -1, v, -1);
        }
        for (int i = 0; i < p.Inputs.Length; i++)
        {
            raw[i] = New(Place.Input, i, LaneSize.Of(p.Inputs[i]));
        }
        for (int c = 0; c < p.Calls.Length; c++)
        {
            var call = p.Calls[c];
            if (call.Body is null && call.Compute == call.DType)
            {
                same[p.First + c] = same[call.A];
                continue;
            }
            read[same[call.A]] = true;
            if (call.B >= 0) { read[same[call.B]] = true; }
            if (call.C >= 0) { read[same[call.C]] = true; }
        }
        for (int k = p.Outputs.Length - 1; k >= 0; k--)
        {
            shown[same[p.Outputs[k]]] = k;
        }
        for (int c = 0; c < p.Calls.Length; c++)
        {
            if (same[p.First + c] == p.First + c)
            {
                Emit(p.First + c, p.Calls[c]);
            }
        }
        for (int k = 0; k < p.Outputs.Length; k++)
        {
            if (!written[k])
            {
                Copy(same[p.Outputs[k]], k);
            }
        }
    }

    int New(Place place, int index, int size)
    {
        registers.Add(new Register { Place = place, Index = index, Size = size, Last = -1, Real = -1 });
        return registers.Count - 1;
    }

    int Temporary(DType lane) => New(Place.Temporary, 0, LaneSize.Of(lane));
    static bool IsHalf(DType t) => t is DType.Float16 or DType.BFloat16;

    void Add(delegate*<byte**, Step*, nint, void> run, int d, int a, int b = -1, int c = -1, int lanes = 0, LaneBody? body = null, DType compute = default) =>
        drafts.Add(new Draft { Run = run, D = d, A = a, B = b, C = c, Lanes = lanes, Body = body, Compute = compute });

    /// <summary>The register with a value's lanes, made where memory's bytes are not lanes.</summary>
    int Lanes(int v)
    {
        v = same[v];
        if (lanes[v] >= 0)
        {
            return lanes[v];
        }
        DType t = p.TypeOf(v);
        if (v >= p.Inputs.Length)
        {
            return lanes[v] = ScalarRegister(v, LaneSize.Of(LaneBody.LaneType(t)), IsHalf(t));
        }
        if (!IsHalf(t))
        {
            return lanes[v] = raw[v];
        }
        int d = Temporary(DType.Float32);
        AddHalf(t == DType.Float16 ? &HalfKernels.WidenHalf : &HalfKernels.WidenBFloat, d, raw[v], t, default);
        return lanes[v] = d;
    }

    /// <summary>A pass over 16-bit floats.</summary>
    void AddHalf(delegate*<byte**, Step*, nint, void> run, int d, int a, DType from, DType to, int lanes = 0) =>
        drafts.Add(new Draft { Run = run, D = d, A = a, B = -1, C = -1, Lanes = lanes, From = from, To = to });

    int ScalarRegister(int v, int size, bool widen)
    {
        scalars.Add(new PlanScalar(v - p.Inputs.Length, size, widen, false));
        return New(Place.Scalar, scalars.Count - 1, size);
    }

    void Emit(int v, Call call)
    {
        int before = drafts.Count, result;
        bool half = IsHalf(call.DType);
        if (call.Body is null)
        {
            Need(call.A, call.Compute);
            result = Cast(Lanes(call.A), LaneBody.LaneType(call.Compute), call.DType, half);
        }
        else
        {
            result = CallBody(call, call.Body);
        }
        bool fresh = drafts.Count > before;
        int k = shown[v];
        if (!half)
        {
            lanes[v] = result;
            if (k >= 0 && fresh)
            {
                // the last step writes the output itself
                Register r = registers[result];
                (r.Place, r.Index) = (Place.Output, k);
                registers[result] = r;
                raw[v] = result;
                written[k] = true;
            }
            return;
        }
        bool f16 = call.DType == DType.Float16;
        if (read[v])
        {
            int rounded = Temporary(DType.Float32);
            AddHalf(HalfKernels.Round(call.DType), rounded, result, call.DType, call.DType, LaneWidth.Lanes(sizeof(float)));
            lanes[v] = result = rounded;
        }
        if (k >= 0)
        {
            raw[v] = New(Place.Output, k, 2);
            AddHalf(f16 ? &HalfKernels.NarrowHalf : &HalfKernels.NarrowBFloat, raw[v], result, default, call.DType);
            written[k] = true;
        }
    }

    int CallBody(Call call, LaneBody body)
    {
        var kernel = body.Kernel(call.Compute);
        if (kernel == null)
        {
            throw new InvalidOperationException($"{body.Name} has no kernel for {call.Compute}.");
        }
        int a = Operand(body, 0, call.Compute, call.A);
        int b = body.Arity > 1 ? Operand(body, 1, call.Compute, call.B) : -1;
        int c = body.Arity > 2 ? Operand(body, 2, call.Compute, call.C) : -1;
        int d = Temporary(LaneBody.LaneType(call.DType));
        Add(kernel, d, a, b, c, Math.Max(1, LaneWidth.Lanes(LaneSize.Of(call.Compute))), body, call.Compute);
        return d;
    }

    int Operand(LaneBody body, int i, DType compute, int v)
    {
        Need(v, body.Operand(i, compute));
        return Lanes(v);
    }

    /// <summary>A value's lanes must be of this type, up to the sign of integers.</summary>
    void Need(int v, DType t)
    {
        DType has = LaneBody.LaneType(p.TypeOf(v)), wants = LaneBody.LaneType(t);
        bool real = has is DType.Float32 or DType.Float64 || wants is DType.Float32 or DType.Float64;
        if (has != wants && (real || LaneSize.Of(has) != LaneSize.Of(wants)))
        {
            throw new InvalidOperationException($"Value {v} is {p.TypeOf(v)} where {t} is wanted.");
        }
    }

    /// <summary>The steps of a conversion; the operand itself where lanes do not change.</summary>
    int Cast(int a, DType from, DType to, bool half)
    {
        if (to == DType.Bool)
        {
            bool complex = from is DType.Complex64 or DType.Complex128;
            int d = Temporary(DType.UInt8);
            Add(Casts.ToBool(from), d, a, lanes: complex ? 0 : LaneWidth.Lanes(LaneSize.Of(from)));
            return d;
        }
        CastChain chain = default;
        int count = Casts.Chain(from, LaneBody.LaneType(to), half, ref chain);
        for (int i = 0; i < count; i++)
        {
            int d = Temporary(chain[i].Type);
            Add(chain[i].Run, d, a);
            a = d;
        }
        return a;
    }

    /// <summary>An output whose value is an input, a scalar, another output or the lanes of another value.</summary>
    void Copy(int v, int k)
    {
        DType t = p.TypeOf(v);
        int size = LaneSize.Of(t);
        int from = raw[v];
        if (from < 0)
        {
            bool scalar = v >= p.Inputs.Length && v < p.First;
            from = scalar ? ScalarRegister(v, size, false) : lanes[v];
            raw[v] = from;
        }
        copies++;
        drafts.Add(new Draft
        {
            Run = Moves.Of(size), D = New(Place.Output, k, size), A = from, B = -1, C = -1, Lanes = Math.Max(1, LaneWidth.Lanes(size)), Moves = true,
        });
    }

    TilePlan Assign()
    {
        var plan = new TilePlan { Source = p, Inputs = p.Inputs.Length, Scalars = scalars.Count, Outputs = p.Outputs.Length, Passes = drafts.Count };
        var all = registers.ToArray();
        plan.InputSize = Array.ConvertAll(p.Inputs, LaneSize.Of);
        plan.OutputSize = Array.ConvertAll(p.Outputs, v => LaneSize.Of(p.TypeOf(v)));
        plan.InputDense = new bool[plan.Inputs];
        plan.InputLast = new int[plan.Inputs];
        plan.OutputFirst = new int[plan.Outputs];
        var dense = new bool[scalars.Count];
        int slots = 0;
        for (int i = 0; i < drafts.Count; i++)
        {
            slots += drafts[i].Slots;
            for (int k = 0; k < drafts[i].Count; k++)
            {
                int x = drafts[i].Operand(k);
                all[x].Last = i;
                if (drafts[i].Lanes == 0 && all[x].Place == Place.Input) { plan.InputDense[all[x].Index] = true; }
                if (drafts[i].Lanes == 0 && all[x].Place == Place.Scalar) { dense[all[x].Index] = true; }
            }
        }
        int widest = 1;
        for (int i = 0; i < all.Length; i++)
        {
            widest = Math.Max(widest, all[i].Size);
            all[i].Real = all[i].Place switch
            {
                Place.Input => all[i].Index,
                Place.Scalar => plan.Inputs + all[i].Index,
                Place.Output => plan.FirstOutput + all[i].Index,
                _ => -1,
            };
        }
        plan.Tile = TilePlan.TileBytes / widest;
        plan.IsCopy = plan.Inputs == 1 && plan.Outputs == 1 && drafts.Count == 1 && copies == 1
            && all[drafts[0].A].Place == Place.Input;
        var steps = new Step[slots];
        var readers = new List<(int, int, int)>();
        var free = new Stack<int>();
        int temporaries = 0, slot = 0;
        for (int i = 0; i < drafts.Count; i++)
        {
            var draft = drafts[i];
            int taken = -1;
            for (int k = 0; k < draft.Results; k++)
            {
                ref var d = ref all[draft.Result(k)];
                if (d.Place == Place.Temporary)
                {
                    if (k == 0) { taken = Dying(draft, i, d.Size, all); }
                    d.Real = k == 0 && taken >= 0 ? all[taken].Real : free.Count > 0 ? free.Pop() : plan.FirstOutput + plan.Outputs + temporaries++;
                }
                else
                {
                    plan.OutputFirst[d.Index] = slot;
                }
                steps[slot + k].D = d.Real;
            }
            for (int k = 0; k < draft.Slots; k++) { steps[slot + k].Run = k == 0 ? draft.Run : &LaneLoop.Slot; }
            for (int k = 0; k < draft.Count; k++)
            {
                int x = draft.Operand(k), operand = k % 3;
                ref Step s = ref steps[slot + k / 3];
                nint step = draft.Lanes * all[x].Size;
                if (all[x].Place == Place.Scalar && !dense[all[x].Index]) { step = 0; }
                if (all[x].Place == Place.Input)
                {
                    plan.InputLast[all[x].Index] = slot;
                    readers.Add((all[x].Index, slot + k / 3, operand));
                }
                if (operand == 0) { (s.A, s.IncA) = (all[x].Real, step); }
                else if (operand == 1) { (s.B, s.IncB) = (all[x].Real, step); }
                else { (s.C, s.IncC) = (all[x].Real, step); }
            }
            slot += draft.Slots;
            Release(draft, i, taken, all, free);
        }
        plan.Temporaries = temporaries;
        plan.Readers = [.. readers];
        plan.SetSteps(steps);
        plan.ScalarOf = new PlanScalar[scalars.Count];
        for (int i = 0; i < scalars.Count; i++)
        {
            plan.ScalarOf[i] = scalars[i] with { Dense = dense[i] };
        }
        return plan;
    }

    /// <summary>An operand's tile that a result may take: kernels read a vector before they write it, so one no wider fits where an operand dies.</summary>
    static int Dying(in Draft draft, int i, int size, Register[] all)
    {
        for (int k = 0; k < draft.Count; k++)
        {
            int x = draft.Operand(k);
            if (all[x].Place == Place.Temporary && all[x].Last == i && size <= all[x].Size) { return x; }
        }
        return -1;
    }

    /// <summary>Gives back the tiles of what nobody reads after step i.</summary>
    static void Release(in Draft draft, int i, int taken, Register[] all, Stack<int> free)
    {
        for (int k = 0; k < draft.Count; k++)
        {
            int x = draft.Operand(k);
            bool again = draft.Loop is null && ((k > 0 && x == draft.A) || (k > 1 && x == draft.B));
            if (x != taken && !again && all[x].Place == Place.Temporary && all[x].Last == i)
            {
                free.Push(all[x].Real);
            }
        }
        for (int k = 0; k < draft.Results; k++)
        {
            int d = draft.Result(k);
            if (all[d].Place == Place.Temporary && all[d].Last < 0) { free.Push(all[d].Real); }
        }
    }
}
