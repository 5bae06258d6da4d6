using System.Runtime.InteropServices;

namespace Engine.Interop.Python;

/// <summary>Functions of CPython's stable ABI (3.11 and later) that may run Python code, free objects or
/// block.</summary>
/// <remarks>Every name must exist in the oldest Python that is supported: the image is linked so that a missing one
/// stops the import.</remarks>
internal static unsafe partial class Py
{
    [DllImport(Host)]
    public static extern void Py_DecRef(nint o);

    [DllImport(Host)]
    public static extern nint PyTuple_New(nint n);

    [DllImport(Host)]
    public static extern int PyTuple_SetItem(nint tuple, nint index, nint stolen);

    [DllImport(Host)]
    public static extern nint PyList_New(nint n);

    [DllImport(Host)]
    public static extern int PyList_SetItem(nint list, nint index, nint stolen);

    [DllImport(Host)]
    public static extern int PyList_Append(nint list, nint o);

    [DllImport(Host)]
    public static extern double PyFloat_AsDouble(nint o);

    [DllImport(Host)]
    public static extern long PyLong_AsLongLong(nint o);

    [DllImport(Host)]
    public static extern long PyLong_AsLongLongAndOverflow(nint o, int* overflow);

    [DllImport(Host)]
    public static extern ulong PyLong_AsUnsignedLongLong(nint o);

    [DllImport(Host)]
    public static extern nint PyComplex_FromDoubles(double re, double im);

    [DllImport(Host)]
    public static extern double PyComplex_RealAsDouble(nint o);

    [DllImport(Host)]
    public static extern double PyComplex_ImagAsDouble(nint o);

    [DllImport(Host)]
    public static extern nint PyNumber_AsSsize_t(nint o, nint exception);

    [DllImport(Host)]
    public static extern nint PyNumber_Index(nint o);

    [DllImport(Host)]
    public static extern nint PyNumber_Long(nint o);

    [DllImport(Host)]
    public static extern nint PyNumber_Float(nint o);

    [DllImport(Host)]
    public static extern int PyIndex_Check(nint o);

    [DllImport(Host)]
    public static extern nint PyUnicode_FromStringAndSize(byte* s, nint n);

    [DllImport(Host)]
    public static extern nint PyUnicode_InternFromString(byte* s);

    [DllImport(Host)]
    public static extern byte* PyUnicode_AsUTF8AndSize(nint o, nint* n);

    [DllImport(Host)]
    public static extern int PyUnicode_Compare(nint a, nint b);

    [DllImport(Host)]
    public static extern nint PyBytes_FromStringAndSize(byte* s, nint n);

    [DllImport(Host)]
    public static extern int PyBytes_AsStringAndSize(nint o, byte** s, nint* n);

    [DllImport(Host)]
    public static extern void PyErr_SetString(nint exception, byte* message);

    [DllImport(Host)]
    public static extern void PyErr_SetNone(nint exception);

    [DllImport(Host)]
    public static extern void PyErr_SetObject(nint exception, nint value);

    [DllImport(Host)]
    public static extern void PyErr_Clear();

    [DllImport(Host)]
    public static extern int PyErr_ExceptionMatches(nint exception);

    [DllImport(Host)]
    public static extern void PyErr_Fetch(nint* type, nint* value, nint* traceback);

    [DllImport(Host)]
    public static extern void PyErr_Restore(nint type, nint value, nint traceback);

    [DllImport(Host)]
    public static extern void PyErr_WriteUnraisable(nint o);

    [DllImport(Host)]
    public static extern nint PyErr_NewException(byte* name, nint bases, nint dict);

    [DllImport(Host)]
    public static extern nint PyModuleDef_Init(PyModuleDef* def);

    [DllImport(Host)]
    public static extern nint PyModule_New(byte* name);

    [DllImport(Host)]
    public static extern nint PyModule_GetDict(nint module);

    [DllImport(Host)]
    public static extern int PyModule_AddObjectRef(nint module, byte* name, nint o);

    [DllImport(Host)]
    public static extern nint PyType_FromModuleAndSpec(nint module, PyTypeSpec* spec, nint bases);

    [DllImport(Host)]
    public static extern nint PyType_GenericAlloc(nint type, nint items);

    [DllImport(Host)]
    public static extern int PyObject_CheckBuffer(nint o);

    [DllImport(Host)]
    public static extern int PyObject_GetBuffer(nint o, PyBuffer* view, int flags);

    [DllImport(Host)]
    public static extern void PyBuffer_Release(PyBuffer* view);

    [DllImport(Host)]
    public static extern nint PyObject_GetAttrString(nint o, byte* name);

