using Engine.Internal.Lanes;
using Engine.Internal.Plans;

namespace Engine.Tests.SecondBackend;

/// <summary>Evaluates an expression program over whole arrays of memory bits, one call after the other.</summary>
internal static class Expression
{
    public static ulong[] ToLanes(UInt128[] x, DType t) => Array.ConvertAll(x, v => Elements.ToLane(v, t));

    public static UInt128[] FromLanes(ulong[] x, DType t) => Array.ConvertAll(x, v => Elements.FromLane(v, t));

    /// <summary>The program's outputs; every input has n elements.</summary>
    public static UInt128[][] Evaluate(ExprProgram p, UInt128[][] inputs, long n)
    {
        var values = new UInt128[p.First + p.Calls.Length][];
        inputs.CopyTo(values, 0);
        for (int i = 0; i < p.Scalars.Length; i++)
        {
            values[p.Inputs.Length + i] = new UInt128[n];
            Array.Fill(values[p.Inputs.Length + i], p.Scalars[i].Bits);
        }
        for (int i = 0; i < p.Calls.Length; i++)
        {
            values[p.First + i] = Call(p, p.Calls[i], values);
        }
        return [.. p.Outputs.Select(o => values[o])];
    }

    static UInt128[] Call(ExprProgram p, in Call c, UInt128[][] values)
    {
        if (c.Body == null)
        {
            (DType from, DType to) = (p.TypeOf(c.A), c.DType);
            return Array.ConvertAll(values[c.A], v => Elements.Cast(v, from, to));
        }
        LaneBody body = c.Body;
        DType compute = c.Compute;
        if (compute is DType.Complex64 or DType.Complex128) { return Complex(body, c, compute, values); }
        int[] operands = [.. ((int[])[c.A, c.B, c.C]).Take(body.Arity)];
        ulong[][] x = [.. operands.Select((o, i) => body.Operand(i, compute) == DType.Bool ? Masks(values[o]) : ToLanes(values[o], p.TypeOf(o)))];
        return FromLanes(Programs.Evaluate(body, compute, x), c.DType);
    }

    static ulong[] Masks(UInt128[] x) => Array.ConvertAll(x, v => v != 0 ? ulong.MaxValue : 0);

    /// <summary>Complex numbers have no lanes. A choice moves bits; an equality compares both parts, its negation asks for one that differs.</summary>
    static UInt128[] Complex(LaneBody body, in Call c, DType compute, UInt128[][] values)
    {
        if (body.Arity == 3)
        {
            (UInt128[] condition, UInt128[] yes, UInt128[] no) = (values[c.A], values[c.B], values[c.C]);
            return [.. condition.Select((m, i) => m != 0 ? yes[i] : no[i])];
        }
        (DType part, int width) = compute == DType.Complex64 ? (DType.Float32, 32) : (DType.Float64, 64);
        (UInt128[] a, UInt128[] b) = (values[c.A], values[c.B]);
        ulong mask = ulong.MaxValue >> (64 - width);
        ulong[] Part(int shift) => Programs.Evaluate(body, part, [Array.ConvertAll(a, v => (ulong)(v >> shift) & mask), Array.ConvertAll(b, v => (ulong)(v >> shift) & mask)]);
        (ulong[] re, ulong[] im) = (Part(0), Part(width));
        bool equality = Programs.Evaluate(body, part, [[0], [0]])[0] != 0;
        return [.. re.Select((r, i) => (equality ? r != 0 && im[i] != 0 : r != 0 || im[i] != 0) ? UInt128.One : 0)];
    }
}
