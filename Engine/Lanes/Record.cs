using System.Globalization;
using System.Text;

namespace Engine.Internal.Lanes;

/// <summary>What a recorded lane holds. The recorder is the type checker of bodies: vectors cannot tell the three apart.</summary>
internal enum LaneKind : byte { Value, Int, Mask }

/// <summary>The lane instructions, named as the members of ILanes.</summary>
internal enum LaneOp : byte
{
    Input, Const, ConstInt, Add, Sub, Mul, Div, DivInt, Rem, Neg, Abs, Sqrt, Min, Max, Clamp, Floor, Fma, Scale, Eq, Lt, Le, Select,
    And, Or, Xor, Not, AsInt, AsFloat, AddInt, SubInt, EqInt, Shl, Shr, Exponent, Mantissa,
}

/// <summary>V of the recorder: the number of an SSA value. A struct of its own, not int, so that no arithmetic and no lane of int fits by accident.</summary>
internal readonly record struct Ssa(int Id);

/// <summary>One instruction.</summary>
/// <param name="Op">Which member of the algebra.</param>
/// <param name="Kind">What the result holds.</param>
/// <param name="A">First operand, an SSA number; -1: none.</param>
/// <param name="B">Second operand.</param>
/// <param name="C">Third operand.</param>
/// <param name="Imm">Input: which; Const: the bits of a double; ConstInt: the integer; Shl and Shr: the count.</param>
internal readonly record struct LaneInstr(LaneOp Op, LaneKind Kind, int A, int B, int C, long Imm)
{
    /// <summary>The value of a Const, already rounded to the compute type.</summary>
    public double Value => BitConverter.Int64BitsToDouble(Imm);
}

/// <summary>A recorded body: straight-line SSA over lanes of one compute type. Instruction i defines value i.</summary>
internal sealed record LaneProgram(DType T, LaneInstr[] Code, int Inputs, int Result)
{
    /// <summary>The program as text, one instruction a line.</summary>
    public string Explain()
    {
        var s = new StringBuilder();
        for (int i = 0; i < Code.Length; i++)
        {
            var c = Code[i];
            s.Append(CultureInfo.InvariantCulture, $"%{i} = {c.Op}");
            foreach (int a in (ReadOnlySpan<int>)[c.A, c.B, c.C])
            {
                if (a >= 0)
                {
                    s.Append(CultureInfo.InvariantCulture, $" %{a}");
                }
            }
            if (c.Op == LaneOp.Const)
            {
                s.Append(' ').Append(T == DType.Float32
                    ? ((float)c.Value).ToString("R", CultureInfo.InvariantCulture)
                    : c.Value.ToString("R", CultureInfo.InvariantCulture));
            }
            else if (c.Op is LaneOp.Input or LaneOp.ConstInt or LaneOp.Shl or LaneOp.Shr)
            {
                s.Append(CultureInfo.InvariantCulture, $" {c.Imm}");
            }
            s.Append(CultureInfo.InvariantCulture, $" : {c.Kind}\n");
        }
        return s.Append(CultureInfo.InvariantCulture, $"return %{Result}\n").ToString();
    }
}

/// <summary>Builds one LaneProgram; equal instructions get one number. Ambient, because constants have no operand to carry it.</summary>
internal sealed class Recorder(DType t)
{
    [ThreadStatic] static Recorder? current;
    readonly List<LaneInstr> code = [];
    readonly Dictionary<LaneInstr, int> seen = [];
    int inputs;

    /// <summary>The recorder that RecordLanes writes to.</summary>
    public static Recorder Current => current ?? throw new InvalidOperationException("A lane body ran on RecordLanes outside Recorder.Run.");

    /// <summary>Records what <paramref name="body"/> does.</summary>
    public static LaneProgram Run(DType t, Func<Recorder, Ssa> body)
    {
        var outer = current;
        var r = current = new Recorder(t);
        try
        {
            var result = body(r);
            return new LaneProgram(t, [.. r.code], r.inputs, result.Id);
        }
        finally
        {
            current = outer;
        }
    }

