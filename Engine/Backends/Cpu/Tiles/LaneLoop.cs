using System.Diagnostics.CodeAnalysis;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Engine.Internal.Lanes;

namespace Engine.Internal.Backends.Cpu;

/// <summary>Neighbouring steps that are one loop: between them values stay in vector registers. Emitted from what the bodies record.</summary>
/// <remarks>
/// As a step it has several operands and results: slot j of its steps names operands 3j to 3j + 2 and result j. Every vector of all operands is
/// read before one is written, as kernels do.
/// </remarks>
internal sealed unsafe class LaneLoop(int size, int bits)
{
    /// <summary>Instructions of a loop. Longer ones wait for their own results: the processor no longer sees the next vectors' work.</summary>
    const int Most = 96;
    const int MostOperands = 24;

    /// <summary>Signature of the emitted loop: a kernel's.</summary>
    delegate void Body(byte** registers, Step* step, nint n);

    /// <summary>One of the joined steps. Program null: the operand itself.</summary>
    readonly record struct Part(LaneProgram? Program, int Result, int A, int B, int C);

    /// <summary>What a register holds: lanes, a mask whose memory is bytes, or lanes whose memory is 16-bit.</summary>
    enum Form : byte { Value, Mask, Half }

    /// <summary>A value that comes from outside.</summary>
    readonly record struct Operand(int Register, DType Type, Form Form, bool Still);

    readonly List<Part> parts = [];
    readonly List<Operand> operands = [];
    // by register
    readonly Dictionary<int, Form> forms = [];
    readonly List<int> results = [];
    Body? body;
    int instructions;

    public int Count => parts.Count;
    public int Lanes => bits / 8 / size;
    public int OperandCount => operands.Count;
    public int OperandRegister(int i) => operands[i].Register;
    public IReadOnlyList<int> Results => results;

    /// <summary>Adds a step of these lanes, unless it does not fit.</summary>
    /// <param name="program">What it does; null: nothing.</param>
    /// <param name="result">Register of the result.</param>
    /// <param name="registers">Registers of the operands.</param>
    /// <param name="isScalar">Whether a register stands still.</param>
    /// <param name="fromHalf">The operand is 16-bit in memory.</param>
    /// <param name="toHalf">The result is.</param>
    public bool Add(LaneProgram? program, int result, ReadOnlySpan<int> registers, Func<int, bool> isScalar, bool fromHalf, bool toHalf)
    {
        int length = program?.Code.Length ?? 1;
        if ((parts.Count > 0 && instructions + length > Most) || operands.Count + registers.Length > MostOperands)
        {
            return false;
        }
        Span<Form> wants = stackalloc Form[3];
        for (int k = 0; k < registers.Length; k++)
        {
            bool known = forms.TryGetValue(registers[k], out Form form);
            wants[k] = program is null ? form : fromHalf ? Form.Half : IsMask(program, k) switch { null => form, true => Form.Mask, _ => Form.Value };
            if (known && form != wants[k]) { return false; }
            for (int j = 0; j < k; j++)
            {
                if (registers[j] == registers[k] && wants[j] != wants[k]) { return false; }
            }
        }
        for (int k = 0; k < registers.Length; k++)
        {
            if (forms.TryAdd(registers[k], wants[k]))
            {
                operands.Add(new Operand(registers[k], program?.T ?? Bits(size), wants[k], isScalar(registers[k])));
            }
        }
        forms[result] = program is null ? wants[0] : toHalf ? Form.Half : program.Code[program.Result].Kind == LaneKind.Mask ? Form.Mask : Form.Value;
        parts.Add(new Part(program, result, registers[0], registers.Length > 1 ? registers[1] : -1, registers.Length > 2 ? registers[2] : -1));
        instructions += length;
        return true;
    }

    /// <summary>A register's value is wanted outside.</summary>
    public void Show(int register) => results.Add(register);

    static DType Bits(int size) => size switch { 1 => DType.UInt8, 2 => DType.UInt16, 4 => DType.UInt32, _ => DType.UInt64 };

    static bool? IsMask(LaneProgram program, int input)
    {
        foreach (ref readonly LaneInstr c in program.Code.AsSpan())
        {
            if (c.Op == LaneOp.Input && c.Imm == input) { return c.Kind == LaneKind.Mask; }
        }
        return null;
    }

