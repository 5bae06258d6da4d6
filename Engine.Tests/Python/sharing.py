"""Sharing with NumPy, shown by addresses and by writing through from both sides, at every size class and for every kind of array."""
import gc
import sys

import numpy as np

import engine.core as mx
from check import raises, run

SIZES = (1, 256, 257, 1 << 18)                             # 4 bytes, 1 KiB, 1 KiB + 4, 1 MiB
DTYPES = ["bool", "uint8", "uint16", "uint32", "uint64", "int8", "int16", "int32", "int64", "float16", "float32", "float64", "complex64", "complex128"]
NUMPY_2 = int(np.__version__.split(".")[0]) >= 2


def address(x):
    return np.asarray(x).ctypes.data


def both_ways(x, view, at=0):
    """x and view are one memory: writes through either show in the other's reads."""
    assert not view.flags.owndata and view.flags.writeable and view.ctypes.data == address(x)
    view.reshape(-1)[at] = 42
    flat = x
    while flat.ndim > 1:
        flat = flat[0]
    assert (flat[at] if flat.ndim else flat).item() == 42
    other = np.asarray(x)
    other.reshape(-1)[at] = 43
    assert view.reshape(-1)[at] == 43


def test_fresh_arrays():
    for n in SIZES:
        for make in (lambda: mx.zeros((n,)), lambda: mx.array([0.0] * n), lambda: mx.arange(n) * 1.0, lambda: mx.array(np.zeros(n, np.float32)), lambda: mx.zeros((1, n))):
            x = make()
            both_ways(x, np.array(x, copy=False), n - 1 if x.ndim == 1 else 0)
    for x in (mx.array(1.0), mx.array(1.0) + 1, mx.zeros((1, 1))):
        both_ways(x, np.array(x, copy=False))


def test_addresses_stay():
    for n in SIZES:
        x = mx.zeros((n,)) + 1
        p = address(x)
        for _ in range(5):
            mx.eval(x + 1)
            assert address(x) == p


def test_views_share():
    for n in SIZES:
        x = mx.zeros((2, n)) + 1
        row = x[1]
        mx.eval(row)
        v = np.array(x, copy=False)
        assert address(row) == v.ctypes.data + 4 * n
        v[1, 0] = 9
        assert row[0].item() == 9
        np.asarray(row)[0] = 8
        assert v[1, 0] == 8 and x[1, 0].item() == 8
        assert address(x.T) == v.ctypes.data and address(x.reshape(n, 2)) == v.ctypes.data


def test_a_pending_reader_sees_later_writes():
    for n in SIZES:
        x = mx.zeros((n,)) + 1
        v = np.array(x, copy=False)
        y = x * 2
        v[0] = 5
        assert y[0].item() == 10
        # a reader that was made before the export
        z = mx.zeros((n,)) + 1
        mx.eval(z)
        w = z + 1
        np.array(z, copy=False)[n - 1] = 7
        assert w[n - 1].item() == 8


def test_tracers_share():
    seen = []

    def f(x):
        v = np.array(x, copy=False)
        seen.append(v)
        v[:] *= v
        return x.sum()

    for n in SIZES:
        x = mx.zeros((n,)) + 3
        y, g = mx.value_and_grad(f)(x)
        assert y.item() == 9 * n and g.tolist()[:2] == [1] * min(n, 2)
        assert seen[-1].ctypes.data == address(x) and x[0].item() == 9


def test_in_place_gives_new_memory():
    for n in SIZES:
        x = mx.zeros((n,)) + 1
        v = np.array(x, copy=False)
        x += 1
        x[0] = 7
        assert v[0] == 1 and v[n - 1] == 1 and x[0].item() == 7


def test_imports_share():
    for n in SIZES:
        for name in DTYPES:
            a = np.zeros(n, name)
            for load in (mx.asarray, lambda v: mx.asarray(v, copy=False)):
                x = load(a)
                assert str(x.dtype) == "engine.core." + name and x.shape == (n,) and address(x) == a.ctypes.data
                a[n - 1] = 1
                assert x[n - 1].item() == 1
                np.asarray(x)[n - 1] = 0
                assert a[n - 1] == 0
    if NUMPY_2:
        for name in DTYPES:
            a = np.zeros(300, name)
            x = mx.from_dlpack(a)
            assert address(x) == a.ctypes.data and str(x.dtype) == "engine.core." + name
            back = np.from_dlpack(x)
            assert back.ctypes.data == a.ctypes.data and back.flags.writeable


def test_layouts():
    for name in DTYPES:
        a = (np.arange(24) % 2 if name == "bool" else np.arange(24)).reshape(2, 3, 4).astype(name)
        for view in (a, a.T, a[:, ::2], a[::-1], a[:, ::-1, ::-2], a[1:], a[:, :, 1:], a[:0], a[1, 2, 3:4].reshape(()), a[:1, :1], a[..., None], np.broadcast_to(a[0], (5, 3, 4)), np.asfortranarray(a)):
            x = mx.asarray(view)
            assert np.array_equal(np.asarray(x), view) and np.asarray(x).dtype == view.dtype, (name, view.strides)
            if view.size and isinstance(view, np.ndarray):
                assert address(x) == view.ctypes.data
                assert np.asarray(x).strides == tuple(s if n > 1 else t for s, t, n in zip(view.strides, np.asarray(x).strides, view.shape))
            narrow = {"float64": np.float32, "complex128": np.complex64}.get(name, view.dtype)
            c = mx.array(view)
            assert np.array_equal(np.asarray(c), view.astype(narrow)) and np.asarray(c).dtype == narrow
            assert not view.size or address(c) != address(view)
            if name not in ("bool", "complex64", "complex128") and view.size:
                assert np.array_equal(np.asarray(x + 0), view)