    /// <summary>The next input of the program.</summary>
    public Ssa Input(LaneKind kind = LaneKind.Value) => Emit(LaneOp.Input, kind, imm: inputs++);

    /// <summary>An instruction, unless the same one is there already.</summary>
    public Ssa Emit(LaneOp op, LaneKind kind, int a = -1, int b = -1, int c = -1, long imm = 0)
    {
        var i = new LaneInstr(op, kind, a, b, c, imm);
        if (!seen.TryGetValue(i, out int id))
        {
            seen[i] = id = code.Count;
            code.Add(i);
        }
        return new Ssa(id);
    }

    bool IntegerT => t is not (DType.Float32 or DType.Float64);
    LaneKind KindOf(Ssa v) => code[v.Id].Kind;

    /// <summary>Checks a kind. A value where T is an integer is an integer lane too.</summary>
    int Need(Ssa v, LaneKind k, LaneOp op)
    {
        var kind = KindOf(v);
        return kind == k || (IntegerT && kind != LaneKind.Mask && k != LaneKind.Mask)
            ? v.Id
            : throw new InvalidOperationException(
                $"{op} wants {k} lanes but %{v.Id} ({code[v.Id].Op}) has {kind}. Use AsInt, AsFloat or Select.");
    }

    public Ssa Arith(LaneOp op, Ssa a) => Emit(op, LaneKind.Value, Need(a, LaneKind.Value, op));
    public Ssa Arith(LaneOp op, Ssa a, Ssa b) => Emit(op, LaneKind.Value, Need(a, LaneKind.Value, op), Need(b, LaneKind.Value, op));
    public Ssa Arith(LaneOp op, Ssa a, Ssa b, Ssa c) =>
        Emit(op, LaneKind.Value, Need(a, LaneKind.Value, op), Need(b, LaneKind.Value, op), Need(c, LaneKind.Value, op));

    public Ssa Compare(LaneOp op, Ssa a, Ssa b) => Emit(op, LaneKind.Mask, Need(a, LaneKind.Value, op), Need(b, LaneKind.Value, op));
    public Ssa Select(Ssa m, Ssa a, Ssa b) =>
        Emit(LaneOp.Select, KindOf(a), Need(m, LaneKind.Mask, LaneOp.Select), a.Id, Need(b, KindOf(a), LaneOp.Select));

    public Ssa Bits(LaneOp op, Ssa a, Ssa b) =>
        Emit(op, KindOf(a), Need(a, KindOf(a) == LaneKind.Mask ? LaneKind.Mask : LaneKind.Int, op), Need(b, KindOf(a), op));

    public Ssa Not(Ssa a) => Emit(LaneOp.Not, KindOf(a), Need(a, KindOf(a) == LaneKind.Mask ? LaneKind.Mask : LaneKind.Int, LaneOp.Not));
    public Ssa Int(LaneOp op, LaneKind result, Ssa a, Ssa b) => Emit(op, result, Need(a, LaneKind.Int, op), Need(b, LaneKind.Int, op));
    public Ssa Shift(LaneOp op, Ssa a, int count) => Emit(op, LaneKind.Int, Need(a, LaneKind.Int, op), imm: count);
    public Ssa Cast(LaneOp op, Ssa a) => op == LaneOp.AsInt
        ? Emit(op, LaneKind.Int, Need(a, LaneKind.Value, op))
        : Emit(op, LaneKind.Value, Need(a, LaneKind.Int, op));

    /// <summary>A constant: a double rounded to a float type, or an integer where T is one.</summary>
    public Ssa Constant(double v) => IntegerT
        ? Emit(LaneOp.ConstInt, LaneKind.Value, imm: (long)v)
        : Emit(LaneOp.Const, LaneKind.Value, imm: BitConverter.DoubleToInt64Bits(t == DType.Float32 ? (float)v : v));
}
