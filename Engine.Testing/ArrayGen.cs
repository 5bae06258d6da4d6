using FsCheck;
using FsCheck.Fluent;

namespace Engine.Testing;

/// <summary>FsCheck generators of shapes, dtypes, layouts and arrays.</summary>
public static class ArrayGen
{
    /// <summary>Shapes, 0-d and empty ones included.</summary>
    public static Gen<ArrayShape> Shape(ArraySpec? spec = null)
    {
        spec ??= new ArraySpec();
        Gen<long> length = Gen.Frequency(
            (spec.AllowEmpty ? 1 : 0, Gen.Constant(0L)),
            (2, Gen.Constant(1L)),
            (8, Gen.Choose(1, spec.MaxLength).Select(n => (long)n)));
        return Gen.Choose(spec.MinRank, spec.MaxRank).SelectMany(rank => length.ListOf(rank)).Select(lengths => new ArrayShape([.. lengths]));
    }

    /// <summary>Dtypes.</summary>
    public static Gen<DType> DType(ArraySpec? spec = null) => Gen.Elements<DType>((spec ?? new ArraySpec()).DTypes);

    /// <summary>Layouts.</summary>
    public static Gen<ArrayLayout> Layout(ArraySpec? spec = null) => Gen.Elements<ArrayLayout>((spec ?? new ArraySpec()).Layouts);

    /// <summary>Arrays with what is known of them.</summary>
    public static Gen<ArrayCase> Case(ArraySpec? spec = null)
    {
        ArraySpec s = spec ?? new ArraySpec();
        return from shape in Shape(s) from array in Case(shape, s) select array;
    }

    /// <summary>Arrays of one shape.</summary>
    public static Gen<ArrayCase> Case(ArrayShape shape, ArraySpec? spec = null)
    {
        ArraySpec s = spec ?? new ArraySpec();
        return from type in DType(s)
               from layout in Layout(s)
               from seed in Gen.Choose(0, int.MaxValue - 1)
               select ArrayCase.Draw(type, shape.Lengths, layout, seed, s);
    }

    /// <summary>Arrays.</summary>
    public static Gen<NDArray> Array(ArraySpec? spec = null) => Case(spec).Select(c => c.Array);

    /// <summary>Pairs of arrays whose shapes broadcast against each other.</summary>
    public static Gen<(ArrayCase First, ArrayCase Second)> BroadcastPair(ArraySpec? spec = null)
    {
        ArraySpec s = spec ?? new ArraySpec();
        return from shape in Shape(s)
               from drop in Gen.Choose(0, shape.Rank)
               from ones in Gen.Choose(0, (1 << shape.Rank) - 1)
               from swap in Gen.Elements(false, true)
               from a in Case(shape, s)
               from b in Case(Thinner(shape, drop, ones), s)
               select swap ? (b, a) : (a, b);
    }

    static ArrayShape Thinner(ArrayShape shape, int drop, int ones)
    {
        long[] r = [.. shape.Lengths[drop..]];
        for (int d = 0; d < r.Length; d++)
        {
            if ((ones >> (d + drop) & 1) != 0) { r[d] = 1; }
        }
        return new ArrayShape(r);
    }
}

/// <summary>Arbitraries for FsCheck's attributes: <c>[Property(Arbitrary = [typeof(ArrayArbitraries)])]</c>.</summary>
public static class ArrayArbitraries
{
    /// <summary>Shapes; shrinks by shortening and dropping axes.</summary>
    public static Arbitrary<ArrayShape> Shapes() => Arb.From(ArrayGen.Shape(), s => s.Smaller());

    /// <summary>Dtypes.</summary>
    public static Arbitrary<DType> DTypes() => Arb.From(ArrayGen.DType());

    /// <summary>Layouts; shrinks to contiguous.</summary>
    public static Arbitrary<ArrayLayout> Layouts() =>
        Arb.From(ArrayGen.Layout(), l => l == ArrayLayout.Contiguous ? [] : [ArrayLayout.Contiguous]);

    /// <summary>Arrays with what is known of them; shrinks to smaller shapes, plainer layouts and plainer values.</summary>
    public static Arbitrary<ArrayCase> Cases() => Arb.From(ArrayGen.Case(), c => c.Smaller());

    /// <summary>Arrays.</summary>
    public static Arbitrary<NDArray> Arrays() => Arb.From(ArrayGen.Array());
}

/// <summary>Arbitraries of float32 and float64 arrays without special values: for derivatives and other numerical properties.</summary>
public static class FiniteFloatArbitraries
{
    static readonly ArraySpec Spec = new() { DTypes = [DType.Float32, DType.Float64], SpecialValues = false, AllowEmpty = false, MaxRank = 3, Scale = 2 };

    /// <summary>Arrays with what is known of them.</summary>
    public static Arbitrary<ArrayCase> Cases() => Arb.From(ArrayGen.Case(Spec), c => c.Smaller());

    /// <summary>Arrays.</summary>
    public static Arbitrary<NDArray> Arrays() => Arb.From(ArrayGen.Array(Spec));
}
