using System.Globalization;
using System.Text;
using Engine.Internal.Plans;

namespace Engine.Internal.Graph;

/// <summary>A plan as text.</summary>
internal static class Explain
{
    public static string Text(Plan plan)
    {
        var text = new StringBuilder();
        for (int g = 0; g < plan.Groups.Count; g++)
        {
            Group group = plan.Groups[g];
            long read = 0, written = 0;
            foreach (View view in group.In) { read += Bytes(view); }
            foreach (View view in group.Out) { written += Bytes(view); }
            text.Append(CultureInfo.InvariantCulture, $"{g}: {group.Kind} over {Shapes.Text(group.Space)}");
            if (group.A is ReduceAttributes reduce) { text.Append(CultureInfo.InvariantCulture, $", {reduce.Body.Name} over axes {Shapes.Text(reduce.Axes)}"); }
            text.Append(CultureInfo.InvariantCulture, $"; reads {read:N0} bytes, writes {written:N0}\n");
            if (group.Prologue is { } prologue) { Program(text, prologue, group.In, "  "); }
            if (group.Epilogue is { } epilogue)
            {
                text.Append("  then\n");
                Program(text, epilogue, [], "  ");
            }
        }
        return text.Length == 0 ? "nothing to do\n" : text.ToString();
    }

    static void Program(StringBuilder text, ExprProgram p, View[] views, string indent)
    {
        string Name(int v) => v < p.Inputs.Length ? v < views.Length && views[v].Buffer == View.Index ? "index" : $"x{v}"
            : v < p.First ? Constant(p.Scalars[v - p.Inputs.Length]) : $"t{v - p.First}";
        for (int i = 0; i < p.Calls.Length; i++)
        {
            Call c = p.Calls[i];
            text.Append(indent).Append(CultureInfo.InvariantCulture, $"t{i} = {c.Body?.Name ?? "astype"}({Name(c.A)}");
            if (c.B >= 0) { text.Append(", ").Append(Name(c.B)); }
            if (c.C >= 0) { text.Append(", ").Append(Name(c.C)); }
            text.Append(") : ").Append(c.DType.Name).Append('\n');
        }
        text.Append(indent).Append("-> ");
        for (int o = 0; o < p.Outputs.Length; o++) { text.Append(o == 0 ? "" : ", ").Append(Name(p.Outputs[o])); }
        text.Append('\n');
    }

    static string Constant(Scalar s) => s.DType.IsComplex ? Scalars.ToComplex(s.Bits, s.DType).ToString(CultureInfo.InvariantCulture)
        : s.DType.IsFloat ? Scalars.ToDouble(s.Bits, s.DType).ToString("R", CultureInfo.InvariantCulture) : Scalars.ToLong(s.Bits, s.DType).ToString(CultureInfo.InvariantCulture);

    // What is read once: a broadcast axis is not read again.
    static long Bytes(View view)
    {
        if (view.Buffer < 0) { return 0; }
        long bytes = view.DType.Size;
        for (int i = 0; i < view.Shape.Length; i++) { bytes *= view.Strides[i] == 0 && view.Shape[i] > 0 ? 1 : view.Shape[i]; }
        return bytes;
    }
}
