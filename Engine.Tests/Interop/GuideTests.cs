using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Engine.Interop;
using Engine.Tests.Project;
using Xunit;
using static Engine.Ops;

namespace Engine.Tests.Interop;

/// <summary>The C# half of docs/numpy.md: its blocks are the ones below, and print what their comments say.</summary>
public sealed unsafe partial class GuideTests
{
    /// <summary>Takes the place of System.Console in the page's lines.</summary>
    static readonly StringWriter Console = new() { NewLine = "\n" };

    static void Page()
    {
        // <page>
        NDArray a = Arange(4f);
        using (BorrowedSpan<float> lease = a.Borrow<float>())
        {
            Span<float> span = lease.Span;
            span[0] = 7;
        }
        Console.WriteLine(a); // [7. 1. 2. 3.]
        // </page>
        // <page>
        Memory<float> memory = a.AsMemory<float>();
        memory.Span[1] = 8;
        using (BorrowedSpan<float> lease = a.Borrow<float>())
        {
            Console.WriteLine(lease.Span[1]); // 8
            lease.Span[2] = 9;
            fixed (float* p = memory.Span, q = lease.Span)
            {
                Console.WriteLine(p == q); // True
            }
        }
        Console.WriteLine(memory.Span[2]); // 9
        Console.WriteLine(a); // [7. 8. 9. 3.]
        // </page>
        // <page>
        a.Free();
        Eval(Zeros([4]) + 1);
        Console.WriteLine(memory.Span[2]); // 9
        // </page>
        // <page>
        NDArray m = Reshape(Arange(6f), [2, 3]);
        Eval(m);
        NDArray t = Transpose(m);
        try
        {
            t.Borrow<float>();
        }
        catch (BufferException e)
        {
            Console.WriteLine(e.Message); // Borrow: the array of shape (3, 2) does not lie in memory without gaps. Use Copy() first.
        }
        // </page>
        // <page>
        using BufferDescriptor d = t.Describe();
        Console.WriteLine(d.DType); // Float32
        Console.WriteLine(string.Join(", ", d.Shape.ToArray())); // 3, 2
        Console.WriteLine(string.Join(", ", d.Strides.ToArray())); // 1, 3
        ((float*)d.Address)[0] = 5;
        Console.WriteLine(m[0]); // [5. 1. 2.]
        // </page>
        // <page>
        NDArray same = NDArray.FromDescriptor(d);
        using (BorrowedSpan<float> lease = m.Borrow<float>())
        {
            lease.Span[1] = 6;
        }
        Console.WriteLine(same[1]); // [6. 4.]
        using (BufferDescriptor e = same.Describe())
        {
            Console.WriteLine(e.Address == d.Address); // True
        }
        // </page>
        // <page>
        float* native = (float*)NativeMemory.AllocZeroed(3, sizeof(float));
        var description = new BufferDescriptor((nint)native, DType.Float32, [3], strides: [-1], offset: 2 * sizeof(float));
        NDArray reversed = NDArray.FromDescriptor(description, release: () =>
        {
            NativeMemory.Free(native);
            Console.WriteLine("released");
        });
        native[0] = 1;
        Console.WriteLine(reversed); // [0. 0. 1.]
        using (BufferDescriptor e = reversed.Describe())
        {
            *(float*)e.Address = 2;
        }
        Console.WriteLine(native[2]); // 2
        reversed.Free(); // released
        // </page>
        // <page>
        nint managed = Dlpack.Export(m);
        NDArray imported = Dlpack.Import(managed);
        using (BufferDescriptor x = m.Describe(), y = imported.Describe())
        {
            Console.WriteLine(x.Address == y.Address); // True
            ((float*)y.Address)[5] = 11;
        }
        Console.WriteLine(m[1]); // [ 3.  4. 11.]
        // </page>
        // <page>
        nint old = Dlpack.Export(m, versioned: false);
        Dlpack.Delete(old, versioned: false);
        NDArray row = Dlpack.Import(Dlpack.Export(m[0], versioned: false), versioned: false);
        Console.WriteLine(row); // [5. 6. 2.]
        // </page>
        // <page>
        long[] shape = d.Shape.ToArray();
        long[] byteStrides = [.. d.Strides.ToArray().Select(s => s * d.ItemSize)];
        (nint buf, long len, int itemsize) = (d.Address, d.Count * d.ItemSize, d.ItemSize);
        var view = new BufferDescriptor(buf, DType.Float32, shape, [.. byteStrides.Select(s => s / itemsize)]);
        Console.WriteLine(NDArray.FromDescriptor(view).Sum()); // 31.0
        // </page>
        // <page>
        NDArray F(NDArray x)
        {
            using BorrowedSpan<float> lease = x.Borrow<float>();
            lease.Span[0] *= lease.Span[0];
            return x.Sum();
        }

        var (value, gradient) = ValueAndGrad<NDArray>(F)(NDArray.From([3f]));
        Console.WriteLine(value); // 9.0
        Console.WriteLine(gradient); // [1.]
        // </page>
    }

