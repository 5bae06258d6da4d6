"""engine.core.array: construction, attributes, operators, indexing, conversion, errors. No library is needed."""
import array as stdarray
import copy
import gc
import inspect
import pickle
import weakref

import engine.core as mx
from check import raises, run


def values(x, dtype=None):
    assert dtype is None or x.dtype == dtype, (x.dtype, dtype)
    return x.tolist()


def test_scalars():
    assert values(mx.array(1), mx.int32) == 1
    assert values(mx.array(True), mx.bool_) is True
    assert values(mx.array(1.5), mx.float32) == 1.5
    assert values(mx.array(1 + 2j), mx.complex64) == 1 + 2j
    assert values(mx.array(2 ** 40), mx.int64) == 2 ** 40
    assert values(mx.array(2 ** 63, mx.uint64), mx.uint64) == 2 ** 63
    assert values(mx.array(-1, mx.uint8), mx.uint8) == 255
    assert values(mx.array(3.7, mx.int32), mx.int32) == 3
    raises(RuntimeError, lambda: mx.array(2 ** 64))
    raises(RuntimeError, lambda: mx.array([-2 ** 64]))


def test_lists():
    assert values(mx.array([]), mx.float32) == []
    assert values(mx.array([[], []]), mx.float32) == [[], []]
    assert values(mx.array([1, 2.5, True]), mx.float32) == [1, 2.5, 1]
    assert values(mx.array([1, 2 ** 40]), mx.int64) == [1, 2 ** 40]
    assert values(mx.array([True, 2]), mx.int32) == [1, 2]
    assert values(mx.array(((1, 2), (3, 4))), mx.int32) == [[1, 2], [3, 4]]
    assert values(mx.array([1, 2j]), mx.complex64) == [1, 2j]
    assert values(mx.array([[1, 2], [3, 4]], dtype=mx.float16), mx.float16) == [[1, 2], [3, 4]]
    assert values(mx.array([mx.array([1.0, 2]), mx.array([3, 4])]), mx.float32) == [[1, 2], [3, 4]]
    assert values(mx.array([mx.array(1), 2.5]), mx.float32) == [1, 2.5]
    for bad in ([[1, 2], [3]], [[1], 2], [1, [2]], [mx.zeros((2,)), mx.zeros((3,))], ["a"], [None], "abc", {}, {1}, object(), range(3)):
        raises(ValueError, lambda: mx.array(bad))
    raises(TypeError, lambda: mx.array(None))
    endless = []
    endless.append(endless)
    raises((ValueError, RecursionError), lambda: mx.array(endless))
    deep = [1.0]
    for _ in range(10000):
        deep = [deep]
    raises((ValueError, RecursionError), lambda: mx.array(deep))


class Trap(int):
    """An int that empties the list it is in when asked whether it is true."""

    def __bool__(self):
        trapped.clear()
        return True


trapped = []


def test_a_list_that_changes_while_it_is_read():
    trapped.extend([[Trap(1), Trap(2), Trap(3)], [1, 2, 3]])
    raises(RuntimeError, lambda: mx.array(trapped, dtype=mx.bool_))


def test_buffers_in():
    assert values(mx.array(b"abc"), mx.uint8) == [97, 98, 99]
    data = bytearray(b"abcd")
    x = mx.array(data)
    data.append(1)                                        # nothing holds the buffer any more
    assert values(x) == [97, 98, 99, 100]
    s = mx.asarray(data)
    data[0] = 1
    assert values(s)[0] == 1
    raises(BufferError, lambda: data.append(1))
    del s
    data.append(1)
    for code, dtype in (("b", mx.int8), ("B", mx.uint8), ("h", mx.int16), ("H", mx.uint16), ("i", mx.int32), ("I", mx.uint32), ("q", mx.int64), ("Q", mx.uint64), ("l", mx.int64), ("f", mx.float32), ("d", mx.float32)):
        assert values(mx.array(stdarray.array(code, [1, 2, 3])), dtype) == [1, 2, 3]
    assert values(mx.asarray(stdarray.array("d", [1, 2, 3])), mx.float64) == [1, 2, 3]
    assert values(mx.array(memoryview(bytes(range(6))).cast("B", (2, 3))), mx.uint8) == [[0, 1, 2], [3, 4, 5]]
    assert values(mx.array(memoryview(bytes(range(6)))[::-2])) == [5, 3, 1]
    import ctypes
    class Point(ctypes.Structure):
        _fields_ = [("x", ctypes.c_float), ("y", ctypes.c_float)]
    raises(BufferError, lambda: mx.array(Point()))
    big = (ctypes.c_int32.__ctype_be__ * 3)(1, 2, 3)
    assert values(mx.array(big), mx.int32) == [1, 2, 3]


