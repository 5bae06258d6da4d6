using Engine.Testing;

namespace Engine.Tests.Harness;

/// <summary>One drawn call of one op: inputs as plain bytes, and as arrays in a layout.</summary>
internal sealed class Trial
{
    Trial(OpCase test, OpCall call, DType type, ArrayLayout layout, int seed, HostArray[] hosts)
    {
        (Case, Call, Type, Layout) = (test, call, type, layout);
        (Seed, Hosts) = (seed, hosts);
    }

    public OpCase Case { get; }

    public OpCall Call { get; }

    public DType Type { get; }

    public ArrayLayout Layout { get; }

    public int Seed { get; }

    public HostArray[] Hosts { get; }

    /// <summary>The same arguments give the same trial.</summary>
    public static Trial Draw(OpCase test, DType type, ArrayLayout layout, int seed, ArraySpec? spec = null)
    {
        var random = new Random(seed);
        OpCall call = test.Draw(random);
        spec ??= new ArraySpec { SpecialValues = (seed & 1) == 0 };
        HostArray[] hosts = [.. call.Inputs.Select(i => Fill(i, type, layout, random.Next(), spec))];
        return new Trial(test, call, type, layout, seed, hosts);
    }

    static HostArray Fill(Input input, DType type, ArrayLayout layout, int seed, ArraySpec spec)
    {
        switch (input.Kind)
        {
            case InputKind.Condition: return ArrayCase.Draw(DType.Bool, input.Shape, layout, seed).Values;
            case InputKind.Index or InputKind.Place:
                var random = new Random(seed);
                var places = new int[input.Shape.Aggregate(1L, (n, d) => n * d)];
                for (int i = 0; i < places.Length; i++) { places[i] = (int)random.NextInt64(input.Kind == InputKind.Place ? 0 : -input.Bound, input.Bound); }
                return HostArray.From<int>(DType.Int32, input.Shape, places);
            case InputKind.Key: return ArrayCase.Draw(DType.UInt32, input.Shape, ArrayLayout.Contiguous, seed, new ArraySpec { Scale = uint.MaxValue, SpecialValues = false }).Values;
            default: return ArrayCase.Draw(type, input.Shape, layout, seed, spec).Values;
        }
    }

    /// <summary>The inputs in the trial's layout, or in another.</summary>
    public NDArray[] Arrays(ArrayLayout? layout = null) => [.. Hosts.Select(h => Place(h, layout ?? Layout))];

    /// <summary>Broadcast is placed as such only where the values allow it.</summary>
    static NDArray Place(HostArray h, ArrayLayout layout) =>
        ArrayCase.Place(h, layout == ArrayLayout.Broadcast && !ArrayCase.IsRepeated(h) ? ArrayLayout.Offset : layout);

    public HostArray Run(ArrayLayout? layout = null) => HostReader.Read(Call.Call(Arrays(layout)));

    /// <summary>Positions of inputs that hold no values of the trial's dtype.</summary>
    public int[] Plain => [.. Enumerable.Range(0, Hosts.Length).Where(i => Call.Inputs[i].Kind != InputKind.Value)];

    public long Size => Hosts.Length == 0 ? 0 : Hosts.Max(h => h.Count);

    /// <summary>NaN, infinities and zeros, or numbers beyond the ordinary range.</summary>
    public bool HasSpecial => Hosts.Any(h => Enumerable.Range(0, (int)h.Count).Any(i => h.DoubleAt(i) is 0 or double.NaN or > 9 or < -9));

    public override string ToString() =>
        $"{Call.Text} with {Type}, {Layout} (--op {Case.Op} --seed {Seed} --dtype {Type} --layout {Layout})\n" + string.Join("\n", Hosts.Select((h, i) => $"  {"xyzuvw"[i % 6]} = {h}"));
}
