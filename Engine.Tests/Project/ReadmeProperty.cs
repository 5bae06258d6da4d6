using Engine;
using Engine.Testing;
using FsCheck.Xunit;
using static Engine.Ops;

public class SoftplusTests
{
    static NDArray Softplus(NDArray x) => Log1p(Exp(-Abs(x))) + Maximum(x, 0);

    [Property(Arbitrary = [typeof(FiniteFloatArbitraries)])]
    public void Softplus_is_what_its_formula_says(ArrayCase x)
    {
        ArrayCheck.Close(Log(1 + Exp(x.Array)), Softplus(x.Array), relative: 1e-5, absolute: 1e-6);
    }

    [Property(Arbitrary = [typeof(FiniteFloatArbitraries)])]
    public void Tanh_of_softplus_has_right_derivatives(ArrayCase x, int seed)
    {
        // Reverse mode, forward mode and finite differences agree, to second order.
        ArrayCheck.Gradient(a => Tanh(Log(1 + Exp(a))), x.Array, seed);
    }

    [Property(Arbitrary = [typeof(FiniteFloatArbitraries)])]
    public void Vmap_gives_what_a_loop_gives(ArrayCase x)
    {
        if (x.Shape.Rank > 0)
        {
            ArrayCheck.Vmap(Softplus, x.Array);
        }
    }
}
