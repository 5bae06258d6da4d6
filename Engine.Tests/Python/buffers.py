"""The buffer protocol, flag by flag and field by field. No library is needed."""
import ctypes
import gc
import threading
import weakref

import engine.core as mx
from check import raises, run
from pep3118 import ANY, C, CONTIG, CONTIG_RO, F, FORMAT, FULL, FULL_RO, INDIRECT, ND, RECORDS, RECORDS_RO, SIMPLE, STRIDED, STRIDED_RO, WRITABLE, Buffer, shape, strides

FORMATS = dict(bool_="?", uint8="B", uint16="H", uint32="I", uint64="Q", int8="b", int16="h", int32="i", int64="q", float16="e", float32="f", float64="d", complex64="Zf", complex128="Zd")


def layouts():
    base = mx.array([[float(10 * i + j) for j in range(3)] for i in range(2)])
    return {
        "C": (base, True, False), "F": (base.T, False, True), "strided": (base[:, ::2], False, False), "negative": (base[::-1], False, False), "rows": (base[1:], True, True),
        "vector": (base[0], True, True), "step": (mx.array([1.0, 2, 3, 4])[::2], False, False), "scalar": (base[0, 0], True, True), "empty": (base[:0], True, True),
        "ones": (base[:1, :1], True, True), "broadcast": (mx.broadcast_to(base[0], (4, 3)), False, False),
    }


def test_every_request():
    for name, (x, c, f) in layouts().items():
        readonly = name == "broadcast"
        allowed = {
            SIMPLE: c, WRITABLE: c and not readonly, ND: c, CONTIG: c and not readonly, CONTIG_RO: c, C: c, F: f, ANY: c or f, STRIDED_RO: True, STRIDED: not readonly,
            RECORDS_RO: True, RECORDS: not readonly, FULL_RO: True, FULL: not readonly, INDIRECT: True,
        }
        for flags, ok in allowed.items():
            if not ok:
                raises(BufferError, lambda: Buffer(x, flags))
                continue
            with Buffer(x, flags) as v:
                assert v.obj == id(x) and v.len == x.nbytes and v.itemsize == 4 and bool(v.readonly) == readonly, (name, flags)
                assert not v.suboffsets
                assert (v.format == b"f") if flags & FORMAT else v.format is None
                if flags & ND:
                    assert v.ndim == x.ndim and (shape(v) == x.shape if x.ndim else shape(v) is None), (name, flags)
                else:
                    assert v.ndim == 1 and shape(v) is None
                if flags & STRIDED_RO == STRIDED_RO:
                    assert (strides(v) is None) == (x.ndim == 0)
                else:
                    assert strides(v) is None
                if x.size:
                    first = x
                    while first.ndim:
                        first = first[0]
                    assert ctypes.c_float.from_address(v.buf).value == first.item(), (name, flags)


def test_strides():
    base = mx.array([[float(10 * i + j) for j in range(3)] for i in range(2)])
    mx.eval(base)
    for x, expected in ((base, (12, 4)), (base.T, (4, 12)), (base[:, ::2], (12, 8)), (base[::-1], (-12, 4)), (mx.broadcast_to(base[0], (4, 3)), (0, 4))):
        with Buffer(x, FULL_RO) as v:
            assert strides(v) == expected, (strides(v), expected)


def test_formats():
    for name, code in FORMATS.items():
        x = mx.zeros((2, 3), getattr(mx, name))
        m = memoryview(x)
        assert m.format == code and m.shape == (2, 3) and m.nbytes == x.nbytes and m.itemsize == x.itemsize and not m.readonly and m.c_contiguous
        t = memoryview(x.T)
        assert t.shape == (3, 2) and t.strides == (x.itemsize, 3 * x.itemsize) and t.f_contiguous and not t.c_contiguous
    h = mx.zeros((2, 3), mx.bfloat16)
    raises(BufferError, lambda: memoryview(h), "bfloat16", "a.astype(mx.float32)", "float16")
    with Buffer(h, STRIDED) as v:                # bits without a format are anybody's to read
        assert v.itemsize == 2 and strides(v) == (6, 2)


def test_values():
    assert memoryview(mx.array([[1, 2], [3, 4]])).tolist() == [[1, 2], [3, 4]]
    assert memoryview(mx.array([True, False])).tolist() == [True, False]
    assert memoryview(mx.array(5)).tolist() == 5
    assert bytes(memoryview(mx.array([[1, 2], [3, 4]], mx.uint8).T)) == b"\x01\x03\x02\x04"
    m = memoryview(mx.array([1.0, 2.0]))
    m[0] = 5.0
    assert m.obj.tolist() == [5, 2]
    mx.array([0] * 8, mx.uint8)
    target = mx.zeros((4,), mx.uint8)
    import io
    assert io.BytesIO(b"abcd").readinto(target) == 4 and target.tolist() == [97, 98, 99, 100]


def test_an_error_that_is_set_is_left_alone():
    # torch.frombuffer asks again, another way, with the first refusal still set.
    raises(BufferError, lambda: Buffer(mx.zeros((2, 2)).T, SIMPLE))
    with Buffer(mx.zeros((2, 2)).T, FULL_RO):
        pass


def test_a_view_keeps_the_old_value():
    for n in (1, 3, 256, 257, 1 << 18):
        a = mx.arange(n) + 0
        v = memoryview(a)
        a += 1
        a[0] = 5
        assert v[0] == 0 and v[n - 1] == n - 1
        r = weakref.ref(a)
        del a
        gc.collect()
        assert r() is not None                    # the view holds the object
        for _ in range(20):
            mx.eval(mx.arange(n) * 7)             # churn: nothing may take the memory
        assert v[0] == 0 and v[n - 1] == n - 1
        del v
        assert r() is None


def test_pending_arrays_are_evaluated():
    for i in range(200):
        assert memoryview(mx.arange(5) + i)[4] == 4 + i


def test_other_threads_run_during_an_evaluation():
    ticks = []
    stop = threading.Event()

    def tick():
        while not stop.is_set():
            ticks.append(1)
            stop.wait(0.001)

    t = threading.Thread(target=tick)
    t.start()
    x = mx.zeros((1 << 20,)) + 0.5
    for _ in range(40):
        x = mx.sin(x) + mx.exp(x * 0.1) - 1
    before = len(ticks)
    mx.eval(x)
    during = len(ticks) - before
    stop.set()
    t.join()
    assert during > 0, "no other thread ran"


def test_threads_share_an_array():
    a = mx.arange(1000)
    errors = []

    def work():
        try:
            for i in range(300):
                b = a + i
                with memoryview(b) as m:
                    assert m[10] == 10 + i
                assert a[5].item() == 5
        except BaseException as e:
            errors.append(e)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert not errors, errors[0]


run(globals())