    [DllImport(Host)]
    public static extern nint PyObject_GetAttr(nint o, nint name);

    [DllImport(Host)]
    public static extern int PyObject_SetAttrString(nint o, byte* name, nint value);

    [DllImport(Host)]
    public static extern int PyObject_HasAttrString(nint o, byte* name);

    [DllImport(Host)]
    public static extern nint PyObject_GenericGetAttr(nint o, nint name);

    [DllImport(Host)]
    public static extern nint PyObject_Call(nint callable, nint args, nint keywords);

    [DllImport(Host)]
    public static extern nint PyObject_CallNoArgs(nint callable);

    [DllImport(Host)]
    public static extern nint PyObject_CallObject(nint callable, nint args);

    [DllImport(Host)]
    public static extern nint PyObject_Repr(nint o);

    [DllImport(Host)]
    public static extern nint PyObject_Str(nint o);

    [DllImport(Host)]
    public static extern nint PyObject_Format(nint o, nint spec);

    [DllImport(Host)]
    public static extern nint PyObject_GetItem(nint o, nint key);

    [DllImport(Host)]
    public static extern int PyObject_SetItem(nint o, nint key, nint value);

    [DllImport(Host)]
    public static extern nint PyObject_GetIter(nint o);

    [DllImport(Host)]
    public static extern nint PyIter_Next(nint iterator);

    [DllImport(Host)]
    public static extern int PyObject_IsTrue(nint o);

    [DllImport(Host)]
    public static extern int PyObject_IsInstance(nint o, nint type);

    [DllImport(Host)]
    public static extern int PyObject_RichCompareBool(nint a, nint b, int op);

    [DllImport(Host)]
    public static extern void PyObject_ClearWeakRefs(nint o);

    [DllImport(Host)]
    public static extern void PyObject_GC_UnTrack(nint o);

    [DllImport(Host)]
    public static extern void PyObject_GC_Track(nint o);

    [DllImport(Host)]
    public static extern int PyCallable_Check(nint o);

    [DllImport(Host)]
    public static extern nint PyMemoryView_FromObject(nint o);

    [DllImport(Host)]
    public static extern nint PyDict_New();

    [DllImport(Host)]
    public static extern nint PyDict_GetItemString(nint dict, byte* key);

    [DllImport(Host)]
    public static extern nint PyDict_GetItemWithError(nint dict, nint key);

    [DllImport(Host)]
    public static extern int PyDict_SetItemString(nint dict, byte* key, nint value);

    [DllImport(Host)]
    public static extern int PyDict_SetItem(nint dict, nint key, nint value);

    [DllImport(Host)]
    public static extern int PyDict_Next(nint dict, nint* position, nint* key, nint* value);

    [DllImport(Host)]
    public static extern nint PyDict_Size(nint dict);

    [DllImport(Host)]
    public static extern nint PyDict_Copy(nint dict);

    [DllImport(Host)]
    public static extern nint PyImport_ImportModule(byte* name);

    [DllImport(Host)]
    public static extern nint PyImport_AddModule(byte* name);

    [DllImport(Host)]
    public static extern nint PyCFunction_NewEx(PyMethodDef* def, nint self, nint module);

    [DllImport(Host)]
    public static extern nint PyInterpreterState_Get();

    [DllImport(Host)]
    public static extern long PyInterpreterState_GetID(nint interpreter);

    [DllImport(Host)]
    public static extern int Py_AtExit(delegate* unmanaged[Cdecl]<void> function);

    [DllImport(Host)]
    public static extern nint PySys_GetObject(byte* name);

    [DllImport(Host)]
    public static extern nint PyCapsule_New(void* pointer, byte* name, void* destructor);

    [DllImport(Host)]
    public static extern nint PyEval_SaveThread();

    [DllImport(Host)]
    public static extern void PyEval_RestoreThread(nint state);

    [DllImport(Host)]
    public static extern int PySequence_Check(nint o);

    [DllImport(Host)]
    public static extern nint PySequence_Size(nint o);

    [DllImport(Host)]
    public static extern nint PySequence_GetItem(nint o, nint i);

    [DllImport(Host)]
    public static extern nint PySeqIter_New(nint sequence);

    [DllImport(Host)]
    public static extern int PySlice_Unpack(nint slice, nint* start, nint* stop, nint* step);

    [DllImport(Host)]
    public static extern int Py_AddPendingCall(delegate* unmanaged[Cdecl]<void*, int> function, void* argument);

    [DllImport(Host)]
    public static extern int Py_EnterRecursiveCall(byte* where);

    [DllImport(Host)]
    public static extern void Py_LeaveRecursiveCall();
}
