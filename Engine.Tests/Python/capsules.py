"""DLPack, both ways, against a counterpart written from its definition. No library is needed."""
import ctypes
import gc
import struct
import threading

import engine.core as mx
from check import raises, run
from dlpack import Producer, delete, finish, name, read
from pep3118 import WRITABLE, Buffer

TYPES = dict(bool_=(6, 8), uint8=(1, 8), uint16=(1, 16), uint32=(1, 32), uint64=(1, 64), int8=(0, 8), int16=(0, 16), int32=(0, 32), int64=(0, 64), float16=(2, 16), float32=(2, 32), float64=(2, 64), bfloat16=(4, 16), complex64=(5, 64), complex128=(5, 128))


def floats(*values):
    return struct.pack(f"<{len(values)}f", *values)


def gather(f, fmt="f", size=4):
    """Elements of a capsule, by index arithmetic."""
    def walk(axis, at):
        if axis == f["ndim"]:
            return struct.unpack("<" + fmt, ctypes.string_at(at, size))[0]
        return [walk(axis + 1, at + i * f["strides"][axis] * size) for i in range(f["shape"][axis])]
    return walk(0, f["data"] + f["offset"])


# ---- we produce

def test_kinds():
    x = mx.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    for ask, versioned in (({}, False), ({"max_version": None}, False), ({"max_version": (0, 8)}, False), ({"max_version": (1, 0)}, True), ({"max_version": (1, 99)}, True), ({"max_version": (2, 0)}, True), ({"stream": None}, False), ({"stream": -1}, False)):
        c = x.__dlpack__(**ask)
        assert name(c) == ("dltensor_versioned" if versioned else "dltensor")
        f = read(c)
        assert f["versioned"] == versioned and f["device"] == (1, 0) and f["shape"] == (2, 3) and f["strides"] == (3, 1) and f["offset"] == 0 and f["type"] == (2, 32, 1)
        assert gather(f) == x.tolist()
        if versioned:
            assert f["version"][0] == 1 and f["version"][1] <= 3 and f["flags"] == 0
    assert x.__dlpack_device__() == (1, 0)


def test_types():
    for n, (code, bits) in TYPES.items():
        x = mx.zeros((3,), getattr(mx, n))
        assert read(x.__dlpack__())["type"] == (code, bits, 1)


def test_layouts():
    base = mx.array([[float(10 * i + j) for j in range(3)] for i in range(2)])
    mx.eval(base)
    start = read(base.__dlpack__())["data"]
    for x, strides, at in ((base, (3, 1), 0), (base.T, (1, 3), 0), (base[1:], (3, 1), 12), (base[:, 1:], (3, 1), 4), (base[:, ::2], (3, 2), 0)):
        f = read(x.__dlpack__())
        assert f["data"] == start + at and f["offset"] == 0 and gather(f) == x.tolist()
        assert all(n == 1 or s == t for n, s, t in zip(f["shape"], f["strides"], strides)), (f, strides)
    f = read(base[0, 1].__dlpack__())
    assert f["ndim"] == 0 and struct.unpack("<f", ctypes.string_at(f["data"], 4))[0] == 1
    f = read(base[:1, :, None].__dlpack__())
    assert f["shape"] == (1, 3, 1) and f["strides"] == (3, 1, 1)
    f = read(base[:0].__dlpack__())
    assert f["shape"] == (0, 3) and f["data"] == 0 and f["strides"] is not None
    f = read(mx.zeros((1000,)).__dlpack__())
    assert f["data"] % 64 == 0


def test_negative_strides_are_copied():
    x = mx.array([1.0, 2.0, 3.0])[::-1]
    f = read(x.__dlpack__(max_version=(1, 0)))
    assert f["strides"] == (1,) and f["flags"] == 2 and gather(f) == [3, 2, 1]
    raises(BufferError, lambda: x.__dlpack__(copy=False))


