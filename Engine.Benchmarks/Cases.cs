namespace Engine.Benchmarks;

/// <summary>All cases and their aims. A new one is an entry here, and its op where an implementation does not have it yet.</summary>
internal static class Cases
{
    const string F32 = "float32";
    static readonly Aim s_best = new("engine-*", "best", 1.0);

    public static IEnumerable<Case> All() =>
        [.. Overhead(), .. MatMuls(), .. Chains(), .. Functions(), .. Reductions(), .. Movement(), .. Steps(), .. Exchange()];

    static IEnumerable<Case> Overhead()
    {
        Aim numpy = new("engine-aot", "numpy", 1.0);
        yield return new("one build", "one_build", F32, ["1"], new("engine-jit", "ns", 60), numpy);
        yield return new("one item", "one_item", F32, ["1"], new("engine-jit", "ns", 150), numpy);
        yield return new Case("one add", "one_add", F32, ["1"], numpy);
        yield return new Case("one chain of 100", "one_chain", F32, ["1"], new("engine-jit", "ns", 100 * 100), numpy);
    }

    static IEnumerable<Case> MatMuls()
    {
        Aim roof = new("engine-*", "roof", 0.85), self = new("engine-*", "self", 0.8);
        foreach (var n in new[] { 16, 32, 64, 128, 256, 512, 1024, 2048, 4096 })
        {
            yield return MatMul(F32, 1, n, n, n, n >= 256 ? [s_best, roof] : [s_best]);
        }
        yield return MatMul(F32, 1, 8, 4096, 4096, s_best);
        yield return MatMul(F32, 1, 4096, 4096, 64, s_best);
        yield return MatMul(F32, 1, 4096, 64, 4096, s_best);
        yield return MatMul(F32, 1, 1, 1024, 1024, s_best);
        yield return MatMul(F32, 1, 1, 4096, 4096, s_best);
        yield return MatMul(F32, 64, 64, 64, 64, s_best);
        yield return MatMul(F32, 64, 128, 64, 128, s_best);
        foreach (var (dtype, aim) in new[] { ("float64", s_best), ("complex64", s_best), ("float16", self), ("bfloat16", self) })
        {
            foreach (var n in new[] { 64, 512, 1024 })
            {
                yield return MatMul(dtype, 1, n, n, n, aim);
            }
        }
    }

    static Case MatMul(string dtype, long batch, long m, long k, long n, params Aim[] aims)
    {
        string of = batch > 1 ? $"{batch}x" : "";
        return new Case("matmul", "matmul", dtype, [$"{of}{m}x{k}", $"{of}{k}x{n}"], aims)
        {
            Size = $"{of}{m}x{k}x{n}",
            Bytes = batch * (m * k + k * n + m * n) * Case.ItemSize(dtype),
            // A complex product is four real ones.
            Flops = batch * m * k * n * (dtype == "complex64" ? 8.0 : 2.0),
        };
    }

    static IEnumerable<Case> Chains()
    {
        foreach (var n in new[] { 1_000, 100_000, 1_000_000, 10_000_000 })
        {
            yield return new Case("chain", "chain", F32, [$"{n}", $"{n}"],
                new("engine-jit", "hand-csharp", 1.0), new("engine-aot", "hand-csharp", 0.8),
                new("engine-*", "eager", 2.0), new("engine-*", "jax", 1.0))
            { Bytes = 12.0 * n, Fuses = true };
        }
    }

    static IEnumerable<Case> Functions()
    {
        foreach (var n in new[] { 1_000, 1_000_000 })
        {
            foreach (var op in new[] { "exp", "log", "tanh", "sin", "erf" })
            {
                yield return new Case(op, op, F32, [op == "log" ? $"+{n}" : $"{n}"], s_best) { Bytes = 8.0 * n };
            }
            yield return new Case("pow", "pow", F32, [$"+{n}", $"{n}"], s_best) { Bytes = 12.0 * n };
            yield return new Case("gelu", "gelu", F32, [$"{n}"], s_best) { Bytes = 8.0 * n, Fuses = true };
        }
        yield return new Case("softmax", "softmax", F32, ["1024x1024"], s_best) { Bytes = 8 * 1024 * 1024, Fuses = true };
        yield return new Case("layer norm", "layer_norm_rows", F32, ["512x768", "768", "768"], s_best) { Bytes = 8 * 512 * 768, Fuses = true };
        yield return new Case("attention", "attention", F32, ["4x8x256x64", "4x8x256x64", "4x8x256x64"], s_best)
        { Bytes = 16 * 4 * 8 * 256 * 64, Flops = 4.0 * 4 * 8 * 256 * 256 * 64, Fuses = true };
        yield return new Case("conv2d", "conv2d", F32, ["8x56x56x64", "64x3x3x64"], s_best)
        { Bytes = 4 * (2 * 8 * 56 * 56 * 64 + 64 * 9 * 64), Flops = 2.0 * 8 * 56 * 56 * 64 * 64 * 9 };
        yield return new Case("add", "add", F32, ["16777216", "16777216"], s_best, new("engine-*", "tensorflow", 1.0)) { Bytes = 12 << 24 };
        yield return new Case("exp", "exp", F32, ["16777216"], s_best, new("engine-*", "tensorflow", 1.0)) { Bytes = 8 << 24 };
    }