    [Fact]
    public void The_page_has_these_lines_and_they_print_what_it_says()
    {
        string source = File.ReadAllText(Repository.PathOf("Engine.Tests/Interop/GuideTests.cs"));
        string[] here = [.. Between().Matches(source).Select(m => Indent().Replace(m.Groups[1].Value, ""))];
        string[] page = [.. Blocks().Matches(File.ReadAllText(Repository.PathOf("docs/numpy.md"))).Select(m => m.Groups[1].Value)];
        Assert.Equal(here, page);

        Console.GetStringBuilder().Clear();
        Page();
        string[] said = [.. page.SelectMany(b => b.Split('\n')).Where(l => l.Contains("; // ", StringComparison.Ordinal)).Select(l => l[(l.IndexOf("; // ", StringComparison.Ordinal) + 5)..])];
        Assert.True(said.Length > 15);
        Assert.Equal(said, Console.ToString().TrimEnd('\n').Split('\n'));
    }

    [GeneratedRegex(@"^ *// <page>\n(.*?)^ *// </page>", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Between();

    [GeneratedRegex("^ {8}", RegexOptions.Multiline)]
    private static partial Regex Indent();

    [GeneratedRegex("^```csharp\n(.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Blocks();

    /// <summary>Managed and native storages, of one element and more, whole and from the middle.</summary>
    [Theory]
    [InlineData(1, 0)]
    [InlineData(256, 0)]
    [InlineData(257, 0)]
    [InlineData(257, 100)]
    [InlineData(1 << 18, 0)]
    [InlineData(1 << 18, 1 << 17)]
    public void Every_lease_is_of_one_memory_and_keeps_it(int n, int from)
    {
        NDArray whole = Zeros([n]) + 1f;
        Eval(whole);
        // A view and a pending reader, made before anybody has the memory.
        NDArray part = whole[from..], sum = part.Sum();
        Memory<float> memory = part.AsMemory<float>();
        using BorrowedSpan<float> lease = whole.Borrow<float>();
        using BufferDescriptor d = part.Describe();
        fixed (float* p = memory.Span, q = lease.Span)
        {
            Assert.Equal(d.Address, (nint)p);
            Assert.Equal(d.Address, (nint)(q + from));
        }
        memory.Span[0] = 2;
        Assert.Equal(2f, lease.Span[from]);
        lease.Span[^1] = 3;
        Assert.Equal(3f, ((float*)d.Address)[n - from - 1]);
        ((float*)d.Address)[0] += 4;
        float first = n - from == 1 ? 7 : 6;
        Assert.Equal(first, part[0].Item<float>());
        Assert.Equal(n - from == 1 ? 7f : 6 + 3 + (n - from - 2), sum.Item<float>());

        whole.Free();
        part.Free();
        sum.Free();
        for (int i = 0; i < 3; i++) { Eval(Zeros([n]) + 9f); }
        Assert.Equal(first, memory.Span[0]);
        Assert.Equal(first, lease.Span[from]);
        Assert.Equal(first, *(float*)d.Address);
    }

    [Fact]
    public void A_lease_that_has_ended_is_an_error()
    {
        BorrowedSpan<float> lease = Arange(3f).Borrow<float>();
        lease.Dispose();
        lease.Dispose();
        bool refused = false;
        try { _ = lease.Span; }
        catch (ReleasedException) { refused = true; }
        Assert.True(refused);
    }
}
