using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Engine.Interop.Python;

/// <summary>The module engine.core: its entry point, and what an import makes.</summary>
internal static unsafe class Module
{
    private static PyModuleDef* s_definition;
    private static PyMethodDef* s_randomMethods, s_fastMethods;
    private static nint s_exchangeError;
    private static nint s_copyRequired;
    private static bool s_started;

    /// <summary>What the interpreter's import calls. The name after PyInit_ is the last part of the module's.</summary>
    [UnmanagedCallersOnly(EntryPoint = "PyInit_core", CallConvs = [typeof(CallConvCdecl)])]
    public static nint Initialize()
    {
        try
        {
            if (IsFreeThreaded())
            {
                // Objects have another layout there, so that nothing but this may be touched.
                nint importError = *(nint*)NativeLibrary.GetExport(NativeLibrary.GetMainProgramHandle(), "PyExc_ImportError");
                Py.PyErr_SetString(importError, Text.Z("engine.core needs a Python with the global interpreter lock; this one is free-threaded"u8));
                return 0;
            }
            Globals.Load();
            if (s_definition is null)
            {
                s_definition = Define();
            }
            return Py.PyModuleDef_Init(s_definition);
        }
        catch (Exception e)
        {
            return Raise.Null(e);
        }
    }

    private static bool IsFreeThreaded()
    {
        nint flags = Py.PySys_GetObject(Text.Z("abiflags"u8));
        nint n;
        byte* p = flags == 0 ? null : Py.PyUnicode_AsUTF8AndSize(flags, &n);
        return p is not null && MemoryMarshal.CreateReadOnlySpanFromNullTerminated(p).Contains((byte)'t');
    }

