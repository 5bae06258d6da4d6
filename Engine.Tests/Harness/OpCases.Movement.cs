using Engine.Testing;

namespace Engine.Tests.Harness;

internal static partial class OpCases
{
    /// <summary>Another shape of as many elements.</summary>
    static long[] Reshaped(Random random, long count)
    {
        var r = new List<long>();
        for (long left = count; left > 1;)
        {
            long[] divisors = [.. Enumerable.Range(1, (int)left).Where(d => left % d == 0).Select(d => (long)d)];
            long d = divisors[random.Next(divisors.Length)];
            r.Add(d);
            left /= d;
            if (r.Count > 5) { r.Add(left); break; }
        }
        if (count == 0) { r.Insert(random.Next(r.Count + 1), 0); }
        return [.. r];
    }

    static IEnumerable<OpCase> Shapes() =>
    [
        new("reshape", random =>
        {
            long[] from = Shape(random), to = Reshaped(random, from.Aggregate(1L, (n, d) => n * d));
            return new OpCall($"reshape(x, {Tuple(to)})", [new(from)], a => Ops.Reshape(a[0], to), $"np.reshape(x, {Tuple(to)})");
        }) { Types = Everything, Gradient = Any },
        new("transpose", random =>
        {
            long[] shape = Shape(random);
            int[] order = [.. Enumerable.Range(0, shape.Length)];
            random.Shuffle(order);
            if (random.Next(4) == 0) { return new OpCall("transpose(x)", [new(shape)], a => Ops.Transpose(a[0]), "np.transpose(x)"); }
            return new OpCall($"transpose(x, {string.Join(",", order)})", [new(shape)], a => Ops.Transpose(a[0], order), $"np.transpose(x, {Tuple([.. order.Select(d => (long)d)])})");
        }) { Types = Everything, Gradient = Any },
        new("squeeze", random =>
        {
            long[] shape = [.. Shape(random, 1, 3).Select(n => random.Next(2) == 0 ? 1 : n)];
            int[] ones = [.. Enumerable.Range(0, shape.Length).Where(d => shape[d] == 1)];
            if (ones.Length == 0 || random.Next(3) == 0) { return new OpCall("squeeze(x)", [new(shape)], a => Ops.Squeeze(a[0]), "np.squeeze(x)"); }
            int one = ones[random.Next(ones.Length)];
            return new OpCall($"squeeze(x, {one})", [new(shape)], a => Ops.Squeeze(a[0], one), $"np.squeeze(x, {one})");
        }) { Types = Everything, Gradient = Any },
        new("expand_dims", random =>
        {
            long[] shape = Shape(random, 0, 3);
            int axis = random.Next(-shape.Length - 1, shape.Length + 1);
            return new OpCall($"expand_dims(x, {axis})", [new(shape)], a => Ops.ExpandDims(a[0], axis), $"np.expand_dims(x, {axis})");
        }) { Types = Everything, Gradient = Any },
        new("broadcast_to", random =>
        {
            long[] to = Shape(random), from = Thinner(random, to);
            return new OpCall($"broadcast_to(x, {Tuple(to)})", [new(from)], a => Ops.BroadcastTo(a[0], to), $"np.broadcast_to(x, {Tuple(to)})");
        }) { Types = Everything, Gradient = Any },
        new("concatenate", random =>
        {
            long[] shape = Shape(random, 1, 3);
            int axis = random.Next(-shape.Length, shape.Length);
            Input[] inputs = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => new Input([.. shape.Select((n, d) => d == (axis + shape.Length) % shape.Length ? random.Next(0, 5) : n)]))];
            return new OpCall($"concatenate({inputs.Length}, axis={axis})", inputs, a => Ops.Concatenate(a, axis), $"np.concatenate(a, axis={axis})");
        }) { Types = Everything, Gradient = Any },
    ];

    static IEnumerable<OpCase> Indexing() =>
    [
        new("take", random =>
        {
            long[] shape = Shape(random, 1, 3, empty: false), places = Shape(random, 0, 2);
            if (random.Next(4) == 0)
            {
                return new OpCall("take(x, y)", [new(shape), new(places, InputKind.Index, shape.Aggregate(1L, (n, d) => n * d))], a => Ops.Take(a[0], a[1]), "np.take(x, y)");
            }
            int axis = random.Next(shape.Length);
            return new OpCall($"take(x, y, {axis})", [new(shape), new(places, InputKind.Index, shape[axis])], a => Ops.Take(a[0], a[1], axis), $"np.take(x, y, axis={axis})");
        }) { Types = Everything, Gradient = Any },
        new("take_along_axis", random =>
        {
            long[] shape = Shape(random, 1, 3, empty: false);
            int axis = random.Next(shape.Length);
            long[] places = [.. shape];
            places[axis] = random.Next(1, 6);
            return new OpCall($"take_along_axis(x, y, {axis})", [new(shape), new(places, InputKind.Index, shape[axis])], a => Ops.TakeAlongAxis(a[0], a[1], axis), $"np.take_along_axis(x, y, axis={axis})");
        }) { Types = Everything, Gradient = Any },
        new("scatter_add", random =>
        {
            long[] shape = Shape(random, 1, 3, empty: false), places = Shape(random, 0, 2, 4);
            int axis = random.Next(shape.Length);
            long[] updates = [.. shape[..axis], .. places, .. shape[(axis + 1)..]];
            return new OpCall($"scatter_add(x, y, z, {axis})", [new(shape), new(places, InputKind.Index, shape[axis]), new(updates)], a => Ops.ScatterAdd(a[0], a[1], a[2], axis), $"scatter_add(x, y, z, {axis})", $"scatter_add(np.abs(x), y, np.abs(z), {axis})");
        }) { Gradient = Any, Ulps = 16 },
        new("slice", random =>
        {
            long[] shape = Shape(random, 1, 3, empty: false), block = [.. shape.Select(n => (long)random.Next(0, (int)n + 1))];
            int axis = random.Next(shape.Length);
            block[axis] = Math.Max(1, block[axis]);
            long bound = shape[axis] - block[axis] + 1;
            return new OpCall($"slice(x, y, [{axis}], {Tuple(block)})", [new(shape), new([1], InputKind.Place, bound)], a => Ops.Slice(a[0], a[1], [axis], block), $"slice_block(x, y, {axis}, {Tuple(block)})");
        }) { Types = Everything, Gradient = Any },
        new("slice_update", random =>
        {
            long[] shape = Shape(random, 1, 3, empty: false), block = [.. shape.Select(n => (long)random.Next(0, (int)n + 1))];
            int axis = random.Next(shape.Length);
            block[axis] = Math.Max(1, block[axis]);
            long bound = shape[axis] - block[axis] + 1;
            return new OpCall($"slice_update(x, y, z, [{axis}])", [new(shape), new(block), new([1], InputKind.Place, bound)], a => Ops.SliceUpdate(a[0], a[1], a[2], [axis]), $"slice_update(x, y, z, {axis})");
        }) { Types = Everything, Gradient = Any },
    ];

    static string Drawn(Random random, out DType t)
    {
        t = random.Next(3) switch { 0 => DType.Float16, 1 => DType.BFloat16, _ => DType.Float32 };
        return HostArray.Name(t);
    }

    static NDArray Stacked(RandomKey[] keys) => Ops.Concatenate([.. keys.Select(k => k.Bits.Reshape([1, 2]))], 0);

    static OpCase Made(string op, Func<Random, OpCall> draw) => new(op, draw) { NoArrays = true };

    static IEnumerable<OpCase> Creation() =>
    [
        Made("zeros", random =>
        {
            (long[] shape, DType t) = (Shape(random), (DType)random.Next(15));
            return new OpCall($"zeros({Tuple(shape)}, {t})", [], _ => Ops.Zeros(shape, t), $"np.zeros({Tuple(shape)}, dtype('{HostArray.Name(t)}'))");
        }),
        Made("ones", random =>
        {
            (long[] shape, DType t) = (Shape(random), (DType)random.Next(15));
            return new OpCall($"ones({Tuple(shape)}, {t})", [], _ => Ops.Ones(shape, t), $"np.ones({Tuple(shape)}, dtype('{HostArray.Name(t)}'))");
        }),
        new("full", random =>
        {
            long[] shape = Shape(random);
            return new OpCall($"full({Tuple(shape)}, x)", [new(Thinner(random, shape))], a => Ops.Full(shape, a[0]), $"np.broadcast_to(x, {Tuple(shape)})");
        }) { Types = Everything, Gradient = Any },
        new("zeros_like", random => new OpCall("zeros_like(x)", [new(Shape(random))], a => Ops.ZerosLike(a[0]), "np.zeros_like(x)")) { Types = Everything },
        new("ones_like", random => new OpCall("ones_like(x)", [new(Shape(random))], a => Ops.OnesLike(a[0]), "np.ones_like(x)")) { Types = Everything },
        Made("eye", random =>
        {
            (int n, int m, int k) = (random.Next(0, 70), random.Next(0, 7), random.Next(-4, 5));
            return new OpCall($"eye({n}, {m}, {k})", [], _ => Ops.Eye(n, m, k), $"np.eye({n}, {m}, {k}, dtype=np.float32)");
        }),
        Made("arange", random =>
        {
            (int start, int stop, int step) = (random.Next(-9, 9), random.Next(-9, 200), random.Next(1, 5) * (random.Next(4) == 0 ? -1 : 1));
            return new OpCall($"arange({start}, {stop}, {step})", [], _ => Ops.Arange(start, stop, step), $"np.arange({start}, {stop}, {step}, dtype=np.int32)");
        }),
        Made("linspace", random =>
        {
            (int start, int stop, int n) = (random.Next(-9, 9), random.Next(-9, 20), random.Next(1, 100));
            return new OpCall($"linspace({start}, {stop}, {n})", [], _ => Ops.Linspace(start, stop, n), $"np.linspace({start}, {stop}, {n}, dtype=np.float64)", $"np.full({n}, {Math.Max(Math.Abs(start), Math.Abs(stop))}.0)");
        }) with { Ulps = 2 },
    ];

    static OpCase Random(string op, Func<Random, OpCall> draw) => new($"random.{op}", draw) { Types = [DType.UInt32], IsRandom = true, NoArrays = true };

    static IEnumerable<OpCase> Others() =>
    [
        Random("key", random =>
        {
            long seed = random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(63);
            return new OpCall($"random.key({seed})", [], _ => new RandomKey(seed).Bits, $"mx.random.key({unchecked((ulong)seed)})");
        }),
        Random("split", random =>
        {
            int n = random.Next(1, 40);
            return new OpCall($"random.split(x, {n})", [new([2], InputKind.Key)], a => Stacked(RandomKey.From(a[0]).Split(n)), $"mx.random.split(mx.array(x), {n})");
        }),
        Random("uniform", random =>
        {
            long[] shape = Shape(random);
            string type = Drawn(random, out DType t);
            return new OpCall($"random.uniform({Tuple(shape)}, {type})", [new([2], InputKind.Key)], a => RandomKey.From(a[0]).Uniform(shape, dtype: t), $"mx.random.uniform(shape={Tuple(shape)}, dtype=mx.{type}, key=mx.array(x))");
        }) with { Ulps = 0 },
        Random("normal", random =>
        {
            long[] shape = Shape(random);
            return new OpCall($"random.normal({Tuple(shape)})", [new([2], InputKind.Key)], a => RandomKey.From(a[0]).Normal(shape), $"mx.random.normal(shape={Tuple(shape)}, key=mx.array(x))");
        }) with { Ulps = 4 },
        new("array_equal", random =>
        {
            long[] shape = Shape(random);
            bool nan = random.Next(2) == 0, same = random.Next(2) == 0;
            string second = same ? "x" : "y";
            return new OpCall($"array_equal(x, {second}, {nan})", [new(shape), new(shape)], a => Ops.ArrayEqual(a[0], same ? a[0] : a[1], nan), $"array_equal(x, {second}, {nan})");
        }),
        new("allclose", random =>
        {
            long[] shape = Shape(random);
            bool nan = random.Next(2) == 0;
            return new OpCall($"allclose(x, x + tiny y, {nan})", [new(shape)], a => Ops.AllClose(a[0], a[0], equalNan: nan), $"np.allclose(x, x, equal_nan={nan})");
        }) { Types = Floats },
    ];
}
