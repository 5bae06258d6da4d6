"""The module is the one that was built with the tested assembly, and says what it is."""
import os
import sys

import engine
import engine.core as mx
from check import raises, run


def test_identity():
    assert mx.__build_id__ == os.environ.get("ENGINE_BUILD_ID", mx.__build_id__)
    assert mx.__name__ == "engine.core" and engine.core is mx and sys.modules["engine.core"] is mx
    assert engine.cpu_level in ("v3", "v4")
    assert mx.__version__.count(".") == 2
    assert mx.array.__module__ == "engine.core" and mx.array.__qualname__ == "array"
    assert repr(mx.array) == "<class 'engine.core.array'>"


def test_names():
    raises(AttributeError, lambda: mx.foo, "has no attribute 'foo'")
    for name in ("einsum", "convolve", "fft", "linalg", "quantize", "finfo"):
        raises(AttributeError, lambda: getattr(mx, name), f"engine.core.{name}: not yet in this version")
    raises(AttributeError, lambda: mx.random.randint, "engine.core.random.randint: not yet")
    raises(AttributeError, lambda: mx.fast.metal_kernel, "engine.core.fast.metal_kernel: not yet")
    raises(AttributeError, lambda: mx.random.foo, "no attribute")
    assert not hasattr(mx, "einsum") and hasattr(mx, "exp")
    import engine.core.random as r
    assert r is mx.random


def test_constants():
    assert mx.inf == float("inf") and mx.nan != mx.nan and mx.newaxis is None
    assert abs(mx.pi - 3.141592653589793) < 1e-15 and abs(mx.e - 2.718281828459045) < 1e-15


def test_import_again():
    import importlib
    old = mx.array([1.0])
    assert importlib.reload(engine).core.array is mx.array
    assert isinstance(old, engine.core.array)


run(globals())
