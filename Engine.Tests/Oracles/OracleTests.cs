using Engine.Testing;
using Xunit;

namespace Engine.Tests.Oracles;

/// <summary>The references themselves: known values, and errors that must be seen as errors.</summary>
public class OracleTests
{
    [Fact]
    public void MpfrRoundsOnceAndSeesWrongResults()
    {
        Requirement.Check(Mpfr.IsAvailable, "mpfr", "libmpfr.so.6");
        Assert.True(Mpfr.Knows("exp") && Mpfr.Knows("sigmoid") && Mpfr.Knows("rsqrt") && Mpfr.Knows("power") && !Mpfr.Knows("nonsense"));
        Assert.Equal(Math.E, Mpfr.Value("exp", 1));
        Assert.Equal((float)Math.E, Mpfr.Single("exp", 1));
        Assert.Equal(double.NegativeInfinity, Mpfr.Value("rsqrt", -0.0));
        Assert.Equal(0, Mpfr.Error("exp", 0, 0, 1, DType.Float32));
        Assert.InRange(Mpfr.Error("exp", 1, 0, (float)Math.E, DType.Float32), 0.0001, 0.5);
        Assert.InRange(Mpfr.Error("exp", 1, 0, MathF.BitIncrement((float)Math.E), DType.Float32), 0.5, 1.5);
        Assert.Equal(double.PositiveInfinity, Mpfr.Error("log", -1, 0, 1, DType.Float32));
        Assert.Equal(double.PositiveInfinity, Mpfr.Error("sin", -0.0, 0, 0.0, DType.Float64));
        Assert.Equal(8, Mpfr.Value("power", 2, 3));
    }

    [Fact]
    public void LibmAgreesWithMpfrInDouble()
    {
        Requirement.Check(Mpfr.IsAvailable && Libm.IsAvailable, "mpfr", "libmpfr.so.6 and libm.so.6");
        foreach (string name in (string[])["exp", "log", "log1p", "tanh", "sin", "cos", "erf", "sqrt"])
        {
            foreach (double x in (double[])[1e-300, 1e-10, 0.3, 1.0, 2.5, 17.0])
            {
                Assert.InRange(Mpfr.Error(name, x, 0, Libm.Unary(name)!(x), DType.Float64), 0, 1.01);
            }
        }
    }

    [Fact]
    public void UlpDistancesCount()
    {
        Assert.Equal(1L, Ulp.Between(1f, MathF.BitIncrement(1f)));
        Assert.Equal(2L, Ulp.Between(float.Epsilon, -float.Epsilon));
        Assert.Equal(0L, Ulp.Between(0.0, -0.0));
        Assert.Equal(long.MaxValue, Ulp.Between(double.NaN, 1));
        Assert.Equal(1, Ulp.Error(1 + Math.ScaleB(1, -23), 1, DType.Float32));
        Assert.Equal(double.PositiveInfinity, Ulp.Error(-0.0, 0, DType.Float32));
        Assert.Equal(double.PositiveInfinity, Ulp.Error(1, double.PositiveInfinity, DType.Float32));
        Assert.Equal(1, Ulp.Error(double.PositiveInfinity, float.MaxValue, DType.Float32));
    }

    [Fact]
    public void PythonAnswersWithArraysTextsAndErrors()
    {
        PythonOracle python = PythonOracle.NumPy();
        HostArray r = python.Array("np.exp(x) + y", HostArray.Doubles([2], 1, 2), HostArray.Doubles([], 1));
        Assert.Equal(Math.E + 1, r.DoubleAt(0), 1e-15);
        Assert.Equal([2L], r.Shape);
        Assert.Equal("ZeroDivisionError", python.Run("1/0").ErrorType);
        Assert.Equal(2, python.Run("x, x + 1", HostArray.Doubles([1], 1)).Arrays.Length);
        Assert.Equal(DType.Bool, python.Array("x > 0", HostArray.Doubles([0, 3])).DType);
        Assert.Equal("(2,)", python.Run("str(x.shape)", HostArray.Doubles([2], 1, 2)).Text);
    }

    [Fact]
    public void FrameworksAnswer()
    {
        PythonOracle python = PythonOracle.Frameworks();
        Assert.Equal("array(1, dtype=int32)", python.Run("repr(mx.array(1))").Text);
        HostArray b = python.Array("mx.array([1.0, 2.0], mx.bfloat16)");
        Assert.Equal(DType.BFloat16, b.DType);
        Assert.Equal(2, b.DoubleAt(1));
        Assert.Equal(3, python.Array("jax.grad(lambda v: v * v / 2)(3.0)").DoubleAt(0));
        Assert.Equal(DType.Float64, python.Array("mx.sum(to_mlx(x))", HostArray.Doubles([2], 1, 2)).DType);
    }
}
