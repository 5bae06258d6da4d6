using System.Numerics;
using Engine.Internal.Lanes;
using Xunit;

namespace Engine.Tests.Lanes;

public unsafe class RecordTests
{
    const int Count = 200;

    [Fact]
    public void EveryBodyRecordsAndTheRecordGivesItsBits()
    {
        int cases = 0;
        foreach (var body in SampleBodies.All)
        {
            foreach (DType t in SampleBodies.Types)
            {
                if (!SampleBodies.Takes(body, t)) { continue; }
                cases++;
                Compare(body, t);
            }
        }
        Assert.True(cases > 150);
    }

    static void Compare(LaneBody body, DType t)
    {
        switch (t)
        {
            case DType.Float32: Compare<float>(body, t); break;
            case DType.Float64: Compare<double>(body, t); break;
            case DType.Int8: Compare<sbyte>(body, t); break;
            case DType.Int16: Compare<short>(body, t); break;
            case DType.Int32: Compare<int>(body, t); break;
            case DType.Int64: Compare<long>(body, t); break;
            case DType.UInt8: Compare<byte>(body, t); break;
            case DType.UInt16: Compare<ushort>(body, t); break;
            case DType.UInt32: Compare<uint>(body, t); break;
            default: Compare<ulong>(body, t); break;
        }
    }

    static void Compare<T>(LaneBody body, DType t) where T : unmanaged, INumber<T>
    {
        var program = body.Program(t);
        Assert.Equal(body.Arity, program.Inputs);
        Assert.EndsWith($"return %{program.Result}\n", program.Explain(), StringComparison.Ordinal);
        using LaneData x = new(Count * 8 * 3), want = new(64), got = new(64);
        var random = new Random(3);
        byte** r = stackalloc byte*[4];
        for (int i = 0; i < 3; i++)
        {
            r[i] = x.Data + i * Count * 8;
            bool isBool = body.Operand(i, t) == DType.Bool || body.Name is "not" or "and";
            LaneData.Fill(r[i], Count, isBool ? DType.Bool : t, random, i + 1);
        }
        r[3] = want.Data;
        var step = new Step { A = 0, B = 1, C = 2, D = 3 };
        Span<T> inputs = stackalloc T[3];
        for (int e = 0; e < Count; e++)
        {
            for (int i = 0; i < 3; i++)
            {
                bool mask = body.Operand(i, t) == DType.Bool;
                inputs[i] = mask ? Lanes1<T>.LoadMask(r[i]) : Lanes1<T>.Load(r[i]);
            }
            body.At(t, LaneWidth.One)(r, &step, 1);
            T v = LaneInterpreter<T>.Run(program, inputs);
            if (Math.Abs(double.CreateTruncating(inputs[0])) > body.PatchAbove(t)) { v = T.CreateTruncating(body.Patch(double.CreateTruncating(inputs[0]))); }
            bool isMask = program.Code[program.Result].Kind == LaneKind.Mask;
            if (isMask) { Lanes1<T>.StoreMask(v, got.Data); }
            else { Lanes1<T>.Store(v, got.Data); }
            Assert.Equal(-1, LaneData.FirstDifference(want.Data, got.Data, 1, isMask ? DType.Bool : t));
            for (int i = 0; i < 3; i++) { r[i] += body.Operand(i, t) == DType.Bool ? 1 : sizeof(T); }
        }
    }

    [Fact]
    public void MixedKindsAreRejected()
    {
        var e = Assert.Throws<InvalidOperationException>(() => new FloatUnaryBody<MixedOp>("mixed").Program(DType.Float32));
        Assert.Contains("wants Int lanes", e.Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => RecordLanes<float>.Const(1));
    }

    [Fact]
    public void EqualInstructionsAreOne()
    {
        var p = SampleBodies.Exp.Program(DType.Float32);
        Assert.Equal(p.Code.Length, p.Code.Distinct().Count());
        Assert.InRange(p.Code.Length, 10, 40);
    }

    readonly struct MixedOp : IUnaryBody
    {
        public static V Apply<V, T, L>(V x) where T : unmanaged where L : struct, ILanes<V, T> => L.Shl(x, 1);
    }
}
