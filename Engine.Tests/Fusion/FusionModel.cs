using Engine.Testing;

namespace Engine.Tests.Fusion;

/// <summary>
/// How few passes a random graph needs at most, said without the planner. Two elementwise ops share a pass when one reads the other over the same space at the same depth;
/// depth grows where a pass cannot go on: behind a reduction, and where a smaller result is spread over a larger space. A reduction ends the pass of what it reads;
/// a second one over the same pass takes a pass of its own.
/// </summary>
internal sealed class FusionModel
{
    sealed record Item(bool IsReduction, long[] Space, long[] Shape, int Depth, int[] Inputs);

    readonly List<Item?> items = [];
    readonly List<NDArray> arrays = [];
    readonly List<int> reduced = [];
    readonly List<string> names = [];

    /// <summary>A leaf: no pass makes it.</summary>
    public int Leaf(NDArray x)
    {
        items.Add(null);
        names.Add("leaf");
        arrays.Add(x);
        return items.Count - 1;
    }

    public NDArray Array(int i) => arrays[i];

    public int Count => items.Count;

    public long[] Shape(int i) => arrays[i].Shape.ToArray();

    public int Map(Func<NDArray[], NDArray> op, params int[] inputs)
    {
        NDArray r = op([.. inputs.Select(i => arrays[i])]);
        return Add(new Item(false, Shaped(r), Shaped(r), inputs.Max(i => Depth(i, Shaped(r))), inputs), r);
    }

    public int Reduce(Func<NDArray, NDArray> op, int input)
    {
        NDArray r = op(arrays[input]);
        return Add(new Item(true, Shape(input), Shaped(r), Depth(input, Shape(input)), [input]), r);
    }

    /// <summary>The graph, an item a line: op, inputs, shape.</summary>
    public override string ToString() => string.Join("\n", items.Select((t, i) => t == null ? $"%{i} = leaf {HostArray.ShapeText(Shape(i))}"
        : $"%{i} = {names[i]} {string.Join(" ", t.Inputs.Select(k => $"%{k}"))} {HostArray.ShapeText(t.Shape)} depth {t.Depth}"));

    static long[] Shaped(NDArray x) => x.Shape.ToArray();

    int Add(Item item, NDArray r)
    {
        items.Add(item);
        names.Add(r.Op.Name);
        arrays.Add(r);
        return items.Count - 1;
    }

    /// <summary>Depth at which something over this space can read item i.</summary>
    int Depth(int i, long[] space) => items[i] is not { } t ? 0 : !t.IsReduction && t.Shape.AsSpan().SequenceEqual(space) ? t.Depth : t.Depth + 1;

    /// <summary>Passes for these results and what they need.</summary>
    public int Bound(int[] roots)
    {
        var needed = new HashSet<int>();
        var work = new Stack<int>(roots);
        while (work.TryPop(out int i))
        {
            if (items[i] is { } t && needed.Add(i)) { foreach (int k in t.Inputs) { work.Push(k); } }
        }
        int[] parent = [.. Enumerable.Range(0, items.Count)];
        int Find(int i) => parent[i] == i ? i : parent[i] = Find(parent[i]);
        foreach (int i in needed)
        {
            foreach (int k in items[i]!.Inputs)
            {
                if (needed.Contains(k) && !items[k]!.IsReduction && items[k]!.Depth == items[i]!.Depth && items[k]!.Shape.AsSpan().SequenceEqual(items[i]!.Space)) { parent[Find(k)] = Find(i); }
            }
        }
        return needed.GroupBy(Find).Sum(pass => Math.Max(1, pass.Count(i => items[i]!.IsReduction)));
    }

    /// <summary>A random graph: fan-out, diamonds, casts, broadcasts, a reduction in the middle.</summary>
    public static (FusionModel Graph, int[] Roots) Draw(int seed)
    {
        var random = new Random(seed);
        var g = new FusionModel();
        long rows = random.Next(2, 6), columns = random.Next(2, 70);
        foreach (long[] shape in (long[][])[[rows, columns], [rows, columns], [columns], [rows, 1]])
        {
            g.Leaf(ArrayCase.Draw(DType.Float32, shape, ArrayLayout.Contiguous, random.Next(), new ArraySpec { SpecialValues = false, Scale = 2 }).Array);
        }
        int Any() => random.Next(g.Count);
        int reductions = random.Next(5);
        for (int n = random.Next(3, 14); n > 0; n--)
        {
            switch (random.Next(6))
            {
                case 0: g.Map(a => Ops.Tanh(a[0]), Any()); break;
                case 1: g.Map(a => Ops.Square(a[0]) * 0.5, Any()); break;
                case 2 when g.reduced.Count > 1: g.Map(a => a[0] + a[1], g.reduced[^1], g.reduced[random.Next(g.reduced.Count)]); break;
                case 3: g.Map(a => Ops.AsType(Ops.AsType(a[0], DType.Float16), DType.Float32), Any()); break;
                case 4 when reductions-- > 0:
                    int axis = random.Next(2), input = Any();
                    if (g.Shape(input).Length == 2) { g.reduced.Add(g.Reduce(a => Ops.Sum(a, axis, true), input)); }
                    break;
                default: g.Map(a => Ops.Maximum(a[0], a[1]), Any(), Any()); break;
            }
        }
        int last = g.Count - 1;
        return (g, random.Next(2) == 0 ? [last] : [last, Math.Max(4, random.Next(4, g.Count))]);
    }
}
