using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Engine.Internal.Graph;

namespace Engine.Interop.Python;

/// <summary>grad, value_and_grad, vjp, jvp, vmap and compile.</summary>
internal static unsafe class TransformFunctions
{
    private static readonly Signature s_grad = new("grad", 3, 0, 1, "fun", "argnums", "argnames");
    private static readonly Signature s_vjp = new("vjp", 3, 0, 3, "fun", "primals", "cotangents");
    private static readonly Signature s_jvp = new("jvp", 3, 0, 3, "fun", "primals", "tangents");
    private static readonly Signature s_vmap = new("vmap", 3, 0, 1, "fun", "in_axes", "out_axes");
    private static readonly Signature s_compile = new("compile", 4, 0, 1, "fun", "inputs", "outputs", "shapeless");

    public static void Add(List<PyMethodDef> list) => list.AddRange(
    [
        Definitions.Method("grad", Definitions.F(&Grad), PyMethodDef.FastKeywords, "grad($module, fun, argnums=None, argnames=[])\n--\n\nA function that returns the gradient of fun, whose result is an array without axes or a tuple that begins with one."),
        Definitions.Method("value_and_grad", Definitions.F(&ValueAndGrad), PyMethodDef.FastKeywords, "value_and_grad($module, fun, argnums=None, argnames=[])\n--\n\nA function that returns what fun returns, and its gradient."),
        Definitions.Method("vjp", Definitions.F(&Vjp), PyMethodDef.FastKeywords, "vjp($module, fun, primals, cotangents)\n--\n\nThe results of fun(*primals) and the product of cotangents and its Jacobian."),
        Definitions.Method("jvp", Definitions.F(&Jvp), PyMethodDef.FastKeywords, "jvp($module, fun, primals, tangents)\n--\n\nThe results of fun(*primals) and the product of its Jacobian and tangents."),
        Definitions.Method("vmap", Definitions.F(&Vmap), PyMethodDef.FastKeywords, "vmap($module, fun, in_axes=0, out_axes=0)\n--\n\nA function that runs fun over one more axis of its arguments, at once."),
        Definitions.Method("compile", Definitions.F(&Compile), PyMethodDef.FastKeywords, "compile($module, fun, inputs=None, outputs=None, shapeless=False)\n--\n\nA function that does what fun does: fun is called once for each structure, shapes and dtypes of its arguments, after that what it computed is replayed. inputs and outputs are lists or dicts of arrays that fun reads and replaces besides."),
    ]);

    private static GradFunction NewGrad(nint* args, nint n, nint keywords, bool value)
    {
        string name = value ? "value_and_grad" : "grad";
        nint* v = stackalloc nint[3];
        s_grad.Bind(args, n, keywords, v);
        Argument.Callable(v[0], name, "fun");
        string[] names = Names(v[2], name);
        bool given = v[1] != 0 && v[1] != Globals.None;
        bool single = !given || Py.PyIndex_Check(v[1]) != 0;
        int[] numbers = given ? Argument.Axes(v[1], name, "argnums")! : names.Length == 0 ? [0] : [];
        if (numbers.Length + names.Length == 0)
        {
            throw PythonException.ValueError($"{name}(): no argument is to be differentiated");
        }
        for (int i = 0; i < numbers.Length; i++)
        {
            if (numbers[i] < 0)
            {
                throw PythonException.ValueError($"{name}(): 'argnums' names argument {numbers[i]}; arguments are counted from 0");
            }
            if (Array.IndexOf(numbers, numbers[i]) < i)
            {
                throw PythonException.ValueError($"{name}(): 'argnums' names argument {numbers[i]} twice");
            }
        }
        return new GradFunction(v[0], numbers, single, names, value);
    }

    private static string[] Names(nint o, string function)
    {
        if (o == 0 || o == Globals.None)
        {
            return [];
        }
        if (Ref.Is(o, Globals.UnicodeType))
        {
            return [Text.Of(o)];
        }
        nint count = Py.PySequence_Size(o);
        Ref.Check((int)Math.Min(count, 1));
        var names = new string[count];
        for (int i = 0; i < names.Length; i++)
        {
            nint item = Ref.Check(Py.PySequence_GetItem(o, i));
            try
            {
                names[i] = Argument.Str(item, function, "argnames");
            }
            finally
            {
                Py.Py_DecRef(item);
            }
        }
        return names;
    }