    private static PyModuleDef* Define()
    {
        var slots = new List<PyTypeSlot> { new() { Slot = Slot.ModuleExec, Function = (void*)Definitions.F(&Execute) } };
        // Interpreters refuse slots that they do not know.
        if (Globals.Version >= 0x030C0000)
        {
            slots.Add(new PyTypeSlot { Slot = Slot.ModuleInterpreters });
        }
        if (Globals.Version >= 0x030D0000)
        {
            slots.Add(new PyTypeSlot { Slot = Slot.ModuleGil });
        }
        var methods = new List<PyMethodDef>();
        OpTable.AddFunctions("core", methods);
        ArrayFunctions.Add(methods);
        TransformFunctions.Add(methods);
        MemoryFunctions.Add(methods);
        DeviceFunctions.Add(methods);
        FileFunctions.Add(methods);
        methods.Add(Definitions.Method("__getattr__", Definitions.F(&Missing), PyMethodDef.OneArg));
        var randoms = new List<PyMethodDef>();
        OpTable.AddFunctions("core.random", randoms);
        RandomState.Add(randoms);
        randoms.Add(Definitions.Method("__getattr__", Definitions.F(&MissingRandom), PyMethodDef.OneArg));
        s_randomMethods = Definitions.Table(randoms);
        var layers = new List<PyMethodDef>();
        OpTable.AddFunctions("core.fast", layers);
        layers.Add(Definitions.Method("__getattr__", Definitions.F(&MissingFast), PyMethodDef.OneArg));
        s_fastMethods = Definitions.Table(layers);
        var definition = (PyModuleDef*)NativeMemory.AllocZeroed((nuint)sizeof(PyModuleDef));
        definition->RefCount = 1;
        definition->Name = Text.Z("engine.core"u8);
        definition->Doc = Text.Z("Arrays that compute lazily, differentiate, and share memory with other libraries: the names of mlx.core."u8);
        definition->Methods = Definitions.Table(methods);
        definition->Slots = Definitions.Table(slots);
        return definition;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Execute(nint module)
    {
        try
        {
            if (Py.PyInterpreterState_GetID(Py.PyInterpreterState_Get()) != 0)
            {
                throw new PythonException(Globals.ImportError, "engine.core runs in the main interpreter only");
            }
            CheckDevice();
            if (!s_started)
            {
                s_started = true;
                ForkGuard.Register();
                if (Py.Py_AtExit(&Globals.OnFinalize) < 0)
                {
                    throw PythonException.RuntimeError("engine.core cannot be told of the interpreter's end: too many exit functions are registered");
                }
            }
            AddTypes(module);
            AddConstants(module);
            AddSubmodule(module, "random", s_randomMethods);
            AddSubmodule(module, "fast", s_fastMethods);
            return 0;
        }
        catch (Exception e)
        {
            return Raise.Minus(e);
        }
    }

    /// <summary>A wrong ENGINE_DEVICE is an ImportError, as a wrong ENGINE_CPU is.</summary>
    private static void CheckDevice()
    {
        try
        {
            _ = Device.Preferred;
        }
        catch (DeviceException e)
        {
            throw new PythonException(Globals.ImportError, e.Message);
        }
    }

    /// <summary>At the interpreter's end: nothing of it may be used again, a later one starts anew.</summary>
    public static void Forget()
    {
        s_started = false;
        s_exchangeError = 0;
        s_copyRequired = 0;
        ArrayObject.SetType(0);
        DTypes.Forget();
        Devices.Forget();
        TransformObject.Type = 0;
    }

    private static void AddTypes(nint module)
    {
        if (ArrayObject.Type == 0)
        {
            List<(int, nint)> slots = ArraySlots.All();
            OpTable.AddSlots(slots);
            var methods = new List<PyMethodDef>();
            OpTable.AddMethods(methods);
            ArrayMembers.AddMethods(methods);
            slots.Add((Slot.Methods, (nint)Definitions.Table(methods)));
            slots.Add((Slot.GetSet, (nint)ArrayMembers.Properties()));
            slots.Add((Slot.Doc, (nint)Text.Permanent("array(val, dtype=None)\n--\n\nAn n-dimensional array: a value, or an operation that has not run yet.")));
            ArrayObject.SetType(Definitions.NewType(module, "array", PyTypeSpec.BaseType, slots));
        }
        Definitions.Add(module, "array", ArrayObject.Type);
        DTypes.Add(module);
        Devices.Add(module);
        TransformObject.Create(module);
        if (s_exchangeError == 0)
        {
            // What libraries and MLX raise for the same mistake differs: these are all of it at once.
            s_exchangeError = NewError("engine.core.ExchangeError"u8, [Globals.BufferError, Globals.ValueError, Globals.TypeError, Globals.RuntimeError]);
            s_copyRequired = NewError("engine.core.CopyRequiredError"u8, [Globals.BufferError, Globals.ValueError]);
        }
        Definitions.Add(module, "ExchangeError", s_exchangeError);
        Definitions.Add(module, "CopyRequiredError", s_copyRequired);
    }

    private static nint NewError(ReadOnlySpan<byte> name, ReadOnlySpan<nint> bases)
    {
        nint tuple = Ref.Check(Py.PyTuple_New(bases.Length));
        for (int i = 0; i < bases.Length; i++)
        {
            Ref.Check(Py.PyTuple_SetItem(tuple, i, Ref.New(bases[i])));
        }
        nint error = Py.PyErr_NewException(Text.Z(name), tuple, 0);
        Py.Py_DecRef(tuple);
        return Ref.Check(error);
    }

    private static void AddConstants(nint module)
    {
        Definitions.AddNew(module, "inf", Py.PyFloat_FromDouble(double.PositiveInfinity));
        Definitions.AddNew(module, "nan", Py.PyFloat_FromDouble(double.NaN));
        Definitions.AddNew(module, "pi", Py.PyFloat_FromDouble(Math.PI));
        Definitions.AddNew(module, "e", Py.PyFloat_FromDouble(Math.E));
        Definitions.AddNew(module, "euler_gamma", Py.PyFloat_FromDouble(0.5772156649015329));
        Definitions.Add(module, "newaxis", Globals.None);
        Assembly engine = typeof(NDArray).Assembly;
        Definitions.AddNew(module, "__version__", Text.New(engine.GetName().Version?.ToString(3) ?? "0"));
        // Tests compare it with the assembly that they were built with.
        Definitions.AddNew(module, "__build_id__", Text.New(engine.ManifestModule.ModuleVersionId.ToString()));
    }

    private static void AddSubmodule(nint module, string name, PyMethodDef* methods)
    {
        string full = "engine.core." + name;
        nint submodule = Ref.New(Ref.Check(Py.PyImport_AddModule(Text.Permanent(full))));
        nint fullName = Text.New(full);
        for (PyMethodDef* m = methods; m->Name is not null; m++)
        {
            nint function = Ref.Check(Py.PyCFunction_NewEx(m, submodule, fullName));
            int status = Py.PyModule_AddObjectRef(submodule, m->Name, function);
            Py.Py_DecRef(function);
            Ref.Check(status);
        }
        Py.Py_DecRef(fullName);
        Definitions.AddNew(module, name, submodule);
    }

    /// <summary>An error of the class that stands for every refusal of an exchange.</summary>
    public static PythonException Exchange(string message) => new(s_exchangeError, message);

    /// <summary>A copy would be needed, which the caller forbids.</summary>
    public static PythonException CopyRequired(string message) => new(s_copyRequired, message);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Missing(nint self, nint name) => NotThere(name, "engine.core", ModuleText.CoreNames);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint MissingRandom(nint self, nint name) => NotThere(name, "engine.core.random", ModuleText.RandomNames);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint MissingFast(nint self, nint name) => NotThere(name, "engine.core.fast", ModuleText.FastNames);

    private static nint NotThere(nint name, string module, ReadOnlySpan<byte> known)
    {
        try
        {
            string text = Text.Of(name);
            bool planned = known.IndexOf(Encoding.UTF8.GetBytes($"\n{text}\n")) >= 0;
            throw new PythonException(Globals.AttributeError, planned ? $"{module}.{text}: not yet in this version" : $"module '{module}' has no attribute '{text}'");
        }
        catch (Exception e)
        {
            return Raise.Null(e);
        }
    }
}
