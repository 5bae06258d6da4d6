"""A counterpart of DLPack written from its definition, byte by byte: makes managed tensors of any kind, reads those of others, counts deleters."""
import ctypes
import struct

_new = ctypes.pythonapi.PyCapsule_New
_new.restype = ctypes.py_object
_new.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]
_pointer = ctypes.pythonapi.PyCapsule_GetPointer
_pointer.restype = ctypes.c_void_p
_pointer.argtypes = [ctypes.py_object, ctypes.c_char_p]
_name = ctypes.pythonapi.PyCapsule_GetName
_name.restype = ctypes.c_char_p
_name.argtypes = [ctypes.py_object]
_valid = ctypes.pythonapi.PyCapsule_IsValid
_valid.argtypes = [ctypes.c_void_p, ctypes.c_char_p]
_DELETER = ctypes.CFUNCTYPE(None, ctypes.c_void_p)
_DESTRUCTOR = ctypes.PYFUNCTYPE(None, ctypes.c_void_p)

# offsets: the tensor in each kind, its deleter, its context
TENSOR = {False: 0, True: 32}
DELETER = {False: 56, True: 16}
SIZE = {False: 64, True: 80}


def name(capsule):
    return _name(capsule).decode()


def read(capsule):
    """What a capsule says: a dict of every field."""
    label = name(capsule)
    versioned = "versioned" in label
    p = _pointer(capsule, label.encode())
    raw = ctypes.string_at(p, SIZE[versioned])
    t = raw[TENSOR[versioned]:TENSOR[versioned] + 48]
    data, device, device_id, ndim, code, bits, lanes, shape, strides, offset = struct.unpack("<QiiiBBHQQQ", t)
    longs = lambda at: tuple(struct.unpack(f"<{ndim}q", ctypes.string_at(at, 8 * ndim))) if at else None
    r = dict(versioned=versioned, data=data, device=(device, device_id), ndim=ndim, type=(code, bits, lanes), shape=longs(shape) if ndim else (), strides=longs(strides) if ndim else (), offset=offset,
             deleter=struct.unpack_from("<Q", raw, DELETER[versioned])[0], pointer=p, shape_pointer=shape, strides_pointer=strides)
    if versioned:
        r["version"] = struct.unpack_from("<II", raw)
        r["flags"] = struct.unpack_from("<Q", raw, 24)[0]
    return r


def delete(capsule_fields):
    _DELETER(capsule_fields["deleter"])(capsule_fields["pointer"])


class Producer:
    """An object with __dlpack__ over given bytes, malformed in any way asked for."""

    alive = []                                           # ctypes callbacks must outlive every call
    made = []

    def __init__(self, data=b"", shape=(), type=(2, 32, 1), strides=None, *, versioned=True, version=(1, 0), flags=0, device=(1, 0), ndim=None, offset=0, null=False, no_deleter=False, no_shape=False, align=64):
        self.deleted = 0
        Producer.made.append(self)
        self.versioned = versioned
        self.bytes = ctypes.create_string_buffer(len(data) + align * 2)
        self.base = (ctypes.addressof(self.bytes) + align - 1) // align * align
        ctypes.memmove(self.base, data, len(data))
        longs = lambda v: (ctypes.c_int64 * max(1, len(v)))(*v)
        self.shape, self.strides = longs(shape), None if strides is None else longs(strides)
        tensor = struct.pack("<QiiiBBHQQQ", 0 if null else self.base, *device, len(shape) if ndim is None else ndim, *type, 0 if no_shape else ctypes.addressof(self.shape),
                             0 if strides is None else ctypes.addressof(self.strides), offset)
        self.on_delete = _DELETER(self._delete)
        Producer.alive.append(self.on_delete)
        deleter = 0 if no_deleter else ctypes.cast(self.on_delete, ctypes.c_void_p).value
        raw = struct.pack("<IIQQQ", *version, 0, deleter, flags) + tensor if versioned else tensor + struct.pack("<QQ", 0, deleter)
        self.managed = ctypes.create_string_buffer(raw, len(raw))

    def _delete(self, pointer):
        self.deleted += 1

    def _destroy(self, capsule):
        # As producers do: a capsule that nobody took still owns its tensor.
        # By address: a reference to an object that is going would make it go again.
        if _valid(capsule, b"dltensor") or _valid(capsule, b"dltensor_versioned"):
            self.deleted += 1

    def capsule(self):
        destructor = _DESTRUCTOR(self._destroy)
        Producer.alive.append(destructor)
        return _new(ctypes.addressof(self.managed), b"dltensor_versioned" if self.versioned else b"dltensor", ctypes.cast(destructor, ctypes.c_void_p))

    def __dlpack__(self, **_):
        self.last = self.capsule()
        return self.last

    def __dlpack_device__(self):
        return (1, 0)


def finish():
    """Capsules go while ctypes is still there."""
    for p in Producer.made:
        p.__dict__.pop("last", None)
