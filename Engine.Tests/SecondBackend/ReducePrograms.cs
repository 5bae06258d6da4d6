using System.Collections.Concurrent;
using Engine.Internal.Lanes;

namespace Engine.Tests.SecondBackend;

/// <summary>A recorded reduction over many states at once.</summary>
internal sealed class ReducePrograms(ReduceBody body, DType lane)
{
    static readonly ConcurrentDictionary<(ReduceBody Body, DType Lane), ReducePrograms> Known = [];

    readonly ReduceProgram program = body.Record(lane);

    public static ReducePrograms Of(ReduceBody body, DType element) => Known.GetOrAdd((body, body.Lane(element)), static key => new ReducePrograms(key.Body, key.Lane));

    public int Values => body.Values;

    public DType Lane => lane;

    public bool HasLeaf => program.Leaf.Length > 0;

    public States Identity(long count) => Run(program.Identity, [], (int)count);

    public States Map(ulong[] x, long[] index) => Run(program.Map, [x, Array.ConvertAll(index, i => (ulong)i)], x.Length);

    public States Step(States s, ulong[] x, long[] index) => Run(program.Step, [.. s.Values, x, Array.ConvertAll(index, i => (ulong)i)], x.Length);

    public States Combine(States a, States b) => Run(program.Combine, [.. a.Values, .. b.Values], a.Values[0].Length);

    public States Leaf(ulong[][] column) => Run(program.Leaf, column, column[0].Length);

    /// <summary>Results as memory bits.</summary>
    public UInt128[] Finish(States s, DType result)
    {
        ulong[] lanes = One(program.Finish, s.Values, s.Values[0].Length);
        DType raw = body.Raw(lane);
        return Array.ConvertAll(lanes, v => Elements.Cast(v, raw, result));
    }

    /// <summary>The result over no elements.</summary>
    public UInt128 OfNothing(DType result) => Elements.Cast(
        BitConverter.DoubleToUInt64Bits(body.Empty ?? throw new InvalidOperationException($"{body.Name} of nothing has no value")), DType.Float64, result);

    States Run(LaneProgram[] programs, ulong[][] inputs, int n) => new([.. programs.Select(p => One(p, inputs, n))]);

    ulong[] One(LaneProgram p, ulong[][] inputs, int n) => LaneInterpreter.Run(p, lane, inputs, n)[p.Result];
}
