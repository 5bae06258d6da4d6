using Engine.Internal.Graph;

namespace Engine.Interop.Python;

/// <summary>array(), asarray() and from_dlpack(): Python objects into nodes.</summary>
internal static unsafe class Construct
{
    private static readonly Signature s_new = new("array", 2, 0, 1, "val", "dtype");

    /// <summary>array.__new__.</summary>
    public static nint New(nint type, nint args, nint keywords)
    {
        nint* v = stackalloc nint[2];
        s_new.Bind(args, keywords, v);
        Node x = From(v[0], Argument.DType(v[1], "array", "dtype"));
        return type == ArrayObject.Type ? ArrayObject.New(x) : ArrayObject.New(x.Array, type);
    }

    /// <summary>A new array of anything that array() takes. Memory of others is copied.</summary>
    public static Node From(nint o, DType? dtype)
    {
        switch (Operand.Classify(o))
        {
            case Operand.Kind.Array:
                // A node of its own: rebinding either object does not show in the other.
                return Core.Copy(new Node(ArrayObject.Of(o)), dtype);
            case Operand.Kind.Scalar:
                return Sequences.Scalar(o, dtype);
            case Operand.Kind.Foreign:
                return Converted(o, dtype);
        }
        if (Ref.Is(o, Globals.ListType) || Ref.Is(o, Globals.TupleType))
        {
            return FromSequence(o, dtype);
        }
        if (Ref.Is(o, Globals.BytesType))
        {
            return Converted(o, dtype);
        }
        throw o == Globals.None
            ? PythonException.TypeError("array(): None is no array")
            : PythonException.ValueError($"array(): an object of type {Text.TypeName(o)} is neither a number, a list, nor an array");
    }

    /// <summary>An array of a list or tuple, nested or not.</summary>
    public static Node FromSequence(nint o, DType? dtype) => Sequences.From(o, dtype);

    /// <summary>asarray(): shares where that is possible and allowed.</summary>
    public static Node AsArray(nint o, DType? dtype, bool? copy)
    {
        if (copy == true)
        {
            return From(o, dtype);
        }
        Operand.Kind kind = Operand.Classify(o);
        Node x;
        if (kind == Operand.Kind.Array)
        {
            x = new Node(ArrayObject.Of(o));
        }
        else if (kind == Operand.Kind.Foreign)
        {
            x = new Node(Shared(o, copy == false));
        }
        else
        {
            return copy == false ? throw Module.CopyRequired("asarray(): numbers and lists have no memory to share, which copy=False asks for") : From(o, dtype);
        }
        if (dtype is DType d && d != x.DType)
        {
            return copy == false
                ? throw Module.CopyRequired($"asarray(): {DTypes.Name(x.DType)} is converted to {DTypes.Name(d)} by a copy, which copy=False forbids")
                : Core.AsType(x, d);
        }
        return x;
    }

    /// <summary>from_dlpack(): shares unless a copy is asked for.</summary>
    public static Node FromDlpack(nint o, bool? copy)
    {
        Releases.Drain();
        Foreign.Sharing sharing = copy == true ? Foreign.Sharing.Copy : copy == false ? Foreign.Sharing.Require : Foreign.Sharing.Prefer;
        try
        {
            return new Node(Foreign.IsCapsule(o) ? Dlpacks.FromCapsule(o, sharing, narrow: false) : Dlpacks.FromProducer(o, sharing, narrow: false));
        }
        catch (BufferException e)
        {
            throw Module.Exchange(e.Message);
        }
    }

    private static NDArray Shared(nint o, bool require)
    {
        try
        {
            return Foreign.Import(o, require ? Foreign.Sharing.Require : Foreign.Sharing.Prefer, narrow: false);
        }
        catch (BufferException e)
        {
            throw Module.Exchange(e.Message);
        }
    }

    private static Node Converted(nint o, DType? dtype)
    {
        try
        {
            return Foreign.Array(o, dtype);
        }
        catch (BufferException e)
        {
            throw Module.Exchange(e.Message);
        }
    }
}
