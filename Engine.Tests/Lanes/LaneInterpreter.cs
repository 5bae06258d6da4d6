using System.Numerics;
using Engine.Internal.Lanes;

namespace Engine.Tests.Lanes;

/// <summary>Runs a recorded program one element at a time, by the members of the one-lane algebra.</summary>
internal static class LaneInterpreter<T> where T : unmanaged, INumber<T>
{
    /// <summary>A value lane, or a mask as all ones.</summary>
    public static T Run(LaneProgram p, ReadOnlySpan<T> inputs)
    {
        var v = new T[p.Code.Length];
        for (int i = 0; i < v.Length; i++)
        {
            var c = p.Code[i];
            T a = c.A < 0 ? default : v[c.A], b = c.B < 0 ? default : v[c.B], d = c.C < 0 ? default : v[c.C];
            v[i] = c.Op switch
            {
                LaneOp.Input => inputs[(int)c.Imm],
                LaneOp.Const => Lanes1<T>.Const(c.Value),
                LaneOp.ConstInt => Lanes1<T>.ConstInt(c.Imm),
                LaneOp.Add => Lanes1<T>.Add(a, b),
                LaneOp.Sub => Lanes1<T>.Sub(a, b),
                LaneOp.Mul => Lanes1<T>.Mul(a, b),
                LaneOp.Div => Lanes1<T>.Div(a, b),
                LaneOp.DivInt => Lanes1<T>.DivInt(a, b),
                LaneOp.Rem => Lanes1<T>.Rem(a, b),
                LaneOp.Neg => Lanes1<T>.Neg(a),
                LaneOp.Abs => Lanes1<T>.Abs(a),
                LaneOp.Sqrt => Lanes1<T>.Sqrt(a),
                LaneOp.Min => Lanes1<T>.Min(a, b),
                LaneOp.Max => Lanes1<T>.Max(a, b),
                LaneOp.Clamp => Lanes1<T>.Clamp(a, b, d),
                LaneOp.Floor => Lanes1<T>.Floor(a),
                LaneOp.Fma => Lanes1<T>.Fma(a, b, d),
                LaneOp.Scale => Lanes1<T>.Scale(a, b),
                LaneOp.Eq => Lanes1<T>.Eq(a, b),
                LaneOp.Lt => Lanes1<T>.Lt(a, b),
                LaneOp.Le => Lanes1<T>.Le(a, b),
                LaneOp.Select => Lanes1<T>.Select(a, b, d),
                LaneOp.And => Lanes1<T>.And(a, b),
                LaneOp.Or => Lanes1<T>.Or(a, b),
                LaneOp.Xor => Lanes1<T>.Xor(a, b),
                LaneOp.Not => Lanes1<T>.Not(a),
                LaneOp.AsInt or LaneOp.AsFloat => a,
                LaneOp.AddInt => Lanes1<T>.AddInt(a, b),
                LaneOp.SubInt => Lanes1<T>.SubInt(a, b),
                LaneOp.EqInt => Lanes1<T>.EqInt(a, b),
                LaneOp.Shl => Lanes1<T>.Shl(a, (int)c.Imm),
                LaneOp.Shr => Lanes1<T>.Shr(a, (int)c.Imm),
                LaneOp.Exponent => Lanes1<T>.Exponent(a),
                LaneOp.Mantissa => Lanes1<T>.Mantissa(a),
                _ => throw new InvalidOperationException(c.Op.ToString()),
            };
        }
        return v[p.Result];
    }
}
