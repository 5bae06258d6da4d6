using Engine;
using Samples;
using static Engine.Ops;

var digits = DigitsData.Load();
float[] images = digits.Images;
int[] labels = digits.Labels;

NDArray x = NDArray.From(images, [1797, 64]) / 16, y = NDArray.From(labels);           // From copies, Wrap shares
var (k1, k2) = new RandomKey(0).Split();
NDArray[] w = [k1.Normal([64, 32]) * 0.1, Zeros([32]), k2.Normal([32, 10]) * 0.1, Zeros([10])];
static NDArray Logits(NDArray[] w, NDArray x) => MatMul(Tanh(MatMul(x, w[0]) + w[1]), w[2]) + w[3];
static NDArray Loss(NDArray[] w, NDArray x, NDArray y)
{
    var z = Logits(w, x);
    return (Logsumexp(z, axis: -1) - TakeAlongAxis(z, y[Ellipsis, NewAxis], axis: -1).Squeeze(-1)).Mean();
}

var step = ValueAndGrad<NDArray[]>(Loss);
for (int i = 0; i < 300; i++)
{
    var (loss, g) = step(w, x[..1438], y[..1438]);
    for (int p = 0; p < w.Length; p++)
    {
        w[p] -= g[p];
    }
    Eval([loss, .. w]);
}
var perExample = Vmap(Grad<NDArray[]>(Loss), inAxes: [null, 0, 0])(w, x[..8], y[..8]);
using (var view = w[0].Borrow<float>())
{
    Console.WriteLine(view.Span[0]);                                                    // a lease, never a dangling span
}
NDArray lit = [[1, 2], [3, 4]];
var right = (Logits(w, x[1438..]).Argmax(-1) == y[1438..]).Mean();
Console.WriteLine($"{right:P1} on {Device.Default}");

// What a test looks at.
Shape(x, 1797, 64);
Shape(y, 1797);
Shape(lit, 2, 2);
Shape(Logits(w, x[1438..]), 359, 10);
long[][] shapes = [[64, 32], [32], [32, 10], [10]];
for (int p = 0; p < w.Length; p++)
{
    Shape(w[p], shapes[p]);
    Shape(perExample[p], [8, .. shapes[p]]);
}
Check(lit.DType == DType.Int32, $"a literal of ints has dtype {lit.DType}");
Check((float)right > 0.8, $"{(float)right:P1} of the digits were recognised");
return 0;

static void Shape(NDArray a, params long[] expected) =>
    Check(a.Shape.SequenceEqual(expected), $"shape ({string.Join(", ", a.Shape.ToArray())}) instead of ({string.Join(", ", expected)})");

static void Check(bool condition, string message)
{
    if (!condition)
    {
        throw new InvalidOperationException(message);
    }
}