def test_broadcasts_are_read_only():
    x = mx.broadcast_to(mx.array([1.0, 2.0]), (3, 2))
    f = read(x.__dlpack__(max_version=(1, 0)))
    assert f["flags"] == 1 and f["strides"] == (0, 1)
    raises(BufferError, lambda: x.__dlpack__(), "read-only")
    assert read(x.__dlpack__(copy=True))["strides"] == (2, 1)


def test_copies():
    x = mx.array([1.0, 2.0])
    mx.eval(x)
    shared = read(x.__dlpack__(copy=False, max_version=(1, 0)))
    copied = read(x.__dlpack__(copy=True, max_version=(1, 0)))
    assert copied["flags"] == 2 and copied["data"] != shared["data"] and read(x.__dlpack__(copy=None))["data"] == shared["data"]


def test_arguments():
    x = mx.array([1.0])
    for device in ((1, 1), (2, 0), (8, 0)):
        raises(BufferError, lambda: x.__dlpack__(dl_device=device))
    assert name(x.__dlpack__(dl_device=(1, 0))) == "dltensor"
    for stream in (0, 1, 2, 3, "a"):
        raises(ValueError, lambda: x.__dlpack__(stream=stream))
    raises(TypeError, lambda: x.__dlpack__(foo=1))
    raises(TypeError, lambda: x.__dlpack__(None))
    raises(TypeError, lambda: x.__dlpack__(max_version=1))


def test_pending_arrays_are_evaluated():
    for i in range(300):
        assert gather(read((mx.arange(4) * 1.0 + i).__dlpack__()))[3] == 3 + i


def test_a_capsule_owns_its_memory():
    before = mx.get_active_memory()
    x = mx.zeros((1 << 16,)) + 3
    c = x.__dlpack__()
    f = read(c)
    del x
    gc.collect()
    for _ in range(10):
        mx.eval(mx.zeros((1 << 16,)) + 1)
    assert ctypes.c_float.from_address(f["data"]).value == 3
    assert mx.get_active_memory() > before
    del c
    assert mx.get_active_memory() == before