    static IEnumerable<Case> Reductions()
    {
        foreach (var (shape, count) in new[] { ("16x256x64", 16 * 256 * 64), ("256x1024x64", 256 * 1024 * 64) })
        {
            foreach (var op in new[] { "sum", "mean", "max", "argmax" })
            {
                foreach (var (axis, name) in new[] { ((int?)null, "all"), (2, "last"), (1, "middle"), (0, "first") })
                {
                    yield return new Case($"{op} {name}", op, F32, [shape], s_best) { Axis = axis, Bytes = 4.0 * count };
                }
            }
        }
    }

    static IEnumerable<Case> Movement()
    {
        yield return new Case("transpose", "transpose", F32, ["2048x2048"], s_best) { Bytes = 8 << 22 };
        yield return new Case("broadcast add", "add", F32, ["1024x1024", "1024x1"], s_best) { Bytes = 8 << 20, Size = "1024x1024+1024x1" };
        yield return new Case("broadcast add", "add", F32, ["1024x1024", "1x1024"], s_best) { Bytes = 8 << 20, Size = "1024x1024+1x1024" };
        yield return new Case("gather", "take", F32, ["100000x64", "100000<100000"], s_best) { Bytes = 100_000 * (8.0 * 64 + 4) };
        foreach (var op in new[] { "cumsum", "sort", "argsort" })
        {
            yield return new Case(op, op, F32, ["1000000"], s_best) { Bytes = 8e6 };
        }
    }

    static IEnumerable<Case> Steps()
    {
        Aim jit = new("engine-*", "jax,torch,torchsharp", 1.0);
        // Products of the forward pass; backward has twice as many, less the one for the gradient of the input.
        double mlp = 2.0 * 256 * (3 * (784 * 512 + 512 * 512 + 512 * 10) - 784 * 512);
        double digits = 2.0 * 128 * (3 * (64 * 256 + 256 * 256 + 256 * 10) - 64 * 256);
        double block = 6.0 * (1024.0 * 512 * (12 * 512) + 2.0 * 4 * 8 * 256 * 256 * 64);
        yield return new Case("digits step", "digits", F32, ["128x64", "128<10"], jit) { Flops = digits, Size = "64-256-256-10, 128", Fuses = true };
        yield return new Case("mlp step", "mlp", F32, ["256x784", "256<10"], jit) { Flops = mlp, Size = "784-512-512-10, 256", Fuses = true };
        yield return new Case("transformer step", "transformer", F32, ["4x256x512"], jit) { Flops = block, Fuses = true };
    }

    static IEnumerable<Case> Exchange()
    {
        Aim mlx = new("engine-aot", "mlx", 1.0);
        foreach (var op in new[] { "from_numpy", "from_dlpack", "to_numpy", "to_dlpack", "to_memoryview" })
        {
            yield return new Case(op.Replace('_', ' '), op, F32, ["1024"], mlx)
            { Only = ["engine-aot", "numpy", "jax", "tensorflow", "mlx"] };
        }
        // MLX and PyTorch do not share an interpreter here: the aim is torch.from_dlpack(mlx), measured elsewhere.
        foreach (var op in new[] { "from_torch", "to_torch" })
        {
            yield return new Case(op.Replace('_', ' '), op, F32, ["1024"], new Aim("engine-aot", "ns", 2600))
            { Only = ["engine-aot", "torch"], Place = "ENGINE_PYTHON_DEBIAN" };
        }
    }
}
