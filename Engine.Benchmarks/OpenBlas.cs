using System.Runtime.InteropServices;

namespace Engine.Benchmarks;

/// <summary>Debian's OpenBLAS, called directly: matrix products without a Python call around them.</summary>
internal static unsafe partial class OpenBlas
{
    const string Library = "libopenblas.so.0";
    const int RowMajor = 101, Plain = 111;

    public static Implementation Create(string name, int threads)
    {
        try
        {
            SetThreads(threads);
            // "OpenBLAS 0.3.21 NO_LAPACKE DYNAMIC_ARCH ..."
            var version = Marshal.PtrToStringUTF8(Config())!.Split(' ')[1];
            return new InProcess(Make) { Name = name, Version = version, Core = Marshal.PtrToStringUTF8(CoreName()) };
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            throw new FailedException($"{Library} is not here");
        }
    }

    static Action? Make(Case work, string dtype)
    {
        if (work.Op != "matmul" || work.Shape(0).Length != 2)
        {
            return null;
        }
        int m = (int)work.Shape(0)[0], k = (int)work.Shape(0)[1], n = (int)work.Shape(1)[1];
        return dtype switch
        {
            "float32" => Float32(m, k, n),
            "float64" => Float64(m, k, n),
            "complex64" => Complex64(m, k, n),
            _ => null,
        };
    }

    static Action Float32(int m, int k, int n)
    {
        float[] a = Draw.Floats(m * k), b = Draw.Floats(k * n), c = new float[m * n];
        return () =>
        {
            fixed (float* p = a, q = b, r = c)
            {
                Sgemm(RowMajor, Plain, Plain, m, n, k, 1, p, k, q, n, 0, r, n);
            }
        };
    }

    static Action Float64(int m, int k, int n)
    {
        double[] a = Draw.Doubles(m * k), b = Draw.Doubles(k * n), c = new double[m * n];
        return () =>
        {
            fixed (double* p = a, q = b, r = c)
            {
                Dgemm(RowMajor, Plain, Plain, m, n, k, 1, p, k, q, n, 0, r, n);
            }
        };
    }

    static Action Complex64(int m, int k, int n)
    {
        float[] a = Draw.Floats(2 * m * k), b = Draw.Floats(2 * k * n), c = new float[2 * m * n], one = [1, 0], zero = [0, 0];
        return () =>
        {
            fixed (float* p = a, q = b, r = c, alpha = one, beta = zero)
            {
                Cgemm(RowMajor, Plain, Plain, m, n, k, alpha, p, k, q, n, beta, r, n);
            }
        };
    }

    [LibraryImport(Library, EntryPoint = "openblas_set_num_threads")]
    private static partial void SetThreads(int threads);

    [LibraryImport(Library, EntryPoint = "openblas_get_config")]
    private static partial nint Config();

    [LibraryImport(Library, EntryPoint = "openblas_get_corename")]
    private static partial nint CoreName();

    [LibraryImport(Library, EntryPoint = "cblas_sgemm")]
    private static partial void Sgemm(int order, int transA, int transB, int m, int n, int k, float alpha, float* a, int lda, float* b, int ldb, float beta, float* c, int ldc);

    [LibraryImport(Library, EntryPoint = "cblas_dgemm")]
    private static partial void Dgemm(int order, int transA, int transB, int m, int n, int k, double alpha, double* a, int lda, double* b, int ldb, double beta, double* c, int ldc);

    [LibraryImport(Library, EntryPoint = "cblas_cgemm")]
    private static partial void Cgemm(int order, int transA, int transB, int m, int n, int k, float* alpha, float* a, int lda, float* b, int ldb, float* beta, float* c, int ldc);
}

/// <summary>Inputs of the peers in this process.</summary>
internal static class Draw
{
    public static float[] Floats(long count) => [.. Doubles(count).Select(x => (float)x)];

    /// <summary>Between 0.1 and 2: within the domain of every function.</summary>
    public static double[] Doubles(long count)
    {
        var random = new Random(1);
        var x = new double[count];
        for (long i = 0; i < count; i++)
        {
            x[i] = 0.1 + 1.9 * random.NextDouble();
        }
        return x;
    }
}
