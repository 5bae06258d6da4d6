using System.Runtime.InteropServices;

namespace Engine.Interop.Python;

/// <summary>Binds the arguments of a call to parameters: positional ones in order, keywords by name, what is left
/// stays 0.</summary>
/// <param name="function">For messages.</param>
/// <param name="positional">How many parameters may be given by position.</param>
/// <param name="positionalOnly">How many of them cannot be given by name.</param>
/// <param name="required">How many, from the first, must be given.</param>
/// <param name="names">All parameters, without self.</param>
internal sealed unsafe class Signature(string function, int positional, int positionalOnly, int required, params string[] names)
{
    private nint[]? _interned;
    private int _generation;

    public string Function => function;

    public int Count => names.Length;

    public string Name(int i) => names[i];

    /// <summary>Binds a FASTCALL | KEYWORDS call.</summary>
    /// <param name="args">Positional arguments, then the keywords' values.</param>
    /// <param name="n">Number of positional arguments.</param>
    /// <param name="keywords">Tuple of names, or 0.</param>
    /// <param name="values">Receives a borrowed reference for each parameter, or 0.</param>
    public void Bind(nint* args, nint n, nint keywords, nint* values)
    {
        if (n > positional)
        {
            throw PythonException.TypeError($"{function}() takes {Most(positional)}, {n} were given");
        }
        for (int i = 0; i < names.Length; i++)
        {
            values[i] = i < n ? args[i] : 0;
        }
        if (keywords != 0)
        {
            nint k = Py.PyTuple_Size(keywords);
            for (nint j = 0; j < k; j++)
            {
                Keyword(Py.PyTuple_GetItem(keywords, j), args[n + j], values);
            }
        }
        Require(values);
    }

    /// <summary>Binds a call by a tuple and a dict, as tp_new and tp_call get them.</summary>
    public void Bind(nint tuple, nint dict, nint* values)
    {
        nint n = Py.PyTuple_Size(tuple);
        if (n > positional)
        {
            throw PythonException.TypeError($"{function}() takes {Most(positional)}, {n} were given");
        }
        for (int i = 0; i < names.Length; i++)
        {
            values[i] = i < n ? Py.PyTuple_GetItem(tuple, i) : 0;
        }
        if (dict != 0)
        {
            nint at = 0, key, value;
            while (Py.PyDict_Next(dict, &at, &key, &value) != 0)
            {
                Keyword(key, value, values);
            }
        }
        Require(values);
    }

    private static string Most(int n) => n == 0 ? "no positional arguments" : n == 1 ? "at most 1 positional argument" : $"at most {n} positional arguments";

    private void Require(nint* values)
    {
        for (int i = 0; i < required; i++)
        {
            if (values[i] == 0)
            {
                throw PythonException.TypeError($"{function}() is missing the argument '{names[i]}'");
            }
        }
    }

    private void Keyword(nint key, nint value, nint* values)
    {
        nint[] interned = Interned();
        int at = -1;
        for (int i = positionalOnly; i < interned.Length && at < 0; i++)
        {
            if (interned[i] == key)
            {
                at = i;
            }
        }
        for (int i = positionalOnly; i < interned.Length && at < 0; i++)
        {
            if (Py.PyUnicode_Compare(key, interned[i]) == 0)
            {
                at = i;
            }
        }
        if (at < 0)
        {
            string given = Text.Of(key);
            throw PythonException.TypeError(Array.IndexOf(names, given) >= 0
                ? $"{function}() takes '{given}' by position only"
                : $"{function}() has no parameter '{given}'");
        }
        if (values[at] != 0)
        {
            throw PythonException.TypeError($"{function}() got '{names[at]}' twice");
        }
        values[at] = value;
    }

    private nint[] Interned()
    {
        nint[]? t = _interned;
        if (t is null || _generation != Globals.Generation)
        {
            t = new nint[names.Length];
            for (int i = 0; i < t.Length; i++)
            {
                byte* p = Text.Permanent(names[i]);
                t[i] = Ref.Check(Py.PyUnicode_InternFromString(p));
                NativeMemory.Free(p);
            }
            _interned = t;
            _generation = Globals.Generation;
        }
        return t;
    }
}
