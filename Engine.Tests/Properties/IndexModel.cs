using Engine.Testing;

namespace Engine.Tests.Properties;

/// <summary>Indexing as NumPy has it, over plain bytes: each position gives, for every coordinate of the result, the coordinate of the source.</summary>
internal sealed class IndexModel
{
    /// <summary>One drawn position: how it is written for the engine and in Python, and which places it names (null: a single one, its axis goes).</summary>
    public sealed record Position(AxisIndex Index, string Text, bool TakesAxis, bool AddsAxis, long[]? Places, long Place, HostArray? Array);

    public required Position[] Positions { get; init; }

    public string Text => $"[{string.Join(", ", Positions.Select(p => p.Text))}]";

    /// <summary>Draws an index for an array of this shape: integers, ranges with steps of both signs, new axes, an ellipsis, at most one integer array.</summary>
    public static IndexModel Draw(long[] shape, Random random, bool arrays)
    {
        var positions = new List<Position>();
        int axis = 0, taken = random.Next(shape.Length + 1);
        bool ellipsis = random.Next(3) == 0, array = arrays && random.Next(2) == 0;
        int dots = random.Next(taken + 1);
        for (int k = 0; k < taken; k++)
        {
            if (ellipsis && k == dots)
            {
                positions.Add(new Position(Ops.Ellipsis, "...", false, false, null, 0, null));
                axis = shape.Length - (taken - k);
            }
            if (random.Next(6) == 0) { positions.Add(new Position(Ops.NewAxis, "None", false, true, null, 0, null)); }
            long n = shape[axis++];
            if (array && n > 0 && random.Next(2) == 0)
            {
                array = false;
                positions.Add(Places(n, random));
            }
            else { positions.Add(n > 0 && random.Next(2) == 0 ? Integer(n, random) : Slice(n, random)); }
        }
        return new IndexModel { Positions = [.. positions] };
    }

    static Position Integer(long n, Random random)
    {
        long i = random.NextInt64(-n, n);
        return new Position(i, $"{i}", true, false, null, i < 0 ? i + n : i, null);
    }

    static Position Places(long n, Random random)
    {
        long[] shape = random.Next(2) == 0 ? [random.Next(0, 4)] : [2, random.Next(1, 3)];
        int[] places = [.. Enumerable.Range(0, (int)(shape.Aggregate(1L, (a, d) => a * d))).Select(_ => (int)random.NextInt64(-n, n))];
        HostArray host = HostArray.From<int>(DType.Int32, shape, places);
        return new Position(ArrayCase.Place(host, ArrayLayout.Stepped), $"a{HostArray.ShapeText(shape)}", true, false, null, 0, host);
    }

    static Position Slice(long n, Random random)
    {
        long? Bound() => random.Next(3) == 0 ? null : random.NextInt64(-n - 3, n + 4);
        (long? start, long? stop, long step) = (Bound(), Bound(), random.Next(1, 4) * (random.Next(3) == 0 ? -1 : 1));
        long from = Clamp(start, n, step, step > 0 ? 0 : n - 1), to = Clamp(stop, n, step, step > 0 ? n : -1);
        var places = new List<long>();
        for (long i = from; step > 0 ? i < to : i > to; i += step) { places.Add(i); }
        return new Position(Ops.Slice(start, stop, step), $"{start}:{stop}:{step}", true, false, [.. places], 0, null);
    }

    /// <summary>A bound as Python reads it.</summary>
    static long Clamp(long? bound, long n, long step, long otherwise)
    {
        if (bound is not { } b) { return otherwise; }
        b = b < 0 ? b + n : b;
        return step > 0 ? Math.Clamp(b, 0, n) : Math.Clamp(b, -1, n - 1);
    }

    /// <summary>
    /// The result, element by element. Beside an integer array integers are index arrays too: where they are neighbours the array's axes take their place, else they come first.
    /// </summary>
    public (long[] Shape, long[] Sources) Apply(long[] shape)
    {
        var lengths = new List<long>();
        HostArray? array = Positions.FirstOrDefault(p => p.Array != null)?.Array;
        int[] advanced = array == null ? [] : [.. Enumerable.Range(0, Positions.Length).Where(k => Positions[k].Array != null || Positions[k] is { TakesAxis: true, Places: null })];
        bool neighbours = advanced.Length > 0 && advanced[^1] - advanced[0] == advanced.Length - 1;
        int block = 0;
        if (array != null && !neighbours) { lengths.AddRange(array.Shape); }
        var maps = new List<Func<long[], long>>();          // for each source axis, its coordinate from the result's coordinates
        void Whole()
        {
            int at = lengths.Count;
            lengths.Add(shape[maps.Count]);
            maps.Add(c => c[at]);
        }
        int axes = Positions.Count(p => p.TakesAxis);
        for (int k = 0; k < Positions.Length; k++)
        {
            Position p = Positions[k];
            if (neighbours && k == advanced[0])
            {
                block = lengths.Count;
                lengths.AddRange(array!.Shape);
            }
            int at = lengths.Count;
            if (p.Text == "...")
            {
                for (int left = shape.Length - axes; left > 0; left--) { Whole(); }
            }
            else if (p.AddsAxis) { lengths.Add(1); }
            else if (p.Array is { } a)
            {
                long n = shape[maps.Count];
                maps.Add(c =>
                {
                    long flat = 0;
                    for (int d = 0; d < a.Shape.Length; d++) { flat = flat * a.Shape[d] + c[block + d]; }
                    long i = a.IntegerAt(flat);
                    return i < 0 ? i + n : i;
                });
            }
            else if (p.Places is { } places)
            {
                lengths.Add(places.Length);
                maps.Add(c => places[c[at]]);
            }
            else { maps.Add(_ => p.Place); }
        }
        while (maps.Count < shape.Length) { Whole(); }
        long[] result = [.. lengths];
        var sources = new long[result.Aggregate(1L, (x, y) => x * y)];
        var coordinates = new long[result.Length];
        for (long i = 0; i < sources.Length; i++)
        {
            long flat = 0;
            for (int d = 0; d < shape.Length; d++) { flat = flat * shape[d] + maps[d](coordinates); }
            sources[i] = flat;
            for (int d = coordinates.Length - 1; d >= 0 && ++coordinates[d] == result[d]; d--) { coordinates[d] = 0; }
        }
        return (result, sources);
    }
}
