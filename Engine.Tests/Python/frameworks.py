"""python frameworks.py torch|jax|tensorflow: arrays to and from a framework, sharing shown by addresses and by writing through from both sides."""
import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("JAX_PLATFORMS", "cpu")
import numpy as np  # noqa: E402

import engine.core as mx  # noqa: E402
from check import raises, run  # noqa: E402

SIZES = (1, 256, 257, 1 << 18)


def address(x):
    return np.asarray(x).ctypes.data


def torch_tests():
    import torch
    modern = tuple(int(p) for p in torch.__version__.split("a")[0].split(".")[:2]) >= (2, 2)
    names = ["uint8", "int8", "int16", "int32", "int64", "float16", "float32", "float64", "bfloat16", "complex64"] + (["bool"] if modern else [])

    def test_share_out():
        for n in SIZES:
            x = mx.zeros((n,)) + 1
            t = torch.from_dlpack(x)
            assert t.data_ptr() == address(x)
            t[n - 1] = 5
            assert x[n - 1].item() == 5
            np.asarray(x)[0] = 6
            assert t[0].item() == 6
            keep = t[:]
            del x, t
            for _ in range(5):
                mx.eval(mx.zeros((n,)) + 2)
            assert keep[0].item() == 6

    def test_share_in():
        for n in SIZES:
            t = torch.zeros(n)
            x = mx.from_dlpack(t)
            assert address(x) == t.data_ptr() and address(mx.asarray(t)) == t.data_ptr()
            t[n - 1] = 5
            assert x[n - 1].item() == 5
            np.asarray(x)[0] = 6
            assert t[0].item() == 6
            y = x + 1
            del t
            assert y[0].item() == 7

    def test_types():
        for name in names:
            kind = getattr(torch, name)
            t = (torch.arange(6) % 2).to(kind).reshape(2, 3)
            for view in (t, t.t(), t[:, ::2], t[1:], t[:0], t[0, 0], t.expand(2, 2, 3)):
                x = mx.array(view)
                assert str(x.dtype) == "engine.core." + {"float64": "float32"}.get(name, name) and x.tolist() == view.tolist(), (name, view.stride())
                y = mx.from_dlpack(view)
                assert str(y.dtype) == "engine.core." + name and y.tolist() == view.tolist()
                if view.numel() and name != "bool" and not 0 in view.stride():
                    back = torch.from_dlpack(y)
                    assert back.dtype == kind and back.tolist() == view.tolist() and back.data_ptr() == view.data_ptr() and (view.numel() < 2 or back.stride() == view.stride())

    def test_bits_of_bfloat16():
        bits = torch.tensor([0x7FC1, -0x8000, 0x0001, 0x3F80, 0x7F80], dtype=torch.int16)
        t = bits.view(torch.bfloat16)
        x = mx.array(t)
        assert torch.from_dlpack(x).view(torch.int16).tolist() == bits.tolist()

    def test_copies():
        a = mx.array([1.0, 2.0, 3.0])
        b = torch.tensor(memoryview(a))
        b[0] = 9
        assert a.tolist() == [1, 2, 3] and mx.array(b.numpy()).tolist() == [9, 2, 3]
        f = torch.frombuffer(a, dtype=torch.float32)
        f[0] = 7
        assert a[0].item() == 7
        a += 1
        del a
        assert f.tolist() == [7, 2, 3]

    def test_refusals():
        raises((BufferError, RuntimeError), lambda: mx.array(torch.zeros(3, requires_grad=True)))
        raises((BufferError, RuntimeError, ValueError), lambda: mx.from_dlpack(torch.zeros(3).to_sparse()))

    def test_round_trips():
        before = mx.get_active_memory()
        for _ in range(20000):
            torch.from_dlpack(mx.from_dlpack(torch.from_dlpack(mx.zeros((4,)))))
        assert mx.get_active_memory() == before

    return locals()