    /// <summary>The step's function: finds the loop by the handle in the step.</summary>
    public static void Run(byte** registers, Step* step, nint n) => Unsafe.As<Body>(GCHandle.FromIntPtr(step->Handle).Target!)(registers, step, n);

    /// <summary>Slots behind the first do nothing.</summary>
    public static void Slot(byte** registers, Step* step, nint n)
    {
    }

    /// <summary>Emits the loop. The handle does not keep it alive: who holds this does.</summary>
    [RequiresDynamicCode("Emits code.")]
    public nint Emit()
    {
        var method = new DynamicMethod("lanes", typeof(void), [typeof(byte**), typeof(Step*), typeof(nint)], typeof(LaneLoop).Module, true);
        new LaneLoopEmitter(method.GetILGenerator(), bits).Emit(this);
        body = method.CreateDelegate<Body>();
        return GCHandle.ToIntPtr(GCHandle.Alloc(body, GCHandleType.Weak));
    }

    /// <summary>Writes the loop's code.</summary>
    sealed class LaneLoopEmitter(ILGenerator il, int bits)
    {
        readonly record struct Value(LocalBuilder Local, LaneMethods Lanes);

        readonly Dictionary<int, Value> values = [];
        readonly Dictionary<DType, LaneMethods> lanes = [];

        LaneMethods Of(DType t) => lanes.TryGetValue(t, out var m) ? m : lanes[t] = LaneMethods.Of(t, bits);

        public void Emit(LaneLoop loop)
        {
            int count = loop.Lanes;
            var from = new LocalBuilder?[loop.operands.Count];
            var step = new LocalBuilder?[loop.operands.Count];
            var to = new LocalBuilder[loop.results.Count];
            for (int i = 0; i < from.Length; i++)
            {
                int field = i % 3, slot = i / 3;
                from[i] = Pointer(slot, field == 0 ? nameof(Step.A) : field == 1 ? nameof(Step.B) : nameof(Step.C));
                if (loop.operands[i].Still) { Load(loop.operands[i], from[i]!); }
                else { step[i] = Increment(slot, field == 0 ? nameof(Step.IncA) : field == 1 ? nameof(Step.IncB) : nameof(Step.IncC)); }
            }
            for (int k = 0; k < to.Length; k++) { to[k] = Pointer(k, nameof(Step.D)); }
            Label top = il.DefineLabel();
            il.MarkLabel(top);
            for (int i = 0; i < from.Length; i++)
            {
                if (step[i] is not { } by) { continue; }
                Load(loop.operands[i], from[i]!);
                il.Emit(OpCodes.Ldloc, from[i]!);
                il.Emit(OpCodes.Ldloc, by);
                il.Emit(OpCodes.Add);
                il.Emit(OpCodes.Stloc, from[i]!);
            }
            foreach (Part part in loop.parts) { Emit(part); }
            for (int k = 0; k < to.Length; k++)
            {
                Value v = values[loop.results[k]];
                Form form = loop.forms[loop.results[k]];
                il.Emit(OpCodes.Ldloc, v.Local);
                il.Emit(OpCodes.Ldloc, to[k]);
                il.Emit(OpCodes.Call, form switch { Form.Mask => v.Lanes.StoreMask, Form.Half => v.Lanes.StoreHalf, _ => v.Lanes.Store });
                il.Emit(OpCodes.Ldloc, to[k]);
                il.Emit(OpCodes.Ldc_I4, form switch { Form.Mask => count, Form.Half => 2 * count, _ => bits / 8 });
                il.Emit(OpCodes.Conv_I);
                il.Emit(OpCodes.Add);
                il.Emit(OpCodes.Stloc, to[k]);
            }
            il.Emit(OpCodes.Ldarg_2);
            il.Emit(OpCodes.Ldc_I4, count);
            il.Emit(OpCodes.Conv_I);
            il.Emit(OpCodes.Sub);
            il.Emit(OpCodes.Starg_S, (byte)2);
            il.Emit(OpCodes.Ldarg_2);
            il.Emit(OpCodes.Ldc_I4_0);
            il.Emit(OpCodes.Conv_I);
            il.Emit(OpCodes.Bgt, top);
            il.Emit(OpCodes.Ret);
        }