def test_attributes():
    x = mx.array([[1.0, 2, 3], [4, 5, 6]])
    assert (x.shape, x.ndim, x.size, x.itemsize, x.nbytes, x.dtype) == ((2, 3), 2, 6, 4, 24, mx.float32)
    assert x.T.shape == (3, 2) and values(x.T) == [[1, 4], [2, 5], [3, 6]]
    raises(AttributeError, lambda: x.foo)
    raises(AttributeError, lambda: setattr(x, "shape", (1,)))
    raises(AttributeError, lambda: setattr(x, "y", 1))
    assert values(x.astype(mx.int8), mx.int8) == [[1, 2, 3], [4, 5, 6]]
    assert values(mx.array([1.0]).view(mx.uint32), mx.uint32) == [0x3F800000]
    assert values(mx.array([1], mx.uint32).view(mx.uint8)) == [1, 0, 0, 0]
    assert values(mx.array([[1, 0, 2, 0]], mx.uint8).T.T.view(mx.uint16)) == [[1, 2]]
    raises(ValueError, lambda: mx.zeros((3,)).view(mx.float64))
    raises(ValueError, lambda: mx.array(1).view(mx.int8))


def test_dtypes():
    assert repr(mx.float32) == "engine.core.float32" and repr(mx.bool_) == "engine.core.bool"
    assert mx.float32 == mx.array(1.0).dtype and mx.float32 != mx.float16
    for other in ("float32", None, 1, object(), float):
        assert (mx.float32 == other) is False and (mx.float32 != other) is True
    assert {mx.float32: 1}[mx.array(1.0).dtype] == 1
    sizes = dict(bool_=1, uint8=1, int8=1, uint16=2, int16=2, float16=2, bfloat16=2, uint32=4, int32=4, float32=4, uint64=8, int64=8, float64=8, complex64=8, complex128=16)
    for name, size in sizes.items():
        assert getattr(mx, name).size == size
    raises(TypeError, lambda: mx.Dtype())


def test_numbers():
    assert mx.array(3).item() == 3 and type(mx.array(3).item()) is int
    assert float(mx.array(2.5)) == 2.5 and int(mx.array([7])) == 7 and bool(mx.array(0)) is False
    assert complex(mx.array(1 + 2j)) == 1 + 2j
    assert [10, 20, 30][mx.array(1)] == 20 and list(range(mx.array(3))) == [0, 1, 2]
    for bad in (lambda: mx.array([1, 2]).item(), lambda: bool(mx.array([])), lambda: int(mx.array([1, 2])), lambda: float(mx.array([1, 2])), lambda: int(mx.array(float("nan")))):
        raises(ValueError, bad)
    for bad in (lambda: [1][mx.array(0.0)], lambda: range(mx.array([1, 2])), lambda: int(mx.array(1j)), lambda: len(mx.array(1)), lambda: iter(mx.array(1)), lambda: round(mx.array(1.5)), lambda: divmod(mx.array(7), 2)):
        raises(TypeError, bad)


def test_iteration():
    x = mx.array([[1, 2], [3, 4]])
    assert len(x) == 2 and [r.tolist() for r in x] == [[1, 2], [3, 4]]
    assert 3 in mx.array([1, 2, 3]) and 4 not in mx.array([1, 2, 3])
    a, b = x
    assert values(b) == [3, 4] and [r.tolist() for r in reversed(x)] == [[3, 4], [1, 2]]


