using Engine.Internal;
using Engine.Internal.Graph;
using Engine.Internal.Operations;

namespace Engine;

/// <summary>The key of a random stream. Equal keys give equal numbers, on any machine and thread; split a key before using it twice.</summary>
public readonly struct RandomKey
{
    readonly NDArray bits;

    /// <summary>The key of a seed.</summary>
    public RandomKey(long seed) => bits = Face.Out(Keys.Of((ulong)seed));

    RandomKey(NDArray bits) => this.bits = bits;

    /// <summary>The key of an array of two uint32.</summary>
    /// <exception cref="ArgumentException">It is something else.</exception>
    public static RandomKey From(NDArray bits)
    {
        Keys.Check("RandomKey.From", Face.In(bits, nameof(bits)));
        return bits.Ndim == 1 ? new RandomKey(bits) : throw Errors.Option("RandomKey.From", "one key has one axis of two uint32; index it first");
    }

    /// <summary>Two uint32.</summary>
    public NDArray Bits => bits ?? throw new InvalidOperationException("RandomKey: default(RandomKey) is no key; use new RandomKey(seed)");

    /// <summary>Two independent keys; use this one no more.</summary>
    public (RandomKey First, RandomKey Second) Split()
    {
        NDArray pair = Face.Out(RandomSplit.Of(Bits, 2));
        return (new RandomKey(pair[0]), new RandomKey(pair[1]));
    }

    /// <summary>Independent keys; use this one no more.</summary>
    /// <param name="count">How many.</param>
    public RandomKey[] Split(int count)
    {
        NDArray all = Face.Out(RandomSplit.Of(Bits, count));
        var keys = new RandomKey[count];
        for (int i = 0; i < count; i++) { keys[i] = new RandomKey(all[i]); }
        return keys;
    }

    /// <summary>Numbers spread evenly over [low, high).</summary>
    /// <param name="shape">The shape.</param>
    /// <param name="low">Lower end, broadcast; 0 where none is given.</param>
    /// <param name="high">Upper end, broadcast; 1 where none is given.</param>
    /// <param name="dtype">float16, bfloat16 or float32.</param>
    /// <exception cref="DTypeException">Another dtype.</exception>
    public NDArray Uniform(ReadOnlySpan<long> shape, NDArray? low = null, NDArray? high = null, DType dtype = DType.Float32) =>
        Face.Out(RandomUniform.Of(low ?? Weak.From(0L), high ?? Weak.From(1L), shape.ToArray(), dtype, (Node)Bits));

    /// <summary>Normally distributed numbers.</summary>
    /// <param name="shape">The shape.</param>
    /// <param name="loc">Mean, broadcast; 0 where none is given.</param>
    /// <param name="scale">Standard deviation, broadcast; 1 where none is given.</param>
    /// <param name="dtype">float16, bfloat16 or float32.</param>
    /// <exception cref="DTypeException">Another dtype.</exception>
    public NDArray Normal(ReadOnlySpan<long> shape, NDArray? loc = null, NDArray? scale = null, DType dtype = DType.Float32) =>
        Face.Out(RandomNormal.Of(shape.ToArray(), dtype, Face.In(loc), Face.In(scale), (Node)Bits));
}
