using System.Globalization;
using Engine.Internal;
using Engine.Internal.Graph;
using Engine.Internal.Memory;

namespace Engine;

public sealed partial class NDArray : IFormattable
{
    /// <summary>The values as NumPy prints them. Evaluates.</summary>
    public override string ToString() => Text(static (data, layout, dtype) => { unsafe { return ArrayFormatter.NumPy((byte*)data, layout.Shape, layout.Strides, dtype); } });

    /// <summary>The values with a .NET format for each number, in NumPy's arrangement. Evaluates.</summary>
    /// <param name="format">A format of the element type, such as F3; null or empty is NumPy's own text.</param>
    /// <param name="formatProvider">The culture; invariant where none is given.</param>
    public string ToString(string? format, IFormatProvider? formatProvider) => string.IsNullOrEmpty(format) ? ToString()
        : Text((data, layout, dtype) => { unsafe { return ArrayFormatter.Formatted((byte*)data, layout.Shape, layout.Strides, dtype, format, formatProvider ?? CultureInfo.InvariantCulture); } });

    // What a debugger shows: never evaluates.
    string DebugText => $"{DType.Name} {Shapes.Text(Layout.Shape)} {(HasValue ? "" : Has(NodeFlags.Dead) ? "released " : "lazy ")}{(Op is Leaf ? "" : Op.Name)}".TrimEnd();

    // The text of an evaluated array, from a pinned or native address of element 0.
    internal unsafe string Text(Func<nint, Layout, DType, string> write)
    {
        Evaluated("ToString");
        if (Layout.Count == 1)
        {
            UInt128 bits = Values.First(this);
            return write((nint)(&bits), Layout, DType);
        }
        Storage storage = Values.Of(this);
        byte[]? small = storage.Small;
        fixed (byte* managed = small)
        {
            string text = write((nint)((small is null ? storage.Data : managed) + Layout.Offset), Layout, DType);
            GC.KeepAlive(storage);
            return text;
        }
    }
}