    private static nint Results(Node[] first, Node[] second)
    {
        try
        {
            return Ref.Tuple(ArrayObject.New(first), ArrayObject.New(second));
        }
        finally
        {
            TransformCalls.Give(first, second);
        }
    }

    private static nint Arguments(ReadOnlySpan<Node> nodes)
    {
        nint tuple = Ref.Check(Py.PyTuple_New(nodes.Length));
        for (int i = 0; i < nodes.Length; i++)
        {
            Ref.Check(Py.PyTuple_SetItem(tuple, i, ArrayObject.New(nodes[i])));
        }
        return tuple;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Grad(nint self, nint* args, nint n, nint keywords)
    {
        try
        {
            return TransformObject.New(NewGrad(args, n, keywords, value: false));
        }
        catch (Exception e)
        {
            return Raise.Null(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint ValueAndGrad(nint self, nint* args, nint n, nint keywords)
    {
        try
        {
            return TransformObject.New(NewGrad(args, n, keywords, value: true));
        }
        catch (Exception e)
        {
            return Raise.Null(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Vjp(nint self, nint* args, nint n, nint keywords)
    {
        try
        {
            nint* v = stackalloc nint[3];
            s_vjp.Bind(args, n, keywords, v);
            Argument.Callable(v[0], "vjp", "fun");
            using var call = new PythonCall(v[0], "vjp");
            (Node[] values, Node[] grads) = TransformCalls.Vjp(
                tracers => call.Run(Arguments(tracers), 0, constants: false), Argument.List(v[1], "vjp", "primals"), Argument.List(v[2], "vjp", "cotangents"));
            return Results(values, grads);
        }
        catch (Exception e)
        {
            return Raise.Null(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Jvp(nint self, nint* args, nint n, nint keywords)
    {
        try
        {
            nint* v = stackalloc nint[3];
            s_jvp.Bind(args, n, keywords, v);
            Argument.Callable(v[0], "jvp", "fun");
            using var call = new PythonCall(v[0], "jvp");
            (Node[] values, Node[] tangents) = TransformCalls.Jvp(
                tracers => call.Run(Arguments(tracers), 0, constants: false), Argument.List(v[1], "jvp", "primals"), Argument.List(v[2], "jvp", "tangents"));
            return Results(values, tangents);
        }
        catch (Exception e)
        {
            return Raise.Null(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Vmap(nint self, nint* args, nint n, nint keywords)
    {
        try
        {
            nint* v = stackalloc nint[3];
            s_vmap.Bind(args, n, keywords, v);
            Argument.Callable(v[0], "vmap", "fun");
            if (v[1] == Globals.None)
            {
                throw PythonException.TypeError("vmap(): 'in_axes' must name an axis of at least one argument");
            }
            nint zero = Ref.Check(Py.PyLong_FromLongLong(0));
            nint inAxes = Ref.New(v[1] == 0 ? zero : v[1]);
            nint outAxes = Ref.New(v[2] == 0 ? zero : v[2]);
            Py.Py_DecRef(zero);
            return TransformObject.New(new VmapFunction(v[0], inAxes, outAxes));
        }
        catch (Exception e)
        {
            return Raise.Null(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Compile(nint self, nint* args, nint n, nint keywords)
    {
        try
        {
            nint* v = stackalloc nint[4];
            s_compile.Bind(args, n, keywords, v);
            nint fun = Argument.Callable(v[0], "compile", "fun");
            if (v[3] != 0 && v[3] != Globals.None && Py.PyObject_IsTrue(v[3]) != 0)
            {
                throw PythonException.ValueError("compile(): shapeless=True is not yet in this version; without it the function is traced once for each shape");
            }
            return TransformObject.New(new CompiledFunction(fun, Ref.New(v[1] == 0 ? Globals.None : v[1]), Ref.New(v[2] == 0 ? Globals.None : v[2])));
        }
        catch (Exception e)
        {
            return Raise.Null(e);
        }
    }
}
