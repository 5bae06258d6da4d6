"""A consumer of the buffer protocol that knows it from its definition: a Py_buffer by ctypes, every field of it."""
import ctypes

SIMPLE, WRITABLE, FORMAT, ND, STRIDES = 0, 1, 4, 8, 0x18
C, F, ANY, INDIRECT = 0x38, 0x58, 0x98, 0x118
FULL, FULL_RO, RECORDS, RECORDS_RO, STRIDED, STRIDED_RO, CONTIG, CONTIG_RO = 0x11D, 0x11C, 0x1D, 0x1C, 0x19, 0x18, 0x9, 0x8


class View(ctypes.Structure):
    _fields_ = [
        ("buf", ctypes.c_void_p), ("obj", ctypes.c_void_p), ("len", ctypes.c_ssize_t), ("itemsize", ctypes.c_ssize_t), ("readonly", ctypes.c_int), ("ndim", ctypes.c_int),
        ("format", ctypes.c_char_p), ("shape", ctypes.POINTER(ctypes.c_ssize_t)), ("strides", ctypes.POINTER(ctypes.c_ssize_t)), ("suboffsets", ctypes.c_void_p), ("internal", ctypes.c_void_p),
    ]


assert ctypes.sizeof(View) == 80
_get = ctypes.pythonapi.PyObject_GetBuffer
_get.argtypes = [ctypes.py_object, ctypes.POINTER(View), ctypes.c_int]
_release = ctypes.pythonapi.PyBuffer_Release
_release.argtypes = [ctypes.POINTER(View)]
_release.restype = None


class Buffer:
    """A filled view; a context manager that releases it."""

    def __init__(self, x, flags):
        self.view = View()
        self.view.obj = 1
        try:
            _get(x, self.view, flags)
        except BaseException:
            assert not self.view.obj, "obj is not cleared on failure"
            raise

    def __enter__(self):
        return self.view

    def __exit__(self, *_):
        _release(self.view)

    def __getattr__(self, name):
        return getattr(self.view, name)


def shape(view):
    return tuple(view.shape[i] for i in range(view.ndim)) if view.shape else None


def strides(view):
    return tuple(view.strides[i] for i in range(view.ndim)) if view.strides else None