        static int Offset(int slot, string field) => slot * sizeof(Step) + (int)Marshal.OffsetOf<Step>(field);

        void Field(int slot, string field)
        {
            il.Emit(OpCodes.Ldarg_1);
            il.Emit(OpCodes.Ldc_I4, Offset(slot, field));
            il.Emit(OpCodes.Conv_I);
            il.Emit(OpCodes.Add);
        }

        LocalBuilder Pointer(int slot, string field)
        {
            LocalBuilder p = il.DeclareLocal(typeof(byte*));
            il.Emit(OpCodes.Ldarg_0);
            Field(slot, field);
            il.Emit(OpCodes.Ldind_I4);
            il.Emit(OpCodes.Conv_I);
            il.Emit(OpCodes.Ldc_I4, sizeof(byte*));
            il.Emit(OpCodes.Conv_I);
            il.Emit(OpCodes.Mul);
            il.Emit(OpCodes.Add);
            il.Emit(OpCodes.Ldind_I);
            il.Emit(OpCodes.Stloc, p);
            return p;
        }

        LocalBuilder Increment(int slot, string field)
        {
            LocalBuilder by = il.DeclareLocal(typeof(nint));
            Field(slot, field);
            il.Emit(OpCodes.Ldind_I);
            il.Emit(OpCodes.Stloc, by);
            return by;
        }

        void Load(Operand x, LocalBuilder p)
        {
            LaneMethods m = Of(x.Type);
            var v = new Value(il.DeclareLocal(m.Vector), m);
            il.Emit(OpCodes.Ldloc, p);
            il.Emit(OpCodes.Call, x.Form switch { Form.Mask => m.LoadMask, Form.Half => m.LoadHalf, _ => m.Load });
            il.Emit(OpCodes.Stloc, v.Local);
            values[x.Register] = v;
        }

        void Emit(Part part)
        {
            if (part.Program is not { } program)
            {
                values[part.Result] = values[part.A];
                return;
            }
            LaneMethods m = Of(program.T);
            var local = new LocalBuilder?[program.Code.Length];
            for (int i = 0; i < local.Length; i++)
            {
                LaneInstr c = program.Code[i];
                if (c.Op is LaneOp.Const or LaneOp.ConstInt) { continue; }
                if (c.Op is LaneOp.AsInt or LaneOp.AsFloat)
                {
                    Push(program, local, m, c.A);
                }
                else if (c.Op == LaneOp.Input)
                {
                    Value x = values[c.Imm == 0 ? part.A : c.Imm == 1 ? part.B : part.C];
                    if (x.Lanes == m)
                    {
                        local[i] = x.Local;
                        continue;
                    }
                    il.Emit(OpCodes.Ldloc, x.Local);
                    il.Emit(OpCodes.Call, m.From(x.Lanes));
                }
                else
                {
                    Push(program, local, m, c.A);
                    if (c.B >= 0) { Push(program, local, m, c.B); }
                    if (c.C >= 0) { Push(program, local, m, c.C); }
                    if (c.Op is LaneOp.Shl or LaneOp.Shr) { il.Emit(OpCodes.Ldc_I4, (int)c.Imm); }
                    il.Emit(OpCodes.Call, m.Of(c.Op));
                }
                il.Emit(OpCodes.Stloc, local[i] = il.DeclareLocal(m.Vector));
            }
            if (local[program.Result] is null)
            {
                Push(program, local, m, program.Result);
                il.Emit(OpCodes.Stloc, local[program.Result] = il.DeclareLocal(m.Vector));
            }
            values[part.Result] = new Value(local[program.Result]!, m);
        }

        void Push(LaneProgram program, LocalBuilder?[] local, LaneMethods m, int i)
        {
            if (local[i] is { } known)
            {
                il.Emit(OpCodes.Ldloc, known);
                return;
            }
            LaneInstr c = program.Code[i];
            if (c.Op == LaneOp.Const) { il.Emit(OpCodes.Ldc_R8, c.Value); }
            else { il.Emit(OpCodes.Ldc_I8, c.Imm); }
            il.Emit(OpCodes.Call, m.Of(c.Op));
        }
    }
}