def jax_tests():
    import jax
    import jax.numpy as jnp

    def test_copies():
        a = mx.array([[1.0, 2.0], [3.0, 4.0]])
        for b in (jnp.array(a), jnp.asarray(np.array(a))):
            assert mx.array(b).tolist() == [[1, 2], [3, 4]]
        for name in ("bool_", "uint8", "int8", "int32", "uint32", "float16", "float32", "bfloat16", "complex64"):
            x = mx.array([[0, 1], [1, 0]]).astype(getattr(mx, name))
            j = jnp.from_dlpack(x)
            assert j.tolist() == x.tolist() and mx.array(j).dtype == x.dtype and mx.array(j).tolist() == x.tolist()

    def test_share_out():
        for n in SIZES:
            x = mx.zeros((n,)) + 1
            j = jax.dlpack.from_dlpack(x)
            assert j.unsafe_buffer_pointer() == address(x)
            np.asarray(x)[n - 1] = 5
            assert j[n - 1] == 5
            t = jnp.from_dlpack(mx.zeros((3, n)).T)
            assert t.shape == (n, 3)

    def test_share_in():
        for n in SIZES:
            j = jnp.ones(n)
            for load in (mx.from_dlpack, mx.asarray):
                x = load(j)
                assert address(x) == j.unsafe_buffer_pointer() and not np.asarray(x).flags.writeable
                assert x[n - 1].item() == 1
            y = x * 2
            del j, x
            assert y[n - 1].item() == 2

    def test_constants_are_not_written():
        j = jnp.ones(1000)
        x = mx.from_dlpack(j)
        x += 1
        x[0] = 7
        mx.eval(x, mx.exp(x))
        assert float(j.sum()) == 1000
        raises(BufferError, lambda: mx.from_dlpack(j).__dlpack__(), "read-only")

    def test_a_step_is_an_error_there():
        raises(Exception, lambda: jnp.from_dlpack(mx.arange(10)[::2]))
        raises(TypeError, lambda: jnp.sin(mx.array([1.0])))

    return locals()


def tensorflow_tests():
    import tensorflow as tf

    def test_copies():
        a = mx.array([1.0, 2.0, 3.0])
        m = mx.array([[1.0, 2.0], [3.0, 4.0]])
        assert mx.array(tf.constant(memoryview(a))).tolist() == [1, 2, 3]
        for t in (tf.constant(m), tf.convert_to_tensor(m), tf.Variable(m)):
            assert t.numpy().tolist() == m.tolist()
        assert abs(float(tf.sin(m)[0, 0]) - 0.84147098) < 1e-6
        assert mx.array(memoryview(tf.constant([1.0, 2.0]))).tolist() == [1, 2]
        assert tf.constant(memoryview(mx.array([True, False]))).dtype == tf.bool
        for name in ("bool", "uint8", "int8", "int16", "int32", "int64", "float16", "float32", "float64", "bfloat16", "complex64"):
            t = tf.cast(tf.constant([[0, 1], [1, 0]]), getattr(tf, name))
            x = mx.array(t)
            assert str(x.dtype) == "engine.core." + {"float64": "float32"}.get(name, name) and x.tolist() == tf.cast(t, tf.complex64 if name == "complex64" else tf.float32).numpy().tolist() or name == "bool"
        raises(BufferError, lambda: tf.constant(memoryview(mx.zeros((2,), mx.bfloat16))))

    def test_share_out():
        for n in SIZES:
            x = mx.zeros((n,)) + 1
            t = tf.experimental.dlpack.from_dlpack(x.__dlpack__())
            np.asarray(x)[n - 1] = 5
            assert t[n - 1].numpy() == 5
            del x
            assert t[0].numpy() in (1, 5)

    def test_share_in():
        for n in SIZES:
            t = tf.ones((n,))
            x = mx.from_dlpack(tf.experimental.dlpack.to_dlpack(t))
            y = mx.from_dlpack(t)
            assert address(x) == address(y)
            np.asarray(y)[n - 1] = 5
            assert t[n - 1].numpy() == 5 and x[n - 1].item() == 5
            assert mx.array(tf.experimental.dlpack.to_dlpack(t))[n - 1].item() == 5

    return locals()


framework = sys.argv.pop(1)
run({"torch": torch_tests, "jax": jax_tests, "tensorflow": tensorflow_tests}[framework]())