def test_odd_sources():
    a = np.zeros(10, dtype=[("x", "f4"), ("y", "i2")])
    raises(BufferError, lambda: mx.array(a))
    x = mx.asarray(a["x"])                                  # 6 bytes apart: no whole number of elements
    assert x.tolist() == [0] * 10
    raises(mx.CopyRequiredError, lambda: mx.asarray(a["x"], copy=False))
    big = np.arange(3, dtype=">i4")
    assert mx.array(big).tolist() == [0, 1, 2]
    raises(BufferError, lambda: mx.array(np.array(["a"])))
    raises(BufferError, lambda: mx.array(np.array([object()])))
    r = np.arange(3.0)
    r.flags.writeable = False
    x = mx.asarray(r)
    assert not np.asarray(x).flags.writeable
    raises(BufferError, lambda: x.__dlpack__())
    assert mx.array(r).tolist() == [0, 1, 2]
    assert mx.array(np.float32(1.5)).tolist() == 1.5 and mx.array(np.int64(3)).dtype == mx.int64
    raises(ValueError, lambda: mx.array([np.float32(1)]))


def test_operands():
    a, b = mx.array([1.0, 2.0]), np.array([3, 4])
    assert (a + b).tolist() == [4, 6] and (a + b).dtype == mx.float32
    assert (mx.array([1], mx.int8) + np.int64(3)).dtype == mx.int8
    assert (a * np.float64(2)).dtype == mx.float32
    assert mx.exp(np.zeros(2)).tolist() == [1, 1] and mx.maximum(a, np.array([2.0, 0.0])).tolist() == [2, 2]
    a[:1] = np.array([9.0])
    assert a.tolist() == [9, 2]
    a[np.array([False, True])] = 0
    assert a.tolist() == [9, 0]
    assert [1, 2, 3][np.asarray(mx.array(1))] == 2 and mx.arange(4)[np.int64(2)].item() == 2
    raises(ValueError, lambda: mx.arange(3)[np.array([0, 1])])
    raises(TypeError, lambda: a @ np.ones(2))


def test_dtypes():
    for name in DTYPES:
        assert np.dtype(getattr(mx, name if name != "bool" else "bool_")) == np.dtype(name)
    x = mx.array([1.0])
    assert np.array(x, dtype=np.float64).dtype == np.float64 and np.asarray(x, dtype=np.int32).tolist() == [1]
    assert x.__array__().ctypes.data == address(x) and x.__array__(np.float64).dtype == np.float64
    assert x.__array__(copy=True).ctypes.data != address(x)
    assert (mx.float32 == np.float32) is False and (np.dtype(np.float32) == "x") is False
    h = mx.array([1.5], mx.bfloat16)
    for refused in (lambda: np.array(h), lambda: np.asarray(h), lambda: h.__array__(), lambda: memoryview(h)):
        e = raises(BufferError, refused, "bfloat16", "a.astype(mx.float32)", "float16")
    raises(TypeError, lambda: h.__array__())
    raises(ValueError, lambda: np.asarray(h))


def test_owners_go():
    import weakref

    class Owner(np.ndarray):
        pass

    a = np.arange(100000, dtype=np.float32).view(Owner)
    r = weakref.ref(a)
    x = mx.asarray(a)
    y = x[5:]
    del a, x
    gc.collect()
    assert r() is not None and y[0].item() == 5
    del y
    assert r() is None                                      # at once, without a collection

    x = mx.zeros((1000,)) + 1
    v = np.array(x, copy=False)
    r = weakref.ref(x)
    del x
    assert r() is not None
    del v
    assert r() is None


def test_pending_results_over_foreign_memory():
    a = np.zeros(100000, np.float32)
    count = sys.getrefcount(a)
    y = mx.asarray(a) + 1
    assert sys.getrefcount(a) == count + 1
    mx.eval(y)
    assert sys.getrefcount(a) == count                      # the reader ran: the buffer is free
    assert y[7].item() == 1


def test_two_readers_of_one_weight():
    w = mx.random.normal((64, 32), key=mx.random.key(0))
    a, b = np.asarray(w), np.asarray(w)
    assert a.ctypes.data == b.ctypes.data
    a[0, 0] = 5
    assert b[0, 0] == 5 and w[0, 0].item() == 5


def test_random_layouts_survive_every_protocol():
    rng = np.random.default_rng(7)
    for _ in range(400):
        shape = tuple(rng.integers(0, 5, rng.integers(0, 5)))
        a = rng.integers(0, 2, tuple(2 * n + 1 for n in shape)).astype(DTYPES[rng.integers(len(DTYPES))])
        for axis, n in enumerate(shape):
            step = int(rng.choice([1, 2, -1, -2]))
            index = slice(None, None, step)
            a = np.moveaxis(np.moveaxis(a, axis, 0)[index][:n], 0, axis)
        if a.ndim:
            a = a.transpose(rng.permutation(a.ndim))
        x = mx.asarray(a)
        assert np.array_equal(np.asarray(x), a) and np.array_equal(np.array(memoryview(x)), a)
        assert bytes(x) == a.tobytes()
        if a.dtype != bool or NUMPY_2:
            assert np.array_equal(np.from_dlpack(x), a)
        assert x.tolist() == a.tolist()
        assert np.array_equal(np.asarray(mx.from_dlpack(x)), a)


run(globals())