def test_operators():
    a, b = mx.array([7.0, -7.0]), mx.array([2.0, 2.0])
    assert values(a + b) == [9, -5] and values(a - b) == [5, -9] and values(a * b) == [14, -14] and values(a / b) == [3.5, -3.5]
    assert values(a // b) == [3, -4] and values(a % b) == [1, 1] and values(b ** 3) == [8, 8] and values(-a) == [-7, 7] and values(+a) == [7, -7]
    assert values(abs(a)) == [7, 7]
    assert values(1 + a) == [8, -6] and values(1 - a) == [-6, 8] and values(2 * a) == [14, -14] and values(14 / a) == [2, -2] and values(2 ** b) == [4, 4]
    assert values(a < b) == [False, True] and values(a >= 7) == [True, False] and values(7 == a) == [True, False] and values(a != 7) == [False, True]
    assert values(mx.array([[1.0, 2]]) @ mx.array([[3.0], [4]])) == [[11]]
    assert values(mx.array([1, 2]) + 1, mx.int32) == [2, 3]
    assert values(mx.array([1, 2]) + 1.5, mx.float32) == [2.5, 3.5]
    assert values(mx.array([1, 2]) / 2, mx.float32) == [0.5, 1]
    assert values(mx.array([1.0], mx.float16) + 2.5, mx.float16) == [3.5]
    assert values(mx.array([True]) + 1, mx.int32) == [2]
    assert values(mx.array([7]) // 0) == [0] and values(mx.array([7]) % 0) == [7]
    assert values(mx.array([-2 ** 31]) // -1) is not None and values(mx.array([-2 ** 31]) % -1) is not None
    assert values(mx.array([2 ** 63], mx.uint64) + 2 ** 62) == [2 ** 63 + 2 ** 62]
    assert (a == "x") is False and (a != "x") is True and (a == [7.0, -7.0]) is False
    for bad in ("a", [1], (1,), {}):
        raises(ValueError, lambda: a + bad)
        raises(ValueError, lambda: bad - a)
        raises(ValueError, lambda: a < bad)
    for bad in (lambda: a + None, lambda: a == None, lambda: a @ 2, lambda: a @ "a", lambda: pow(a, 2, 3), lambda: a < None, lambda: a + object()):  # noqa: E711
        raises(TypeError, bad)
    raises(ValueError, lambda: mx.array([1], mx.uint8) + 300, "300")
    raises(ValueError, lambda: mx.array([1]) + 2 ** 40)
    raises(RuntimeError, lambda: a + 2 ** 70)
    raises(ValueError, lambda: mx.zeros((2,)) + mx.zeros((3,)))


class Reflected:
    def __radd__(self, other):
        return "reflected"


def test_other_objects_have_their_say():
    assert mx.array(1.0) + Reflected() == "reflected"


def test_in_place():
    a = mx.array([1.0, 2.0])
    alias, other = a, a + 0
    a += 1
    assert alias is a and values(alias) == [2, 3] and values(other) == [1, 2]
    a *= mx.array([[1.0], [2.0]])
    assert a.shape == (2, 2) and alias is a
    i = mx.array([1, 2])
    i += 1.5
    assert values(i, mx.float32) == [2.5, 3.5]
    j = mx.array([1, 2])
    def divide():
        nonlocal j
        j /= 2
    raises(ValueError, divide)
    assert values(j, mx.int32) == [1, 2]


def test_index():
    x = mx.array([[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11]])
    assert values(x[1]) == [4, 5, 6, 7] and values(x[-1, -1]) == 11 and values(x[1, 2]) == 6
    assert values(x[:, 1]) == [1, 5, 9] and values(x[::2, ::-1]) == [[3, 2, 1, 0], [11, 10, 9, 8]]
    assert x[None].shape == (1, 3, 4) and x[..., None].shape == (3, 4, 1) and x[..., 0].shape == (3,) and x[()].shape == (3, 4)
    assert values(x[mx.array([2, 0])]) == [[8, 9, 10, 11], [0, 1, 2, 3]] and values(x[[2, 0], 1]) == [9, 1] and values(x[0, [-1, 1]]) == [3, 1]
    assert values(x[5:]) == [] and values(x[-100:1]) == [[0, 1, 2, 3]] and values(x[:, 10 ** 30:]) == [[], [], []] and values(x[-10 ** 30:1, 0]) == [0]
    for bad in (lambda: x[3], lambda: x[-4], lambda: x[0, 4], lambda: x[10 ** 30], lambda: x[0][4]):
        raises(IndexError, bad)
    for bad in (lambda: x[0, 0, 0], lambda: mx.array(1)[0], lambda: x[1.0], lambda: x["a"], lambda: x[True], lambda: x[{}], lambda: x[..., ...], lambda: x[0, 1.5], lambda: x[1.5:2], lambda: x[mx.array([True, False, True])], lambda: x[[True, False, True]], lambda: x[mx.array([1.0])], lambda: x[[[0, 1], [0]]], lambda: x[::0], lambda: x[mx.array(1):mx.array(3)]):
        raises(ValueError, bad)
    raises(IndexError, lambda: mx.eval(x[mx.array([10 ** 8])]))


def test_assignment():
    a = mx.zeros((2, 3))
    b, view, same = a, a[0], a + 0
    a[0, 1] = 5
    assert values(b) == [[0, 5, 0], [0, 0, 0]] and values(view) == [0, 0, 0] and values(same)[0] == [0, 0, 0]
    a[:, 2] = mx.array([1.0, 2.0])
    assert values(a) == [[0, 5, 1], [0, 0, 2]]
    a[...] = 1.5
    assert values(a) == [[1.5] * 3] * 2
    a[mx.array([1, 0]), 0] = mx.array([7.0, 8.0])
    assert values(a[:, 0]) == [8, 7]
    a[a > 7.5] = 0
    assert values(a[:, 0]) == [0, 7]
    i = mx.array([1, 2, 3])
    i[0] = 1.7
    assert values(i, mx.int32) == [1, 2, 3]
    def put(x, key, value):
        x[key] = value
    for key, value in (("a", 1), (0, "a"), (slice(0, 2), [1, 2]), (slice(0, 2), mx.zeros((3,))), ((0, 0), 1), (mx.array([1.0]), 1), (mx.array([True, True]), 1)):
        raises(ValueError, lambda: put(i, key, value))
    raises(TypeError, lambda: put(i, 0, None))
    raises(IndexError, lambda: put(i, 5, 7))
    raises(IndexError, lambda: put(i, -5, 7))
    def delete():
        del i[0]
    raises(AttributeError, delete)
    assert values(i) == [1, 2, 3]


def test_text():
    assert repr(mx.array([1.0, 2.5])) == str(mx.array([1.0, 2.5])) == "array([1, 2.5], dtype=float32)"
    assert f"{mx.array(1.5):.3f}" == "1.500" and f"{mx.array(2)}" == "2" and f"{mx.array([1])}" == "array([1], dtype=int32)"
    raises(TypeError, lambda: f"{mx.array([1.5]):.3f}")
    raises(ValueError, lambda: f"{mx.array(1.5):d}")
    raises(ValueError, lambda: f"{mx.array(1):zz}")
    assert repr(mx.zeros((0, 3))).startswith("array(")


def test_copies():
    a = mx.array([[1.0, 2.0]])
    for b in (copy.copy(a), copy.deepcopy(a), pickle.loads(pickle.dumps(a)), mx.array(a)):
        assert b is not a and values(b) == values(a) and b.dtype == a.dtype
        b += 1
        assert values(a) == [[1, 2]]
    for dtype in (mx.bool_, mx.bfloat16, mx.float16, mx.complex64, mx.uint64):
        x = mx.array([[0, 1], [1, 0]]).astype(dtype).T
        y = pickle.loads(pickle.dumps(x))
        assert y.dtype == dtype and values(y) == values(x)
    assert bytes(mx.array([[1, 2], [3, 4]], mx.uint8).T) == b"\x01\x03\x02\x04"


def test_objects():
    a = mx.array([1.0])
    assert hash(a) == hash(a) and len({a, a}) == 1 and a in [a]
    r = weakref.ref(a)
    del a
    assert r() is None

    class Named(mx.array):
        pass

    n = Named([1.0, 2.0])
    n.name = "x"
    n.me = n
    assert isinstance(n, mx.array) and values(n + 1) == [2, 3] and values(mx.exp(n) * 0) == [0, 0]
    r = weakref.ref(n)
    del n
    gc.collect()
    assert r() is None

    class Careless(mx.array):
        def __new__(cls, *args):
            return object.__new__(cls)
    raises((TypeError, ValueError), lambda: Careless(1).tolist())


def test_devices():
    assert repr(mx.default_device()) == "Device(cpu, 0)" and mx.default_device() == mx.Device(mx.cpu, 0) == mx.Device(mx.cpu)
    assert mx.Device(mx.gpu) != mx.Device(mx.cpu) and mx.is_available(mx.cpu) and not mx.is_available(mx.gpu)
    assert repr(mx.cpu) == str(mx.cpu) == "DeviceType.cpu" and mx.DeviceType.cpu is mx.cpu
    s = mx.default_stream(mx.cpu)
    assert s.device == mx.Device(mx.cpu) and s == mx.default_stream(mx.cpu) != mx.new_stream(mx.cpu)
    for stream in (None, mx.cpu, mx.Device(mx.cpu), s):
        assert values(mx.exp(mx.array([0.0]), stream=stream)) == [1]
    raises(ValueError, lambda: mx.zeros((2,), stream=mx.gpu))
    raises(TypeError, lambda: mx.exp(mx.array(1.0), stream="cpu"))
    raises(ValueError, lambda: mx.set_default_device(mx.gpu))
    with mx.stream(mx.new_stream(mx.cpu)) as nothing:
        assert nothing is None and mx.default_stream(mx.cpu) != s
    assert mx.default_stream(mx.cpu) == s
    mx.synchronize()
    raises(TypeError, lambda: mx.stream("a"))
    raises(TypeError, lambda: mx.Device("cpu"))


def test_arguments():
    a = mx.zeros((2, 3))
    assert a.sum(axis=0).shape == (3,) and a.sum((0, 1)).shape == () and mx.sum(a, -1, True).shape == (2, 1) and mx.sum(a, axis=[0, 1]).shape == ()
    assert a.reshape(3, 2).shape == a.reshape((3, 2)).shape == a.reshape([3, -1]).shape == mx.reshape(a, (3, 2)).shape == (3, 2)
    assert a.transpose(1, 0).shape == a.transpose((1, 0)).shape == a.transpose().shape == mx.transpose(a, (1, 0)).shape == (3, 2)
    assert mx.zeros(3).shape == mx.zeros((3,)).shape == (3,) and mx.zeros((2,), dtype=None).dtype == mx.float32 and mx.zeros((), mx.int8).dtype == mx.int8
    assert values(mx.arange(3)) == [0, 1, 2] and values(mx.arange(1, 4, dtype=mx.float32)) == [1, 2, 3] and values(mx.arange(0, 1, 0.5)) == [0, 0.5]
    for bad in (lambda: mx.add(1), lambda: mx.add(a, 2, 3), lambda: mx.add(a=a, b=2), lambda: mx.add(a, 2, foo=3), lambda: mx.sum([1, 2]), lambda: mx.sum(a, dim=0), lambda: mx.sum(a, axis="a"), lambda: mx.sum(a, axis=1.5),
                lambda: mx.abs(a=a), lambda: mx.matmul(1, 2), lambda: mx.reshape(a, 2, 3), lambda: mx.zeros(), lambda: mx.zeros((2,), foo=1), lambda: a.sum(foo=1), lambda: mx.zeros((2,), "float32"), lambda: mx.zeros((2,), dtype=float),
                lambda: mx.array([1], dtype="int32"), lambda: a.astype("float32"), lambda: a.astype(), lambda: mx.array(), lambda: mx.array(1, 2, 3), lambda: mx.array([1], foo=1), lambda: mx.arange("a"), lambda: mx.arange(),
                lambda: mx.take(a, "a"), lambda: mx.zeros("a"), lambda: mx.zeros((2.5,)), lambda: mx.sum(a, 0, keepdims=2), lambda: mx.set_memory_limit(-1)):
        raises(TypeError, bad)
    for bad in (lambda: mx.sum(a, axis=2), lambda: mx.sum(a, axis=-3)):
        raises(IndexError, bad)
    for bad in (lambda: mx.exp("a"), lambda: mx.exp([1.0]), lambda: mx.sum(a, axis=(0, 0)), lambda: a.reshape(4, 2), lambda: mx.zeros((-1,))):
        raises(ValueError, bad)
    assert values(mx.exp(0.0)) == 1 and values(mx.add(1, 2)) == 3
    raises((OverflowError, IndexError), lambda: mx.sum(a, axis=2 ** 40))


def test_signatures():
    for f in (mx.sum, mx.array.sum, mx.exp, mx.zeros, mx.array.reshape, mx.random.uniform, mx.grad, mx.vmap):
        inspect.signature(f)
    assert str(inspect.signature(mx.sum)) == "(a, /, axis=None, keepdims=False, *, stream=None)"
    assert mx.sum.__doc__ and mx.exp.__doc__ and mx.array.exp.__doc__
    assert mx.exp.__module__ == "engine.core" and mx.random.uniform.__module__ == "engine.core.random"


def test_random():
    k = mx.random.key(0)
    assert values(k, mx.uint32) == [0, 0]
    assert values(mx.random.split(k)) == [[4146024105, 967050713], [2718843009, 1272950319]]
    assert values(mx.random.split(mx.random.key(7), 3)) == [[276534068, 861967409], [1905761346, 1641862660], [2900896126, 1402713516]]
    mx.random.seed(42)
    assert abs(mx.random.uniform().item() - 0.9145736694) < 1e-7
    a = mx.random.normal((4,)).tolist()
    mx.random.seed(42)
    mx.random.uniform()
    assert mx.random.normal((4,)).tolist() == a
    raises(TypeError, lambda: mx.random.key("a"))
    raises(TypeError, lambda: mx.random.normal(3))
    raises(TypeError, lambda: mx.random.uniform(0, 1, 3))


run(globals())
