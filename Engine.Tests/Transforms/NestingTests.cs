using Engine.Testing;
using Xunit;

namespace Engine.Tests.Transforms;

/// <summary>Transforms inside transforms, to several depths, and the edges of frames.</summary>
public class NestingTests
{
    static NDArray D(params double[] v) => NDArray.From(v);

    static double One(NDArray x) => HostReader.Read(x).DoubleAt(0);

    [Fact]
    public void DerivativesOfDerivatives()
    {
        Func<NDArray, NDArray> f = x => (x * x * x * x).Sum();
        double[] want = [16, 32, 48, 48, 24, 0];
        for (int depth = 0; depth < want.Length; depth++)
        {
            Assert.Equal(want[depth], One(f(D(2.0))), 1e-9);
            Func<NDArray, NDArray> inner = f;
            f = x => Ops.Grad<NDArray>(y => inner(y).Sum())(x);
        }
    }

    [Fact]
    public void JacobianByVmapOfPullbacks()
    {
        NDArray x = D(1.0, 2.0, 3.0), identity = Ops.Eye(3, dtype: DType.Float64);
        static NDArray F(NDArray v) => Ops.Sin(v) * v.Sum();
        NDArray reverse = Ops.Vmap<NDArray, NDArray>(c => Ops.Vjp(a => [F(a[0])], [x], [c]).Cotangents[0])(identity);
        NDArray forward = Ops.Vmap<NDArray, NDArray>(t => Ops.Jvp(a => [F(a[0])], [x], [t]).Tangents[0])(identity);
        ArrayCheck.Close(reverse, forward.T, 1e-12, 1e-12);
        double s = Math.Sin(1), c = Math.Cos(1);
        Assert.Equal(6 * c + s, HostReader.Read(reverse).DoubleAt(0), 1e-12);
    }

    [Fact]
    public void GradThroughVmapAndVmapThroughGrad()
    {
        NDArray x = D(0.5, 1.5, -1.0);
        NDArray perExample = Ops.Vmap<NDArray, NDArray>(Ops.Grad<NDArray>(v => Ops.Tanh(v) * v))(x);
        NDArray whole = Ops.Grad<NDArray>(v => Ops.Vmap<NDArray, NDArray>(e => Ops.Tanh(e) * e)(v).Sum())(x);
        ArrayCheck.Close(perExample, whole, 1e-14);
    }

    [Fact]
    public void VmapOfVmapIsTheOuterProduct()
    {
        NDArray x = D(1, 2, 3), y = D(10, 20);
        NDArray table = Ops.Vmap<NDArray, NDArray, NDArray>((a, b) => Ops.Vmap<NDArray, NDArray>(c => a * c)(b), [0, null])(x, y);
        ArrayCheck.Equal(D(10, 20, 20, 40, 30, 60).Reshape([3, 2]), table);
    }

    [Fact]
    public void ValuesMayBeReadUnderGradButNotUnderVmap()
    {
        double seen = 0;
        NDArray g = Ops.Grad<NDArray>(v => { seen = One(v); return seen > 0 ? v * v : v; })(D(3.0).Sum());
        Assert.Equal(3, seen);
        Assert.Equal(6, One(g));
        Assert.Throws<TraceException>(() => Ops.Vmap<NDArray, NDArray>(v => v * v.Item<double>())(D(1, 2)));
    }

    [Fact]
    public void ATracerOutlivesItsGradAndNotItsVmap()
    {
        NDArray? kept = null;
        Ops.Grad<NDArray>(v => { kept = v * 2; return kept.Sum(); })(D(1, 2));
        Assert.Equal(2, One(kept!));
        Ops.Vmap<NDArray, NDArray>(v => { kept = v * 2; return kept; })(D(1, 2));
        Assert.Throws<TraceException>(() => One(kept!));
    }

    [Fact]
    public void StopGradientAndConstantsGiveZero()
    {
        ArrayCheck.Equal(D(0, 0), Ops.Grad<NDArray>(v => Ops.StopGradient(v).Sum())(D(1, 2)));
        ArrayCheck.Equal(D(1, 1), Ops.Grad<NDArray>(v => (v + Ops.StopGradient(v * v)).Sum())(D(1, 2)));
        ArrayCheck.Equal(D(0, 0), Ops.Grad<NDArray>(_ => Ops.Ones([], DType.Float64))(D(1, 2)));
    }

    [Fact]
    public void DeepChainsBuildDifferentiateAndDie()
    {
        NDArray x = D(1.0).Sum();
        NDArray y = x;
        for (int i = 0; i < 100_000; i++) { y = y + 1; }
        Assert.Equal(100_001, One(y));
        NDArray g = Ops.Grad<NDArray>(v =>
        {
            NDArray z = v;
            for (int i = 0; i < 100_000; i++) { z = i % 2 == 0 ? z * 2 : z * 0.5; }
            return z;
        })(x);
        Assert.Equal(1, One(g));
    }
}