def test_deleters_run_on_any_thread():
    before = mx.get_active_memory()
    fields = []
    rename = ctypes.pythonapi.PyCapsule_SetName
    rename.argtypes = [ctypes.py_object, ctypes.c_char_p]
    used = ctypes.c_char_p(b"used_dltensor")
    for i in range(64):
        c = (mx.zeros((4096,)) + i).__dlpack__()
        fields.append(read(c))
        rename(c, used)
    assert mx.get_active_memory() >= before + 64 * 16384
    # ctypes lets the GIL go for the call.
    threads = [threading.Thread(target=lambda part: [delete(f) for f in part], args=(fields[i::8],)) for i in range(8)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert mx.get_active_memory() == before


# ---- we consume

def test_both_kinds():
    for versioned in (True, False):
        p = Producer(floats(1, 2, 3, 4, 5, 6), (2, 3), versioned=versioned)
        x = mx.from_dlpack(p)
        assert name(p.last) == ("used_dltensor_versioned" if versioned else "used_dltensor")
        assert x.tolist() == [[1, 2, 3], [4, 5, 6]] and read(x.__dlpack__())["data"] == p.base
        ctypes.c_float.from_address(p.base).value = 9
        assert x.tolist()[0][0] == 9
        del p.last
        assert p.deleted == 0
        y = x[1]
        del x
        assert p.deleted == 0 and y.tolist() == [4, 5, 6]
        del y
        assert p.deleted == 1
        q = Producer(floats(1, 2), (2,), versioned=versioned)
        assert mx.array(q).tolist() == [1, 2]
        del q.last
        assert q.deleted == 1


def test_values_by_layout():
    data = floats(*range(24))
    cases = [((2, 3, 4), None, 0), ((2, 3, 4), (12, 4, 1), 0), ((4, 3, 2), (1, 4, 12), 0), ((2, 2), (12, 2), 4), ((3,), (0,), 8), ((3, 3), (1, 1), 0), ((4,), (-2,), 6 * 4), ((2, 3), (-3, -1), 5 * 4), ((), None, 8), ((0, 3), (7, 9), 0), ((1, 3, 1), (-2 ** 63, 1, 7), 4), ((2, 3), None, 16)]
    for shape, strides, offset in cases:
        for load in (mx.from_dlpack, mx.asarray, mx.array, lambda p: mx.from_dlpack(p, copy=True)):
            p = Producer(data, shape, strides=strides, offset=offset)
            x = load(p)
            s = strides or tuple(int(__import__("math").prod(shape[i + 1:])) for i in range(len(shape)))
            def expected(axis, at):
                return float(at) if axis == len(shape) else [expected(axis + 1, at + i * s[axis]) for i in range(shape[axis])]
            assert x.shape == shape and x.tolist() == expected(0, offset // 4), (shape, strides, x.tolist())
            assert (x * 2).shape == shape
            mx.eval(x * 2)
            del x, p.last
            gc.collect()
            assert p.deleted == 1, (shape, strides, load)


def test_types_in():
    for n, (code, bits) in TYPES.items():
        p = Producer(bytes(64), (2,), type=(code, bits, 1))
        x = mx.from_dlpack(p)
        assert x.dtype == getattr(mx, n)
        narrowed = {"float64": mx.float32, "complex128": mx.complex64}.get(n, getattr(mx, n))
        assert mx.array(Producer(bytes(64), (2,), type=(code, bits, 1))).dtype == narrowed
    assert mx.array(Producer(struct.pack("<2d", 1.5, -2.5), (2,), type=(2, 64, 1))).tolist() == [1.5, -2.5]
    assert mx.asarray(Producer(struct.pack("<2i", 1, -2), (2,), type=(0, 32, 1)), dtype=mx.float32).tolist() == [1, -2]
    raises(mx.CopyRequiredError, lambda: mx.asarray(Producer(struct.pack("<2i", 1, -2), (2,), type=(0, 32, 1)), dtype=mx.float32, copy=False))


def test_bools_are_normalised():
    x = mx.from_dlpack(Producer(b"\x00\x01\x02\xff", (4,), type=(6, 8, 1)))
    assert x.tolist() == [False, True, True, True] and (x == mx.array([False, True, True, True])).all().item()
    raises(mx.CopyRequiredError, lambda: mx.from_dlpack(Producer(b"\x02", (1,), type=(6, 8, 1)), copy=False))


def test_unaligned_memory_is_copied():
    p = Producer(b"\x00" + floats(1, 2), (2,), offset=1)
    assert mx.from_dlpack(p).tolist() == [1, 2]
    raises(mx.CopyRequiredError, lambda: mx.from_dlpack(Producer(b"\x00" + floats(1, 2), (2,), offset=1), copy=False))


def test_malformed_tensors():
    f = floats(1, 2, 3, 4)
    huge = 2 ** 62
    cases = {
        "code": dict(type=(200, 32, 1)), "lanes": dict(type=(2, 32, 2)), "bits": dict(type=(0, 4, 1)), "half complex": dict(type=(5, 32, 1)), "cuda": dict(device=(2, 0)), "metal": dict(device=(8, 0)),
        "major": dict(version=(2, 0)), "major 0": dict(version=(0, 8)), "ndim": dict(ndim=-1), "many": dict(ndim=65), "most": dict(ndim=2 ** 31 - 1), "length": dict(shape=(-1,)), "null": dict(null=True),
        "no shape": dict(no_shape=True), "huge": dict(shape=(huge, huge)), "stride": dict(shape=(2, 2), strides=(2 ** 62, 2 ** 62)), "offset": dict(offset=2 ** 64 - 4), "wide": dict(shape=(2,), strides=(2 ** 63 - 1,)),
    }
    for what, change in cases.items():
        for load in (mx.from_dlpack, mx.array, mx.asarray):
            p = Producer(f, **{"shape": (4,), **change})
            if "version" in change and not p.versioned:
                continue
            raises(BufferError, lambda: load(p))
            label = "dltensor_versioned"
            assert name(p.last) == label and p.deleted == 0, what           # not consumed
            del p.last
            gc.collect()
            assert p.deleted == 1, what


def test_no_deleter():
    x = mx.from_dlpack(Producer(floats(1, 2), (2,), no_deleter=True))
    assert x.tolist() == [1, 2]


def test_a_capsule_is_used_once():
    p = Producer(floats(1, 2), (2,))
    c = p.capsule()
    x = mx.from_dlpack(c)
    raises(ValueError, lambda: mx.from_dlpack(c))
    raises((ValueError, TypeError), lambda: mx.array(c))
    del c
    assert p.deleted == 0 and x.tolist() == [1, 2]
    del x
    assert p.deleted == 1
    own = mx.array([1.0, 2.0])
    c = own.__dlpack__()
    y = mx.from_dlpack(c)
    raises(ValueError, lambda: mx.from_dlpack(c))
    assert y.tolist() == [1, 2]


def test_nonsense():
    for bad in (None, 1, "a", [1.0], object()):
        raises((AttributeError, TypeError), lambda: mx.from_dlpack(bad))

    class Bad:
        def __dlpack__(self, **_):
            return 5

    class Raises:
        def __dlpack__(self, **_):
            raise KeyError("producer")

    class Old:
        def __dlpack__(self):
            return mx.array([1.0]).__dlpack__()

    raises(ValueError, lambda: mx.from_dlpack(Bad()))
    raises(KeyError, lambda: mx.from_dlpack(Raises()))
    assert mx.from_dlpack(Old()).tolist() == [1]


def test_foreign_memory_is_never_written():
    data = floats(*[0.5 * i for i in range(1000)])
    p = Producer(data, (1000,))
    x = mx.from_dlpack(p)
    for op in (mx.exp, lambda v: v + 1, lambda v: v * 2 - v, mx.sin, lambda v: mx.sort(v), lambda v: mx.cumsum(v)):
        mx.eval(op(x))
    x += 1
    mx.eval(x)
    assert ctypes.string_at(p.base, len(data)) == data
    del x
    gc.collect()
    r = Producer(floats(1, 2), (2,), flags=1)
    y = mx.from_dlpack(r)
    raises(BufferError, lambda: Buffer(y, WRITABLE))
    assert memoryview(y).readonly and read(y.__dlpack__(max_version=(1, 0)))["flags"] == 1
    y[0] = 5
    assert y.tolist() == [5, 2] and ctypes.c_float.from_address(r.base).value == 1


def test_asarray_of_an_array_shares():
    x = mx.zeros((1000,))
    mx.eval(x)
    y = mx.asarray(x, copy=False)
    assert y is not x and read(y.__dlpack__())["data"] == read(x.__dlpack__())["data"]
    assert read(mx.from_dlpack(x).__dlpack__())["data"] == read(x.__dlpack__())["data"]
    raises(mx.CopyRequiredError, lambda: mx.asarray([1.0], copy=False))
    e = raises(mx.CopyRequiredError, lambda: mx.asarray(x, dtype=mx.int8, copy=False))
    assert isinstance(e, BufferError) and isinstance(e, ValueError)


def test_round_trips_leak_nothing():
    before = mx.get_active_memory()
    for i in range(20000):
        a = mx.array([1.0, 2.0, 3.0])
        b = mx.from_dlpack(a)
        c = mx.from_dlpack(b.__dlpack__(max_version=(1, 0)))
        assert i % 1000 or c.tolist() == [1, 2, 3]
        del a, b, c
    assert mx.get_active_memory() == before


run(globals())
finish()
