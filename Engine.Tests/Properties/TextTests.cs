using Engine.Testing;
using Engine.Tests.Harness;
using Engine.Tests.Oracles;
using Xunit;

namespace Engine.Tests.Properties;

/// <summary>ToString against NumPy 2.4's str().</summary>
public class TextTests
{
    [Fact]
    public void TextIsNumPys()
    {
        PythonOracle python = PythonOracle.Frameworks();
        for (int n = 0; n < (Settings.Full ? 4000 : 400); n++)
        {
            int seed = Settings.SeedFor("text", DType.Int32, n);
            var random = new Random(seed);
            DType type = (DType)random.Next(15);
            if (type == DType.BFloat16) { continue; }       // NumPy has none of its own
            long[] shape = random.Next(12) == 0 ? [random.Next(990, 1100)] : OpCases.Shape(random, 0, 3, 5);
            ArrayCase x = ArrayCase.Draw(type, shape, (ArrayLayout)random.Next(6), random.Next(), new ArraySpec { SpecialValues = random.Next(2) == 0, Scale = Math.Pow(10, random.Next(-6, 12)) });
            PythonAnswer want = python.Run("str(x)", x.Values);
            Assert.True(want.Text == x.Array.ToString(), $"seed {seed}: {x}\nNumPy:\n{want.Text}\nhere:\n{x.Array}");
        }
    }
}
