using Engine.Internal.Lanes;
using Engine.Internal.Plans;
using Engine.Tests.Lanes;

namespace Engine.Tests.Tiles;

/// <summary>Draws programs over all dtypes: bodies of every kind, casts, copies, several outputs; inputs and scalars may be outputs too.</summary>
internal static unsafe class RandomProgram
{
    static readonly DType[] types = Enum.GetValues<DType>();

    public static ExprProgram Draw(Random random, int mostCalls)
    {
        int inputs = random.Next(1, 4), scalars = random.Next(3), calls = random.Next(mostCalls + 1);
        DType common = types[random.Next(types.Length)];
        DType Any() => random.Next(2) == 0 ? common : types[random.Next(types.Length)];
        var of = new List<DType>();
        for (int i = 0; i < inputs; i++) { of.Add(Any()); }
        var constants = new Scalar[scalars];
        UInt128* bits = stackalloc UInt128[1];
        for (int i = 0; i < scalars; i++)
        {
            DType t = Any();
            *bits = 0;
            if (t is DType.Complex64 or DType.Complex128) { LaneData.Fill((byte*)bits, 2, t == DType.Complex64 ? DType.Float32 : DType.Float64, random, 1); }
            else { LaneData.Fill((byte*)bits, 1, t, random, 1); }
            constants[i] = new Scalar(t, *bits);
            of.Add(t);
        }
        var code = new List<Call>();
        for (int i = 0; i < calls; i++)
        {
            var call = Draw(random, of, Any);
            code.Add(call);
            of.Add(call.DType);
        }
        int outputs = random.Next(1, 4);
        var shown = new int[outputs];
        for (int k = 0; k < outputs; k++) { shown[k] = k == 0 ? of.Count - 1 : random.Next(of.Count); }
        return new ExprProgram([.. of[..inputs]], constants, [.. code], shown);
    }

    static Call Draw(Random random, List<DType> of, Func<DType> any)
    {
        for (int attempt = 0; attempt < 20; attempt++)
        {
            var body = SampleBodies.All[random.Next(SampleBodies.All.Length)];
            int a = random.Next(of.Count), b = random.Next(of.Count), c = random.Next(of.Count);
            DType t = of[body == SampleBodies.Where ? b : a], lane = LaneBody.LaneType(t);
            bool complex = t is DType.Complex64 or DType.Complex128;
            if (body.At(lane, LaneWidth.One) == null || (body.Name is "not" or "and" && t != DType.Bool)) { continue; }
            if (complex && body.Name is not ("where" or "equal" or "not_equal")) { continue; }
            b = body.Arity > 1 && of[b] != t ? Of(random, of, t) : b;
            c = body.Arity > 2 && of[c] != t ? Of(random, of, t) : c;
            if (body == SampleBodies.Where)
            {
                a = Of(random, of, DType.Bool);
                if (a < 0) { continue; }
            }
            // a body over UInt8 lanes that is not for Bool may leave 0 and 1
            DType result = body.Result(lane) == DType.Bool ? DType.Bool : t == DType.Bool && body != SampleBodies.Where ? DType.UInt8 : t;
            return new Call(body, lane, result, a, body.Arity > 1 ? b : -1, body.Arity > 2 ? c : -1);
        }
        int from = random.Next(of.Count);
        return new Call(null, of[from], any(), from);
    }

    static int Of(Random random, List<DType> of, DType t)
    {
        var fitting = Enumerable.Range(0, of.Count).Where(i => of[i] == t).ToArray();
        return fitting.Length == 0 ? -1 : fitting[random.Next(fitting.Length)];
    }
}

/// <summary>Runs a program on one element, call by call, with one-lane kernels and the reference casts.</summary>
internal sealed unsafe class NaiveProgram : IDisposable
{
    readonly ExprProgram p;
    readonly LaneData values, scratch = new(1024);

    public NaiveProgram(ExprProgram program)
    {
        p = program;
        values = new LaneData(64 * (p.First + p.Calls.Length));
        for (int i = 0; i < p.Scalars.Length; i++) { *(UInt128*)Value(p.Inputs.Length + i) = p.Scalars[i].Bits; }
    }

    /// <summary>16 bytes as memory has them; the caller fills those of inputs.</summary>
    public byte* Value(int v) => values.Data + 64 * v;

    public void Run()
    {
        byte** r = stackalloc byte*[4];
        for (int i = 0; i < 4; i++) { r[i] = scratch.Data + 64 * i; }
        for (int c = 0; c < p.Calls.Length; c++)
        {
            var call = p.Calls[c];
            byte* result = Value(p.First + c);
            if (call.Body is null)
            {
                ReferenceCast.Run(call.Compute, Value(call.A), call.DType, result);
                continue;
            }
            int[] operands = [call.A, call.B, call.C];
            for (int k = 0; k < call.Body.Arity; k++) { ToLane(p.TypeOf(operands[k]), Value(operands[k]), r[k]); }
            var step = new Step { A = 0, B = 1, C = 2, D = 3, IncA = 16, IncB = 16, IncC = 16 };
            call.Body.At(call.Compute, LaneWidth.One)(r, &step, 1);
            DType lane = LaneBody.LaneType(call.DType);
            if (lane != call.DType && call.DType != DType.Bool) { ReferenceCast.Run(lane, r[3], call.DType, result); }
            else { Buffer.MemoryCopy(r[3], result, 16, LaneSize.Of(lane)); }
        }
    }

    static void ToLane(DType t, byte* x, byte* lane)
    {
        if (t is DType.Float16 or DType.BFloat16) { ReferenceCast.Run(t, x, DType.Float32, lane); }
        else { Buffer.MemoryCopy(x, lane, 16, LaneSize.Of(t)); }
    }

    public void Dispose()
    {
        values.Dispose();
        scratch.Dispose();
    }
}
